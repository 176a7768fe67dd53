"""The internal address: alive, able to serve, counted; no login."""

import os

from fastapi import APIRouter, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)

from api import health
from api.answers import answer
from api.deps import Now, Own

internal_router = APIRouter()


@internal_router.get("/healthz")
async def healthz() -> Response:
    """Say that this process lives."""
    return answer({"ok": True})


@internal_router.get("/readyz")
def readyz(own: Own, now: Now) -> Response:
    """Whether the service can serve, with each dependency's state; 503 if not."""
    states = health.dependencies(own.settings, own.pool, now)
    ready = all(state["ok"] for state in states.values())
    return answer({"ready": ready, "dependencies": states}, 200 if ready else 503)


@internal_router.get("/metrics")
def metrics() -> Response:
    """Counters of all processes of this machine, for Prometheus."""
    return Response(generate_latest(_registry()), media_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # pyright: ignore[reportUnknownMemberType]
    return registry
