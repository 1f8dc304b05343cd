"""Anonymise respondents:

addresses and labels become constants (Webankieta 002, "Anonimizacja respondenta").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from rejoinder.core.audit import record
from rejoinder.core.erasure import Change, Wiped, people, renew_people
from rejoinder.core.jobs import enqueue
from rejoinder.core.panel.updates import lane_of
from rejoinder.core.panel.view import people_of
from rejoinder.core.respondents.answers import subject_of
from rejoinder.core.respondents.grid import one_row
from rejoinder.core.respondents.rows import change_rows
from rejoinder.core.respondents.selecting import filter_of, found_after
from rejoinder.core.surveys import OpenSurvey, ensure_variables, lock_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.listing import Bound
from rejoinder.model.panel import MAX_LABELS, PanelRow, label_name
from rejoinder.model.problems import Invalid
from rejoinder.model.system import EMAIL
from rejoinder.store import listing, panel
from rejoinder.store import panel_scopes as store
from rejoinder.store.hot import StoredRespondent
from rejoinder.store.panel import Place

KIND = "anonymise"
ADDRESS = "anonymized@example.invalid"
"""What an address becomes: nobody can ever own it (RFC 2606)."""
LABEL = "xyzabc"
"""What a label becomes (002)."""
CHUNK = 1000
"""Respondents changed in one transaction."""

What = Literal["survey", "batch", "mailing", "completed_before", "filter", "chosen"]


class Scope(NamedTuple):
    """Whose data: everybody's in the survey; those of one batch or mailing, by its number; of everybody who
    completed before a time, its `number` in µs; of those whom a filter finds, up to the respid `number`; of
    some that a person chose, which no job does."""

    what: What = "survey"
    number: int = 0


class Fields(NamedTuple):
    """Which data: the address, and labels by number."""

    email: bool = False
    labels: tuple[int, ...] = ()


def checked_fields(fields: Sequence[str | int]) -> Fields:
    """`"email"` and numbers of labels. Raises Invalid for anything else, and for none."""
    unknown = [field for field in fields if field != EMAIL and field not in range(1, MAX_LABELS + 1)]
    if unknown or not fields:
        named = f"{str(unknown[0])[:40]!r} is none of them" if unknown else "there is none"
        raise Invalid(
            f'"fields" lists what to anonymise: "email" and numbers of labels, 1 to {MAX_LABELS}; {named}.'
        )
    labels = sorted({field for field in fields if isinstance(field, int)})
    return Fields(EMAIL in fields, tuple(labels))


def anonymise(unit: Unit, survey: OpenSurvey, scope: Scope, fields: Fields, filter_: str = "") -> int:
    """Let respondents be anonymised soon; gives the job's number.

    Parameters: `filter_` — the expression of the scope "filter", which is forgotten when the job is done.
    Addresses of own-distribution respondents stay: `"email"` is for those who are invited by mail (002).
    """
    arguments = {
        "survey": survey.id,
        "scope": list(scope),
        "email": fields.email,
        "labels": list(fields.labels),
        "asked_by": unit.actor,
    } | ({"filter": filter_} if filter_ else {})
    return enqueue(unit, KIND, arguments, lane=lane_of(survey.id))


def anonymise_chosen(unit: Unit, survey: OpenSurvey, respids: Sequence[int]) -> int:
    """Anonymise the address and all labels of some respondents at once, with a receipt; gives how many.

    At most CHUNK of them.
    """
    fields = all_fields(survey)
    done, wiped = anonymise_rows(unit, survey.id, respids[:CHUNK], fields)
    give_receipt(unit, survey.id, Scope("chosen"), fields, done, wiped)
    return done


def anonymise_one(unit: Unit, survey: OpenSurvey, respid: int) -> None:
    """Anonymise one respondent at once, with a receipt, and a line in the story. Raises NotFound."""
    row = one_row(unit, survey, respid)
    anonymise_chosen(unit, survey, [respid])
    record(unit, "respondent.anonymise", subject_of(row.id), survey=survey.id, respid=respid)


def all_fields(survey: OpenSurvey) -> Fields:
    """The address, and every label that the survey has."""
    known = {v.name for v in survey.shape.schema.variables}
    return Fields(True, tuple(n for n in range(1, MAX_LABELS + 1) if label_name(n) in known))


def anonymise_rows(
    unit: Unit, survey_id: int, respids: Sequence[int], fields: Fields, *, anew: bool = True
) -> tuple[int, Wiped]:
    """Anonymise some respondents, and all that hangs on them; gives how many, and how much that was.

    Parameters: `anew` — whether to look at what hangs on those, too, whose rows are anonymous already; they
    are not counted. Doing it twice changes nothing more.
    """
    names = [label_name(number) for number in fields.labels]
    survey = ensure_variables(unit, str(survey_id), (EMAIL, *names))
    lock_survey(unit, survey)
    place = Place(unit.workspace_id, survey.id)
    found = panel.rows_of(unit.session, place, respids)
    rows = [row for row in found if _tells(row, fields)]
    stored = [StoredRespondent(r.respid, r.state, r.opened_at, r.completed_at, r.doc) for r in rows]
    make, attribute = survey.shape.changed_rows((EMAIL, *names)).cls, survey.shape.attribute
    labels = {attribute[name]: LABEL for name in names}
    sent, nameless = [], set[int]()
    for person in people_of(rows):
        invited_by_mail = fields.email and person.email and not person.row.offline
        sent.append(make(**labels, **({attribute[EMAIL]: ADDRESS} if invited_by_mail else {})))
        if invited_by_mail:
            nameless.add(person.row.respid)
    change_rows(unit, survey, sent, stored, responses=False, names=(EMAIL, *names))
    change = Change(frozenset(nameless), fields.labels, LABEL)
    stay = people(unit, survey.id, [row.respid for row in (found if anew else rows)])
    return len(rows), renew_people(unit, survey.id, stay, change)


def _tells(row: PanelRow, fields: Fields) -> bool:
    """Whether a row still holds something of what is to be anonymised, or something hangs on it that may."""
    known = msgspec.json.decode(row.doc)
    by_mail = fields.email and not row.offline and known.get(EMAIL) not in (None, "", ADDRESS)
    return by_mail or any(known.get(label_name(n)) not in (None, "", LABEL) for n in fields.labels)


def give_receipt(unit: Unit, survey_id: int, scope: Scope, fields: Fields, done: int, wiped: Wiped) -> None:
    """Note in the audit log who had how many respondents of which scope anonymised, and in what."""
    asked: dict[str, Any] = {"scope": scope.what, "number": scope.number}
    asked |= {"email": fields.email, "labels": list(fields.labels), "respondents": done}
    counts = msgspec.to_builtins(wiped)
    record(unit, "respondents.anonymise", f"survey:{survey_id}", **asked, **counts)


def respids_in_scope(unit: Unit, survey_id: int, scope: Scope, after: int, filter_: str = "") -> list[int]:
    """The next respondents of a scope behind a respid, up to `CHUNK` of them; none at the end."""
    if scope.what == "filter":
        survey = open_survey(unit, str(survey_id))
        return found_after(unit, survey, filter_of(unit, survey, filter_), after, scope.number, CHUNK)
    place = Place(unit.workspace_id, survey_id)
    if scope.what == "survey":
        return store.respids_after(unit.session, place, after, CHUNK)
    if scope.what == "completed_before":
        rows = listing.Rows(unit.workspace_id, survey_id, (Bound("completed_at", "<", scope.number),))
        return [row.respid for row in listing.following(unit.session, rows, after, 0, CHUNK)]
    if scope.what == "batch":
        return store.respids_of_batch(unit.session, place, scope.number, after, CHUNK)
    return store.respids_of_mailing(unit.session, place, scope.number, after, CHUNK)


def mailing_in_survey(unit: Unit, survey: OpenSurvey, number: int) -> bool:
    """Whether a mailing is of this survey."""
    return store.mailing_in_survey(unit.session, Place(unit.workspace_id, survey.id), number)
