"""The data of a run: made once, through our own interface, when the first row asks for it."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import msgspec

from bench import data, opinions
from bench.clients import Client, sign_in
from bench.harness import step
from bench.servers import Running, rejoinder
from bench.voices import Voices, gathered
from rejoinder.core.access import create_client
from rejoinder.core.definitions import define_survey
from rejoinder.core.surveys import create_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.workspace import FEATURES
from rejoinder.store.connect import open_engine
from rejoinder.store.engine import Database
from rejoinder.store.migrate import migrate
from rejoinder.store.session import Session

if TYPE_CHECKING:
    from servers.postgres import Server

BATCH = 10_000
SMALL = 1_000
BIG, TINY, INBOX = "big", "tiny", "inbox"
"""The surveys: all respondents, a thousand of them, and one that takes single records."""
FORM = "form"
"""A survey with a definition, for submissions."""
SURVEYS = (BIG, TINY, INBOX)


class Place(NamedTuple):
    """A database with the bench's surveys, and a client's secret."""

    url: str
    client_id: str
    secret: str
    surveys: dict[str, int]
    workspace: int


class Stage:
    """Everything that rows share. Use as a context manager; all of it is gone afterwards.

    Parameters: `records` — respondents that are left after every tenth was deleted.
    """

    def __init__(self, records: int, *, quick: bool) -> None:
        self.records = records
        self.loaded = -(-records * 10 // 9)
        self.answered = records
        self.quick = quick
        self.notes: list[str] = []
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        self.place = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="rejoinder-bench-")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()

    @cached_property
    def sqlite(self) -> Place:
        """All respondents in SQLite."""
        return self._filled(f"sqlite:///{self.place / 'ours.db'}", "SQLite")

    @cached_property
    def postgres(self) -> Place:
        """All respondents in a PostgreSQL cluster of our own."""
        server = postgres_server(self.stack)
        found = self._filled(server.url(server.create()), "PostgreSQL")
        with step("PostgreSQL: VACUUM ANALYZE"):
            connection = open_engine(found.url).connect()
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.close()
        return found

    @cached_property
    def opinions(self) -> Place:
        """A survey of twelve questions with `answered` responses, in an SQLite file of its own."""
        return self.opinions_in(f"sqlite:///{self.place / 'opinions.db'}")

    @cached_property
    def voices(self) -> Voices:
        """As many responses that are read as feedback, and people to write to, in a file of its own."""
        return gathered(f"sqlite:///{self.place / 'voices.db'}", self.answered)

    def opinions_in(self, url: str) -> Place:
        """The survey of twelve questions in an empty database."""
        place = prepare(url)
        with step(f"store {self.answered:,} responses to twelve questions"):
            database = Database(url)
            opinions.fill(database, place.workspace, self.answered)
            database.close()
        return place

    @cached_property
    def scratch(self) -> Place:
        """A copy of the SQLite file, for the rows that change respondents."""
        return self.sqlite._replace(url=f"sqlite:///{self._copy('scratch.db')}")

    @cached_property
    def twin(self) -> sqlite3.Connection:
        """A further copy, opened the way the store opens it: for what the engine itself can do."""
        engine = open_engine(f"sqlite:///{self._copy('twin.db')}").connect()
        self.stack.callback(engine.close)
        connection: Any = engine.connection.driver_connection
        return connection  # type: ignore[no-any-return]

    @cached_property
    def wide(self) -> Path:
        """The same respondents in a table with a column for each variable."""
        path = self.place / "wide.db"
        with step("SQLite: the same respondents in a wide table"):
            connection = sqlite3.connect(path, isolation_level=None)
            columns = ", ".join(
                ("respid INTEGER PRIMARY KEY", "createddate TEXT", *(f'"{name}"' for name in data.NAMES))
            )
            connection.execute(f"CREATE TABLE respondent ({columns})")
            connection.execute("BEGIN")
            marks = ", ".join("?" * (len(data.NAMES) + 2))
            rows = ((n, data.CREATED, *data.row(n).values()) for n in data.survivors(self.loaded))
            connection.executemany(f"INSERT INTO respondent VALUES ({marks})", rows)
            connection.execute("COMMIT")
            connection.close()
        return path

    def _copy(self, name: str) -> Path:
        source = Path(self.sqlite.url.removeprefix("sqlite:///"))
        with step(f"SQLite: copy the file to {name}"):
            connection = sqlite3.connect(source)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            return Path(shutil.copy(source, self.place / name))

    def serve(self, place: Place, stack: ExitStack, *, pinned: bool = False) -> tuple[Running, Client]:
        """A server on a place's database, and a client that is signed in."""
        running = stack.enter_context(rejoinder(place.url, pinned=pinned))
        client = sign_in(running.port, place.client_id, place.secret)
        stack.callback(client.connection.close)
        return running, client

    def _filled(self, url: str, name: str) -> Place:
        place = prepare(url)
        with step(f"{name}: load {self.loaded:,} respondents, delete every tenth"), ExitStack() as stack:
            _, client = self.serve(place, stack)
            spent = load(client, BIG, self.loaded)
            thin_out(client, BIG, self.loaded)
            load(client, TINY, SMALL)
        self.notes.append(
            f"{name}: loaded {self.loaded / spent:,.0f} respondents/s by POST, {BATCH:,} a request"
        )
        print(f"  {self.notes[-1]}", file=sys.stderr)
        return place


def postgres_server(stack: ExitStack) -> Server:
    """A durable PostgreSQL cluster of one's own, alike for all rows, which ends with the stack."""
    from servers.postgres import running  # the tests' cluster: `make bench` puts tests/ on the path

    return stack.enter_context(running(durable=True, settings={"shared_buffers": "512MB"}))


def data_path(survey: str) -> str:
    """Where the respondents of a survey are."""
    return f"/v1/surveys/{survey}/respondents/data"


def load(client: Client, survey: str, count: int) -> float:
    """Post respondents 1 to `count`; the seconds spent waiting for answers."""
    spent = 0.0
    for first in range(1, count + 1, BATCH):
        body = data.body([data.row(n) for n in range(first, min(first + BATCH, count + 1))])
        started = time.perf_counter()
        client.ask(data_path(survey), "POST", body)
        spent += time.perf_counter() - started
    return spent


def thin_out(client: Client, survey: str, count: int) -> None:
    """Delete every tenth respondent."""
    gone = [{"respid": n} for n in range(1, count + 1) if not data.survives(n)]
    for first in range(0, len(gone), BATCH):
        body = data.body(gone[first : first + BATCH], keys=("respid",), names=())
        client.ask(data_path(survey), "DELETE", body)


def prepare(url: str) -> Place:
    """Migrate a database; give it a workspace, a client and the empty surveys."""
    migrate(url)
    database = Database(url)
    now = time.time_ns() // 1000

    def make(session: Session) -> Place:
        workspace, _ = create_workspace(session, "bench", FEATURES, now)
        unit = Unit(session, workspace.id, "bench", now)
        client, secret = create_client(unit, "bench")
        surveys = {name: create_survey(unit, name, [name], data.variables()).id for name in SURVEYS}
        define_survey(unit, msgspec.json.encode(opinions.DEFINITION), [FORM])
        return Place(url, client.client_id, secret, surveys, workspace.id)

    try:
        return database.write(make)
    finally:
        database.close()
