"""The applications: the public one, and the internal one without login."""

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module, util
from importlib.resources import files
from pkgutil import iter_modules

from fastapi import APIRouter, FastAPI
from psycopg_pool import ConnectionPool
from starlette.staticfiles import StaticFiles

from api import errors
from api.auth.gate import LoginGate
from api.auth.tokens import TokenSigner
from api.deps import Services
from api.middleware import Surround
from api.schemas.base import Problem
from core import secrets
from core.clock import Clock, SystemClock
from core.settings import Settings

PACKAGES_WITH_ROUTES = ("api.routes", "api.pages")
PROBLEMS: dict[int | str, dict[str, object]] = {
    "default": {
        "model": Problem,
        "description": "A problem document (RFC 9457)",
        "content": {errors.MEDIA_TYPE: {}},
    }
}


def create_services(
    settings: Settings, pool: ConnectionPool, clock: Clock | None = None
) -> Services:
    """What both applications hold."""
    key = secrets.signing_key(settings)
    clock = clock or SystemClock()
    return Services(
        settings=settings,
        pool=pool,
        clock=clock,
        signer=TokenSigner(key, timedelta(minutes=settings.token_minutes)),
        gate=LoginGate(clock),
        key=key,
    )


def create_app(
    settings: Settings, pool: ConnectionPool, clock: Clock | None = None
) -> FastAPI:
    """The public application: REST version 1, its documentation, and the pages."""
    app = FastAPI(
        title="Yinling",
        summary="Wristbands of seniors, their alerts, and the people who come",
        version="1",
        docs_url=None,
        redoc_url=None,
        responses=PROBLEMS,
    )
    app.state.services = create_services(settings, pool, clock)
    errors.install(app)
    for router in _routers("router"):
        app.include_router(router)
    static = files("api.pages").joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
    app.add_middleware(Surround, clock=app.state.services.clock)
    return app


def create_internal_app(
    settings: Settings, pool: ConnectionPool, clock: Clock | None = None
) -> FastAPI:
    """The internal application: alive, able to serve, counted."""
    app = FastAPI(title="Yinling, internal", docs_url=None, redoc_url=None)
    app.state.services = create_services(settings, pool, clock)
    errors.install(app)
    for router in _routers("internal_router"):
        app.include_router(router)
    app.add_middleware(Surround, clock=app.state.services.clock)
    return app


def _routers(name: str) -> Iterator[APIRouter]:
    """Routers of that name in every module that may have routes, in fixed order."""
    for package_name in PACKAGES_WITH_ROUTES:
        if util.find_spec(package_name) is None:
            continue
        package = import_module(package_name)
        for module in sorted(iter_modules(package.__path__), key=lambda m: m.name):
            router = getattr(import_module(f"{package_name}.{module.name}"), name, None)
            if isinstance(router, APIRouter):
                yield router
