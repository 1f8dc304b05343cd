"""Structured logs: one JSON object a line, or plain lines on a terminal. Secrets are blacked out."""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

SECRET = re.compile(
    r"(?i)\b(access_token|refresh_token|account_token|client_secret|password|authorization)"
    r"""(["']?\s*[=:]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s&"',;)}\]]+"""
)
CREDENTIAL = re.compile(r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{8,}")
OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def configure(level: str, style: str) -> None:
    """Send all logs to standard error.

    Parameters: `level` — debug, info, warning or error; `style` — json, text, or auto (text on a terminal).
    """
    text = style == "text" or (style == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines() if text else JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def redact(text: str) -> str:
    """The text without the values of tokens, secrets and passwords."""
    return CREDENTIAL.sub(r"\1\2***", SECRET.sub(r"\1\2***", text))


class JsonLines(logging.Formatter):
    """Time, level, event, where it came from, and whatever was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": redact(record.getMessage()),
            "logger": record.name,
        }
        line |= _extra(record)
        if record.exc_info:
            line["traceback"] = redact(self.formatException(record.exc_info))
        return msgspec.json.encode(line, enc_hook=repr).decode()


class TextLines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback where there is one."""
        extra = "".join(f" {key}={value}" for key, value in _extra(record).items())
        text = f"{_time(record)} {record.levelname:<7} {redact(record.getMessage())}{extra}"
        # A line break in a value must not look like a line of ours.
        text = text.replace("\r", "\\r").replace("\n", "\\n")
        return text + "\n" + redact(self.formatException(record.exc_info)) if record.exc_info else text


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {
        key: redact(value) if isinstance(value, str) else value
        for key, value in vars(record).items()
        if key not in OWN
    }
