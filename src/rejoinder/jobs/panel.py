"""Update and anonymise respondents, as a panel's callers ask for it."""

from __future__ import annotations

import time

import msgspec

from rejoinder.core.anonymise import KIND as ANONYMISE
from rejoinder.core.anonymise import Fields, Scope, anonymise_rows, respids_in_scope
from rejoinder.core.jobs import report_job
from rejoinder.core.panel.updates import KIND as UPDATE
from rejoinder.core.panel.updates import apply_updates
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job
from rejoinder.model.panel import Update
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

UPDATES, ANONYMISATIONS = UPDATE, ANONYMISE


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


def anonymise_respondents(database: Database, job: Job) -> None:
    """Anonymise a scope, a thousand respondents in each transaction. Doing it twice changes nothing more."""
    asked = job.arguments
    survey, scope = int(asked["survey"]), Scope(*asked["scope"])
    fields = Fields(asked["email"], tuple(asked["labels"]))
    done = after = 0
    while respids := database.read(lambda s: respids_in_scope(_unit(s, job), survey, scope, after)):  # noqa: B023
        database.write(
            lambda s: anonymise_rows(_unit(s, job), survey, respids, fields),
            job.workspace_id,
        )
        done, after = done + len(respids), respids[-1]
    database.write(lambda s: report_job(s, job, asked, {"anonymised": done}), job.workspace_id)


def _unit(session: Session, job: Job) -> Unit:
    return Unit(session, job.workspace_id, "job", time.time_ns() // 1000)
