"""Erase or anonymise all whom a filter finds: ask for it, and see how far it is."""

from __future__ import annotations

from typing import Literal, NamedTuple

from rejoinder.core import anonymise, erasing
from rejoinder.core.anonymise import Scope, all_fields
from rejoinder.core.jobs import show_job
from rejoinder.core.respondents.selecting import filter_of, newest_respid
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job
from rejoinder.model.problems import NotFound
from rejoinder.store import jobs as store

Deed = Literal["erase", "anonymise"]
KINDS: dict[str, Deed] = {erasing.KIND: "erase", anonymise.KIND: "anonymise"}


class Bulk(NamedTuple):
    """A job that erases or anonymises respondents of a survey, and how many it has done."""

    job: Job
    deed: Deed
    done: int


def ask_for_all(unit: Unit, survey: OpenSurvey, deed: Deed, expression: str) -> int:
    """Let all whom a filter finds be erased or anonymised soon; gives the job's number.

    An empty expression is everybody. Who comes in later is left alone. Raises Invalid for what is no filter.
    """
    scope = Scope()
    if expression:
        filter_of(unit, survey, expression)
        scope = Scope("filter", newest_respid(unit, survey))
    if deed == "erase":
        return erasing.erase(unit, survey, scope, filter_=expression)
    return anonymise.anonymise(unit, survey, scope, all_fields(survey), expression)


def find_bulk(unit: Unit, survey: OpenSurvey, number: int) -> Bulk:
    """One of these jobs of a survey. Raises NotFound."""
    found = show_job(unit.session, f"{unit.workspace_id}/{number}")
    if found.kind not in KINDS or found.arguments.get("survey") != survey.id:
        raise NotFound(f"There is no job {number} that erases or anonymises respondents of this survey.")
    return _bulk(found)


def running_bulks(unit: Unit, survey: OpenSurvey) -> list[Bulk]:
    """Those of a survey that wait or run."""
    found = [job for kind in KINDS for job in store.unfinished(unit.session, unit.workspace_id, kind)]
    return [_bulk(job) for job in found if job.arguments.get("survey") == survey.id]


def _bulk(job: Job) -> Bulk:
    return Bulk(job, KINDS[job.kind], int((job.outcome or {}).get("respondents", 0)))
