"""`/respondents`: list, search, add, delete."""

from __future__ import annotations

from rejoinder.core.collecting.authoring import intake_of
from rejoinder.core.panel.listing import list_people
from rejoinder.core.panel.membership import add_respondent, delete_respondent
from rejoinder.core.panel.search import search_people
from rejoinder.core.workspaces import workspace_of
from rejoinder.dialects.webankieta.indexing import index_later
from rejoinder.dialects.webankieta.parameters import (
    Fields,
    day_of,
    fields_of,
    labels_of,
    moment_of,
    needed,
    number_of,
    paging,
    text_of,
)
from rejoinder.dialects.webankieta.surveys import in_survey
from rejoinder.dialects.webankieta.wire import render_people
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.panel import Criteria, Person
from rejoinder.model.problems import NotFound

_DAYS = {
    "date_generate": "created_at",
    "date_token_generate": "created_at",
    "date_invitaion_send": "invited_at",
    "date_survey_open": "opened_at",
    "date_survey_answer": "completed_at",
}
"""What a respondent's dates are called → the store's columns."""


def _survey(call: Call, fields: Fields) -> str:
    """The survey of a list or search, in the path or among the parameters. Raises NotAcceptable."""
    return call.params.get("id_survey") or needed(fields, "id_survey")


def list_respondents(call: Call) -> Reply:
    """A survey's respondents by address (002, "Lista respondentów")."""
    fields = fields_of(call)
    reference, page = _survey(call, fields), paging(fields)
    people, total = in_survey(call, reference, lambda: list_people(call.unit, reference, *page))
    return _shown(call, reference, people, total)


def search_respondents(call: Call) -> Reply:
    """A survey's respondents who fit (002, "Wyszukiwanie respondentów")."""
    fields = fields_of(call)
    reference, page = _survey(call, fields), paging(fields)
    criteria = _criteria(fields, workspace_of(call.unit).settings.timezone)
    if not criteria.any():
        return list_respondents(call)
    found = in_survey(call, reference, lambda: search_people(call.unit, reference, criteria, *page))
    index_later(call, reference, found.unindexed)
    return _shown(call, reference, found.people, found.total)


def _criteria(fields: Fields, timezone: str) -> Criteria:
    days: dict[str, tuple[int, int]] = {}
    for name, column in _DAYS.items():
        if (day := day_of(fields, name, timezone)) is not None:
            start, end = days.get(column, day)
            days[column] = (max(start, day[0]), min(end, day[1]))
    return Criteria(text_of(fields, "token"), text_of(fields, "email"), labels_of(fields), days)


def _shown(call: Call, reference: str, people: list[Person], total: int) -> Reply:
    if not people:
        raise NotFound("No respondents were found.")
    page = intake_of(call.unit, reference).reference
    timezone = workspace_of(call.unit).settings.timezone
    return json_reply({"total": str(total), "list": render_people(people, timezone, call.base_url, page)})


def add(call: Call) -> Reply:
    """Put a contact into a survey (002, "Dodanie respondenta do ankiety")."""
    fields = fields_of(call)
    reference, contact = needed(fields, "id_survey"), number_of(fields, "id_contact")
    sent = moment_of(fields, "date_invitaion_send", workspace_of(call.unit).settings.timezone)
    made = in_survey(call, reference, lambda: add_respondent(call.unit, reference, contact, sent))
    return json_reply({"id_respondent": str(made)})


def delete(call: Call) -> Reply:
    """Take a respondent out of a survey (002, "Usuwanie respondenta")."""
    fields = fields_of(call)
    reference, number = needed(fields, "id_survey"), number_of(fields, "id_respondent")
    in_survey(call, reference, lambda: delete_respondent(call.unit, reference, number))
    return json_reply({"status": "ok"})
