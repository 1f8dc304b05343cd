"""How much there is: surveys with their respondents and responses, imports, jobs, bytes."""

from __future__ import annotations

import msgspec

from rejoinder.core.unit import Unit
from rejoinder.model.survey import Survey
from rejoinder.store import imports, jobs, surveys, workspaces
from rejoinder.store.facts import database_bytes
from rejoinder.store.hot import LEVELS
from rejoinder.store.session import Session

_PAGE = 500


class SurveyStats(msgspec.Struct, frozen=True):
    """One survey; `last_import` in µs."""

    workspace: str
    id: int
    alias: str
    name: str
    respondents: int
    responses: int
    imports: int
    last_import: int | None
    updated_at: int


class Stats(msgspec.Struct, frozen=True):
    """The whole store; `jobs` counts by status."""

    surveys: tuple[SurveyStats, ...]
    respondents: int
    responses: int
    bytes: int
    jobs: dict[str, int]


def stats(session: Session) -> Stats:
    """Count everything, from the counts that writes keep: no table is scanned."""
    with session.snapshot():
        found = [
            line for w in workspaces.all_workspaces(session) for line in _workspace(session, w.id, w.name)
        ]
        total = (sum(line.respondents for line in found), sum(line.responses for line in found))
        return Stats(tuple(found), *total, database_bytes(session), jobs.count_jobs(session))


def workspace_stats(unit: Unit) -> list[SurveyStats]:
    """The surveys of one workspace, from the counts that writes keep."""
    with unit.session.snapshot():
        return _workspace(unit.session, unit.workspace_id, "")


def _workspace(session: Session, workspace: int, name: str) -> list[SurveyStats]:
    received: dict[int, list[int]] = {}
    for one in imports.imports_of(session, workspace):
        received.setdefault(one.survey_id, []).append(one.created_at)
    return [
        _survey(session, name, survey, received.get(survey.id, [])) for survey in _all(session, workspace)
    ]


def _all(session: Session, workspace: int) -> list[Survey]:
    found: list[Survey] = []
    while True:
        page, total = surveys.page_of_surveys(session, workspace, len(found), _PAGE)
        found += page
        if not page or len(found) >= total:
            return found


def _survey(session: Session, workspace: str, survey: Survey, received: list[int]) -> SurveyStats:
    blocks = list(session.hot.blocks(session.raw, survey.workspace_id, survey.id, LEVELS[0]))
    return SurveyStats(
        workspace,
        survey.id,
        survey.aliases[0] if survey.aliases else "",
        survey.name,
        sum(block[1] for block in blocks),
        sum(block[2] for block in blocks),
        len(received),
        max(received, default=None),
        survey.updated_at,
    )
