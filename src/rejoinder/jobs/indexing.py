"""Index a variable of a survey, so that it can be a key and filters on it are fast."""

from __future__ import annotations

import time

from rejoinder.core.indexing import KIND as KIND
from rejoinder.core.respondents.keys import resolve_keys
from rejoinder.core.unit import Unit
from rejoinder.model.job import Job
from rejoinder.store.engine import Database


def index_variable(database: Database, job: Job) -> None:
    """Index `variables` of `survey` together. Indexing what is indexed already does nothing."""
    survey, names = str(job.arguments["survey"]), [str(name) for name in job.arguments["variables"]]
    now = time.time_ns() // 1000
    database.write(
        lambda session: resolve_keys(Unit(session, job.workspace_id, "job", now), survey, names),
        job.workspace_id,
    )
