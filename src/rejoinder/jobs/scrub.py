"""Take what was erased out of the database's files, some time after it was erased."""

from __future__ import annotations

from rejoinder.core.erasure import SCRUB
from rejoinder.model.job import Job
from rejoinder.store.engine import Database
from rejoinder.store.scrub import scrub

KIND = SCRUB


def scrub_store(database: Database, job: Job) -> None:
    """Write the store's file anew (SQLite), or reclaim dead rows (PostgreSQL); safe to do twice."""
    scrub(database)
