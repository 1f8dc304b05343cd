"""What workspaces taught their text engines, and the responses from which it is learnt."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select

from rejoinder.model.feedback import TagMode
from rejoinder.store.chunks import chunks
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback, response_tag, tag, text_head


def heads_of(session: Session, workspace: int) -> bytes | None:
    """The heads of a workspace (`text.learning.Heads`), None without any."""
    row = session.row(select(text_head.c.heads).where(text_head.c.workspace_id == workspace))
    return bytes(row.heads) if row and row.heads else None


def put_heads(session: Session, workspace: int, heads: bytes | None, quality: str, now: int) -> None:
    """Keep the heads of a workspace in place of those that were there; None leaves none. `quality` — how
    each did, as JSON."""
    session.run(delete(text_head).where(text_head.c.workspace_id == workspace))
    values = {"workspace_id": workspace, "heads": heads or b"", "quality": quality, "created_at": now}
    session.run(text_head.insert().values(**values))


def quality_of(session: Session, workspace: int) -> tuple[str | None, int, bool] | None:
    """How the heads did when they were made last, as JSON, when that was, and whether there are any; None
    where they never were made."""
    columns = (text_head.c.quality, text_head.c.created_at, (text_head.c.heads != b"").label("any"))
    row = session.row(select(*columns).where(text_head.c.workspace_id == workspace))
    return (row.quality, row.created_at, bool(row.any)) if row else None


def count_decided(session: Session, workspace: int, limit: int) -> tuple[int, int]:
    """Responses of which people decided the sentiment, and decisions on smart tags, of the responses of which
    people decided anything last, so many of them."""
    touched = (
        select(feedback.c.respondent_id, feedback.c.corrected)
        .where(feedback.c.workspace_id == workspace, feedback.c.decided_at > 0)
        .order_by(feedback.c.decided_at.desc())
        .limit(limit)
    )
    rows = session.rows(touched)
    numbers, smart = [row.respondent_id for row in rows], 0
    for some in chunks(numbers):
        marks = (
            select(func.count().label("n"))
            .select_from(response_tag)
            .join(tag, and_(tag.c.workspace_id == workspace, tag.c.id == response_tag.c.tag_id))
            .where(
                response_tag.c.workspace_id == workspace,
                response_tag.c.respondent_id.in_(some),
                response_tag.c.added.is_not(None),
                tag.c.mode == TagMode.SMART.value,
            )
        )
        smart += session.rows(marks)[0].n
    return sum(row.corrected is not None for row in rows), smart


def corrected(session: Session, workspace: int, limit: int) -> list[int]:
    """Responses of which people decided the sentiment or a smart tag, highest numbers first."""
    return _newest(session, workspace, or_(feedback.c.corrected.is_not(None), _decided()), limit)


def uncorrected(session: Session, workspace: int, limit: int) -> list[int]:
    """Analysed responses of which nobody decided anything, highest numbers first."""
    mine = and_(feedback.c.corrected.is_(None), feedback.c.machine.is_not(None), ~_decided())
    return _newest(session, workspace, mine, limit)


def _decided() -> ColumnElement[bool]:
    """Whether people put a smart tag on a response or took one off."""
    return exists().where(
        response_tag.c.workspace_id == feedback.c.workspace_id,
        response_tag.c.respondent_id == feedback.c.respondent_id,
        response_tag.c.added.is_not(None),
        tag.c.workspace_id == feedback.c.workspace_id,
        tag.c.id == response_tag.c.tag_id,
        tag.c.mode == TagMode.SMART.value,
    )


def _newest(session: Session, workspace: int, mine: ColumnElement[bool], limit: int) -> list[int]:
    number = feedback.c.respondent_id
    query = select(number).where(feedback.c.workspace_id == workspace, mine)
    return [row[0] for row in session.rows(query.order_by(number.desc()).limit(limit))]
