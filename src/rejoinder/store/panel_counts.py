"""How many respondents a workspace has."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from rejoinder.store.hot import LEVELS
from rejoinder.store.session import Session
from rejoinder.store.tables.respondents import respondent_block
from rejoinder.store.tables.surveys import survey


def count_respondents(session: Session, workspace: int) -> int:
    """The sum of the coarsest counts of all surveys: a few rows for each."""
    block = respondent_block.c
    mine = and_(
        block.workspace_id == survey.c.workspace_id,
        block.survey_id == survey.c.id,
        block.level == LEVELS[0],
    )
    total = select(func.coalesce(func.sum(block.respondents), 0).label("n"))
    row = session.row(
        total.select_from(survey.join(respondent_block, mine)).where(survey.c.workspace_id == workspace)
    )
    return int(row.n) if row else 0
