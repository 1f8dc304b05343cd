"""Surveys: aliases, schema, lookups, templates, definitions."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from msgspec import json, structs
from sqlalchemy import delete, func, insert, select, update

from rejoinder.model.filters.text import fold
from rejoinder.model.survey import Loop, Schema, Survey, Variable
from rejoinder.store.counters import EVERYWHERE, next_id, next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.everything import metadata
from rejoinder.store.tables.surveys import (
    lookup,
    survey,
    survey_alias,
    survey_definition,
    survey_loop,
    variable,
    variable_template,
)


class Lookup(NamedTuple):
    """An index over the values of one variable, or of several together."""

    id: int
    variables: tuple[str, ...]


class Template(NamedTuple):
    """A variable template (Forsta 001, "Read Respondents")."""

    id: int
    name: str
    variables: tuple[str, ...]
    created_at: int


def add_survey(session: Session, workspace: int, name: str, languages: Sequence[str], now: int) -> int:
    """Insert a survey without aliases and variables; gives its id, unique in the store."""
    number = next_id(session, EVERYWHERE, "survey")
    session.run(
        insert(survey).values(
            workspace_id=workspace,
            id=number,
            name=name,
            languages=json.encode(languages).decode(),
            created_at=now,
            updated_at=now,
        )
    )
    return number


def add_alias(session: Session, workspace: int, survey_id: int, alias: str) -> None:
    """Add an alias behind those the survey has."""
    mine = (survey_alias.c.workspace_id == workspace, survey_alias.c.survey_id == survey_id)
    found = session.row(select(func.count().label("n")).select_from(survey_alias).where(*mine))
    session.run(
        insert(survey_alias).values(
            workspace_id=workspace, survey_id=survey_id, alias=alias, position=found.n if found else 0
        )
    )


def rename_survey(session: Session, workspace: int, survey_id: int, name: str, now: int) -> None:
    """Give a survey another name."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
    session.run(update(survey).where(*mine).values(name=name, updated_at=now))


def survey_of_alias(session: Session, workspace: int, alias: str) -> int | None:
    """The survey that has an alias."""
    row = session.row(
        select(survey_alias.c.survey_id).where(
            survey_alias.c.workspace_id == workspace, survey_alias.c.alias == alias
        )
    )
    return row and int(row.survey_id)


def _aliases(session: Session, workspace: int, ids: Iterable[int]) -> dict[int, list[str]]:
    statement = select(survey_alias.c.survey_id, survey_alias.c.alias).where(
        survey_alias.c.workspace_id == workspace, survey_alias.c.survey_id.in_(list(ids))
    )
    found: dict[int, list[str]] = {}
    for row in session.rows(statement.order_by(survey_alias.c.position)):
        found.setdefault(row.survey_id, []).append(row.alias)
    return found


def _surveys(session: Session, workspace: int, rows: Sequence[Any]) -> list[Survey]:
    aliases = _aliases(session, workspace, [row.id for row in rows])
    return [
        Survey(
            workspace,
            row.id,
            row.name,
            row.status,
            tuple(aliases.get(row.id, ())),
            row.schema_version,
            row.created_at,
            row.updated_at,
            tuple(json.decode(row.languages)),
            row.definition_version,
        )
        for row in rows
    ]


def survey_by_id(session: Session, workspace: int, number: int) -> Survey | None:
    """A survey with its aliases."""
    rows = session.rows(select(survey).where(survey.c.workspace_id == workspace, survey.c.id == number))
    return _surveys(session, workspace, rows)[0] if rows else None


def drop_survey(session: Session, workspace: int, number: int) -> None:
    """Delete a survey, and what every other table holds of it, but for events that are still to be told."""
    session.settle()
    for table in reversed(metadata.sorted_tables):
        columns = table.c
        if table.name != "event" and "workspace_id" in columns and "survey_id" in columns:
            session.run(delete(table).where(columns.workspace_id == workspace, columns.survey_id == number))
    session.run(delete(survey).where(survey.c.workspace_id == workspace, survey.c.id == number))


def owner_of_survey(session: Session, number: int) -> int | None:
    """The workspace of a survey, whosever it is."""
    row = session.row(select(survey.c.workspace_id).where(survey.c.id == number))
    return row and int(row.workspace_id)


