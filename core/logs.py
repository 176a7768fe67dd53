"""Structured logs on stderr: one JSON object a line, or columns for people."""

import logging
import sys
from typing import Literal

import structlog

Format = Literal["json", "console"]


def configure(level: str = "info", style: Format = "json") -> None:
    """Set up structlog for this process; call once at start.

    Health values, positions, names, URLs and passwords never go into a log line:
    log ids and counts.
    """
    renderer = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """Logger whose lines carry the part of the service that wrote them."""
    return structlog.get_logger(part=name)
