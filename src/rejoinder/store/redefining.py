"""Change the variables of a survey whose definition is replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import json, structs
from sqlalchemy import delete, func, insert, select, update

from rejoinder.model.filters.text import fold
from rejoinder.model.survey import Loop, Variable
from rejoinder.store.session import Session
from rejoinder.store.tables.collecting import public_alias
from rejoinder.store.tables.surveys import survey, survey_alias, survey_definition, survey_loop, variable


def change_variables(session: Session, workspace: int, survey_id: int, variables: Sequence[Variable]) -> None:
    """Write the specs of variables that are there, found by their names."""
    for changed in variables:
        session.run(
            update(variable)
            .where(
                variable.c.workspace_id == workspace,
                variable.c.survey_id == survey_id,
                variable.c.folded_name == fold(changed.name),
            )
            .values(spec=json.encode(structs.replace(changed, number=0, indexed=False)).decode())
        )


def change_loops(
    session: Session, workspace: int, survey_id: int, changed: Sequence[Loop], new: Sequence[Loop]
) -> None:
    """Write the specs of loops that are there, and append others."""
    mine = (survey_loop.c.workspace_id == workspace, survey_loop.c.survey_id == survey_id)
    for loop in changed:
        spec = json.encode(loop).decode()
        session.run(
            update(survey_loop).where(*mine, survey_loop.c.folded_name == fold(loop.name)).values(spec=spec)
        )
    row = session.row(select(func.max(survey_loop.c.position).label("top")).where(*mine))
    top = row.top + 1 if row and row.top is not None else 0
    for n, loop in enumerate(new):
        session.run(
            insert(survey_loop).values(
                workspace_id=workspace,
                survey_id=survey_id,
                folded_name=fold(loop.name),
                position=top + n,
                spec=json.encode(loop).decode(),
            )
        )


def change_languages(session: Session, workspace: int, survey_id: int, languages: Iterable[str]) -> None:
    """Write a survey's languages, its own first."""
    mine = (survey.c.workspace_id == workspace, survey.c.id == survey_id)
    session.run(update(survey).where(*mine).values(languages=json.encode(list(languages)).decode()))


def definitions(session: Session, workspace: int, survey_id: int) -> list[tuple[int, int]]:
    """(version, µs when it came) of a survey's definitions, the newest first."""
    mine = (survey_definition.c.workspace_id == workspace, survey_definition.c.survey_id == survey_id)
    columns = (survey_definition.c.version, survey_definition.c.created_at)
    rows = session.rows(select(*columns).where(*mine).order_by(survey_definition.c.version.desc()))
    return [(int(row.version), int(row.created_at)) for row in rows]


def remove_alias(session: Session, workspace: int, survey_id: int, alias: str) -> bool:
    """Take an alias from a survey, on public addresses too; False when it had none of that name."""
    for table in (public_alias, survey_alias):
        gone = session.run(
            delete(table).where(
                table.c.workspace_id == workspace, table.c.survey_id == survey_id, table.c.alias == alias
            )
        )
    return bool(gone)
