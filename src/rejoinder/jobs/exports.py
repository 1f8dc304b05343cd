"""Write exports: a slice is read, written into the file's next pieces and acknowledged, until all is there.

A run that was cut off begins anew: its pieces are thrown away. So does one that somebody was erased under.
It has a thread of its own, so that a long export holds up no other job.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import BinaryIO, cast

import msgspec

from rejoinder.core.exports.asking import KIND
from rejoinder.core.exports.sources import Source
from rejoinder.core.exports.telling import tell_users
from rejoinder.core.exports.writing import open_source, write_rows
from rejoinder.core.unit import Unit
from rejoinder.jobs.runner import MAX_ATTEMPTS, Again, is_final, sentence
from rejoinder.model.exports import Export, ExportStatus, Progress
from rejoinder.model.job import Job
from rejoinder.model.problems import TooLarge
from rejoinder.settings import Settings
from rejoinder.store import exports as store
from rejoinder.store.engine import Database
from rejoinder.store.exports import PIECE, Run, Until
from rejoinder.store.session import Session

__all__ = ["KIND", "Exporter"]

DAY = 24 * 3600 * 1_000_000
FLUSH_BYTES, FLUSH_SECONDS = 8 * PIECE, 0.5
"""How much of a file waits, and for how long, before it is stored."""
MOST_RUNS = 40
"""Beginnings of one export, before it is given up."""
LONGEST_PAUSE = 60
"""Seconds before an export begins anew, at the most; the first time it is one."""


class Lost(Exception):
    """This run may not go on: nobody wants the export any more, or it has to begin anew."""


class Exporter:
    """Handles `export` jobs."""

    def __init__(self, settings: Settings, clock: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        self._settings = settings
        self._clock = clock

    def __call__(self, database: Database, job: Job) -> None:
        """Write one export. Safe to run twice: what has ended stays as it is.

        Raises Again when somebody was erased meanwhile, and what is wrong with the export itself.
        """
        number = int(job.arguments["export"])
        try:
            self._write(database, job.workspace_id, number)
        except Lost:
            self._once_more(database, job.workspace_id, number)
        except Exception as error:
            if is_final(error) or job.attempts >= MAX_ATTEMPTS:
                self._fail(database, job.workspace_id, number, sentence(error))
            raise

    def _write(self, database: Database, workspace: int, number: int) -> None:
        export = database.read(lambda session: store.export_by_id(session, workspace, number))
        if export is None:
            return
        source = database.read(lambda session: open_source(self._unit(session, export), export.wanted))
        progress = Progress(total=source.total, began_at=self._clock())
        run = database.write(lambda s: store.begin_run(s, workspace, number, progress), workspace)
        if run is None:
            return
        sheaf = _Sheaf(self, database, export, run, progress)
        self._rows(database, export, source, sheaf)
        sheaf.flush(last=True)

    def _rows(self, database: Database, export: Export, source: Source, sheaf: _Sheaf) -> None:
        for rows, cut in write_rows(source, export.wanted, cast(BinaryIO, sheaf), database.read):
            sheaf.note(rows, cut)

    def _once_more(self, database: Database, workspace: int, number: int) -> None:
        """Let an export that has to begin anew do so, after a pause that grows."""
        found = database.read(lambda session: store.export_by_id(session, workspace, number))
        if found is None or found.status is not ExportStatus.WAITING:
            return
        if found.run >= MOST_RUNS:
            told = "People of this survey were erased again and again while it was written; ask for it later."
            self._fail(database, workspace, number, told)
            return
        raise Again(self._clock() + min(LONGEST_PAUSE, 2 ** (found.run // 2)) * 1_000_000)

    def _fail(self, database: Database, workspace: int, number: int, told: str) -> None:
        now, failed = self._clock(), ExportStatus.FAILED
        database.write(lambda s: store.end_export(s, workspace, number, failed, told, now), workspace)

    def _unit(self, session: Session, export: Export) -> Unit:
        return Unit(session, export.workspace_id, export.asked_by, self._clock())

    def keep(
        self,
        database: Database,
        export: Export,
        run: Run,
        pieces: list[bytes],
        progress: Progress,
        *,
        last: bool,
    ) -> None:
        """Store more of a file; the last of it together with the letters that say so. Raises Lost."""
        now = self._clock()
        until = Until(now, now + int(self._settings.export_keep_days * DAY)) if last else None

        def work(session: Session) -> bool:
            done = store.add_pieces(session, run, pieces, progress, until)
            if done and last:
                tell_users(self._unit(session, export), export)
            return done

        if not database.write(work, run.workspace_id):
            raise Lost

    @property
    def most(self) -> int:
        """Bytes of a file."""
        return self._settings.export_max_bytes


class _Sheaf:
    """A file that can be written from its start to its end; what is written goes into the store in pieces."""

    def __init__(
        self, exporter: Exporter, database: Database, export: Export, run: Run, progress: Progress
    ) -> None:
        self._exporter, self._database, self._export, self._run = exporter, database, export, run
        self._progress = progress
        self._waiting = bytearray()
        self._size = 0
        self._flushed = time.monotonic()
        self.closed = False

    def write(self, data: bytes) -> int:
        """Put data behind what is there. Raises TooLarge, Lost."""
        self._waiting += data
        self._size += len(data)
        if self._size > self._exporter.most:
            raise TooLarge(
                f"The file would be larger than {self._exporter.most:,} bytes (REJOINDER_EXPORT_MAX_BYTES): "
                "choose fewer columns or a narrower filter, or write it with: rejoinder export"
            )
        if len(self._waiting) >= FLUSH_BYTES:
            self.flush()
        return len(data)

    def tell(self) -> int:
        """Where the next data goes."""
        return self._size

    def note(self, rows: int, cut: int) -> None:
        """Keep how many rows are written, now and then. Raises Lost."""
        self._progress = msgspec.structs.replace(self._progress, done=rows, cut=cut)
        if time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self, *, last: bool = False) -> None:
        """Store whole pieces, and with `last` the rest. Raises Lost."""
        whole = len(self._waiting) if last else len(self._waiting) // PIECE * PIECE
        data = bytes(self._waiting[:whole])
        pieces = [data[start : start + PIECE] for start in range(0, whole, PIECE)]
        self._exporter.keep(self._database, self._export, self._run, pieces, self._progress, last=last)
        del self._waiting[:whole]
        self._flushed = time.monotonic()
