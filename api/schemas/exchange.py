"""Answers of an import."""

from typing import Any, Literal

from api.schemas.base import Answer


class ImportedSheet(Answer):
    """One table, its rows counted."""

    sheet: str
    title: str
    rows: int
    new: int
    changed: int
    unchanged: int
    missing: int


class ImportFault(Answer):
    """What is wrong, or worth knowing, with one line."""

    sheet: str
    title: str
    line: int | None
    column: str | None
    code: str
    reason: str


class FieldChange(Answer):
    """A value before and after."""

    column: str
    before: Any
    after: Any


class ImportChange(Answer):
    """What happens to one thing."""

    sheet: str
    title: str
    line: int | None
    name: str
    change: Literal["new", "changed"]
    fields: list[FieldChange]


class NotInFile(Answer):
    """What the registry has and the file has not; it stays."""

    sheet: str
    count: int
    names: list[str]


class NewWristband(Answer):
    """A wristband's password, in this answer only."""

    device_id: str
    password: str


class ImportReport(Answer):
    """What an import would change, or has changed; lists are cut at 1,000."""

    applied: bool
    digest: str
    rows: int
    sheets: list[ImportedSheet]
    fault_count: int
    faults: list[ImportFault]
    note_count: int
    notes: list[ImportFault]
    change_count: int
    changes: list[ImportChange]
    missing: list[NotInFile]
    wristbands: list[NewWristband]