def page_of_surveys(session: Session, workspace: int, skip: int, limit: int) -> tuple[list[Survey], int]:
    """Some surveys, oldest first, and how many there are."""
    mine = survey.c.workspace_id == workspace
    total = session.row(select(func.count().label("n")).select_from(survey).where(mine))
    rows = session.rows(select(survey).where(mine).order_by(survey.c.id).offset(skip).limit(limit))
    return _surveys(session, workspace, rows), int(total.n) if total else 0


def all_surveys(session: Session, workspace: int) -> list[Survey]:
    """Every survey, oldest first."""
    statement = select(survey).where(survey.c.workspace_id == workspace).order_by(survey.c.id)
    return _surveys(session, workspace, session.rows(statement))


def names_of(session: Session, workspace: int, numbers: Sequence[int]) -> dict[int, str]:
    """What surveys are called, by their numbers."""
    some = (survey.c.workspace_id == workspace, survey.c.id.in_(numbers))
    return {row.id: row.name for row in session.rows(select(survey.c.id, survey.c.name).where(*some))}


def survey_of_variable(session: Session, workspace: int, number: int) -> int | None:
    """The survey that has the variable of a number."""
    mine = (variable.c.workspace_id == workspace, variable.c.number == number)
    row = session.row(select(variable.c.survey_id).where(*mine))
    return row and int(row.survey_id)


def numbers(session: Session, workspace: int) -> list[int]:
    """The numbers of all surveys of a workspace, oldest first."""
    mine = survey.c.workspace_id == workspace
    return [row.id for row in session.rows(select(survey.c.id).where(mine).order_by(survey.c.id))]


def set_retention(session: Session, workspace: int, survey_id: int, days: int | None, action: str) -> None:
    """Note how long respondents are kept who answered, and what becomes of them then."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
    session.run(update(survey).where(*mine).values(retention_days=days, retention_action=action))


def retention(session: Session, workspace: int, survey_id: int) -> tuple[int | None, str]:
    """How many days respondents are kept who answered, and what becomes of them then."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
    row = session.row(select(survey.c.retention_days, survey.c.retention_action).where(*mine))
    return (row.retention_days, row.retention_action) if row else (None, "erase")


def retentions(session: Session, workspace: int) -> dict[int, tuple[int, str]]:
    """Survey → days and action, of those surveys of a workspace that have a retention."""
    mine = (survey.c.workspace_id == workspace, survey.c.retention_days.is_not(None))
    statement = select(survey.c.id, survey.c.retention_days, survey.c.retention_action).where(*mine)
    return {row.id: (row.retention_days, row.retention_action) for row in session.rows(statement)}


def surveys_with_retention(session: Session) -> list[tuple[int, int]]:
    """(workspace, survey) of every survey of the store that keeps respondents for some days only."""
    columns = (survey.c.workspace_id, survey.c.id)
    rows = session.rows(select(*columns).where(survey.c.retention_days.is_not(None)).order_by(*columns))
    return [(row.workspace_id, row.id) for row in rows]


def load_schema(session: Session, workspace: int, survey_id: int, version: int) -> Schema:
    """The variables and loops of a survey; `version` is the one the caller read."""
    mine = (variable.c.workspace_id == workspace, variable.c.survey_id == survey_id)
    rows = session.rows(select(variable.c.spec, variable.c.number).where(*mine).order_by(variable.c.position))
    loops = session.rows(
        select(survey_loop.c.spec)
        .where(survey_loop.c.workspace_id == workspace, survey_loop.c.survey_id == survey_id)
        .order_by(survey_loop.c.position)
    )
    languages = session.row(
        select(survey.c.languages).where(survey.c.workspace_id == workspace, survey.c.id == survey_id)
    )
    return Schema(
        tuple(structs.replace(json.decode(row.spec, type=Variable), number=row.number) for row in rows),
        tuple(json.decode(row.spec, type=Loop) for row in loops),
        tuple(json.decode(languages.languages)) if languages else ("en",),
        version,
    )


