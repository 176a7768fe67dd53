"""Child processes that are given their orders on stdin and answer in lines of JSON."""

import json
import subprocess
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

from core.errors import UnavailableError

END_TIMEOUT_S: Final = 15.0


class Child:
    """``python -P -m {module}``, told what to do by one line of JSON.

    Parameters
    ----------
    module : what is run.
    order : its first line of stdin; may hold passwords.
    """

    def __init__(self, module: str, order: Mapping[str, object]) -> None:
        self._module = module
        self._process = subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._write(json.dumps(order) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None and not stream.closed:
                stream.close()

    def answer(self) -> dict[str, Any]:
        """Its next line.

        Raises
        ------
        UnavailableError
            If it ended without one.
        """
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise UnavailableError(f"{self._module} ended early")
        found: dict[str, Any] = json.loads(line)
        return found

    def let_end(self) -> None:
        """Close its stdin: it stops and gives its last answer."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _write(self, text: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(text)
            self._process.stdin.flush()
