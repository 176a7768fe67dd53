"""The phone of a bench: a web hook that notes when it was first told of whom."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from core.clock import Clock

_HOST: Final = "127.0.0.1"
_BACKLOG: Final = 256


class Phone:
    """What arrived: by senior, the first time it rang [monotonic s]."""

    def __init__(self, clock: Clock) -> None:
        self.port = 0
        self._clock = clock
        self._rang: dict[str, float] = {}
        self._news = threading.Condition()

    @property
    def host(self) -> str:
        """``host:port``, for YINLING_NOTIFY_HOSTS."""
        return f"{_HOST}:{self.port}"

    @property
    def url(self) -> str:
        """Its Apprise URL."""
        return f"json://{self.host}/bench"

    def ring(self, senior: str, at_s: float) -> None:
        """Note a notification about `senior`."""
        with self._news:
            self._rang.setdefault(senior, at_s)
            self._news.notify_all()

    def wait(self, senior: str, timeout_s: float) -> float | None:
        """When it first rang for `senior`; None if it did not within `timeout_s`."""
        with self._news:
            self._news.wait_for(lambda: senior in self._rang, timeout_s)
            return self._rang.get(senior)

    def now_s(self) -> float:
        """The clock that rings are noted by [monotonic s]."""
        return self._clock.monotonic_s()


@contextmanager
def running(clock: Clock) -> Generator[Phone]:
    """A phone on a free port."""
    phone = Phone(clock)

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            at_s = phone.now_s()
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            phone.ring(str(body.get("senior")), at_s)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = _BACKLOG
        daemon_threads = True

    server = Server((_HOST, 0), Answering)
    phone.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, name="phone", daemon=True)
    thread.start()
    try:
        yield phone
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
