"""Make a respondent of a contact, and take one out of a survey (Webankieta 002, "add", "delete")."""

from __future__ import annotations

from rejoinder.core.panel.allowance import check_allowance
from rejoinder.core.panel.contacts import find_contact
from rejoinder.core.panel.entries import entry_rows, labels_used, new_tokens
from rejoinder.core.respondents.leaving import delete_rows
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import ensure_variables, lock_survey, open_to_write
from rejoinder.core.unit import Unit
from rejoinder.model.panel import Entry
from rejoinder.model.problems import AlreadyExists, NotFound
from rejoinder.model.respondent import Marks
from rejoinder.model.system import EMAIL
from rejoinder.store import panel
from rejoinder.store.hot import StoredRespondent
from rejoinder.store.panel import Place


def add_respondent(unit: Unit, reference: str, contact_id: int, invited_at: int | None = None) -> int:
    """Put a contact into a survey; gives the respondent's id.

    Parameters: `invited_at` — µs; the caller has sent the invitation itself, and we never send one. Raises
    NotFound, AlreadyExists for a contact that is in the survey, NotOnPlan over the workspace's limit.
    """
    session, workspace = unit.session, unit.workspace_id
    survey = open_to_write(unit, reference)
    contact = find_contact(unit, contact_id)
    entries = [Entry(contact.email, contact.labels)]
    names = labels_used(entries)
    survey = ensure_variables(unit, reference, (EMAIL, *names))
    check_allowance(unit, survey, 1)
    lock_survey(unit, survey)
    place = Place(workspace, survey.id)
    if panel.respid_of_contact(session, place, contact.id) is not None:
        raise AlreadyExists(f"Contact {contact.id} has been added to this survey before.")
    marks = Marks(contact_id=contact.id, invited_at=invited_at, offline=int(invited_at is not None))
    rows = entry_rows(survey, entries, names)
    respids = insert_rows(unit, survey, rows, responses=False, tokens=new_tokens(1, unit.now), marks=marks)
    return panel.rows_of(session, place, list(respids))[0].id


def delete_respondent(unit: Unit, reference: str, respondent_id: int) -> None:
    """Take a respondent out of a survey, with the answers. Raises NotFound."""
    survey = open_to_write(unit, reference)
    lock_survey(unit, survey)
    place = Place(unit.workspace_id, survey.id)
    found = panel.rows_by_id(unit.session, place, [respondent_id]) if 0 < respondent_id < 1 << 62 else []
    if not found:
        raise NotFound(f"There is no respondent {respondent_id} in this survey.")
    row = found[0]
    stored = StoredRespondent(row.respid, row.state, row.opened_at, row.completed_at, row.doc)
    delete_rows(unit, survey, [stored])
