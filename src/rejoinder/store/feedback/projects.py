"""Projects and the responses in them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, insert, literal, select, update

from rejoinder.model.feedback import Project
from rejoinder.store.chunks import chunks
from rejoinder.store.counters import next_id
from rejoinder.store.session import Session
from rejoinder.store.tables.feedback import feedback, project, project_response

_COLUMNS = (project.c.id, project.c.name, project.c.response_count, project.c.created_at)


def _mine(workspace: int, number: int) -> ColumnElement[bool]:
    return (project.c.workspace_id == workspace) & (project.c.id == number)


def projects(session: Session, workspace: int) -> list[Project]:
    """Every project, oldest first."""
    mine = project.c.workspace_id == workspace
    return [Project(*row) for row in session.rows(select(*_COLUMNS).where(mine).order_by(project.c.id))]


def project_by_id(session: Session, workspace: int, number: int) -> Project | None:
    """A project."""
    row = session.row(select(*_COLUMNS).where(_mine(workspace, number)))
    return row and Project(*row)


def add_project(session: Session, workspace: int, name: str, now: int) -> Project:
    """Insert a project."""
    number = next_id(session, workspace, "project")
    session.run(insert(project).values(workspace_id=workspace, id=number, name=name, created_at=now))
    return Project(number, name, 0, now)


def rename_project(session: Session, workspace: int, number: int, name: str) -> None:
    """Give a project another name."""
    session.run(update(project).where(_mine(workspace, number)).values(name=name))


def add_responses(session: Session, workspace: int, number: int, responses: Sequence[int]) -> int:
    """Put responses into a project that is there; those in it already, or of nobody, do nothing. Gives how
    many came."""
    added = 0
    for some in chunks(responses):
        added += _add(session, workspace, number, feedback.c.respondent_id.in_(some))
    return added


def add_survey(session: Session, workspace: int, number: int, survey_id: int) -> int:
    """Put all responses of a survey into a project; gives how many came."""
    return _add(session, workspace, number, feedback.c.survey_id == survey_id)


def _add(session: Session, workspace: int, number: int, which: ColumnElement[bool]) -> int:
    there = (
        select(project_response.c.respondent_id)
        .where(
            project_response.c.workspace_id == workspace,
            project_response.c.project_id == number,
            project_response.c.respondent_id == feedback.c.respondent_id,
        )
        .exists()
    )
    columns = (feedback.c.workspace_id, literal(number), feedback.c.respondent_id)
    rows = select(*columns).where(feedback.c.workspace_id == workspace, which, ~there)
    names = ["workspace_id", "project_id", "respondent_id"]
    added = session.run(insert(project_response).from_select(names, rows))
    if added:
        more = project.c.response_count + added
        session.run(update(project).where(_mine(workspace, number)).values(response_count=more))
    return added


def projects_of(session: Session, workspace: int, responses: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Response → its projects, of those that are in any."""
    found: dict[int, list[int]] = {}
    table = project_response.c
    for some in chunks(responses):
        mine = (table.workspace_id == workspace, table.respondent_id.in_(some))
        columns = (table.respondent_id, table.project_id)
        for row in session.rows(select(*columns).where(*mine).order_by(*columns)):
            found.setdefault(row.respondent_id, []).append(row.project_id)
    return {response: tuple(numbers) for response, numbers in found.items()}


def forget_projects_of(session: Session, workspace: int, responses: Sequence[int]) -> None:
    """Take responses out of all projects, and count them off."""
    for some in chunks(responses):
        table = project_response.c
        mine = (table.workspace_id == workspace, table.respondent_id.in_(some))
        counted = select(table.project_id, func.count().label("n")).where(*mine).group_by(table.project_id)
        for row in session.rows(counted):
            less = project.c.response_count - row.n
            where = _mine(workspace, row.project_id)
            session.run(update(project).where(where).values(response_count=less))
        session.run(project_response.delete().where(*mine))
