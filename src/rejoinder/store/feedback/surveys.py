"""Surveys as sources of feedback: their roles and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import json
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rejoinder.model.feedback import Chosen, Counts, FeedbackSurvey, Roles
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback_survey
from rejoinder.store.tables.surveys import survey

_COUNTED = ("responses", "positive", "neutral", "negative")


def _mine(workspace: int, survey_id: int) -> ColumnElement[bool]:
    return and_(feedback_survey.c.workspace_id == workspace, feedback_survey.c.survey_id == survey_id)


def _select() -> Any:
    same = and_(
        survey.c.workspace_id == feedback_survey.c.workspace_id, survey.c.id == feedback_survey.c.survey_id
    )
    return select(feedback_survey, survey.c.name).join(survey, same)


def _survey(row: Any) -> FeedbackSurvey:
    return FeedbackSurvey(
        survey_id=row.survey_id,
        name=row.name,
        imported=bool(row.imported),
        active=bool(row.active),
        roles=Roles(row.score, row.comment, row.user_variable, row.metric_type),
        chosen=json.decode(row.settings, type=Chosen),
        counts=Counts(*(getattr(row, name) for name in _COUNTED)),
        analysed=row.analysed,
        created_at=row.created_at,
    )


def survey_by_id(session: Session, workspace: int, survey_id: int) -> FeedbackSurvey | None:
    """A survey that was looked at for feedback, whether it is active or not."""
    row = session.row(_select().where(_mine(workspace, survey_id)))
    return row and _survey(row)


def all_surveys(session: Session, workspace: int) -> list[FeedbackSurvey]:
    """Every survey that was looked at for feedback, oldest first."""
    mine = feedback_survey.c.workspace_id == workspace
    return [_survey(row) for row in session.rows(_select().where(mine).order_by(survey.c.id))]


def imported_surveys(session: Session, workspace: int) -> set[int]:
    """The numbers of the surveys that are imports."""
    mine = (feedback_survey.c.workspace_id == workspace, feedback_survey.c.imported == 1)
    return {row.survey_id for row in session.rows(select(feedback_survey.c.survey_id).where(*mine))}


def page_of_imports(
    session: Session, workspace: int, skip: int, limit: int
) -> tuple[list[FeedbackSurvey], int]:
    """Some imports, newest first, and how many there are."""
    mine = and_(feedback_survey.c.workspace_id == workspace, feedback_survey.c.imported == 1)
    total = session.row(select(func.count().label("n")).select_from(feedback_survey).where(mine))
    statement = _select().where(mine).order_by(feedback_survey.c.survey_id.desc())
    rows = session.rows(statement.offset(skip).limit(limit))
    return [_survey(row) for row in rows], int(total.n) if total else 0


def put_survey(session: Session, workspace: int, found: FeedbackSurvey) -> None:
    """Write the roles of a survey; its numbers stay."""
    roles = found.roles
    values: dict[str, Any] = {
        "imported": int(found.imported),
        "active": int(found.active),
        "score": roles.score,
        "comment": roles.comment,
        "user_variable": roles.user,
        "metric_type": roles.metric_type,
        "settings": json.encode(found.chosen).decode(),
    }
    insert = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    keys = {"workspace_id": workspace, "survey_id": found.survey_id, "created_at": found.created_at}
    statement = insert(feedback_survey).values(**keys, **values)
    session.run(statement.on_conflict_do_update(index_elements=["workspace_id", "survey_id"], set_=values))


def forget_import(session: Session, workspace: int, survey_id: int) -> None:
    """Let a survey be no import any more."""
    session.run(update(feedback_survey).where(_mine(workspace, survey_id)).values(imported=0))


def totals(session: Session, workspace: int) -> tuple[Counts, int]:
    """All responses of a workspace by sentiment, and how many of them are analysed."""
    names = (*_COUNTED, "analysed")
    sums = [func.coalesce(func.sum(feedback_survey.c[name]), 0).label(name) for name in names]
    row = session.row(select(*sums).where(feedback_survey.c.workspace_id == workspace))
    assert row is not None
    *counted, analysed = (int(value) for value in row)
    return Counts(*counted), analysed


def count_responses(session: Session, workspace: int) -> int:
    """All responses of a workspace."""
    return totals(session, workspace)[0].responses


def has_respondents(session: Session, workspace: int, survey_id: int) -> bool:
    """Whether a survey ever had a respondent."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id, survey.c.next_respid > 1)
    return session.row(select(survey.c.id).where(*mine)) is not None


def hear_feedback(session: Session, workspace: int, surveys: Sequence[int], bit: int, *, on: bool) -> None:
    """Let writes of surveys' respondents tell feedback of them, or not any more."""
    listening = survey.c.listening
    value = listening.op("|")(bit) if on else listening.op("&")(~bit)
    mine = (survey.c.workspace_id == workspace, survey.c.id.in_(surveys))
    session.run(update(survey).where(*mine).values(listening=value))
    session.listening = {}
