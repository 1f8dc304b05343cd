"""Erase people: their respondents, all that hangs on these, and a receipt that says so without naming them.

A whole survey, batch or mailing is erased by a job, a person by their address at once. What every deletion
takes along is in `core.erasure`; the receipt is an entry of the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from rejoinder.core.anonymise import Scope
from rejoinder.core.audit import record
from rejoinder.core.erasure import Wiped, ask_for_scrub
from rejoinder.core.jobs import enqueue
from rejoinder.core.panel.updates import lane_of
from rejoinder.core.respondents.leaving import delete_rows
from rejoinder.core.surveys import OpenSurvey, lock_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import fold, key_text
from rejoinder.model.problems import Invalid, Stale
from rejoinder.model.system import EMAIL
from rejoinder.store import surveys, traces
from rejoinder.store.contacts import forget_contacts

KIND = "erase_respondents"
CHUNK = 1000
"""Respondents erased in one transaction."""


def erase(unit: Unit, survey: OpenSurvey, scope: Scope, *, drop: bool = False, filter_: str = "") -> int:
    """Let the respondents of a scope be erased soon, with their answers; gives the job's number.

    Parameters: `drop` — and then the survey too; `filter_` — the expression of the scope "filter", which is
    forgotten when the job is done.
    """
    arguments = {"survey": survey.id, "scope": list(scope), "asked_by": unit.actor, "drop": drop}
    arguments |= {"filter": filter_} if filter_ else {}
    return enqueue(unit, KIND, arguments, lane=lane_of(survey.id))


def erase_rows(unit: Unit, survey_id: int, respids: Sequence[int]) -> tuple[int, Wiped]:
    """Erase respondents; gives how many there were, and what hung on them. Safe to do twice."""
    survey = open_survey(unit, str(survey_id))
    lock_survey(unit, survey)
    stored = unit.session.hot.stored(unit.session.raw, unit.workspace_id, survey.id, respids)
    return len(stored), delete_rows(unit, survey, stored)


def erase_chosen(unit: Unit, survey: OpenSurvey, respids: Sequence[int]) -> int:
    """Erase some respondents at once, with a receipt; gives how many there were. At most CHUNK of them."""
    erased, wiped = erase_rows(unit, survey.id, respids[:CHUNK])
    give_receipt(unit, survey.id, Scope("chosen"), erased, wiped)
    return erased


def give_receipt(unit: Unit, survey_id: int, scope: Scope, erased: int, wiped: Wiped) -> None:
    """Note an erasure: who asked for it, when, which scope, how much; nothing about whom."""
    asked: dict[str, Any] = {"scope": scope.what, "number": scope.number, "respondents": erased}
    record(unit, "respondents.erase", f"survey:{survey_id}", **asked, **msgspec.to_builtins(wiped))


def drop_survey(unit: Unit, survey_id: int) -> None:
    """Delete a survey that has no respondents any more, with all that was settled of it.

    Raises Stale when somebody came in meanwhile.
    """
    survey = open_survey(unit, str(survey_id))
    lock_survey(unit, survey)
    if unit.session.hot.following(unit.session.raw, unit.workspace_id, survey_id, 0) is not None:
        raise Stale("Somebody answered the survey while it was deleted; they are erased first.")
    surveys.drop_survey(unit.session, unit.workspace_id, survey_id)
    record(unit, "survey.delete", f"survey:{survey_id}")


def erase_person(unit: Unit, address: str) -> tuple[int, Wiped]:
    """Erase everybody with an address from the whole workspace, at once; gives how many respondents, and what
    hung on them. Their opting out of mail is kept: of it only a keyed hash of the address is stored.

    Raises Invalid for what is no address.
    """
    if not 3 <= len(address) <= 512 or "@" not in address:
        raise Invalid(f"{address[:100]!r} is not an email address.")
    erased, wiped = 0, Wiped()
    for number in surveys.numbers(unit.session, unit.workspace_id):
        while respids := _with_address(unit, number, address):
            count, more = erase_rows(unit, number, respids)
            erased, wiped = erased + count, wiped + more
    contacts = traces.contacts_of(unit.session, unit.workspace_id, fold(address))
    gone = forget_contacts(unit.session, unit.workspace_id, contacts)
    if gone:
        ask_for_scrub(unit)
    wiped = wiped + Wiped(contacts=gone)
    record(unit, "person.erase", "person", respondents=erased, **msgspec.to_builtins(wiped))
    return erased, wiped


def _with_address(unit: Unit, survey_id: int, address: str) -> list[int]:
    """Respondents of a survey who have an address, up to `CHUNK` of them."""
    survey = open_survey(unit, str(survey_id))
    lookup = survey.lookup((EMAIL,))
    if lookup is None:
        return []
    hot, raw = unit.session.hot, unit.session.raw
    where = (unit.workspace_id, survey.id, lookup.id)
    return list(hot.page_of_keys(raw, *where, [key_text(address)], 0, CHUNK, responses=False))
