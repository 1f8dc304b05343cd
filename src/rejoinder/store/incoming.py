"""Files that came to be imported: rows with what is in them, and the files in pieces."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec import json
from sqlalchemy import delete, insert, select, tuple_, update

from rejoinder.model.incoming import Incoming, IncomingStatus, Outcome, Seen, Wish
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import incoming, incoming_piece

PIECE = 1_000_000
"""Bytes of a file in one row."""


def _incoming(row: Any) -> Incoming:
    return Incoming(
        workspace_id=row.workspace_id,
        id=row.id,
        survey_id=row.survey_id,
        status=IncomingStatus(row.status),
        file_name=row.file_name,
        size=row.size,
        seen=json.decode(row.seen, type=Seen),
        wish=json.decode(row.wish, type=Wish),
        outcome=json.decode(row.outcome, type=Outcome),
        error=row.error,
        asked_by=row.asked_by,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def add_incoming(session: Session, new: Incoming, data: bytes) -> int:
    """Keep a file; gives its number."""
    number = next_id(session, new.workspace_id, "incoming")
    pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
    session.run(
        insert(incoming).values(
            workspace_id=new.workspace_id,
            id=number,
            survey_id=new.survey_id,
            status=new.status.value,
            file_name=new.file_name,
            size=new.size,
            pieces=len(pieces),
            seen=json.encode(new.seen).decode(),
            wish=json.encode(new.wish).decode(),
            asked_by=new.asked_by,
            created_at=new.created_at,
        )
    )
    rows = [
        {"workspace_id": new.workspace_id, "incoming_id": number, "position": n, "data": piece}
        for n, piece in enumerate(pieces)
    ]
    session.run(insert(incoming_piece), rows)
    return number


def incoming_by_id(session: Session, workspace: int, number: int) -> Incoming | None:
    """A file by its number."""
    row = session.row(select(incoming).where(incoming.c.workspace_id == workspace, incoming.c.id == number))
    return row and _incoming(row)


def newest_incoming(session: Session, workspace: int, survey: int | None, limit: int) -> list[Incoming]:
    """Files of a survey (None: those that make a new one), the newest first."""
    mine = (incoming.c.workspace_id == workspace, incoming.c.survey_id.is_not_distinct_from(survey))
    rows = session.rows(select(incoming).where(*mine).order_by(incoming.c.id.desc()).limit(limit))
    return [_incoming(row) for row in rows]


def count_incoming(session: Session, workspace: int, status: Collection[IncomingStatus]) -> int:
    """How many files of a workspace stand so."""
    named = incoming.c.status.in_([one.value for one in status])
    return len(session.rows(select(incoming.c.id).where(incoming.c.workspace_id == workspace, named)))


def change_incoming(
    session: Session,
    workspace: int,
    number: int,
    before: Collection[IncomingStatus],
    *,
    status: IncomingStatus | None = None,
    wish: Wish | None = None,
    seen: Seen | None = None,
    outcome: Outcome | None = None,
    survey: int | None = None,
    error: str | None = None,
    finished_at: int | None = None,
) -> bool:
    """Change a file's row where it stands as `before` says; what is None stays. False where it does not."""
    values: dict[str, Any] = {"error": error, "finished_at": finished_at, "survey_id": survey}
    values["status"] = status and status.value
    values["seen"] = seen and json.encode(seen).decode()
    values["wish"] = wish and json.encode(wish).decode()
    values["outcome"] = outcome and json.encode(outcome).decode()
    mine = (incoming.c.workspace_id == workspace, incoming.c.id == number)
    named = incoming.c.status.in_([one.value for one in before])
    given = {name: value for name, value in values.items() if value is not None}
    return bool(session.run(update(incoming).where(*mine, named).values(given)))


def piece(session: Session, workspace: int, number: int, position: int) -> bytes | None:
    """A piece of a file, None behind its end."""
    row = session.row(
        select(incoming_piece.c.data).where(
            incoming_piece.c.workspace_id == workspace,
            incoming_piece.c.incoming_id == number,
            incoming_piece.c.position == position,
        )
    )
    return row and bytes(row.data)


def drop_pieces(session: Session, workspace: int, number: int) -> None:
    """Delete a file, and keep its row."""
    session.run(
        delete(incoming_piece).where(
            incoming_piece.c.workspace_id == workspace, incoming_piece.c.incoming_id == number
        )
    )


def drop_incoming(session: Session, workspace: int, number: int) -> None:
    """Delete a file with its row."""
    drop_pieces(session, workspace, number)
    session.run(delete(incoming).where(incoming.c.workspace_id == workspace, incoming.c.id == number))


def forget_incoming(session: Session, before: int, limit: int = 20) -> int:
    """Delete files that came before a time (µs), and pieces whose row is gone; gives how many."""
    old = session.rows(
        select(incoming.c.workspace_id, incoming.c.id).where(incoming.c.created_at < before).limit(limit)
    )
    for workspace, number in old:
        drop_incoming(session, workspace, number)
    there = select(incoming.c.workspace_id, incoming.c.id)
    place = tuple_(incoming_piece.c.workspace_id, incoming_piece.c.incoming_id)
    session.run(delete(incoming_piece).where(place.not_in(there)))
    return len(old)
