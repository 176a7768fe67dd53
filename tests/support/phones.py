"""People's phones: a real web hook that keeps what it was sent, by path."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.waiting import until


@dataclass(frozen=True)
class Call:
    """One notification as it reached a phone; `at` is monotonic [s]."""

    phone: str
    body: dict[str, Any]
    at: float


class Phones:
    """An HTTP server whose every path is somebody's phone."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.calls: list[Call] = []
        self.broken: set[str] = set()

    @property
    def host(self) -> str:
        """``host:port``, for YINLING_NOTIFY_HOSTS."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, phone: str) -> str:
        """Apprise URL of `phone`."""
        return f"json://{self.host}/{phone}"

    def of(self, phone: str, **fields: str) -> list[Call]:
        """Calls to `phone` whose body has these fields."""
        return [
            call
            for call in list(self.calls)
            if call.phone == phone
            and all(call.body.get(key) == value for key, value in fields.items())
        ]

    def wait(self, phone: str, timeout_s: float = 10, **fields: str) -> Call:
        """First call to `phone` with these fields, waited for."""
        what = f"a call to {phone} with {fields}"
        return until(lambda: self.of(phone, **fields), timeout_s, what)[0]


def _answering(phones: Callable[[], Phones]) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            phone = self.path.strip("/").split("?")[0]
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            broken = phone in phones().broken
            if not broken:
                phones().calls.append(Call(phone, body, time.monotonic()))
            self.send_response(503 if broken else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Answering


@contextlib.contextmanager
def running_phones() -> Iterator[Phones]:
    """Start the phones on a free port; hang up at the end."""
    holder: list[Phones] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(lambda: holder[0]))
    server.daemon_threads = True
    holder.append(Phones(server))
    thread = threading.Thread(target=server.serve_forever, name="phones", daemon=True)
    thread.start()
    try:
        yield holder[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
