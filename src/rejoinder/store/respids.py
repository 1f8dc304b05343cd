"""The conditions for respondents by their respids, in the way that finds them at once on either engine."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, and_, column

from rejoinder.store.session import Session
from rejoinder.store.tables.respondents import respondent


def row_number(session: Session) -> ColumnElement[int]:
    """What identifies a respondent within its survey: `row` where the table is clustered by it."""
    return column("row", BigInteger) if session.engine == "sqlite" else respondent.c.respid


def number_of(session: Session, survey: int, respid: int) -> int:
    """The value of `row_number` for a respid."""
    return survey << 32 | respid if session.engine == "sqlite" else respid


def of_survey(session: Session, workspace: int, survey: int) -> ColumnElement[bool]:
    """What must hold beside a `row_number`, which says the survey too where the table is clustered by it."""
    mine = respondent.c.workspace_id == workspace
    return mine if session.engine == "sqlite" else and_(mine, respondent.c.survey_id == survey)


def one_row(session: Session, workspace: int, survey: int, respid: int) -> ColumnElement[bool]:
    """The condition for one respondent."""
    return and_(
        of_survey(session, workspace, survey), row_number(session) == number_of(session, survey, respid)
    )


def these_rows(session: Session, workspace: int, survey: int, respids: Sequence[int]) -> ColumnElement[bool]:
    """The condition for some respondents, as many as a statement may name."""
    numbers = [number_of(session, survey, respid) for respid in respids]
    return and_(of_survey(session, workspace, survey), row_number(session).in_(numbers))
