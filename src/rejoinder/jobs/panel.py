"""Update respondents, as a panel's callers ask for it."""

from __future__ import annotations

import time

import msgspec

from rejoinder.core.jobs import report_job
from rejoinder.core.panel.updates import KIND as UPDATE
from rejoinder.core.panel.updates import apply_updates
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job
from rejoinder.model.panel import Update
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

UPDATES = UPDATE


def update_respondents(database: Database, job: Job) -> None:
    """Apply the updates of one request in one transaction; the job then forgets them and says what it did.

    A second run finds nothing left to do, so that later changes are not undone.
    """
    if "updates" not in job.arguments:
        return
    survey = int(job.arguments["survey"])
    updates = msgspec.convert(job.arguments["updates"], list[Update], str_keys=True)

    def work(session: Session) -> None:
        done = apply_updates(_unit(session, job), survey, updates)
        report_job(session, job, {"survey": survey}, {"updated": done.updated, "skipped": done.skipped})

    database.write(work, job.workspace_id)


def _unit(session: Session, job: Job) -> Unit:
    return Unit(session, job.workspace_id, "job", time.time_ns() // 1000)
