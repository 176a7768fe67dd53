"""Files that hold wristbands' passwords: readable by their owner only."""

import csv
import os
from collections.abc import Mapping
from pathlib import Path

from core import topics
from core.errors import UsageError


def read(path: Path) -> dict[str, str]:
    """Passwords by device id from a CSV file ``device_id,password``.

    Raises
    ------
    UsageError
        If the file is not there or a line of it is no pair of these.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if row]
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        if number == 1 and row[0] == "device_id":
            continue
        if len(row) < 2 or not topics.is_device_id(row[0]):
            raise UsageError(f"{path}, line {number}: expected device_id,password")
        found[row[0]] = row[1]
    return found


def write(path: Path, passwords: Mapping[str, str]) -> None:
    """Write a credentials file anew, mode 0600, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("device_id", "password"))
        rows.writerows(passwords.items())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
