"""Rules as they are set, tried, looked back on and in force."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.schemas.base import Answer


class RuleAuthor(Answer):
    """Who set rules, as they were called then; no id for the command line."""

    id: UUID | None
    name: str


class Rules(Answer):
    """What is set for the service, a place or a senior; empty where nothing is.

    `rules` is nested as in the file; `body` is what was given, in `format`.
    """

    scope: str
    place_id: UUID | None
    senior_id: UUID | None
    revision: int | None
    rules: dict[str, Any]
    format: str | None
    body: str | None
    note: str | None
    set_at: datetime | None
    set_by: RuleAuthor | None


class RuleChange(Answer):
    """A figure before and after; null where it is not set."""

    name: str
    before: Any
    after: Any


class RuleCheck(Answer):
    """What rules would change, and for how many seniors."""

    changes: list[RuleChange]
    seniors: int


class RuleRevision(Answer):
    """A revision of the rules, with what it changed."""

    revision: int
    scope: str
    place_id: UUID | None
    senior_id: UUID | None
    in_force: bool
    withdrawn: bool
    note: str | None
    set_at: datetime
    set_by: RuleAuthor
    changes: list[RuleChange]


class RuleHistory(Answer):
    """A page of revisions, newest first."""

    items: list[RuleRevision]
    next_cursor: str | None


class RuleOrigin(Answer):
    """Where a figure comes from.

    `scope`: `shipped`, `service`, `place`, `condition`, `senior` or `thresholds`;
    `name` is that of the place or the condition.
    """

    scope: str
    name: str | None
    place_id: UUID | None
    revision: int | None


class RuleFigure(Answer):
    """A figure in force, its safe corridor, unit and meaning."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    meaning: str
    origin: RuleOrigin


class EffectiveRules(Answer):
    """What a senior is judged by; `contradiction` where something was left out."""

    senior_id: UUID
    rule_version: str
    figures: list[RuleFigure]
    quiet: list[dict[str, str]]
    contradiction: str | None


class RuleVersion(Answer):
    """What a rule version that made an alert stands for."""

    rule_version: str
    figures: dict[str, Any]
    first_used_at: datetime
