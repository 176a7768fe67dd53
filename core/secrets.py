"""Secrets that nobody gave: made at random once, kept 0600 in the data directory."""

import os
import secrets
import tempfile
from pathlib import Path

from pydantic import SecretStr

from core.settings import Settings


def keep(data_dir: Path, name: str, fresh: bytes) -> bytes:
    """Content of ``data_dir/secrets/name``, writing `fresh` there if it is absent.

    Safe when several processes or threads start at once: the first one's content wins.
    """
    folder = data_dir / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=folder)  # mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_bytes()


def password(data_dir: Path, name: str) -> str:
    """A random password of 192 bits kept under `name`."""
    return keep(data_dir, name, secrets.token_urlsafe(24).encode()).decode()


def signing_key(settings: Settings) -> bytes:
    """The key that signs tokens and links: the given one, or one made at random."""
    return _given(settings.secret_key) or keep(
        settings.data_dir, "signing.key", secrets.token_bytes(32)
    )


def admin_password(settings: Settings) -> str:
    """The administrator's first password: the given one, or one made at random."""
    given = _given(settings.admin_password)
    return given.decode() if given else password(settings.data_dir, "admin.password")


def _given(value: SecretStr | None) -> bytes | None:
    return value.get_secret_value().encode() if value is not None else None
