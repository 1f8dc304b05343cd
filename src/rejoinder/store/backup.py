"""Backup and restore: one format for both engines, so that it also moves a store between them.

A gzip file of JSON lines: a header `{"format", "revision", "created"}`; for each table a line
`{"table", "columns"}` and then its rows as arrays; and a last line `{"end", "rows", "sha256"}` over all the
bytes before it. Without that line, or with another sum, a file is refused: a cut one never passes for whole.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import LargeBinary, Table, delete, func, select

from rejoinder.model.problems import AlreadyExists, Broken, Stale, Unreadable
from rejoinder.store.engine import Database
from rejoinder.store.failures import as_problem
from rejoinder.store.migrate import newest_revision
from rejoinder.store.session import Session
from rejoinder.store.tables.access import rate, workspace
from rejoinder.store.tables.everything import metadata
from rejoinder.store.tables.panel import mail_pace
from rejoinder.store.tables.respondents import respondent

FORMAT = "rejoinder-backup-1"
CHUNK = 2000
NOT_DATA = frozenset({rate.name, mail_pace.name})
"""Tables left out: rate limits' windows and mail's pace live for minutes. Alembic's own table is the header's
revision."""

Progress = Callable[[int], None]
"""Told how many rows are done."""


class Header(msgspec.Struct):
    """The first line. `created` in µs."""

    format: str
    revision: str
    created: int


class TableLine(msgspec.Struct):
    """The line before a table's rows."""

    table: str
    columns: list[str]


class End(msgspec.Struct):
    """The last line: rows by table, and the sum of every byte before it."""

    end: bool
    rows: dict[str, int]
    sha256: str


def tables() -> list[Table]:
    """Every table that is data, in a fixed order."""
    return [found for found in metadata.sorted_tables if found.name not in NOT_DATA]


def count_rows(session: Session) -> int:
    """How many rows a backup will hold; for progress."""
    counts = (session.row(select(func.count().label("n")).select_from(found)) for found in tables())
    return sum(row.n for row in counts if row)


def backup(
    database: Database, file: BinaryIO, now: int, progress: Progress = lambda rows: None
) -> dict[str, int]:
    """Write everything to `file`, as it stands at one moment; safe while others read and write.

    Returns the number of rows by table. Raises Unavailable.
    """
    session = database.session()
    try:
        with session.snapshot(), gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
            return _write(session, _Summed(packed), now, progress)
    finally:
        session.close()


