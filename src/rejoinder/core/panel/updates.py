"""Update respondents in the background, in the order of asking (Webankieta 002, "Aktualizacja")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from rejoinder.core.erasure import UPDATES
from rejoinder.core.jobs import enqueue
from rejoinder.core.panel.entries import checked_address, checked_labels
from rejoinder.core.respondents.rows import change_rows
from rejoinder.core.surveys import ensure_variables, lock_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.panel import PanelRow, Update, label_name
from rejoinder.model.problems import Invalid
from rejoinder.model.system import EMAIL
from rejoinder.store import panel
from rejoinder.store.hot import StoredRespondent
from rejoinder.store.panel import Place

KIND = UPDATES
MAX_UPDATES = 100
"""Respondents in one request (002)."""


class Skipped(msgspec.Struct, frozen=True):
    """A respondent that was not updated, and why."""

    id: int
    reason: str


class Outcome(NamedTuple):
    """What an update did."""

    updated: int
    skipped: tuple[Skipped, ...]


def lane_of(survey_id: int) -> str:
    """Jobs that change respondents of one survey run one after the other."""
    return f"survey:{survey_id}"


def checked_update(sent: Update) -> Update:
    """An update as it is stored. Raises Invalid: a bad address, a label beyond 15, a text too long."""
    email = None if sent.email is None else checked_address(sent.email)
    checked_labels({number: text or "" for number, text in sent.labels.items()})
    return Update(sent.id, email, {number: text or None for number, text in sent.labels.items()})


def ask_for_updates(unit: Unit, reference: str, updates: Sequence[Update]) -> int:
    """Let respondents be updated soon; gives the job's number.

    Raises NotFound, Invalid for over 100 of them.
    """
    if len(updates) > MAX_UPDATES:
        raise Invalid(f"One request updates at most {MAX_UPDATES} respondents; this one has {len(updates)}.")
    survey = open_survey(unit, reference)
    rows = msgspec.to_builtins([checked_update(update) for update in updates], str_keys=True)
    arguments = {"survey": survey.id, "updates": rows}
    return enqueue(unit, KIND, arguments, lane=lane_of(survey.id))


def apply_updates(unit: Unit, survey_id: int, updates: Sequence[Update]) -> Outcome:
    """Update respondents by id, in order: an address replaces, a label replaces or is cleared.

    Rows of own distribution and ids that are not in the survey are left alone and told. Saying it twice
    changes nothing more.
    """
    wanted = _together(updates)
    names = [label_name(n) for n in sorted({n for update in wanted.values() for n in update.labels})]
    survey = ensure_variables(unit, str(survey_id), (EMAIL, *names))
    lock_survey(unit, survey)
    place = Place(unit.workspace_id, survey.id)
    rows = {row.id: row for row in panel.rows_by_id(unit.session, place, sorted(wanted))}
    skipped = tuple(
        Skipped(number, "own distribution" if number in rows else "not in this survey")
        for number in wanted
        if number not in rows or rows[number].offline
    )
    changed = [row for row in rows.values() if not row.offline]
    make = survey.shape.changed_rows((EMAIL, *names)).cls
    sent = [make(**_values(survey.shape.attribute, wanted[row.id])) for row in changed]
    change_rows(unit, survey, sent, list(map(_stored, changed)), responses=False, names=(EMAIL, *names))
    return Outcome(len(changed), skipped)


def _together(updates: Sequence[Update]) -> dict[int, Update]:
    """One update for each respondent: of several, what came later holds."""
    found: dict[int, Update] = {}
    for update in updates:
        before = found.get(update.id)
        if before:
            update = Update(update.id, update.email or before.email, {**before.labels, **update.labels})
        found[update.id] = update
    return found


def _values(attribute: dict[str, str], update: Update) -> dict[str, Any]:
    values: dict[str, Any] = {attribute[label_name(n)]: text for n, text in update.labels.items()}
    return values | ({attribute[EMAIL]: update.email} if update.email else {})


def _stored(row: PanelRow) -> StoredRespondent:
    return StoredRespondent(row.respid, row.state, row.opened_at, row.completed_at, row.doc)
