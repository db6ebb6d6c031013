"""Logs for people and for programs: plain lines, or JSON or key=value with scan, page and stage; never document text.

Messages of foreign exceptions may quote what they choked on, so a traceback says where and what kind, and no more.
"""

import logging
import sys
import traceback
from contextlib import AbstractContextManager
from typing import Any

import structlog

_PLAIN = "%(levelname)s %(name)s: %(message)s"


def set_up(form: str, level: str) -> None:
    """From now on all is logged in this form (`plain`, `json`, `keyvalue`), where logs went before, else to stderr."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stderr))
    root.setLevel(level.upper())
    for handler in root.handlers:
        handler.setFormatter(_formatter(form))


def about(**names: Any) -> AbstractContextManager[None]:
    """While it is open, what this thread logs says these names, such as `scan`, `page` and `stage`."""
    return structlog.contextvars.bound_contextvars(**names)


def _formatter(form: str) -> logging.Formatter:
    if form == "plain":
        return _Plain(_PLAIN)
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "keyvalue":
        last = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"])
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.ExceptionRenderer(lambda info: _traced(info[1])),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


class _Plain(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Where and what kind."""
        return _traced(ei[1])


def _traced(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    cause = f"; from {_traced(error.__cause__)}" if error.__cause__ else ""
    return f"{type(error).__name__} at {where}{cause}"
