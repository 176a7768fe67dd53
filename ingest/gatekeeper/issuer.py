"""The key that admits wristbands: made at first start, held by the gatekeeper alone."""

import secrets as randomness
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, cast

import nkeys  # pyright: ignore[reportMissingTypeStubs]

from core import secrets

SEED_FILE: Final = "issuer.seed"


class _KeyPair(Protocol):
    """What we use of nkeys, which states no types."""

    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes, /) -> bytes: ...


_from_seed = cast("Callable[[bytes], _KeyPair]", nkeys.from_seed)  # pyright: ignore[reportUnknownMemberType]
_encode_seed = cast("Callable[[bytes, int], bytes]", nkeys.encode_seed)  # pyright: ignore[reportUnknownMemberType]


class Issuer:
    """Signs what the broker believes: an account key of NATS (Ed25519)."""

    def __init__(self, seed: bytes) -> None:
        self._pair = _from_seed(seed)
        self.public_key = self._pair.public_key.decode()

    def sign(self, message: bytes) -> bytes:
        """Signature of `message`, 64 bytes."""
        return self._pair.sign(message)


def load(data_dir: Path) -> Issuer:
    """The issuer of this installation, made at random (0600) at the first call."""
    fresh = _encode_seed(randomness.token_bytes(32), nkeys.PREFIX_BYTE_ACCOUNT)
    return Issuer(secrets.keep(data_dir, SEED_FILE, fresh))


def public_key(data_dir: Path) -> str:
    """Key the broker's configuration names as issuer (``A…``)."""
    return load(data_dir).public_key
