"""What the api counts: requests by route and status, their time, logins."""

from prometheus_client import Counter, Histogram
from starlette.types import Scope

REQUESTS = Counter(
    "yinling_http_requests_total",
    "Requests answered",
    ["method", "route", "status"],
)
SECONDS = Histogram(
    "yinling_http_request_seconds",
    "Time from a request's arrival to the end of its answer [s]",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LOGINS = Counter("yinling_logins_total", "Password checks", ["outcome"])
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(scope: Scope, status: int | None, seconds: float) -> None:
    """Count one request under its route's template, never under its path."""
    route = getattr(scope.get("route"), "path", "unmatched")
    method = scope["method"] if scope["method"] in METHODS else "other"
    REQUESTS.labels(method, route, str(status or "aborted")).inc()
    if route != "/v1/stream":
        SECONDS.labels(route).observe(seconds)
