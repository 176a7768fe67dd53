"""A web hook: people's phones, as tests see them."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.waiting import until


@dataclass
class Call:
    """One notification that arrived."""

    path: str
    body: dict[str, Any]
    at_s: float  # time.monotonic


@dataclass
class Sink:
    """Calls received so far; answers as `answer` says for a path, else 200."""

    calls: list[Call] = field(default_factory=list[Call])
    answers: dict[str, int] = field(default_factory=dict[str, int])
    slow_s: dict[str, float] = field(default_factory=dict[str, float])
    server: ThreadingHTTPServer | None = None
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        assert self.server is not None
        return f"127.0.0.1:{self.server.server_port}"

    def url(self, path: str) -> str:
        """Apprise address of a phone here."""
        return f"json://{self.host}/{path}"

    def to(self, path: str) -> list[dict[str, Any]]:
        """Bodies that arrived for a phone."""
        return [call.body for call in self.calls if call.path == f"/{path}"]

    def wait_for(self, count: int, path: str | None = None, seconds: float = 10):
        """Wait until `count` calls arrived; the bodies."""

        def bodies() -> list[dict[str, Any]]:
            return [c.body for c in list(self.calls) if path in {None, c.path[1:]}]

        until(lambda: len(bodies()) >= count, seconds, f"{count} notifications")
        return bodies()

    def __enter__(self) -> "Sink":
        sink = self

        class Phone(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                sink.calls.append(Call(self.path, body, time.monotonic()))
                sink.released.wait(sink.slow_s.get(self.path[1:], 0))
                status = sink.answers.get(self.path[1:], 200)
                self.send_response(status)
                if status in {301, 302, 307}:
                    self.send_header("Location", f"http://{sink.host}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:
                """A caller that gave up is no error here."""

        self.server = Server(("127.0.0.1", 0), Phone)
        self.server.daemon_threads = True
        thread = threading.Thread(
            target=self.server.serve_forever, args=(0.05,), name="sink", daemon=True
        )
        thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.server is not None
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
