"""Erase or anonymise the respondents of a scope; the last step of each leaves a receipt in the audit log."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from rejoinder.core import anonymise, erasing
from rejoinder.core.anonymise import Fields, Scope
from rejoinder.core.erasure import Wiped
from rejoinder.core.jobs import report_job
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job
from rejoinder.model.problems import Invalid
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

ERASE, ANONYMISE = erasing.KIND, anonymise.KIND

Step = Callable[[Unit, int, Sequence[int]], tuple[int, Wiped]]
"""Does it to some respondents of a survey; gives how many there were, and what hung on them."""
Receipt = Callable[[Unit, int, Scope, int, Wiped], None]


class Progress(msgspec.Struct, frozen=True):
    """How far a job is, kept with each of its transactions: what is gone cannot be counted again.

    `after` — the last respid that was seen; `receipt` — whether the job has come to its end.
    """

    done: int = 0
    wiped: Wiped = Wiped()
    after: int = 0
    receipt: bool = False


def erase_respondents(database: Database, job: Job) -> None:
    """Erase a scope. A second run goes on where the first ended."""
    _walk(database, job, erasing.erase_rows, erasing.give_receipt)


def anonymise_respondents(database: Database, job: Job) -> None:
    """Anonymise a scope. A second run goes on where the first ended."""
    fields = Fields(job.arguments["email"], tuple(job.arguments["labels"]))
    anew = _scope(job).what != "completed_before"  # what comes daily has seen the others before

    def step(unit: Unit, survey: int, respids: Sequence[int]) -> tuple[int, Wiped]:
        return anonymise.anonymise_rows(unit, survey, respids, fields, anew=anew)

    def receipt(unit: Unit, survey: int, scope: Scope, done: int, wiped: Wiped) -> None:
        anonymise.give_receipt(unit, survey, scope, fields, done, wiped)

    _walk(database, job, step, receipt)


def _walk(database: Database, job: Job, step: Step, receipt: Receipt) -> None:
    """Go through a scope, a thousand respondents in each transaction."""
    survey, scope = int(job.arguments["survey"]), _scope(job)
    progress = msgspec.convert(job.arguments.get("progress", {}), Progress)
    while not progress.receipt:
        respids = _next(database, job, scope, progress.after)

        def work(session: Session) -> Progress:
            unit = _unit(session, job)
            if respids:  # noqa: B023
                count, more = step(unit, survey, respids)  # noqa: B023
                found = Progress(progress.done + count, progress.wiped + more, respids[-1])  # noqa: B023
            else:
                found = msgspec.structs.replace(progress, receipt=True)  # noqa: B023
                if found.done or scope.what != "completed_before":  # what comes daily leaves no empty receipt
                    receipt(unit, survey, scope, found.done, found.wiped)
                if job.arguments.get("drop"):
                    erasing.drop_survey(unit, survey)
            _keep(session, job, found)
            return found

        progress = database.write(work, job.workspace_id)


def _next(database: Database, job: Job, scope: Scope, after: int) -> list[int]:
    """The respondents of the next transaction; a filter that is none any more is forgotten."""
    survey, asked = int(job.arguments["survey"]), job.arguments.get("filter", "")
    if scope.what == "filter" and not asked:
        raise Invalid("The filter of this job was forgotten; ask for it again.")
    try:
        return database.read(
            lambda session: anonymise.respids_in_scope(_unit(session, job), survey, scope, after, asked)
        )
    except Invalid:
        kept = {name: value for name, value in job.arguments.items() if name != "filter"}
        database.write(lambda session: report_job(session, job, kept, job.outcome or {}), job.workspace_id)
        raise


def _keep(session: Session, job: Job, progress: Progress) -> None:
    kept = job.arguments | {"progress": msgspec.to_builtins(progress)}
    if progress.receipt:  # a filter may say something of a person
        kept.pop("filter", None)
    report_job(session, job, kept, {"respondents": progress.done, **msgspec.to_builtins(progress.wiped)})


def _scope(job: Job) -> Scope:
    return Scope(*job.arguments["scope"])


def _unit(session: Session, job: Job) -> Unit:
    """Who asked acts: the receipt names them."""
    asked_by = job.arguments.get("asked_by", "job")
    return Unit(session, job.workspace_id, asked_by, time.time_ns() // 1000)
