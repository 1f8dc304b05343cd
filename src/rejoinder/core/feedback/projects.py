"""Projects: list, create, rename, put responses in (CXI 004, "Projects")."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.core.feedback.queueing import ask_for_analysis
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Project
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store.feedback import projects as store
from rejoinder.store.feedback.bulk_tagging import make_due
from rejoinder.store.feedback.tags import tags
from rejoinder.store.feedback.workspaces import lock_feedback

MAX_NAME = 200


def list_projects(unit: Unit) -> list[Project]:
    """Every project, oldest first; the document does not page them. Raises NotOnboarded."""
    require_onboarded(unit)
    return store.projects(unit.session, unit.workspace_id)


def get_project(unit: Unit, number: int) -> Project:
    """A project. Raises NotOnboarded, NotFound."""
    require_onboarded(unit)
    found = store.project_by_id(unit.session, unit.workspace_id, number)
    if found is None:
        raise NotFound(f"There is no project {number} in this workspace.")
    return found


def create_project(unit: Unit, name: str) -> Project:
    """Make a project. Two may have one name. Raises NotOnboarded, Invalid."""
    require_onboarded(unit)
    return store.add_project(unit.session, unit.workspace_id, checked_name(name), unit.now)


def rename_project(unit: Unit, number: int, name: str) -> Project:
    """Give a project another name. Raises NotOnboarded, NotFound, Invalid."""
    get_project(unit, number)
    store.rename_project(unit.session, unit.workspace_id, number, checked_name(name))
    return get_project(unit, number)


def checked_name(name: str) -> str:
    """A project's name without space around it. Raises Invalid."""
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        why = f"A project's name has 1 to {MAX_NAME} printable characters."
        raise Invalid(why, fields={"name": why})
    return name


def known_projects(unit: Unit, numbers: Sequence[int]) -> list[int]:
    """The numbers, each once. Raises Invalid for one that is no project of the workspace."""
    known = {found.id for found in list_projects(unit)}
    for number in numbers:
        if number not in known:
            why = f"There is no project {number} in this workspace."
            raise Invalid(why, fields={"project_ids": why})
    return list(dict.fromkeys(numbers))


def add_to_project(
    unit: Unit, number: int, responses: Sequence[int] = (), *, survey_id: int | None = None
) -> int:
    """Put responses into a project: the numbered ones, or all that a survey (or an import) has now.

    Gives how many came that were not in it. Numbers that are no responses of the workspace do nothing.
    Raises NotOnboarded, NotFound.
    """
    get_project(unit, number)
    lock_feedback(unit.session, unit.workspace_id)
    where = (unit.session, unit.workspace_id)
    added = store.add_responses(*where, number, sorted(set(responses)))
    if survey_id is not None:
        added += store.add_survey(*where, number, survey_id)
    if added and any(tag.filter_rules.project_ids for tag in tags(*where)):
        make_due(*where, responses, survey_id)
        ask_for_analysis(unit)
    return added


def add_survey_to_project(unit: Unit, number: int, survey_id: int) -> int:
    """As `add_to_project`, of all that a survey has now."""
    return add_to_project(unit, number, survey_id=survey_id)
