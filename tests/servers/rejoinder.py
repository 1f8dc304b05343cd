"""The whole application on a real socket, over a database of either engine, for tests.

    with running(database_url) as server:
        tenant = server.tenant()
        tenant.survey("p1", [Variable("city", Kind.TEXT, level="respondent")])
        reply = tenant.http.get("/v1/surveys/p1/respondents/data")

The server runs in a thread of this process; `tenant.verb` runs core verbs over a second connection to
the same database, as the command line would.
"""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import msgspec
import uvicorn

from rejoinder.core.access import DIALECTS, SCOPES, create_client
from rejoinder.core.people.founding import setup_path
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.respondent import UNMARKED, Lifecycle, Marks
from rejoinder.model.survey import Loop, Survey, Variable
from rejoinder.server import create_app
from rejoinder.settings import Settings
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

T = TypeVar("T")
START_SECONDS = 20.0
NO_LIMITS = dict.fromkeys((*DIALECTS, "public", "console"), 0)
QUICK = Settings(sqlite_synchronous="NORMAL", rate_limits=NO_LIMITS, shutdown_grace=1.0)
"""Settings that suit tests: no rate limit, no waiting for the disk."""


@dataclass(frozen=True)
class Tenant:
    """A workspace with a survey client; `http` sends the client's token with every request."""

    server: Server
    workspace_id: int
    workspace: str
    account_token: str
    client_id: str
    client_secret: str
    http: httpx.Client

    def speaking(self, token_path: str) -> httpx.Client:
        """A client of the same workspace that holds a token of another dialect's path."""
        asked = {"client_id": self.client_id, "client_secret": self.client_secret}
        http = self.server.client()
        reply = http.post(token_path, data=asked | {"grant_type": "client_credentials"})
        assert reply.status_code == 200, reply.text
        http.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        return http

    def verb(self, work: Callable[[Unit], T]) -> T:
        """Run a core verb in a write transaction of this workspace."""
        return self.server.database.write(lambda session: work(self._unit(session)), self.workspace_id)

    def look(self, work: Callable[[Unit], T]) -> T:
        """Run a reading core verb in this workspace."""
        return self.server.database.read(lambda session: work(self._unit(session)))

    def survey(
        self,
        alias: str,
        variables: Sequence[Variable] = (),
        loops: Sequence[Loop] = (),
        languages: Sequence[str] = ("en",),
    ) -> Survey:
        """Make a survey with these variables."""
        return self.verb(
            lambda unit: create_survey(unit, alias.title(), [alias], variables, loops, languages)
        )

    def respond(
        self, alias: str, records: Sequence[Any], lives: Sequence[Lifecycle], marks: Marks = UNMARKED
    ) -> Sequence[int]:
        """Store responses that lived as they are said to, as survey pages do; gives their respids."""

        def work(unit: Unit) -> Sequence[int]:
            survey = open_survey(unit, alias)
            rows = survey.shape.new_rows(None).decode(msgspec.json.encode(records))
            return insert_rows(unit, survey, rows, responses=False, lives=lives, marks=marks)

        return self.verb(work)

    def _unit(self, session: Session) -> Unit:
        return Unit(session, self.workspace_id, "test", time.time_ns() // 1000)


@dataclass
class Server:
    """A running application: its address, its settings, and a connection to its database."""

    url: str
    settings: Settings
    database: Database
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self, **options: Any) -> httpx.Client:
        """An HTTP client that knows the address; closed with the server. It follows no redirect."""
        # There is no TLS here, and loading the certificates would take longer than most tests.
        made = httpx.Client(base_url=self.url, timeout=30, verify=False, trust_env=False, **options)
        self.clients.append(made)
        return made

    def setup_path(self) -> str:
        """A link with which the first owner is created, as `serve` prints it: its path."""
        return self.database.write(lambda session: setup_path(session, time.time_ns() // 1000))

    def tenant(
        self,
        *,
        features: Sequence[str] = (),
        scopes: Sequence[str] = SCOPES,
        token_path: str = "/identity/connect/token",
        grant: str = "client_credentials",
    ) -> Tenant:
        """Make a workspace of its own with a client, and get a token for it at `token_path`."""
        name, now = f"workspace {uuid.uuid4().hex}", time.time_ns() // 1000

        def work(session: Session) -> tuple[int, str, str, str]:
            workspace, account_token = create_workspace(session, name, features, now)
            client, secret = create_client(Unit(session, workspace.id, "test", now), "client", scopes)
            return workspace.id, account_token, client.client_id, secret

        number, account_token, client_id, secret = self.database.write(work)
        asked = {"grant_type": grant, "client_id": client_id, "client_secret": secret}
        http = self.client()
        reply = http.post(token_path, data=asked)
        assert reply.status_code == 200, reply.text
        http.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        return Tenant(self, number, name, account_token, client_id, secret, http)


@contextmanager
def running(url: str, settings: Settings = QUICK) -> Iterator[Server]:
    """Serve the migrated database at `url` on a free port of 127.0.0.1; `settings` but for the database."""
    settings = msgspec.structs.replace(settings, database=url)
    config = uvicorn.Config(
        create_app(settings),
        http="httptools",
        ws="none",
        proxy_headers=False,
        server_header=False,
        log_config=None,
        lifespan="on",
    )
    process = uvicorn.Server(config)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=process.run, args=([listener],), name="rejoinder")
    thread.start()
    server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}", settings, Database(url))
    try:
        _wait_until_started(process, thread)
        yield server
    finally:
        for client in server.clients:
            client.close()
        process.should_exit = True
        thread.join(START_SECONDS)
        server.database.close()
        listener.close()
    assert not thread.is_alive(), "the server did not stop"


def _wait_until_started(process: uvicorn.Server, thread: threading.Thread) -> None:
    patience = time.monotonic() + START_SECONDS
    while not process.started:
        assert thread.is_alive(), "the server ended while it started"
        assert time.monotonic() < patience, "the server did not start in time"
        time.sleep(0.01)
