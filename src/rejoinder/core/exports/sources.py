"""Where the rows of exports come from: a name and a function for each kind.

A further kind is one function and one line in `SOURCES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from rejoinder.core.unit import Unit
from rejoinder.model.exports import Column, Wanted
from rejoinder.store.session import Session


class Slice(NamedTuple):
    """Some rows, column by column; or, for NDJSON, `lines`: canonical records as they stand."""

    values: Sequence[Sequence[Any]]
    size: int
    lines: bytes | None = None


class Source(NamedTuple):
    """Rows to export.

    `name` — what to call the file, without ending; `total` — how many rows there will be, None when nobody
    knows; `next_slice` — the next rows, read in a fresh short read, None at the end: nothing is held between.
    """

    name: str
    columns: tuple[Column, ...]
    total: int | None
    next_slice: Callable[[Session], Slice | None]


Opener = Callable[[Unit, Wanted], Source]
"""Opens a source. Raises Invalid or NotFound for what cannot be exported; reads no row yet."""


def openers() -> Mapping[str, Opener]:
    """Every kind of export."""
    from rejoinder.core.exports import feedback_rows, survey_rows

    return {
        "respondents": survey_rows.respondents,
        "responses": survey_rows.responses,
        "feedback_responses": feedback_rows.responses,
        "feedback_users": feedback_rows.users,
    }
