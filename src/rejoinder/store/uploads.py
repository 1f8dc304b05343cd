"""Files that respondents sent: kept in pieces, waiting for the answers that name them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, tuple_, update

from rejoinder.store.session import Session
from rejoinder.store.tables.collecting import upload, upload_chunk

KEY_LENGTH = 32
"""Characters of a file's key: 192 random bits."""
KEEP_UNCLAIMED = 24 * 3600 * 1_000_000
"""Microseconds for which a file waits for the answers that name it."""
CHUNK = 262_144
"""Bytes of a file in one row."""


class Upload(NamedTuple):
    """A file. `respid` — whose answers named it, None while it waits; `created_at` in µs."""

    key: str
    survey_id: int
    respid: int | None
    question: str
    name: str
    content_type: str
    size: int
    created_at: int


_FIELDS = tuple(upload.c[name] for name in Upload._fields)


def add_upload(session: Session, workspace: int, new: Upload, data: bytes) -> None:
    """Keep a file."""
    session.run(insert(upload).values(workspace_id=workspace, **new._asdict()))
    pieces = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
    rows = [
        {"workspace_id": workspace, "key": new.key, "position": n, "data": piece}
        for n, piece in enumerate(pieces)
    ]
    if rows:
        session.run(insert(upload_chunk), rows)


def upload_by_key(session: Session, workspace: int, key: str) -> Upload | None:
    """A file by its key."""
    if "\0" in key:
        return None
    row = session.row(select(*_FIELDS).where(upload.c.workspace_id == workspace, upload.c.key == key))
    return row and Upload(*row)


def piece(session: Session, workspace: int, key: str, position: int) -> bytes | None:
    """A piece of a file, None behind its end."""
    mine = (upload_chunk.c.workspace_id == workspace, upload_chunk.c.key == key)
    row = session.row(select(upload_chunk.c.data).where(*mine, upload_chunk.c.position == position))
    return row and bytes(row.data)


def _free(workspace: int, survey: int, keys: Sequence[str], respid: int | None) -> ColumnElement[bool]:
    """Files of a survey that nobody has claimed, or this respondent has."""
    mine: ColumnElement[bool] = upload.c.respid.is_(None)
    if respid is not None:
        mine = or_(mine, upload.c.respid == respid)
    return and_(
        upload.c.workspace_id == workspace, upload.c.survey_id == survey, upload.c.key.in_(keys), mine
    )


def free_uploads(
    session: Session, workspace: int, survey: int, keys: Sequence[str], respid: int | None
) -> list[Upload]:
    """Those of the files that a respondent (None for a new one) may name in answers."""
    return [
        Upload(*row) for row in session.rows(select(*_FIELDS).where(_free(workspace, survey, keys, respid)))
    ]


def claim_uploads(session: Session, workspace: int, survey: int, keys: Sequence[str], respid: int) -> bool:
    """Give files to a respondent; False when one is gone or another's."""
    return session.run(
        update(upload).where(_free(workspace, survey, keys, respid)).values(respid=respid)
    ) == len(keys)


def release_uploads(session: Session, workspace: int, survey: int, keys: Sequence[str], respid: int) -> None:
    """Let the files go that a respondent had and names no more: the next purge takes them."""
    mine = (upload.c.workspace_id == workspace, upload.c.survey_id == survey, upload.c.respid == respid)
    session.run(update(upload).where(*mine, upload.c.key.not_in(keys)).values(respid=None, created_at=0))


def weight_of_waiting(session: Session, workspace: int, survey: int) -> int:
    """Bytes of a survey's files that wait for answers."""
    mine = (upload.c.workspace_id == workspace, upload.c.survey_id == survey, upload.c.respid.is_(None))
    row = session.row(select(func.coalesce(func.sum(upload.c.size), 0).label("n")).where(*mine))
    return int(row.n) if row else 0


def forget_uploads(session: Session, workspace: int, survey: int, respids: Sequence[int]) -> int:
    """Delete the files of respondents; gives how many."""
    mine = and_(
        upload.c.workspace_id == workspace, upload.c.survey_id == survey, upload.c.respid.in_(respids)
    )
    return _delete(session, mine)


def forget_unnamed(session: Session, workspace: int, survey: int, respid: int, named: Sequence[str]) -> int:
    """Delete the files of a respondent whose answers name only these; gives how many."""
    mine = and_(upload.c.workspace_id == workspace, upload.c.survey_id == survey, upload.c.respid == respid)
    return _delete(session, and_(mine, upload.c.key.not_in(named)))


def forget_unclaimed(session: Session, before: int, limit: int = 1000) -> int:
    """Delete up to `limit` files that came before a time (µs) and that no answers named; gives how many."""
    old = select(upload.c.workspace_id, upload.c.key).where(
        upload.c.respid.is_(None), upload.c.created_at < before
    )
    return _delete(session, tuple_(upload.c.workspace_id, upload.c.key).in_(old.limit(limit)))


def _delete(session: Session, which: ColumnElement[bool]) -> int:
    found = session.rows(select(upload.c.workspace_id, upload.c.key).where(which))
    for workspace, key in found:
        for table in (upload_chunk, upload):
            session.run(delete(table).where(table.c.workspace_id == workspace, table.c.key == key))
    return len(found)
