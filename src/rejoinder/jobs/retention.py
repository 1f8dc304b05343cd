"""Once a day, let the respondents go whose time is over."""

from __future__ import annotations

import time

from rejoinder.core.jobs import ensure_repeating
from rejoinder.core.retention import DAY, retain
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job
from rejoinder.model.problems import NotFound
from rejoinder.store.engine import Database
from rejoinder.store.session import Session
from rejoinder.store.surveys import surveys_with_retention

KIND = "retention"


def schedule(database: Database) -> None:
    """Let the next round wait in the store, unless one does already."""
    now = time.time_ns() // 1000
    database.write(lambda session: ensure_repeating(session, KIND, now, now))


def keep_retention(database: Database, job: Job) -> None:
    """Ask for one erasure or anonymisation for each survey that has a retention.

    It schedules its successor first. Asking twice does no harm: the second finds nobody.
    """
    now = time.time_ns() // 1000
    database.write(lambda session: ensure_repeating(session, KIND, now + DAY, now, besides=job.id))
    for workspace, survey in database.read(surveys_with_retention):

        def ask(session: Session, workspace: int = workspace, survey: int = survey) -> None:
            try:
                retain(Unit(session, workspace, "retention", now), survey)
            except NotFound:
                return  # deleted meanwhile

        database.write(ask, workspace)
