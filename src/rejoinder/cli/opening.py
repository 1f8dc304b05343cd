"""The chosen database, opened for one command."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rejoinder.cli.commands import choices
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import find_workspace
from rejoinder.model.problems import Unavailable
from rejoinder.store.connect import is_missing, shown_url
from rejoinder.store.engine import Database
from rejoinder.store.migrate import current_revision, newest_revision
from rejoinder.store.session import Session

T = TypeVar("T")


@contextmanager
def store() -> Iterator[Database]:
    """The chosen database, ready for work. Raises Unavailable when it must be migrated first."""
    settings = choices().settings()
    if is_missing(settings.database):
        raise Unavailable(
            f"There is no database at {shown_url(settings.database)} yet; create it with: rejoinder migrate"
        )
    found, wanted = current_revision(settings.database), newest_revision()
    if found != wanted:
        raise Unavailable(
            f"The database at {shown_url(settings.database)} is at revision {found or 'none'}, this version "
            f"needs {wanted}. Upgrade it with: rejoinder migrate"
        )
    database = Database(settings.database, synchronous=settings.sqlite_synchronous)
    try:
        yield database
    finally:
        database.close()


def now() -> int:
    """The time in microseconds since 1970."""
    return time.time_ns() // 1000


def read(workspace: str, verb: Callable[[Unit], T]) -> T:
    """Run a reading verb in a workspace, given by name. Raises NotFound and what the verb raises."""
    with store() as database:
        return database.read(lambda session: verb(_unit(session, workspace)))


def write(workspace: str, verb: Callable[[Unit], T]) -> T:
    """Run a writing verb in a workspace, in one transaction. Raises NotFound and what the verb raises."""
    with store() as database:
        return database.write(lambda session: verb(_unit(session, workspace)))


def _unit(session: Session, workspace: str) -> Unit:
    return Unit(session, find_workspace(session, workspace).id, "cli", now())
