"""Anonymise respondents:

addresses and labels become constants (Webankieta 002, "Anonimizacja respondenta").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from rejoinder.core.jobs import enqueue
from rejoinder.core.panel.updates import lane_of
from rejoinder.core.panel.view import people_of
from rejoinder.core.respondents.rows import change_rows
from rejoinder.core.surveys import OpenSurvey, ensure_variables, lock_survey
from rejoinder.core.unit import Unit
from rejoinder.model.panel import MAX_LABELS, label_name
from rejoinder.model.problems import Invalid
from rejoinder.model.system import EMAIL
from rejoinder.store import panel
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

What = Literal["survey", "batch", "mailing"]


class Scope(NamedTuple):
    """Whose data: everybody's in the survey, or those of one batch or mailing, by its number."""

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


def anonymise(unit: Unit, survey: OpenSurvey, scope: Scope, fields: Fields) -> int:
    """Let respondents be anonymised soon; gives the job's number.

    Addresses of own-distribution respondents stay: `"email"` is for those who are invited by mail (002).
    """
    arguments = {
        "survey": survey.id,
        "scope": list(scope),
        "email": fields.email,
        "labels": list(fields.labels),
        "asked_by": unit.actor,
    }
    return enqueue(unit, KIND, arguments, lane=lane_of(survey.id))


def anonymise_rows(unit: Unit, survey_id: int, respids: Sequence[int], fields: Fields) -> int:
    """Anonymise some respondents; gives how many. Doing it twice changes nothing more."""
    names = [label_name(number) for number in fields.labels]
    survey = ensure_variables(unit, str(survey_id), (EMAIL, *names))
    lock_survey(unit, survey)
    rows = panel.rows_of(unit.session, Place(unit.workspace_id, survey.id), respids)
    stored = [StoredRespondent(r.respid, r.state, r.opened_at, r.completed_at, r.doc) for r in rows]
    make, attribute = survey.shape.changed_rows((EMAIL, *names)).cls, survey.shape.attribute
    labels = {attribute[name]: LABEL for name in names}
    sent = []
    for person in people_of(rows):
        invited_by_mail = fields.email and person.email and not person.row.offline
        sent.append(make(**labels, **({attribute[EMAIL]: ADDRESS} if invited_by_mail else {})))
    change_rows(unit, survey, sent, stored, responses=False, names=(EMAIL, *names))
    return len(rows)


def respids_in_scope(unit: Unit, survey_id: int, scope: Scope, after: int) -> list[int]:
    """The next respondents of a scope behind a respid, up to `CHUNK` of them; none at the end."""
    place = Place(unit.workspace_id, survey_id)
    if scope.what == "survey":
        return store.respids_after(unit.session, place, after, CHUNK)
    if scope.what == "batch":
        return store.respids_of_batch(unit.session, place, scope.number, after, CHUNK)
    return store.respids_of_mailing(unit.session, place, scope.number, after, CHUNK)


def mailing_in_survey(unit: Unit, survey: OpenSurvey, number: int) -> bool:
    """Whether a mailing is of this survey."""
    return store.mailing_in_survey(unit.session, Place(unit.workspace_id, survey.id), number)
