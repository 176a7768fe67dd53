"""Which wristbands are in service, as known in this process."""

from collections.abc import Iterable, Mapping

from ingest.gatekeeper.snapshot import Digests


class Roster:
    """Password digests of the wristbands in service, and what ceased to hold.

    Parameters
    ----------
    digests : what was known when the process started.
    """

    def __init__(self, digests: Digests | None = None) -> None:
        self._digests: Digests = dict(digests or {})
        self._left: set[str] = set()
        self.changed = False
        self.complete = False

    @property
    def digests(self) -> Mapping[str, bytes]:
        """SHA-256 of the password by device id, of wristbands in service only."""
        return self._digests

    def __len__(self) -> int:
        return len(self._digests)

    def copy(self) -> Digests:
        """The digests as of now, to be written down; clears ``changed``."""
        self.changed = False
        return dict(self._digests)

    def settle(self, device_id: str, digest: bytes | None) -> None:
        """Note what the database says of one wristband; None: not in service."""
        known = self._digests.get(device_id)
        if known == digest:
            return
        self.changed = True
        if known is not None:
            self._left.add(device_id)
        if digest is None:
            del self._digests[device_id]
        else:
            self._digests[device_id] = digest

    def settle_rest(self, unseen: Iterable[str]) -> None:
        """Take out those that the database does not know at all."""
        for device_id in unseen:
            self.settle(device_id, None)

    @property
    def has_left(self) -> bool:
        """Whether any password ceased to hold since the last ``take_left``."""
        return bool(self._left)

    def take_left(self) -> set[str]:
        """Wristbands whose known password ceased to hold since the last call."""
        left, self._left = self._left, set()
        return left
