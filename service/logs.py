"""Logging: one line for each event, as JSON for machines or in colour for people."""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str, style: str) -> None:
    """Send our own events and those of libraries to standard error, in one form.

    Args:
        level: debug, info, warning or error.
        style: json or console.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor
    if style == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer(serializer=_as_text)
        own_renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(serializer=orjson.dumps)
        # A line for each call is a good part of a short call's cost; bytes that orjson writes are the cheapest.
        factory: Any = structlog.BytesLoggerFactory(file=sys.stderr.buffer)
    else:
        # Plain, because tracebacks with local variables show credentials.
        renderer = own_renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        factory = structlog.WriteLoggerFactory(file=sys.stderr)
    structlog.configure(
        processors=[*shared, own_renderer],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=max(_LEVELS[level], logging.WARNING), handlers=[handler], force=True)


def _as_text(event: Any, **options: Any) -> str:
    return orjson.dumps(event, **options).decode()
