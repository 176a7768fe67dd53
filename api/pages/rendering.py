"""Turning a template into an answer, in the reader's language, with safe headers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.pages.words import PAGE_WORDS
from api.views.summary import kind_name
from api.views.words import WORDS, length, span
from core.clock import Clock
from core.model import Kind

LOCALES: Final = ("zh-CN", "en")
LOCALE_COOKIE: Final = "yinling_locale"
JUST_NOW_S: Final = 60
HEADERS: Final = {"cache-control": "no-store", "referrer-policy": "same-origin"}
PRIVATE_HEADERS: Final = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
}
"""For link pages: their address is a secret."""


def say(locale: str, key: str, /, **values: object) -> str:
    """A word of the pages or of the views, in `locale`, with `values` filled in."""
    text = (PAGE_WORDS.get(key) or WORDS[key])[0 if locale == LOCALES[0] else 1]
    return text.format(**values) if values else text


def locale_of(request: Request, own: str | None = None) -> str:
    """The reader's language: chosen on a page, else their own, else the browser's."""
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return chosen
    if own in LOCALES:
        return own
    wanted = request.headers.get("accept-language", "").strip().lower()
    return (
        "en"
        if wanted and not wanted.startswith("zh") and "zh" not in wanted
        else LOCALES[0]
    )


def render(
    request: Request,
    template: str,
    locale: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    private: bool = False,
) -> Response:
    """Fill a template; `private` pages may neither be indexed nor leak their address."""
    clock: Clock = request.app.state.services.clock
    zone: ZoneInfo = request.app.state.services.settings.zone
    now = clock.now()
    text = (
        _environment()
        .get_template(template)
        .render(
            locale=locale,
            path=request.url.path,
            zone=zone.key,
            t=partial(say, locale),
            kind_name=partial(kind_name, locale),
            who=partial(who, locale),
            ago=partial(ago, locale, now),
            clock_time=partial(clock_time, zone, now),
            iso=iso,
            length=partial(length, locale),
            span=partial(span, locale),
            **values,
        )
    )
    headers = PRIVATE_HEADERS if private else HEADERS
    return HTMLResponse(text, status, headers=headers)


def who(locale: str, alert: Mapping[str, Any]) -> str:
    """Whom or what an Alert object is about: a senior, a place, our service, a wristband."""
    if alert["senior"]:
        return str(alert["senior"]["name"])
    if alert["kind"] != Kind.AREA_OUTAGE:
        return say(locale, "grid.nobody")
    return str(alert["place"][-1]) if alert["place"] else say(locale, "grid.service")


def ago(locale: str, now: datetime, at: datetime) -> str:
    """How long ago in words."""
    seconds = (now - at).total_seconds()
    if seconds < JUST_NOW_S:
        return say(locale, "grid.just_now")
    return say(locale, "grid.ago", span=span(locale, seconds))


def clock_time(zone: ZoneInfo, now: datetime, at: datetime) -> str:
    """Local time of day, with the date where it is not today."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    near = abs(today - local) < timedelta(hours=24) and local.date() == today.date()
    return local.strftime("%H:%M" if near else "%m-%d %H:%M")


def iso(at: datetime) -> str:
    """For ``<time datetime>``."""
    return at.isoformat()


@cache
def _environment() -> Environment:
    folder = files("api.pages").joinpath("templates")
    return Environment(
        loader=FileSystemLoader(str(folder)),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
