"""Respondents who come by themselves: found by their token, with what hangs on their coming."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import json
from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from rejoinder.model.collecting import Partial, Participant
from rejoinder.store.chunks import chunks
from rejoinder.store.respids import one_row, these_rows
from rejoinder.store.session import Session
from rejoinder.store.tables.collecting import partial
from rejoinder.store.tables.respondents import respondent

AT_ONCE = 5000
"""Respondents named in one statement that only sets columns."""
_FIELDS = tuple(respondent.c[name] for name in Participant.__struct_fields__)


def participant(session: Session, workspace: int, survey: int, token: str) -> Participant | None:
    """The respondent of a survey who has a token."""
    if "\0" in token:
        return None
    row = session.row(
        select(*_FIELDS).where(
            respondent.c.workspace_id == workspace,
            respondent.c.survey_id == survey,
            respondent.c.token == token,
        )
    )
    return row and Participant(*row)


def coming(session: Session, workspace: int, survey: int, respid: int) -> tuple[int | None, int | None, bool]:
    """When a respondent was invited (µs), its contact, whether inviting was the author's business."""
    columns = (respondent.c.invited_at, respondent.c.contact_id, respondent.c.offline)
    row = session.row(select(*columns).where(one_row(session, workspace, survey, respid)))
    return (row.invited_at, row.contact_id, bool(row.offline)) if row else (None, None, False)


def mark_respondent(
    session: Session, workspace: int, survey: int, respid: int, values: dict[str, Any]
) -> None:
    """Write columns of a respondent that no record holds: token, collector, reason, dates of invitation…"""
    session.run(update(respondent).where(one_row(session, workspace, survey, respid)).values(values))


def identity(session: Session, workspace: int, survey: int, respid: int) -> int:
    """A respondent's id, unique in its workspace; 0 when there is none."""
    row = session.row(select(respondent.c.id).where(one_row(session, workspace, survey, respid)))
    return int(row.id) if row else 0


def forget_ends(session: Session, workspace: int, survey: int, respids: Sequence[int]) -> None:
    """Of respondents whose answers were deleted, forget how they had ended."""
    _set_ends(session, workspace, survey, respids, {"finish_reason": None, "postponed": None})


def note_ends(session: Session, workspace: int, survey: int, respids: Sequence[int], reason: int) -> None:
    """Of respondents who completed a response, say why it ended."""
    _set_ends(session, workspace, survey, respids, {"finish_reason": reason})


def _set_ends(
    session: Session, workspace: int, survey: int, respids: Sequence[int], values: dict[str, int | None]
) -> None:
    for some in chunks(respids, AT_ONCE):
        mine = these_rows(session, workspace, survey, some)
        session.run(update(respondent).where(mine).values(values))


def _of(workspace: int, survey: int, respids: Sequence[int]) -> ColumnElement[bool]:
    return and_(
        partial.c.workspace_id == workspace, partial.c.survey_id == survey, partial.c.respid.in_(respids)
    )


def keep_partial(session: Session, workspace: int, survey: int, respid: int, kept: Partial, now: int) -> None:
    """Keep answers that were put off, in place of those kept before."""
    forget_partials(session, workspace, survey, [respid])
    session.run(
        insert(partial).values(
            workspace_id=workspace,
            survey_id=survey,
            respid=respid,
            answers=json.encode(kept.answers).decode(),
            page=kept.page,
            updated_at=now,
        )
    )


def partial_of(session: Session, workspace: int, survey: int, respid: int) -> Partial | None:
    """The answers that a respondent put off."""
    row = session.row(select(partial.c.answers, partial.c.page).where(_of(workspace, survey, [respid])))
    return row and Partial(json.decode(row.answers), row.page)


def forget_partials(session: Session, workspace: int, survey: int, respids: Sequence[int]) -> int:
    """Delete the answers that respondents put off."""
    return session.run(delete(partial).where(_of(workspace, survey, respids)))