class _Summed:
    """Writes JSON lines and keeps their sum."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self._encoder = msgspec.json.Encoder()

    def write(self, lines: Iterable[Any]) -> None:
        data = self._encoder.encode_lines(lines)
        self._sum.update(data)
        self._file.write(data)

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


def _write(session: Session, out: _Summed, now: int, progress: Progress) -> dict[str, int]:
    out.write([Header(FORMAT, newest_revision(), now)])
    counts: dict[str, int] = {}
    done = 0
    for found in tables():
        out.write([TableLine(str(found.name), [str(c.name) for c in found.columns])])
        counts[str(found.name)] = 0
        for rows in session.each(select(found), _rows_together(found)):
            out.write([tuple(row) for row in rows])
            counts[str(found.name)] += len(rows)
            done += len(rows)
            progress(done)
    out.write([End(True, counts, out.hexdigest())])
    return counts


def restore(
    database: Database, file: BinaryIO, *, replace: bool = False, progress: Progress = lambda rows: None
) -> dict[str, int]:
    """Fill a migrated database from a backup, all or nothing.

    Parameters: `replace` — delete what is there; otherwise only an empty database is filled.

    Returns the number of rows by table. Raises Unreadable for what is no whole backup, Stale for one of
    another revision, AlreadyExists for a database with data.
    """
    return database.write(lambda session: _restore(session, file, replace, progress))


def _restore(session: Session, file: BinaryIO, replace: bool, progress: Progress) -> dict[str, int]:
    file.seek(0)  # a write may be begun again
    if not replace and session.row(select(workspace.c.id).limit(1)) is not None:
        raise AlreadyExists(
            "The database has data already; restore into an empty one, or add --replace and lose what it has."
        )
    for found in reversed(tables()):
        session.run(delete(found))
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as packed:
            return _read(session, packed, progress)
    except (EOFError, OSError) as error:
        raise Unreadable(f"This is not a whole backup of Rejoinder: {error}.") from None
    except msgspec.DecodeError:
        raise Unreadable(
            "This is not a backup of Rejoinder, or it is damaged; nothing was restored."
        ) from None


def _read(session: Session, packed: gzip.GzipFile, progress: Progress) -> dict[str, int]:
    total, counts = hashlib.sha256(), dict[str, int]()
    lines = iter(packed)
    first = next(lines, b"")
    total.update(first)
    _check_header(first)
    filling: _Filling | None = None
    for line in lines:
        if line.startswith(b"["):
            if filling is None:
                raise Unreadable("The backup is damaged: it has rows before the first table.")
            counts[filling.name] += 1
            if filling.add(line):
                progress(sum(counts.values()))
        else:
            if filling is not None:
                filling.flush()
            if line.startswith(b'{"end"'):
                _check_end(line, next(lines, b""), counts, total.hexdigest())
                return counts
            filling = _Filling(session, msgspec.json.decode(line, type=TableLine))
            counts[filling.name] = 0
        total.update(line)
    raise Unreadable("The backup ends too early: it was cut. Nothing was restored.")


def _check_header(line: bytes) -> None:
    header = msgspec.json.decode(line, type=Header)
    if header.format != FORMAT:
        raise Unreadable(f"This is a backup of the format {header.format:.40}, not {FORMAT}.")
    if header.revision != newest_revision():
        raise Stale(
            f"The backup is of revision {header.revision:.40}, this version has {newest_revision()}. "
            "Restore it with the version that made it, then upgrade with: rejoinder migrate"
        )


def _check_end(line: bytes, more: bytes, counts: dict[str, int], total: str) -> None:
    end = msgspec.json.decode(line, type=End)
    if more or end.rows != counts or end.sha256 != total:
        raise Unreadable("The backup is damaged: its sum is wrong. Nothing was restored.")
    if missing := {found.name for found in tables()}.difference(counts):
        raise Unreadable(f"The backup has no table {min(missing)}. Nothing was restored.")


class _Filling:
    """Inserts the rows of one table in chunks."""

    def __init__(self, session: Session, line: TableLine) -> None:
        known = {found.name: found for found in tables()}
        if line.table not in known or [c.name for c in known[line.table].columns] != line.columns:
            raise Unreadable(f"The backup is damaged: {line.table:.40} is no table of this revision.")
        self.name = line.table
        self._session = session
        self._columns = line.columns
        self._together = _rows_together(known[line.table])
        self._binary = [n for n, c in enumerate(known[line.table].columns) if isinstance(c.type, LargeBinary)]
        self._lines: list[bytes] = []

    def add(self, line: bytes) -> bool:
        """Take a row; True when a chunk was written."""
        self._lines.append(line)
        if len(self._lines) < self._together:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Write what was taken."""
        rows = msgspec.json.decode(b"[" + b",".join(self._lines) + b"]", type=list[list[Any]])
        self._lines.clear()
        if any(len(row) != len(self._columns) for row in rows):
            raise Unreadable(f"The backup is damaged: a row of {self.name} has the wrong length.")
        for row in rows if self._binary else ():
            for n in self._binary:
                row[n] = _bytes(self.name, row[n])
        try:
            if rows:
                (self._into_sqlite if self._session.engine == "sqlite" else self._into_postgres)(rows)
        except Exception as error:
            if isinstance(as_problem(error), (AlreadyExists, Broken)):
                raise Unreadable(f"The backup is damaged: {self.name} refuses a row of it.") from error
            raise

    def _into_sqlite(self, rows: list[list[Any]]) -> None:
        columns = self._columns
        if self.name == respondent.name:  # clustered by one number, see `tables.respondents`
            survey, respid = columns.index("survey_id"), columns.index("respid")
            kept = [n for n in range(len(columns)) if n not in (survey, respid)]
            rows = [[row[survey] << 32 | row[respid], *(row[n] for n in kept)] for row in rows]
            columns = ["row", *(columns[n] for n in kept)]
        marks = ", ".join("?" * len(columns))
        self._session.raw.executemany(f"INSERT INTO {self.name} ({_quoted(columns)}) VALUES ({marks})", rows)

    def _into_postgres(self, rows: list[list[Any]]) -> None:
        with (
            self._session.raw.cursor() as cursor,
            cursor.copy(f"COPY {self.name} ({_quoted(self._columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)


def _quoted(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _rows_together(table: Table) -> int:
    """How many rows of a table are held at once; pieces of files weigh much."""
    return 20 if any(isinstance(c.type, LargeBinary) for c in table.columns) else CHUNK


def _bytes(name: str, text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Unreadable(f"The backup is damaged: {name} holds what is no file.") from None
