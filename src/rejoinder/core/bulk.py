"""Erase or anonymise all whom a filter finds: ask for it, see how far it is, and stop it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from rejoinder.core import anonymise, erasing
from rejoinder.core.anonymise import Fields, Scope, all_fields
from rejoinder.core.erasure import Wiped
from rejoinder.core.jobs import end_job, report_job, seconds_left, show_job
from rejoinder.core.respondents.selecting import filter_of, newest_respid
from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job, JobStatus
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store import jobs as store

Deed = Literal["erase", "anonymise"]
KINDS: dict[str, Deed] = {erasing.KIND: "erase", anonymise.KIND: "anonymise"}


class Progress(msgspec.Struct, frozen=True):
    """How far a job is, kept with each of its transactions: what is gone cannot be counted again.

    `after` — the last respid that was seen; `receipt` — whether the job has come to its end.
    """

    done: int = 0
    wiped: Wiped = Wiped()
    after: int = 0
    receipt: bool = False


class Bulk(NamedTuple):
    """A job that erases or anonymises respondents of a survey, and how many it has done.

    `share` — 0 to 1, of the numbers it goes through; `left` — seconds; None where nobody knows.
    """

    job: Job
    deed: Deed
    done: int
    share: float | None = None
    left: float | None = None

    @property
    def stoppable(self) -> bool:
        """Whether a person may end it: what deletes the survey, too, runs to its end."""
        return not self.job.arguments.get("drop")


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
    return _bulk(unit, survey, found)


def running_bulks(unit: Unit, survey: OpenSurvey) -> list[Bulk]:
    """Those of a survey that wait or run."""
    found = [job for kind in KINDS for job in store.unfinished(unit.session, unit.workspace_id, kind)]
    return [_bulk(unit, survey, job) for job in found if job.arguments.get("survey") == survey.id]


def stop_bulk(unit: Unit, survey: OpenSurvey, number: int) -> Bulk:
    """End such a job between two of its transactions, with a receipt for what it did; that stays done.

    Raises NotFound, Invalid for one that has ended or must run to its end.
    """
    found = find_bulk(unit, survey, number)
    if not found.stoppable:
        raise Invalid("The survey is being deleted with all its respondents; that runs to its end.")
    end_job(unit, found.job)
    found = find_bulk(unit, survey, number)  # anew: what ran meanwhile has told what it did
    progress = progress_of(found.job)
    if progress.done:
        give_receipt(unit, found.job, progress)
    kept = {name: value for name, value in found.job.arguments.items() if name != "filter"}
    kept["progress"] = msgspec.to_builtins(Progress(after=progress.after))  # the receipt counts no one twice
    report_job(unit.session, found.job, kept, found.job.outcome or {})
    return found


def progress_of(job: Job) -> Progress:
    """How far a job is, as it told last."""
    return msgspec.convert(job.arguments.get("progress", {}), Progress)


def scope_of(job: Job) -> Scope:
    """Whom a job is for."""
    return Scope(*job.arguments["scope"])


def fields_of(job: Job) -> Fields:
    """What a job anonymises."""
    return Fields(job.arguments["email"], tuple(job.arguments["labels"]))


def give_receipt(unit: Unit, job: Job, progress: Progress) -> None:
    """Note in the audit log what a job did."""
    survey, scope, done = int(job.arguments["survey"]), scope_of(job), (progress.done, progress.wiped)
    if job.kind == erasing.KIND:
        erasing.give_receipt(unit, survey, scope, *done)
    else:
        anonymise.give_receipt(unit, survey, scope, fields_of(job), *done)


def _bulk(unit: Unit, survey: OpenSurvey, job: Job) -> Bulk:
    found = Bulk(job, KINDS[job.kind], int((job.outcome or {}).get("respondents", 0)))
    after, scope = progress_of(job).after, scope_of(job)
    if job.status is not JobStatus.RUNNING or not after:
        return found
    last = scope.number if scope.what == "filter" else newest_respid(unit, survey)
    share = min(1.0, after / last) if last else None
    return found._replace(share=share, left=seconds_left(job, share, unit.now))
