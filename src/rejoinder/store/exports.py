"""Exports: rows that are asked for, files in pieces; a run that is not the latest can write nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from msgspec import json, structs
from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from rejoinder.model.exports import UNFINISHED, Export, ExportStatus, Progress, Wanted
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.effects import export, export_piece

PIECE = 262_144
"""Bytes of a file in one row."""
_UNFINISHED = tuple(status.value for status in UNFINISHED)
_COLUMNS = (
    export.c.workspace_id,
    export.c.id,
    export.c.status,
    export.c.wanted,
    export.c.progress,
    export.c.run,
    export.c.file_name,
    export.c.size,
    export.c.asked_by,
    export.c.error,
    export.c.created_at,
    export.c.finished_at,
    export.c.expires_at,
    export.c.notify,
)


class Until(NamedTuple):
    """When a file was whole, and when it goes (µs)."""

    finished_at: int
    expires_at: int


class Run(NamedTuple):
    """One beginning of an export; whoever holds an older one may not write."""

    workspace_id: int
    export_id: int
    number: int


def _export(row: Any) -> Export:
    return Export(
        row.workspace_id,
        row.id,
        ExportStatus(row.status),
        json.decode(row.wanted, type=Wanted),
        json.decode(row.progress, type=Progress),
        row.run,
        row.file_name,
        row.size,
        row.asked_by,
        row.error,
        row.created_at,
        row.finished_at,
        row.expires_at,
        json.decode(row.notify, type=tuple[int, ...]),
    )


def next_export(session: Session, workspace: int) -> int:
    """The number of the next export."""
    return next_id(session, workspace, "export")


def add_export(session: Session, new: Export, token_hash: str) -> None:
    """Keep what is asked for."""
    session.run(
        insert(export).values(
            workspace_id=new.workspace_id,
            id=new.id,
            kind=new.wanted.kind,
            survey_id=new.wanted.survey,
            status=new.status.value,
            wanted=json.encode(new.wanted).decode(),
            file_name=new.file_name,
            notify=json.encode(new.notify).decode(),
            asked_by=new.asked_by,
            token_hash=token_hash,
            created_at=new.created_at,
        )
    )


def _mine(workspace: int, number: int) -> ColumnElement[bool]:
    return and_(export.c.workspace_id == workspace, export.c.id == number)


def export_by_id(session: Session, workspace: int, number: int) -> Export | None:
    """An export by its number."""
    row = session.row(select(*_COLUMNS).where(_mine(workspace, number)))
    return row and _export(row)


def export_by_token(session: Session, token_hash: str) -> Export | None:
    """The export that a download's token is for, in any workspace."""
    row = session.row(select(*_COLUMNS).where(export.c.token_hash == token_hash))
    return row and _export(row)


def newest_exports(
    session: Session,
    workspace: int,
    *,
    survey: int | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Export]:
    """Exports, the newest first."""
    mine = [export.c.workspace_id == workspace]
    if survey is not None:
        mine.append(export.c.survey_id == survey)
    if before is not None:
        mine.append(export.c.id < before)
    found = select(*_COLUMNS).where(*mine).order_by(export.c.id.desc()).limit(limit)
    return [_export(row) for row in session.rows(found)]


def unfinished_exports(session: Session, workspace: int, since: int, kinds: Collection[str] = ()) -> int:
    """How many exports asked for since a time (µs) wait or run; `kinds` — only those of these kinds."""
    mine = [export.c.workspace_id == workspace, export.c.status.in_(_UNFINISHED)]
    mine.append(export.c.created_at >= since)
    if kinds:
        mine.append(export.c.kind.in_(sorted(kinds)))
    row = session.row(select(func.count().label("n")).where(*mine))
    return int(row.n) if row else 0


def bytes_of_exports(session: Session, workspace: int) -> int:
    """How much the finished files of a workspace weigh."""
    total = func.coalesce(func.sum(export.c.size), 0).label("n")
    row = session.row(select(total).where(export.c.workspace_id == workspace))
    return int(row.n) if row else 0


def begin_run(session: Session, workspace: int, number: int, progress: Progress) -> Run | None:
    """Begin an export anew, without what an earlier run left; None when nobody wants it any more."""
    may = export.c.status.in_(_UNFINISHED)
    values = {
        "status": ExportStatus.RUNNING.value,
        "run": export.c.run + 1,
        "progress": json.encode(progress).decode(),
        "pieces": 0,
        "size": 0,
    }
    row = session.row(
        update(export).where(_mine(workspace, number), may).values(values).returning(export.c.run)
    )
    if row is None:
        return None
    _drop_pieces(session, workspace, [number])
    return Run(workspace, number, row.run)


