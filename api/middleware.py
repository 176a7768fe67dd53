"""Around every request: security headers, a limit on bodies, metrics, a last resort."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import metrics
from api.errors import BodyTooLargeError, problem
from core import logs
from core.clock import Clock

MOST_BODY_BYTES = 1024 * 1024
LARGER_BODIES = {
    "/v1/import": 17 * 1024 * 1024,
    "/admin/import": 17 * 1024 * 1024,
}
"""Paths that take whole files, and read them only once they know who sends them."""
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(), microphone=()",
}
log = logs.get("api")


class Surround:
    """Pure ASGI, so that streams pass through it untouched."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        started_s = self._clock.monotonic_s()
        try:
            await self._serve(exchange)
        finally:
            metrics.observe(
                scope, exchange.status, self._clock.monotonic_s() - started_s
            )

    async def _serve(self, exchange: "_Exchange") -> None:
        if exchange.announced_bytes > exchange.most_bytes:
            await exchange.fail(413)
            return
        try:
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except BodyTooLargeError:
            await exchange.fail(413)
        except Exception as error:
            # The text of an error may quote a value: only its kind is logged.
            log.error(  # noqa: TRY400
                "request failed", error=type(error).__name__, where=_where(error)
            )
            if exchange.status is not None:
                raise
            await exchange.fail(500)


def _where(error: Exception) -> str:
    """File and line that raised it, without values."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.status: int | None = None
        self._receive = receive
        self._send = send
        self._received = 0
        self.most_bytes = LARGER_BODIES.get(scope["path"], MOST_BODY_BYTES)

    @property
    def announced_bytes(self) -> int:
        """Length of the body, as far as the request says it."""
        text = Headers(scope=self.scope).get("content-length", "0")
        return int(text) if text.isdecimal() and len(text) < 20 else 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > self.most_bytes:
            raise BodyTooLargeError
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self.scope["path"].startswith("/v1/"):
                headers.setdefault("cache-control", "no-store")
        await self._send(message)

    async def fail(self, status: int) -> None:
        """Answer a bare problem, if nothing was answered yet."""
        if self.status is None:
            await problem(status)(self.scope, self.receive, self.send)