def add_variables(
    session: Session,
    workspace: int,
    survey_id: int,
    variables: Sequence[Variable],
    loops: Sequence[Loop] = (),
) -> None:
    """Append variables and loops, and change the schema's version."""
    mine = (variable.c.workspace_id == workspace, variable.c.survey_id == survey_id)
    row = session.row(select(func.max(variable.c.position).label("top")).where(*mine))
    top = row.top + 1 if row and row.top is not None else 0
    numbers = next_ids(session, workspace, "variable", len(variables)) if variables else ()
    if variables:
        session.run(
            insert(variable),
            [
                {
                    "workspace_id": workspace,
                    "survey_id": survey_id,
                    "folded_name": fold(new.name),
                    "position": top + n,
                    "number": number,
                    "spec": json.encode(structs.replace(new, number=0)).decode(),
                }
                for n, (new, number) in enumerate(zip(variables, numbers, strict=True))
            ],
        )
    if loops:
        rows = [
            {
                "workspace_id": workspace,
                "survey_id": survey_id,
                "folded_name": fold(new.name),
                "position": n,
                "spec": json.encode(new).decode(),
            }
            for n, new in enumerate(loops)
        ]
        session.run(insert(survey_loop), rows)
    change_version(session, workspace, survey_id)


def change_version(session: Session, workspace: int, survey_id: int) -> None:
    """Tell every process that what was compiled from this survey is old.

    The new version is random: a change that is rolled back can never share its number with another.
    """
    session.cache.pop(("rows", workspace), None)
    session.run(
        update(survey)
        .where(survey.c.workspace_id == workspace, survey.c.id == survey_id)
        .values(schema_version=secrets.randbits(62))
    )


def mark_shuffled(session: Session, workspace: int, survey_id: int) -> None:
    """Note that ids and respids of a survey need not go the same way."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
    session.run(update(survey).where(*mine).values(shuffled=1))


def lookups(session: Session, workspace: int, survey_id: int) -> list[Lookup]:
    """The indexes of a survey, oldest first."""
    mine = (lookup.c.workspace_id == workspace, lookup.c.survey_id == survey_id)
    rows = session.rows(select(lookup.c.id, lookup.c.variables).where(*mine).order_by(lookup.c.id))
    return [Lookup(row.id, tuple(json.decode(row.variables))) for row in rows]


def add_lookup(session: Session, workspace: int, survey_id: int, variables: Sequence[str]) -> int:
    """Register an index (its entries are the caller's work); gives its id."""
    number = max((found.id for found in lookups(session, workspace, survey_id)), default=0) + 1
    session.run(
        insert(lookup).values(
            workspace_id=workspace,
            survey_id=survey_id,
            id=number,
            variables=json.encode(variables).decode(),
        )
    )
    change_version(session, workspace, survey_id)
    return number


def add_template(
    session: Session, workspace: int, survey_id: int, name: str, variables: Sequence[str], now: int
) -> int:
    """Insert a variable template; gives its id."""
    number = next_id(session, workspace, "variable_template")
    session.run(
        insert(variable_template).values(
            workspace_id=workspace,
            id=number,
            survey_id=survey_id,
            name=name,
            variables=json.encode(variables).decode(),
            created_at=now,
        )
    )
    return number


def templates(session: Session, workspace: int, survey_id: int) -> list[Template]:
    """The variable templates of a survey, oldest first."""
    mine = (variable_template.c.workspace_id == workspace, variable_template.c.survey_id == survey_id)
    rows = session.rows(select(variable_template).where(*mine).order_by(variable_template.c.id))
    return [Template(row.id, row.name, tuple(json.decode(row.variables)), row.created_at) for row in rows]


def add_definition(
    session: Session, workspace: int, survey_id: int, definition: str, notes: Sequence[str], now: int
) -> int:
    """Keep a SurveyJS definition as the survey's newest version; gives the version."""
    row = session.row(
        update(survey)
        .where(survey.c.workspace_id == workspace, survey.c.id == survey_id)
        .values(definition_version=survey.c.definition_version + 1)
        .returning(survey.c.definition_version)
    )
    version = int(row.definition_version) if row else 1
    session.run(
        insert(survey_definition).values(
            workspace_id=workspace,
            survey_id=survey_id,
            version=version,
            definition=definition,
            notes=json.encode(notes).decode(),
            created_at=now,
        )
    )
    return version
