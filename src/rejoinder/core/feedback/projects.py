"""Projects: list, create, rename, put responses in (CXI 004, "Projects")."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.core.feedback.onboarding import require_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Project
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store.feedback import projects as store
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


def add_to_project(unit: Unit, number: int, responses: Sequence[int]) -> int:
    """Put responses into a project, whatever is in it already; gives how many came.

    Numbers that are no responses of the workspace do nothing. Raises NotOnboarded, NotFound.
    """
    get_project(unit, number)
    lock_feedback(unit.session, unit.workspace_id)
    return store.add_responses(unit.session, unit.workspace_id, number, sorted(set(responses)))


def add_survey_to_project(unit: Unit, number: int, survey_id: int) -> int:
    """Put all responses that a survey (or an import) has now into a project; gives how many came.

    Raises NotOnboarded, NotFound.
    """
    get_project(unit, number)
    lock_feedback(unit.session, unit.workspace_id)
    return store.add_survey(unit.session, unit.workspace_id, number, survey_id)
