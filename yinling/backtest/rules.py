"""The rules a history is played with, resolved for each of its wearers."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from alerts.detection.columns import Rows
from alerts.detection.limits import Limits, resolve
from core.errors import InvalidError, RuleError
from core.rules import book
from core.rules.book import NOTHING, Resolved, RuleSet
from yinling.backtest import rulefile, textfile
from yinling.backtest.history import Wearer


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules to play: a file in the place of the whole service's, or those in force.

    What places and seniors have of their own stays on top either way, as it would if
    the file were put in force.

    Attributes
    ----------
    name : what people call it: the file, or ``in force``.
    service : the whole service's rules; None for those each wearer comes with.
    revision : that `service` was set with, 0 for a file.
    plain : every reading against its limit and nothing else (the baseline).
    """

    name: str = "in force"
    service: RuleSet | None = None
    revision: int = 0
    plain: bool = False

    @property
    def version(self) -> str:
        """Version of what holds where place and senior add nothing."""
        return book.resolve(self.service or NOTHING, revision=self.revision).version

    def limits(self, wearers: Sequence[Wearer]) -> Limits:
        """The rules of each wearer, each distinct profile once."""
        numbers: dict[str, int] = {}
        profiles: list[Rows] = []
        versions: list[str] = []
        which: list[int] = []
        for one in wearers:
            key = self._key(one)
            if key not in numbers:
                profile, version = self._profile(one)
                numbers[key] = len(profiles)
                profiles.append(profile)
                versions.append(version)
            which.append(numbers[key])
        return Limits(
            np.concatenate(profiles), np.array(which, np.intp), tuple(versions)
        )

    def _sets(self, one: Wearer) -> list[RuleSet]:
        service = one.service_rules if self.service is None else self.service
        return [service, *one.place_rules]

    def _key(self, one: Wearer) -> str:
        """The same for wearers whose rules are the same."""
        parts: list[Any] = [each.tree() for each in self._sets(one)]
        parts += [one.own_rules.tree(), dict(one.thresholds)]
        parts += [sorted(one.conditions), one.risk, one.expected_interval_s]
        parts += [[span.tree() for span in one.quiet], one.revision]
        return json.dumps(parts, sort_keys=True)

    def _profile(self, one: Wearer) -> tuple[Rows, str]:
        resolved = self._resolved(one)
        profile = resolve(
            resolved.values,
            conditions=one.conditions,
            risk=one.risk,
            expected_interval_s=one.expected_interval_s,
            quiet=[span.seconds for span in resolved.quiet],
        )
        return profile, resolved.version

    def _resolved(self, one: Wearer) -> Resolved:
        """A wearer's rules; those in force give way to each other as they do live.

        Raises
        ------
        InvalidError
            If a file's rules contradict what the wearer has of their own: putting
            them in force would be refused too.
        """
        try:
            return self._merged(one)
        except RuleError as error:
            if self.service is not None:
                whom = f"with what senior {one.senior} has of their own"
                raise InvalidError(f"{self.name}: {error}, {whom}") from None
        for less in (
            replace(one, own_rules=NOTHING, thresholds={}, quiet=()),
            Wearer(one.senior, conditions=one.conditions),
        ):
            with suppress(RuleError):
                return self._merged(less)
        return book.resolve(NOTHING)

    def _merged(self, one: Wearer) -> Resolved:
        return book.resolve(
            book.merge(self._sets(one)),
            conditions=one.conditions,
            own=one.own_rules,
            thresholds=one.thresholds,
            quiet=one.quiet,
            revision=max(one.revision, self.revision),
        )


def from_file(path: Path) -> Rulebook:
    """Rules of a TOML file, complete or only what it changes.

    Raises
    ------
    InvalidError
        If it cannot be read, or a rule of it is bad: its file, line, key and reason.
    """
    return Rulebook(textfile.title(path), rulefile.rules(path))
