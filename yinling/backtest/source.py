"""Where history comes from, in parts that each fit into memory and stand alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from yinling.backtest.history import History
from yinling.backtest.labels import Labels


class Shard(Protocol):
    """Some seniors' whole history, read when it is needed, by whichever process."""

    @property
    def size(self) -> int:
        """About how many reports it holds."""
        ...

    def load(self) -> History:
        """Read it."""
        ...


@dataclass(frozen=True, slots=True)
class Ready:
    """A history that is in memory already."""

    history: History

    @property
    def size(self) -> int:
        """How many reports it holds."""
        return len(self.history.reports)

    def load(self) -> History:
        """The history itself."""
        return self.history


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be replayed.

    Attributes
    ----------
    title : what people call it.
    since_s : alerts and days before it are left out: they only warm detectors up
        [s since 1970]
    remarks : what of it could not be used.
    """

    title: str
    shards: Sequence[Shard]
    labels: Labels | None = None
    since_s: float = float("-inf")
    remarks: Sequence[str] = field(default_factory=tuple[str, ...])
