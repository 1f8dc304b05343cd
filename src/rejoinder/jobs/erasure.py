"""Erase or anonymise the respondents of a scope; the last step of each leaves a receipt in the audit log."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from rejoinder.core import anonymise, erasing
from rejoinder.core.anonymise import Fields, Scope
from rejoinder.core.erasure import Wiped
from rejoinder.core.jobs import report_job
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

ERASE, ANONYMISE = erasing.KIND, anonymise.KIND


class Progress(msgspec.Struct):
    """How far an erasure is, kept with each of its transactions: what is deleted cannot be counted again."""

    erased: int = 0
    wiped: Wiped = Wiped()
    receipt: bool = False


def erase_respondents(database: Database, job: Job) -> None:
    """Erase a scope, a thousand respondents in each transaction; a second run goes on."""
    survey, scope = int(job.arguments["survey"]), Scope(*job.arguments["scope"])
    progress = msgspec.convert(job.arguments.get("progress", {}), Progress)
    if progress.receipt:
        return

    def step(session: Session, respids: list[int]) -> None:
        count, wiped = erasing.erase_rows(_unit(session, job), survey, respids)
        progress.erased, progress.wiped = progress.erased + count, progress.wiped + wiped
        _keep(session, job, progress)

    def end(session: Session) -> None:
        if progress.erased or scope.what != "completed_before":
            erasing.give_receipt(_unit(session, job), survey, scope, progress.erased, progress.wiped)
        progress.receipt = True
        _keep(session, job, progress)

    after = 0
    while respids := database.read(
        lambda s: anonymise.respids_in_scope(_unit(s, job), survey, scope, after)  # noqa: B023
    ):
        _once(database, job, lambda s: step(s, respids), progress)
        after = respids[-1]
    _once(database, job, end, progress)


def _once(database: Database, job: Job, work: Any, progress: Progress) -> None:
    """Run a step in a transaction; one that the writer begins again starts from the same counts."""
    before = msgspec.structs.astuple(progress)

    def begin(session: Session) -> None:
        progress.erased, progress.wiped, progress.receipt = before
        work(session)

    database.write(begin, job.workspace_id)


def _keep(session: Session, job: Job, progress: Progress) -> None:
    kept = job.arguments | {"progress": msgspec.to_builtins(progress)}
    report_job(session, job, kept, {"erased": progress.erased, **msgspec.to_builtins(progress.wiped)})


def anonymise_respondents(database: Database, job: Job) -> None:
    """Anonymise a scope, a thousand respondents in each transaction. Doing it twice changes nothing more."""
    asked = job.arguments
    if asked.get("receipt"):
        return
    survey, scope = int(asked["survey"]), Scope(*asked["scope"])
    fields = Fields(asked["email"], tuple(asked["labels"]))
    done, wiped, after = 0, Wiped(), 0
    anew = scope.what != "completed_before"  # what comes daily has seen the others before
    while respids := database.read(
        lambda s: anonymise.respids_in_scope(_unit(s, job), survey, scope, after)  # noqa: B023
    ):
        count, more = database.write(
            lambda s: anonymise.anonymise_rows(_unit(s, job), survey, respids, fields, anew=anew),
            job.workspace_id,
        )
        done, wiped, after = done + count, wiped + more, respids[-1]

    def end(session: Session) -> None:
        if done or scope.what != "completed_before":  # what comes daily is not worth an empty receipt
            anonymise.give_receipt(_unit(session, job), survey, scope, fields, done, wiped)
        outcome = {"anonymised": done, **msgspec.to_builtins(wiped)}
        report_job(session, job, asked | {"receipt": True}, outcome)

    database.write(end, job.workspace_id)


def _unit(session: Session, job: Job) -> Unit:
    """Who asked acts: the receipt names them."""
    asked_by = job.arguments.get("asked_by", "job")
    return Unit(session, job.workspace_id, asked_by, time.time_ns() // 1000)
