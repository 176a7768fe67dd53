"""For whom rules are set, by whom, and in which form they are given."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from core.database import Row
from core.rules.book import RuleSet, parse_toml, parse_tree


class Scope(NamedTuple):
    """For whom rules are set: both None means the whole service."""

    place_id: UUID | None = None
    senior_id: UUID | None = None

    @property
    def kind(self) -> str:
        """``service``, ``place`` or ``senior``."""
        if self.senior_id is not None:
            return "senior"
        return "service" if self.place_id is None else "place"

    @classmethod
    def of(cls, row: Row) -> "Scope":
        """The scope of a stored revision."""
        return cls(row["place_id"], row["senior_id"])

    def values(self) -> dict[str, object]:
        """As parameters of a statement."""
        return {"scope": self.kind, **self._asdict()}


class Author(NamedTuple):
    """Who changes rules; no id for the command line."""

    id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class Given:
    """Rules as somebody gave them: the text of a file, or a JSON tree."""

    toml: str | None = None
    tree: Mapping[str, Any] | None = None

    @classmethod
    def then(cls, row: Row) -> "Given | None":
        """What a stored revision was made of; None where it withdrew."""
        if row["body"] is None:
            return None
        if row["format"] == "toml":
            return cls(toml=row["body"])
        return cls(tree=json.loads(row["body"]))

    @property
    def format(self) -> str:
        """``toml`` or ``json``."""
        return "json" if self.toml is None else "toml"

    @property
    def body(self) -> str:
        """What is kept of it."""
        if self.toml is not None:
            return self.toml
        return json.dumps(self.tree, ensure_ascii=False)

    def read(self, base: RuleSet, scope: Scope) -> RuleSet:
        """Validate it on top of `base`."""
        of_senior = scope.kind == "senior"
        if self.toml is not None:
            return parse_toml(self.toml, base, of_senior=of_senior)
        return parse_tree(self.tree or {}, base, of_senior=of_senior)
