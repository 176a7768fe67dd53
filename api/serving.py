"""HTTP servers in a thread of their own, so that the main thread keeps its signals."""

import asyncio
import logging
import socket
import threading
from typing import NamedTuple

import uvicorn
from fastapi import FastAPI

from core.errors import UnavailableError

GRACE_S = 3
START_TIMEOUT_S = 10.0


class Site(NamedTuple):
    """An application and the socket it listens on."""

    app: FastAPI
    listener: socket.socket


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one.

    Raises
    ------
    UnavailableError
        If the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, since asyncio sets TCP_NODELAY only then: without it each
    # answer waits 40 ms for the client's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise UnavailableError(
            f"cannot listen on {host}:{port}: {error.strerror or error}"
        ) from None
    return listener


def address(listener: socket.socket) -> str:
    """``http://host:port`` of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Serving:
    """Sites being served until stopped.

    ``ended`` is set when the servers have stopped, whether asked to or not.
    """

    def __init__(self, sites: list[Site]) -> None:
        # Requests are counted by our own metrics; paths may hold links' tokens.
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
        self._sites = sites
        self._servers = [_server(site.app) for site in sites]
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self.ended = threading.Event()

    def start(self) -> None:
        """Serve; return once every site answers.

        Raises
        ------
        UnavailableError
            If a site does not come up.
        """
        self._thread.start()
        tick = threading.Event()
        waited_s = 0.0
        while not all(server.started for server in self._servers):
            if self.ended.is_set() or waited_s > START_TIMEOUT_S:
                raise UnavailableError("the HTTP servers did not start")
            tick.wait(0.01)
            waited_s += 0.01

    def stop(self) -> None:
        """Answer what is being asked, then stop; streams end after a grace."""
        for server in self._servers:
            server.should_exit = True
        self._thread.join(GRACE_S + 3)
        for site in self._sites:
            site.listener.close()

    def _run(self) -> None:
        try:
            factory = self._servers[0].config.get_loop_factory()
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(self._serve())
        finally:
            self.ended.set()

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            for site, server in zip(self._sites, self._servers, strict=True):
                group.create_task(server.serve(sockets=[site.listener]))


def _server(app: FastAPI) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GRACE_S,
        )
    )
