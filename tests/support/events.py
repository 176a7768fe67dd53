"""Reading a server-sent event stream in a thread, so that tests can wait for events."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.api import Login
from tests.support.waiting import until


@dataclass(frozen=True)
class Event:
    """One event as it came."""

    name: str
    id: str
    thing: dict[str, Any]


class Listening:
    """What came so far; `ended` once the server closed the stream."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.comments = 0
        self.position = ""
        self.ended = threading.Event()
        self.opened = threading.Event()
        self.socket: socket.socket

    def wait_for(self, what: str, name: str, **fields: Any) -> Event:
        """The first event of that name whose object has these fields."""

        def found() -> Event | None:
            for event in list(self.events):
                if event.name == name and fields.items() <= event.thing.items():
                    return event
            return None

        return until(found, 10, what)

    def read(self, lines: Iterator[str]) -> None:
        """Take in the stream's lines until it ends."""
        name, data = "", ""
        for line in lines:
            key, _, value = line.partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                data = value
            elif key == "id":
                self.position = value
            elif line.startswith(":"):
                self.comments += 1
                self.opened.set()
            elif not line and data:
                self.events.append(Event(name, self.position, json.loads(data)))
                name, data = "", ""


@contextlib.contextmanager
def listening(
    who: Login, query: str = "", last: str | None = None
) -> Iterator[Listening]:
    """Open ``/v1/stream`` as `who`, resumed after the event id `last`."""
    listening = Listening()
    headers = who.headers | ({"Last-Event-ID": last} if last else {})
    client = httpx.Client(base_url=who.client.base_url, timeout=20)

    def run() -> None:
        with (
            contextlib.suppress(httpx.HTTPError, httpx.StreamError, OSError),
            client.stream("GET", f"/v1/stream{query}", headers=headers) as answer,
        ):
            assert answer.headers["content-type"].startswith("text/event-stream")
            listening.socket = answer.extensions["network_stream"].get_extra_info(
                "socket"
            )
            listening.read(answer.iter_lines())
        listening.ended.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert listening.opened.wait(10), "the stream did not open"
    try:
        yield listening
    finally:
        with contextlib.suppress(OSError):
            listening.socket.shutdown(socket.SHUT_RDWR)
        thread.join(8)
        client.close()