def add_pieces(
    session: Session, run: Run, pieces: Sequence[bytes], progress: Progress, until: Until | None = None
) -> bool:
    """Put more of a file behind what is there; False when the run is not the latest, or nobody wants it.

    Parameters: `until` — where given, the file is whole now.
    """
    mine = and_(_mine(run.workspace_id, run.export_id), export.c.run == run.number)
    running = export.c.status == ExportStatus.RUNNING.value
    values: dict[str, Any] = {
        "pieces": export.c.pieces + len(pieces),
        "size": export.c.size + sum(map(len, pieces)),
        "progress": json.encode(progress).decode(),
    }
    if until:
        done = {"status": ExportStatus.DONE.value, "finished_at": until.finished_at}
        values |= {**done, "expires_at": until.expires_at}
    row = session.row(update(export).where(mine, running).values(values).returning(export.c.pieces))
    if row is None:
        return False
    first = row.pieces - len(pieces)
    rows = [
        {"workspace_id": run.workspace_id, "export_id": run.export_id, "position": first + n, "data": data}
        for n, data in enumerate(pieces)
    ]
    if rows:
        session.run(insert(export_piece), rows)
    if until and run.number > 1:
        _forget_filters(session, _mine(run.workspace_id, run.export_id))
    return True


def _forget_filters(session: Session, which: ColumnElement[bool]) -> None:
    """Take the filters out of ended exports: they may name somebody who was erased meanwhile."""
    ended = export.c.status.not_in(_UNFINISHED)
    columns = (export.c.workspace_id, export.c.id, export.c.wanted)
    for workspace, number, text in session.rows(select(*columns).where(which, ended)):
        wanted = json.decode(text, type=Wanted)
        if wanted.filter or wanted.options:
            plain = json.encode(structs.replace(wanted, filter="", options={})).decode()
            session.run(update(export).where(_mine(workspace, number)).values(wanted=plain))


def end_export(
    session: Session, workspace: int, number: int, status: ExportStatus, error: str, now: int
) -> bool:
    """Let an unfinished export be failed or cancelled, without a file; False when it was not unfinished."""
    may = export.c.status.in_(_UNFINISHED)
    values = {"status": status.value, "error": error or None, "finished_at": now, "size": 0, "pieces": 0}
    done = bool(session.run(update(export).where(_mine(workspace, number), may).values(values)))
    if done:
        _drop_pieces(session, workspace, [number])
        _forget_filters(session, and_(_mine(workspace, number), export.c.run > 1))
    return done


def drop_export(session: Session, workspace: int, number: int) -> bool:
    """Delete an export with its file; False when there was none."""
    _drop_pieces(session, workspace, [number])
    return bool(session.run(delete(export).where(_mine(workspace, number))))


def withdraw_exports(session: Session, workspace: int, survey: int, now: int, why: str) -> int:
    """Delete the finished files in which a respondent of a survey may be, and let others begin anew; gives
    how many files that were. Exports of no survey hold rows of all of them."""
    theirs = and_(
        export.c.workspace_id == workspace, or_(export.c.survey_id == survey, export.c.survey_id.is_(None))
    )
    anew = {"status": ExportStatus.WAITING.value, "run": export.c.run + 1, "size": 0, "pieces": 0}
    found = session.rows(select(export.c.id, export.c.status).where(theirs))
    if not found:
        return 0
    _drop_pieces(session, workspace, [row.id for row in found])
    session.run(update(export).where(theirs, export.c.status.in_(_UNFINISHED)).values(anew))
    gone = {"status": ExportStatus.WITHDRAWN.value, "error": why, "finished_at": now, "expires_at": None}
    was = export.c.status == ExportStatus.DONE.value
    count = session.run(update(export).where(theirs, was).values({**gone, "size": 0, "pieces": 0}))
    _forget_filters(session, theirs)
    return count


def forget_exports(session: Session, now: int, before: int, limit: int = 20) -> int:
    """Delete up to `limit` exports that expired, or have had no file since a time (µs); gives how many."""
    over = or_(
        export.c.expires_at <= now,
        and_(export.c.expires_at.is_(None), export.c.finished_at < before),
        and_(export.c.finished_at.is_(None), export.c.created_at < before),  # whose job died
    )
    old = session.rows(select(export.c.workspace_id, export.c.id).where(over).limit(limit))
    for workspace, number in old:
        drop_export(session, workspace, number)
    return len(old)


def piece(session: Session, run: Run, position: int) -> bytes | None:
    """A piece of a finished file, None behind its end and for a file that is gone."""
    mine = (export_piece.c.workspace_id == run.workspace_id, export_piece.c.export_id == run.export_id)
    row = session.row(select(export_piece.c.data).where(*mine, export_piece.c.position == position))
    return row and bytes(row.data)


def _drop_pieces(session: Session, workspace: int, numbers: Sequence[int]) -> None:
    mine = (export_piece.c.workspace_id == workspace, export_piece.c.export_id.in_(numbers))
    session.run(delete(export_piece).where(*mine))
