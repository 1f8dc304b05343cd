"""Retention: erase or anonymise respondents a number of days after they answered."""

from __future__ import annotations

from typing import Literal

import msgspec

from rejoinder.core.anonymise import Fields, Scope, anonymise
from rejoinder.core.audit import record
from rejoinder.core.erasing import erase
from rejoinder.core.surveys import every_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.panel import MAX_LABELS
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Survey
from rejoinder.store import surveys as store

DAY = 24 * 3600 * 1_000_000
MOST_DAYS = 36_500
Action = Literal["erase", "anonymise"]
EVERYTHING = Fields(email=True, labels=tuple(range(1, MAX_LABELS + 1)))
"""What a retention anonymises: the address and every label."""


class Retention(msgspec.Struct, frozen=True):
    """What becomes of respondents of a survey, and how many days after they answered; None for never."""

    days: int | None = None
    action: Action = "erase"


def set_retention(unit: Unit, reference: str, retention: Retention) -> Retention:
    """Choose how long a survey keeps respondents who answered. Raises NotFound, Invalid for bad days."""
    survey = open_survey(unit, reference)
    if retention.days is not None and not 1 <= retention.days <= MOST_DAYS:
        sentence = f"A retention has 1 to {MOST_DAYS:,} days, not {retention.days}."
        raise Invalid(sentence, fields={"days": sentence})
    store.set_retention(unit.session, unit.workspace_id, survey.id, retention.days, retention.action)
    chosen = {"days": retention.days, "action": retention.action} if retention.days else {"days": None}
    record(unit, "survey.retention", f"survey:{survey.id}", **chosen)
    return retention


def retention_of(unit: Unit, reference: str) -> Retention:
    """How long a survey keeps respondents who answered. Raises NotFound."""
    survey = open_survey(unit, reference)
    days, action = store.retention(unit.session, unit.workspace_id, survey.id)
    return Retention(days, "anonymise" if action == "anonymise" else "erase")


def list_retentions(unit: Unit) -> list[tuple[Survey, Retention]]:
    """Every survey of the workspace with what becomes of those who answered."""
    chosen = store.retentions(unit.session, unit.workspace_id)
    return [
        (survey, Retention(days, "anonymise" if action == "anonymise" else "erase"))
        for survey in every_survey(unit)
        for days, action in (chosen.get(survey.id, (None, "erase")),)
    ]


def set_every_retention(unit: Unit, retention: Retention) -> int:
    """Choose it for every survey there is; gives how many. Raises Invalid."""
    found = every_survey(unit)
    for survey in found:
        set_retention(unit, str(survey.id), retention)
    return len(found)


def retain(unit: Unit, survey_id: int) -> int | None:
    """Let those be erased or anonymised whose time is over; gives the job's number, None for none."""
    retention = retention_of(unit, str(survey_id))
    if retention.days is None:
        return None
    survey = open_survey(unit, str(survey_id))
    scope = Scope("completed_before", unit.now - retention.days * DAY)
    if retention.action == "erase":
        return erase(unit, survey, scope)
    return anonymise(unit, survey, scope, EVERYTHING)
