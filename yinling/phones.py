"""The demo's phones: a small HTTP server that shows who was told what."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from rich.console import Console
from rich.markup import escape

_COLOURS = {"critical": "bold red", "warning": "yellow", "info": "cyan"}
_LARGEST_BYTES = 64 * 1024
_LONGEST_LINE = 80


class Phones:
    """Answers each JSON hook with 200 and prints it; each path is one person's phone.

    Parameters
    ----------
    port : TCP port on 127.0.0.1.
    owners : name to show by path, e.g. ``{"grid": "王建华（网格员）"}``.
    console : where calls are printed.
    """

    def __init__(self, port: int, owners: Mapping[str, str], console: Console) -> None:
        self._server = _Server(("127.0.0.1", port), _Phone)
        self._server.owners = owners
        self._server.console = console
        self.address = f"127.0.0.1:{port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="phones", daemon=True
        )

    @property
    def url(self) -> str:
        """Base address of the phones."""
        return f"http://{self.address}"

    def start(self) -> None:
        """Take calls in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more calls."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owners: Mapping[str, str]
    console: Console


class _Phone(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        """Show what this phone was told."""
        length = min(int(self.headers.get("Content-Length") or 0), _LARGEST_BYTES)
        told = _object(self.rfile.read(length))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        key = self.path.strip("/")
        owner = self.server.owners.get(key, key)
        self.server.console.print(shown(owner, told), highlight=False, soft_wrap=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing on stderr."""


def shown(owner: str, told: Mapping[str, object]) -> str:
    """One call as the terminal shows it, in rich's markup; nothing is cut off.

    A long message keeps its own lines, below the title.

    Parameters
    ----------
    owner : whose phone it is.
    told : the hook's JSON object.
    """
    colour = _COLOURS.get(str(told.get("severity")), "white")
    title = escape(str(told.get("title") or "通知"))
    lines = [part.strip() for part in str(told.get("message") or "").splitlines()]
    lines = [escape(part) for part in lines if part]
    text = " ".join(lines)
    if len(text) > _LONGEST_LINE:
        text = "".join(f"\n     {part}" for part in lines)
    head = f"📱 [bold]{escape(owner)}[/bold] 收到：[{colour}]{title}[/{colour}]"
    return f"{head} {text}" if text else head


def _object(body: bytes) -> dict[str, object]:
    try:
        told: object = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, object]", told) if isinstance(told, dict) else {}
