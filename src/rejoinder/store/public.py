"""Surveys as the public sees them: found by an address without a workspace."""

from __future__ import annotations

from msgspec import json
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from rejoinder.model.collecting import Intake, SurveyPageSettings
from rejoinder.store.collectors import collectors
from rejoinder.store.session import Session
from rejoinder.store.tables.collecting import public_alias
from rejoinder.store.tables.surveys import survey, survey_alias, survey_definition


def claim_alias(session: Session, workspace: int, survey_id: int, alias: str) -> bool:
    """Take an alias on public addresses for a survey; False when another survey of the store has it.

    On PostgreSQL the loser of a race waits here for the winner's commit.
    """
    into = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    values = {"alias": alias, "workspace_id": workspace, "survey_id": survey_id}
    return bool(session.run(into(public_alias).values(values).on_conflict_do_nothing()))


def public_survey(session: Session, reference: str) -> tuple[int, int] | None:
    """(workspace, survey) behind a public reference: an alias, or a survey's number when it is all digits."""
    if reference.isdecimal():
        number = int(reference) if reference.isascii() and len(reference) < 19 else -1
        row = session.row(select(survey.c.workspace_id, survey.c.id).where(survey.c.id == number))
    elif "\0" in reference:
        return None
    else:
        row = session.row(
            select(public_alias.c.workspace_id, public_alias.c.survey_id).where(
                public_alias.c.alias == reference
            )
        )
    return (int(row[0]), int(row[1])) if row else None


def intake(session: Session, workspace: int, survey_id: int) -> Intake | None:
    """How a survey takes answers."""
    row = session.row(select(survey).where(survey.c.workspace_id == workspace, survey.c.id == survey_id))
    if row is None:
        return None
    aliases = session.rows(
        select(survey_alias.c.alias, public_alias.c.survey_id.label("owner"))
        .join(public_alias, public_alias.c.alias == survey_alias.c.alias, isouter=True)
        .where(survey_alias.c.workspace_id == workspace, survey_alias.c.survey_id == survey_id)
        .order_by(survey_alias.c.position)
    )
    return Intake(
        workspace_id=workspace,
        survey_id=survey_id,
        schema_version=row.schema_version,
        definition_version=row.definition_version,
        name=row.name,
        status=row.status,
        languages=tuple(json.decode(row.languages)),
        aliases=tuple(found.alias for found in aliases),
        settings=json.decode(row.settings, type=SurveyPageSettings),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        quota=row.quota,
        collectors=tuple(collectors(session, workspace, survey_id)),
        public_alias=next((found.alias for found in aliases if found.owner == survey_id), None),
    )


def definition(session: Session, workspace: int, survey_id: int, version: int) -> str | None:
    """A version of a survey's definition, JSON text."""
    row = session.row(
        select(survey_definition.c.definition).where(
            survey_definition.c.workspace_id == workspace,
            survey_definition.c.survey_id == survey_id,
            survey_definition.c.version == version,
        )
    )
    return row and str(row.definition)
