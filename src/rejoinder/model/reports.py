"""Row-by-row results of bulk operations."""

from __future__ import annotations

from typing import Any

import msgspec

MAX_REPORTED = 10_000
"""Messages about rows after which a refused request is not read on."""
_SHOWN = 1000
"""Characters of a value that a message repeats."""


def shown(value: Any) -> Any:
    """A sent value as messages repeat it: cut where it is long, so that no reply repeats a huge request."""
    text = value if isinstance(value, str) else ""
    if isinstance(value, list | dict):
        text = msgspec.json.encode(value).decode()
    return f"{text[:_SHOWN]}…" if len(text) > _SHOWN else value


class Message(msgspec.Struct, frozen=True):
    """What is wrong with one or more datapoints of a row.

    `fields`: names of the variables; `value`: what was sent (several keys: joined with a comma);
    `severity`: always "Error" so far. Forsta (001), "Add Respondents", sample 4.
    """

    fields: tuple[str, ...]
    message: str
    value: Any
    severity: str = "Error"


class RowResult(msgspec.Struct, frozen=True):
    """Messages for one row; `row` counts from 1 over the request's rows."""

    row: int
    messages: tuple[Message, ...]


class Report(msgspec.Struct, frozen=True):
    """All row results of one operation; `level` is "respondent" or "response"."""

    level: str
    rows: tuple[RowResult, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """What a bulk write did. Counters count rows; ids are respids in row order."""

    inserted: int = 0
    inserted_ids: tuple[int, ...] = ()
    updated: int = 0
    deleted: int = 0
    report: Report | None = None
