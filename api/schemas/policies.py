"""Escalation policies as they are set, tried, looked back on, in force and run forward."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.schemas.base import Answer
from api.schemas.rules import RuleAuthor, RuleChange


class PolicyOrigin(Answer):
    """Who says a policy: `shipped`, `service` or `place`, which of them by `name`."""

    scope: str
    name: str | None
    place_id: UUID | None
    revision: int


class PolicyInForce(Answer):
    """A policy in force, nested as in the file; `version` stands for it in timelines."""

    version: str
    origin: PolicyOrigin
    policy: dict[str, Any]


class Policies(Answer):
    """What is set for the service or a place; empty where nothing is.

    `policies` is nested as in the file, each section whole; `body` is what was given, in
    `format`; `in_force` is what alerts there go by, by section.
    """

    scope: str
    place_id: UUID | None
    revision: int | None
    policies: dict[str, Any]
    format: str | None
    body: str | None
    note: str | None
    set_at: datetime | None
    set_by: RuleAuthor | None
    in_force: dict[str, PolicyInForce]


class PolicyCheck(Answer):
    """What policies would change, and how many seniors go by them."""

    changes: list[RuleChange]
    seniors: int


class PolicyRevision(Answer):
    """A revision of the policies, with what it changed."""

    revision: int
    scope: str
    place_id: UUID | None
    in_force: bool
    withdrawn: bool
    note: str | None
    set_at: datetime
    set_by: RuleAuthor
    changes: list[RuleChange]


class PolicyHistory(Answer):
    """A page of revisions, newest first."""

    items: list[PolicyRevision]
    next_cursor: str | None


class PolicyVersion(Answer):
    """What the policy's version in a timeline stands for."""

    version: str
    policy: dict[str, Any]
    first_used_at: datetime


class PreviewContact(Answer):
    """A contact that would be told, in the order of the policy."""

    id: UUID
    kind: str


class PreviewPerson(Answer):
    """Somebody who would be told; `duty` is `standing`, `on` or `off`."""

    id: UUID
    name: str
    role: str
    place_level: str
    duty: str
    contacts: list[PreviewContact]


class PreviewStep(Answer):
    """A telling to come; `in_order`: its contacts one after the other, else at once."""

    at: datetime
    level: str
    reason: str
    in_order: bool
    people: list[PreviewPerson]


class NextStep(Answer):
    """What happens next with an alert if nobody does anything; `at` null: nothing.

    `expired`: a promise lapses then. `alarm`: nobody can be told, technicians are.
    """

    at: datetime | None
    expired: bool
    alarm: bool
    steps: list[PreviewStep]


class PreviewLeftOut(Answer):
    """Somebody responsible who would not be told.

    `why`: `no_verified_contact`, `off_shift` or `not_in_policy`.
    """

    id: UUID
    name: str
    role: str
    place_level: str
    duty: str
    why: str


class EscalationPreview(Answer):
    """What would happen to an alert of this senior that nobody answers.

    `ending`: `repeats` (the last step, every `every_s`), `alarm` (nobody can be told:
    administrators are) or `quiet` (no more is told).
    """

    senior_id: UUID
    severity: str
    at: datetime
    version: str
    origin: PolicyOrigin
    steps: list[PreviewStep]
    ending: str
    every_s: float | None
    left_out: list[PreviewLeftOut]
