"""Files that nobody else may read."""

import os
from pathlib import Path


def write_privately(path: Path, content: str | bytes) -> None:
    """Replace `path` by a text or bytes at once, mode 0600."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
    draft.replace(path)
