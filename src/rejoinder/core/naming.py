"""What a survey is called: its name for people, its aliases for addresses."""

from __future__ import annotations

from rejoinder.core.audit import record
from rejoinder.core.surveys import lock_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import redefining as store
from rejoinder.store.surveys import change_version
from rejoinder.store.surveys import rename_survey as rename

MAX_NAME = 200


def rename_survey(unit: Unit, reference: str, name: str) -> None:
    """Give a survey another name. Raises NotFound, Invalid for one that is empty or too long."""
    survey = open_survey(unit, reference)
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        why = f"A survey's name has 1 to {MAX_NAME} printable characters."
        raise Invalid(why, fields={"name": why})
    if name == survey.row.name:
        return
    lock_survey(unit, survey)
    rename(unit.session, unit.workspace_id, survey.id, name, unit.now)
    change_version(unit.session, unit.workspace_id, survey.id)
    record(unit, "survey.rename", f"survey:{survey.id}", name=name)


def remove_alias(unit: Unit, reference: str, alias: str) -> None:
    """Take an alias away; addresses with it lead nowhere from now on. Raises NotFound."""
    survey = open_survey(unit, reference)
    lock_survey(unit, survey)
    if not store.remove_alias(unit.session, unit.workspace_id, survey.id, alias):
        raise NotFound(f"The survey has no alias {alias[:100]!r}.")
    change_version(unit.session, unit.workspace_id, survey.id)
    record(unit, "survey.alias_remove", f"survey:{survey.id}", alias=alias)
