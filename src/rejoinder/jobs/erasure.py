"""Erase or anonymise the respondents of a scope; the last step of each leaves a receipt in the audit log."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from rejoinder.core import anonymise, erasing
from rejoinder.core.anonymise import Scope
from rejoinder.core.bulk import Progress, fields_of, give_receipt, progress_of, scope_of
from rejoinder.core.erasure import Wiped
from rejoinder.core.jobs import report_job
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job
from rejoinder.model.problems import Invalid
from rejoinder.store.engine import Database
from rejoinder.store.jobs import hold_job
from rejoinder.store.session import Session

ERASE, ANONYMISE = erasing.KIND, anonymise.KIND

Step = Callable[[Unit, int, Sequence[int]], tuple[int, Wiped]]
"""Does it to some respondents of a survey; gives how many there were, and what hung on them."""


def erase_respondents(database: Database, job: Job) -> None:
    """Erase a scope. A second run goes on where the first ended."""
    _walk(database, job, erasing.erase_rows)


def anonymise_respondents(database: Database, job: Job) -> None:
    """Anonymise a scope. A second run goes on where the first ended."""
    fields = fields_of(job)
    anew = scope_of(job).what != "completed_before"  # what comes daily has seen the others before

    def step(unit: Unit, survey: int, respids: Sequence[int]) -> tuple[int, Wiped]:
        return anonymise.anonymise_rows(unit, survey, respids, fields, anew=anew)

    _walk(database, job, step)


def _walk(database: Database, job: Job, step: Step) -> None:
    """Go through a scope, a thousand respondents in each transaction, to its end or until it is stopped."""
    survey, scope = int(job.arguments["survey"]), scope_of(job)
    progress: Progress | None = progress_of(job)
    while progress is not None and not progress.receipt:
        at, respids = progress, _next(database, job, scope, progress.after)

        def work(session: Session) -> Progress | None:
            if not hold_job(session, job.workspace_id, job.id):
                return None
            unit = _unit(session, job)
            if respids:  # noqa: B023
                count, more = step(unit, survey, respids)  # noqa: B023
                found = Progress(at.done + count, at.wiped + more, respids[-1])  # noqa: B023
            else:
                found = msgspec.structs.replace(at, receipt=True)  # noqa: B023
                if found.done or scope.what != "completed_before":  # what comes daily leaves no empty receipt
                    give_receipt(unit, job, found)
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


def _unit(session: Session, job: Job) -> Unit:
    """Who asked acts: the receipt names them."""
    asked_by = job.arguments.get("asked_by", "job")
    return Unit(session, job.workspace_id, asked_by, time.time_ns() // 1000)
