"""Which tags responses carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import json
from sqlalchemy import select

from rejoinder.store.chunks import chunks
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import response_tag

_TABLE = response_tag.c
_COLUMNS = (
    _TABLE.respondent_id,
    _TABLE.tag_id,
    _TABLE.sentiment,
    _TABLE.found,
    _TABLE.added,
    _TABLE.corrected,
    _TABLE.spans,
)


class Carried(NamedTuple):
    """A tag on a response. `spans` — (begin, end) in the comment."""

    respondent_id: int
    tag_id: int
    sentiment: int | None
    found: int
    added: int | None
    corrected: int | None
    spans: tuple[tuple[int, int], ...]


def _carried(row: Any) -> Carried:
    spans = json.decode(row.spans, type=tuple[tuple[int, int], ...]) if row.spans else ()
    return Carried._make((*row[:6], spans))


def taken_off(session: Session, workspace: int, responses: Sequence[int]) -> dict[int, list[int]]:
    """Response → the tags that people took off it, by their numbers."""
    found: dict[int, list[int]] = {}
    for some in chunks(responses):
        mine = (_TABLE.workspace_id == workspace, _TABLE.respondent_id.in_(some), _TABLE.added == 0)
        for row in session.rows(select(*_COLUMNS[:2]).where(*mine).order_by(*_COLUMNS[:2])):
            found.setdefault(row.respondent_id, []).append(row.tag_id)
    return found


def carrying(session: Session, workspace: int, tag: int, responses: Sequence[int]) -> set[int]:
    """Those of some responses that carry a tag."""
    found: set[int] = set()
    for some in chunks(responses):
        mine = (_TABLE.workspace_id == workspace, _TABLE.respondent_id.in_(some), _TABLE.tag_id == tag)
        rows = session.rows(select(_TABLE.respondent_id).where(*mine, _TABLE.present == 1))
        found.update(row.respondent_id for row in rows)
    return found


def tags_of(session: Session, workspace: int, responses: Sequence[int]) -> dict[int, list[Carried]]:
    """Response → the tags that it carries, by their numbers."""
    found: dict[int, list[Carried]] = {}
    for some in chunks(responses):
        mine = (_TABLE.workspace_id == workspace, _TABLE.respondent_id.in_(some), _TABLE.present == 1)
        for row in session.rows(select(*_COLUMNS).where(*mine).order_by(*_COLUMNS[:2])):
            found.setdefault(row.respondent_id, []).append(_carried(row))
    return found
