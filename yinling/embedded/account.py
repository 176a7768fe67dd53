"""Whom the embedded database runs as when we are root, and what that user can reach."""

import os
import pwd
import stat
from pathlib import Path

from core.errors import UnavailableError
from yinling.process import Account

_NAMES = ("yinling", "nobody")


def unprivileged() -> Account | None:
    """The account for servers that refuse root, or None where we are not root.

    A user ``yinling`` if the machine has one, else ``nobody``.

    Raises
    ------
    UnavailableError
        If we are root and the machine has neither.
    """
    if os.geteuid() != 0:
        return None
    for name in _NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise UnavailableError(
        "PostgreSQL refuses to run as root and there is no user nobody;"
        " start as another user, or give YINLING_DATABASE_URL"
    )


def can_reach(account: Account | None, path: Path) -> bool:
    """Whether `account` may walk to `path` and read it; True for the present user."""
    if account is None:
        return True
    path = path.resolve()
    walkable = all(_allows(account, parent, 0o1) for parent in path.parents)
    return walkable and _allows(account, path, 0o5 if path.is_dir() else 0o4)


def _allows(account: Account, path: Path, wanted: int) -> bool:
    status = path.stat()
    if status.st_uid == account.uid:
        shift = 6
    elif status.st_gid == account.gid:
        shift = 3
    else:
        shift = 0
    return (stat.S_IMODE(status.st_mode) >> shift) & wanted == wanted
