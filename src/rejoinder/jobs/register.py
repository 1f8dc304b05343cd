"""Every kind of job and its handler; what comes back daily."""

from __future__ import annotations

from collections.abc import Mapping

from rejoinder.jobs import indexing, purge
from rejoinder.jobs.runner import Handler, Runner
from rejoinder.store.engine import Database

HANDLERS: Mapping[str, Handler] = {
    purge.KIND: purge.purge,
    indexing.KIND: indexing.index_variable,
}


def runner(database: Database, *, threads: int = 1) -> Runner:
    """A runner of all kinds of jobs."""
    return Runner(database, HANDLERS, threads=threads, repeat=purge.schedule)
