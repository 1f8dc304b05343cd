"""A private PostgreSQL cluster, for the tests and for the bench.

    with running(durable=True) as server:
        url = server.create()

The cluster lives in a directory of its own under the system's temporary directory, owned by the
account that runs PostgreSQL (PostgreSQL refuses to run as root), and is deleted afterwards. Every
process that uses it holds a shared lock on one file; a small keeper process (`keeper.py`) waits for
that lock to become free, then stops the server. So the cluster ends with its last user, even when
that user was killed.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

USER = "rejoinder"


class PostgresMissing(RuntimeError):
    """PostgreSQL is not installed, or the cluster did not come up; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """A running cluster. `user` is its superuser; the password guards the TCP port."""

    directory: str
    port: int
    password: str
    pid: int
    user: str = USER

    def url(self, database: str = "postgres") -> str:
        """The address of a database over TCP on 127.0.0.1."""
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{database}"

    def socket_url(self, database: str = "postgres") -> str:
        """The address of a database over the Unix socket (its directory is closed to other accounts)."""
        host = quote(self.directory, safe="")
        return f"postgresql://{self.user}@/{database}?host={host}&port={self.port}"

    def create(self, template: str = "template0") -> str:
        """Create a database with a fresh name as a copy of `template`; returns its name."""
        name = f"test_{uuid.uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, database: str) -> None:
        """Drop a database, disconnecting whoever is still there."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def template(self, name: str, fill: Callable[[str], object]) -> str:
        """Make the template `name` once for all processes; `fill` gets its address. Returns `name`."""
        with _locked(Path(self.directory) / f"{name}.lock", fcntl.LOCK_EX):
            if not self._exists(name):
                draft = self.create()
                fill(self.url(draft))
                self._run("ALTER DATABASE {} RENAME TO {}", draft, name)
        return name

    def _run(self, statement: str, *names: str) -> None:
        query = sql.SQL(statement).format(*map(sql.Identifier, names))
        with psycopg.connect(self.socket_url(), autocommit=True) as connection:
            connection.execute(query)

    def _exists(self, database: str) -> bool:
        with psycopg.connect(self.socket_url(), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            return found.fetchone() is not None


@contextmanager
def running(
    meeting_point: Path | None = None,
    *,
    durable: bool = True,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """A cluster that runs while somebody needs it.

    Parameters:
      meeting_point: an existing directory; everybody who passes the same one shares a cluster.
        Default: a cluster of one's own.
      durable: False switches fsync off, for tests that do not ask what survives a power cut.
      settings: more server settings, such as `{"shared_buffers": "512MB"}`; whoever comes first decides.

    Raises PostgresMissing when PostgreSQL is not installed or does not start.
    """
    own = (
        nullcontext(meeting_point)
        if meeting_point
        else tempfile.TemporaryDirectory(prefix="rejoinder-pg-meet-")
    )
    with own as place, _locked(Path(place) / "postgres.users", fcntl.LOCK_SH):
        yield _join(Path(place), {**_durability(durable), **(settings or {})})


def _join(place: Path, settings: Mapping[str, str]) -> Server:
    """The cluster whose address is noted at `place`; started and noted there by whoever comes first."""
    note = place / "postgres.json"
    with _locked(place / "postgres.start", fcntl.LOCK_EX):
        if not note.exists():
            note.write_text(json.dumps(asdict(_start(place, settings))))
            note.chmod(0o600)
        return Server(**json.loads(note.read_text()))


def _start(place: Path, settings: Mapping[str, str]) -> Server:
    """Start the keeper, which starts the cluster, and wait for its one line of news."""
    keeper = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("keeper.py")), str(place), json.dumps(settings)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the tests; the keeper outlives them by a moment
        text=True,
    )
    assert keeper.stdout is not None
    with keeper.stdout as news:
        line = news.readline()
    keeper.returncode = 0  # nobody waits for it: it ends after us
    answer = json.loads(line) if line else {"error": "The process that keeps PostgreSQL ended at once."}
    if "error" in answer:
        raise PostgresMissing(answer["error"])
    return Server(**answer)


def _durability(durable: bool) -> dict[str, str]:
    if durable:
        return {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    return {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def _locked(path: Path, mode: int) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, mode)
        yield
