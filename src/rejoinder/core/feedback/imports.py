"""What can be done with an import that is there: change what is said of it, delete it (004, "Imports")."""

from __future__ import annotations

import re

import msgspec
from msgspec import UNSET, UnsetType, structs

from rejoinder.core.anonymise import Scope
from rejoinder.core.audit import record
from rejoinder.core.erasing import erase
from rejoinder.core.feedback.categories import category
from rejoinder.core.feedback.corrections import apply_tags
from rejoinder.core.feedback.projects import add_survey_to_project, known_projects
from rejoinder.core.feedback.surveys import get_import, settle_survey
from rejoinder.core.feedback.tag_rules import refuse
from rejoinder.core.feedback.tags import named_tags
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import FeedbackSurvey
from rejoinder.store.feedback.surveys import forget_import
from rejoinder.store.surveys import rename_survey

MAX_NAME = 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


class ImportEdit(msgspec.Struct, frozen=True):
    """What a caller says of an import; what is UNSET stays as it is.

    `tag_names` and `project_ids` are given to every response that the import has now.
    """

    name: str | UnsetType = UNSET
    source: str | UnsetType | None = UNSET
    metric_type: str | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    secondary_product_category_id: int | UnsetType | None = UNSET
    tag_names: tuple[str, ...] = ()
    project_ids: tuple[int, ...] = ()


def change_import(unit: Unit, number: int, edit: ImportEdit) -> FeedbackSurvey:
    """Change an import, all of it or nothing.

    Raises NotOnboarded, NotFound, Invalid for what cannot be said and for unknown tags and projects.
    """
    before = get_import(unit, number)
    _check(edit)
    tags, projects = named_tags(unit, edit.tag_names), known_projects(unit, edit.project_ids)
    if edit.name is not UNSET:
        rename_survey(unit.session, unit.workspace_id, number, edit.name.strip(), unit.now)
    names = ("source", "metric_type", "language", "secondary_product_category_id")
    said = {name: value for name in names if (value := getattr(edit, name)) is not UNSET}
    chosen = structs.replace(before.chosen, **said)
    if chosen != before.chosen:
        settle_survey(unit, str(number), chosen)
    apply_tags(unit, tags, survey_id=number)
    for project in projects:
        add_survey_to_project(unit, project, number)
    return get_import(unit, number)


def _check(edit: ImportEdit) -> None:
    """Raise Invalid for what no import can have."""
    for field in ("name", "source"):
        value = getattr(edit, field)
        if isinstance(value, str) and (not 1 <= len(value.strip()) <= MAX_NAME or not value.isprintable()):
            refuse(field, f"An import's {field} has 1 to {MAX_NAME} printable characters.")
    if isinstance(edit.language, str) and not _LANGUAGE.fullmatch(edit.language):
        refuse("language", f"{edit.language[:40]!r} is no language; write a code such as en or pl.")
    if isinstance(edit.secondary_product_category_id, int):
        category(edit.secondary_product_category_id)


def delete_import(unit: Unit, number: int) -> None:
    """Delete an import: it is no import any more from now on, and its respondents are erased soon, then its
    survey goes too.

    Raises NotOnboarded, NotFound.
    """
    get_import(unit, number)
    forget_import(unit.session, unit.workspace_id, number)
    erase(unit, open_survey(unit, str(number)), Scope("survey"), drop=True)
    record(unit, "import.delete", f"survey:{number}")
