"""Import a file: read it cell by cell, and store all of it or nothing.

Reading holds no transaction and can be stopped; storing is one transaction, with the note that it was done.
"""

from __future__ import annotations

import dataclasses
import io
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

import msgspec

from rejoinder.core import imports
from rejoinder.core.imports import Checked, Learned
from rejoinder.core.incoming import (
    KIND,
    MOST_WRONG,
    checked_outcome,
    refused_outcome,
    relearn,
    store_incoming,
)
from rejoinder.core.unit import Unit
from rejoinder.jobs.runner import MAX_ATTEMPTS, is_final, sentence
from rejoinder.model.incoming import BUSY, STOPPABLE, Incoming, IncomingStatus, Outcome
from rejoinder.model.job import Job
from rejoinder.model.problems import Invalid
from rejoinder.store import incoming as store
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

__all__ = ["KIND", "import_file"]

TELL_SECONDS = 0.5


class Stopped(Exception):
    """Nobody wants the import any more."""


class TakenBack(Exception):
    """Rolls a trial back."""


def import_file(database: Database, job: Job) -> None:
    """Do one import. Safe to run twice: what has ended stays as it is."""
    number = int(job.arguments["incoming"])
    found = database.read(lambda session: store.incoming_by_id(session, job.workspace_id, number))
    if found is None or found.status not in BUSY:
        return
    try:
        _Import(database, found).run()
    except Stopped:
        return
    except Exception as error:
        if is_final(error) or job.attempts >= MAX_ATTEMPTS:
            _end(database, found, IncomingStatus.FAILED, found.outcome, sentence(error))
            if is_final(error):
                return
        raise


def _end(
    database: Database, found: Incoming, status: IncomingStatus, outcome: Outcome, error: str | None = None
) -> None:
    database.write(
        lambda session: store.change_incoming(
            session,
            found.workspace_id,
            found.id,
            BUSY,
            status=status,
            outcome=outcome,
            error=error,
            finished_at=_now(),
        ),
        found.workspace_id,
    )


class _Import:
    """One run."""

    def __init__(self, database: Database, found: Incoming) -> None:
        self._database = database
        self._found = found
        self._outcome = Outcome(total=found.size, began_at=_now())
        self._told = 0.0

    def run(self) -> None:
        with tempfile.TemporaryFile(prefix="rejoinder-") as file, tempfile.TemporaryFile() as spool:
            self._fetch(file)
            self._turn(IncomingStatus.CHECKING)
            learned = self._database.read(lambda session: relearn(self._unit(session), self._found, file))
            watched = io.BufferedReader(_Watched(file, self._note))
            checked = self._check(learned, watched, spool)
            self._outcome = checked_outcome(self._outcome, checked)
            if checked.wrong:
                _end(self._database, self._found, IncomingStatus.REFUSED, self._outcome)
                return
            self._turn(IncomingStatus.STORING)
            try:
                self._store(learned, checked)
            except Invalid as problem:
                if problem.report is None:
                    raise
                outcome = refused_outcome(self._outcome, problem)
                _end(self._database, self._found, IncomingStatus.REFUSED, outcome, problem.message)

    def _fetch(self, file: Any) -> None:
        """Put the pieces together."""
        position = 0
        while data := self._database.read(
            lambda session: store.piece(
                session,
                self._found.workspace_id,
                self._found.id,
                position,  # noqa: B023
            )
        ):
            file.write(data)
            position += 1
        file.seek(0)

    def _check(self, learned: Learned, file: BinaryIO, spool: Any) -> Checked:
        """Check every cell; the table reads from the file that tells how far it is."""
        table: Any = learned.table
        if table is not None:
            table = dataclasses.replace(table, file=file)
        learned = learned._replace(file=file, table=table)
        return imports.check(learned, self._found.wish.keys, spool, shown=MOST_WRONG)

    def _store(self, learned: Learned, checked: Checked) -> None:
        wish = self._found.wish
        found = msgspec.structs.replace(self._found, outcome=self._outcome)

        def work(session: Session) -> None:
            store_incoming(self._unit(session), found, learned, checked)
            if not wish.store:
                raise TakenBack

        with suppress(TakenBack):
            self._database.write(work, self._found.workspace_id)
        if not wish.store:
            _end(self._database, self._found, IncomingStatus.FITS, self._outcome)

    def _unit(self, session: Session) -> Unit:
        return Unit(session, self._found.workspace_id, self._found.asked_by, _now())

    def _turn(self, status: IncomingStatus) -> None:
        """Go on to the next step, unless the import was stopped. Raises Stopped."""
        before = BUSY if status is IncomingStatus.CHECKING else STOPPABLE
        self._keep(before, status)

    def _keep(self, before: tuple[IncomingStatus, ...], status: IncomingStatus | None) -> None:
        outcome = self._outcome
        found = self._found
        if not self._database.write(
            lambda session: store.change_incoming(
                session, found.workspace_id, found.id, before, status=status, outcome=outcome
            ),
            found.workspace_id,
        ):
            raise Stopped

    def _note(self, position: int) -> None:
        """Keep how far the file was read, now and then. Raises Stopped."""
        if time.monotonic() - self._told < TELL_SECONDS:
            return
        self._told = time.monotonic()
        self._outcome = msgspec.structs.replace(self._outcome, done=min(position, self._found.size))
        self._keep(STOPPABLE, None)


class _Watched(io.RawIOBase):
    """A file that tells how far it was read."""

    def __init__(self, file: Any, tell: Callable[[int], None]) -> None:
        self._file, self._tell = file, tell

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        count = int(self._file.readinto(buffer) or 0)
        self._tell(self._file.tell())
        return count


def _now() -> int:
    return time.time_ns() // 1000
