"""The audit log: rows that are only ever added, each bound to the one before it by a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import json
from sqlalchemy import insert, select

from rejoinder.model.audit import Entry
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.access import counter
from rejoinder.store.tables.effects import audit

_NOUN = "audit"
_ORDER = (
    audit.c.workspace_id,
    audit.c.id,
    audit.c.actor,
    audit.c.action,
    audit.c.subject,
    audit.c.detail,
    audit.c.at,
    audit.c.hash,
)


def add_entry(
    session: Session, workspace: int, actor: str, action: str, subject: str, detail: dict[str, Any], at: int
) -> int:
    """Append an entry; gives its number, counted from 1 without gaps.

    Taking the number locks the workspace's counter until the commit, so that no two entries follow the same.
    """
    number = next_id(session, workspace, _NOUN)
    before = session.row(
        select(audit.c.hash).where(audit.c.workspace_id == workspace, audit.c.id == number - 1)
    )
    values = (workspace, number, actor, action, subject, json.encode(detail, order="sorted").decode(), at)
    names = [column.name for column in _ORDER]
    found = dict(zip(names, (*values, chained(before.hash if before else "", values)), strict=True))
    session.run(insert(audit).values(found))
    return number


def chained(before: str, values: Sequence[Any]) -> str:
    """The hash of an entry: SHA-256 over the hash before it and its own columns, as hex."""
    return hashlib.sha256(json.encode([before, *values])).hexdigest()


def newest(
    session: Session,
    workspace: int,
    limit: int,
    before: int | None,
    *,
    about: str = "",
    actor: str = "",
    subjects: Sequence[str] = (),
) -> list[Entry]:
    """Entries, the newest first; those older than `before`, of a noun, of an actor, of some subjects."""
    statement = select(*_ORDER).where(audit.c.workspace_id == workspace).order_by(audit.c.id.desc())
    if about:
        statement = statement.where(audit.c.action.startswith(f"{about}.", autoescape=True))
    if actor:
        statement = statement.where(audit.c.actor == actor)
    if subjects:
        statement = statement.where(audit.c.subject.in_(subjects))
    if before is not None:
        statement = statement.where(audit.c.id < before)
    return [
        Entry(
            workspace, row.id, row.actor, row.action, row.subject, json.decode(row.detail), row.at, row.hash
        )
        for row in session.rows(statement.limit(limit))
    ]


def columns(session: Session, workspace: int) -> Iterator[tuple[Any, ...]]:
    """The columns of every entry as they are stored, oldest first, in constant memory."""
    statement = select(*_ORDER).where(audit.c.workspace_id == workspace).order_by(audit.c.id)
    for rows in session.each(statement):
        yield from map(tuple, rows)


def issued(session: Session, workspace: int) -> int:
    """How many entries were ever added."""
    row = session.row(
        select(counter.c.value).where(counter.c.workspace_id == workspace, counter.c.name == _NOUN)
    )
    return int(row.value) if row else 0
