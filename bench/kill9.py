"""Kill -9 under load: `python -m bench.kill9 --engine sqlite --rounds 200`.

In each round several writers post, merge and delete single rows and batches until the server (or, in some
rounds on PostgreSQL, the database's own postmaster) is killed. Then everything is started again and
compared: no acknowledged row may be missing, no batch may be there by half, and the counts and keys must
agree with the records.
"""

from __future__ import annotations

import argparse
import http.client
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bench.cluster import Cluster, mortal_cluster
from bench.ledger import Ledger, Losses
from rejoinder.core.access import create_client
from rejoinder.core.surveys import create_survey
from rejoinder.core.tokens import Granted, Grantee, TokenPolicy, grant
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.survey import Kind, Variable
from rejoinder.settings import Settings
from rejoinder.store.consistency import disagreements
from rejoinder.store.engine import Database
from rejoinder.store.migrate import migrate
from rejoinder.store.session import Session
from servers import processes
from servers.processes import ServerProcess

WRITERS = 4
LOAD_SECONDS = (0.1, 0.5)
"""How long the writers write before the kill, at least and at most."""
POSTMASTER_ROUNDS = 3
"""On PostgreSQL every third round kills the postmaster in place of the server."""
DATA = "/v1/surveys/crash/respondents/data"
_ANSWER_SECONDS = 20


@dataclass
class Findings:
    """What all rounds showed. `uncertain` counts requests that the kill left unanswered, `done` those of
    them that turned out to be done."""

    rounds: int = 0
    requests: int = 0
    rows: int = 0
    uncertain: int = 0
    done: int = 0
    losses: Losses = field(default_factory=Losses)
    disagreements: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, halved or left in disagreement."""
        return not self.losses and not self.disagreements


@dataclass
class _House:
    """A store under test and its writers."""

    url: str
    token: str
    chance: random.Random
    cluster: Cluster | None
    ledgers: list[Ledger]
    findings: Findings = field(default_factory=Findings)

    @property
    def settings(self) -> Settings:
        quiet = Settings(log_level="error", rate_limits={"forsta": 0}, shutdown_grace=2.0)
        return msgspec.structs.replace(quiet, database=self.url)


def crash_sqlite(directory: Path, rounds: int, seed: int = 0) -> Findings:
    """Kill the server `rounds` times over an SQLite file in `directory`, synced as in production."""
    return _rounds(_prepare(f"sqlite:///{directory / 'crash.db'}", seed, None), rounds)


def crash_postgres(rounds: int, seed: int = 0) -> Findings:
    """Kill the server, and every third time PostgreSQL, `rounds` times over a durable cluster."""
    with mortal_cluster() as cluster:
        return _rounds(_prepare(cluster.server.url(cluster.server.create()), seed, cluster), rounds)


def _prepare(url: str, seed: int, cluster: Cluster | None) -> _House:
    migrate(url)
    database = Database(url)
    try:
        token = database.write(_furnish)
    finally:
        database.close()
    chance = random.Random(seed)
    ledgers = [Ledger(f"writer{n}", random.Random(seed * 100 + n)) for n in range(WRITERS)]
    return _House(url, token, chance, cluster, ledgers)


def _furnish(session: Session) -> str:
    now = time.time_ns() // 1000
    unit = Unit(session, create_workspace(session, "crash", [], now)[0].id, "bench", now)
    client, _ = create_client(unit, "crash")
    texts = [Variable(name, Kind.TEXT, level="respondent", length=200) for name in ("stamp", "filler")]
    create_survey(unit, "Crash", ["crash"], texts)
    grantee = Grantee(unit.workspace_id, client.id, None, " ".join(client.scopes))
    granted = grant(session, TokenPolicy("forsta", 6 * 3600), grantee, now)
    assert isinstance(granted, Granted)
    return granted.access_token


def _rounds(house: _House, rounds: int) -> Findings:
    server = processes.start(house.settings)
    try:
        for number in range(rounds):
            _load(
                house,
                server,
                postmaster=bool(house.cluster) and number % POSTMASTER_ROUNDS == POSTMASTER_ROUNDS - 1,
            )
            if not server.process.is_alive():
                server = processes.start(house.settings)
            _compare(house, server)
            house.findings.rounds += 1
    finally:
        with suppress(ProcessLookupError):
            server.kill()
    return house.findings


def _load(house: _House, server: ServerProcess, *, postmaster: bool) -> None:
    writers = [threading.Thread(target=_write, args=(house, server.port, ledger)) for ledger in house.ledgers]
    for writer in writers:
        writer.start()
    time.sleep(house.chance.uniform(*LOAD_SECONDS))
    if postmaster and house.cluster:
        house.cluster.crash()
    else:
        server.kill()
    for writer in writers:
        writer.join()
    if postmaster and house.cluster:
        house.cluster.restart()


def _write(house: _House, port: int, ledger: Ledger) -> None:
    """Write until a request is not answered with success; that one stays pending in the ledger."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    headers = {"Authorization": f"Bearer {house.token}", "Content-Type": "application/json"}
    with suppress(OSError, http.client.HTTPException):
        while True:
            request = ledger.next_request()
            connection.request(request.method, DATA, msgspec.json.encode(request.body), headers)
            reply = connection.getresponse()
            text = reply.read()
            if reply.status == 503:
                break
            assert reply.status == 200, f"{reply.status} {text[:300]!r}"
            ledger.acknowledge()
            house.findings.requests += 1
    connection.close()


def _compare(house: _House, server: ServerProcess) -> None:
    found: dict[str, dict[str, str]] = {ledger.name: {} for ledger in house.ledgers}
    for row in _stream(house, server.port):
        found[row["email"].partition("-")[0]][row["email"]] = row["stamp"]
    findings = house.findings
    for ledger in house.ledgers:
        findings.uncertain += bool(ledger.pending)
        findings.done += ledger.compare(found[ledger.name], findings.losses)
    findings.rows = sum(ledger.acknowledged for ledger in house.ledgers)
    with _opened(house.url) as session:
        findings.disagreements += [found.detail for found in disagreements(session)]


def _stream(house: _House, port: int) -> list[dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    headers = {"Authorization": f"Bearer {house.token}", "Accept": "application/x-ndjson"}
    connection.request("GET", f"{DATA}?variables=email,stamp", headers=headers)
    reply = connection.getresponse()
    lines = reply.read()
    connection.close()
    assert reply.status == 200, lines[:300]
    return msgspec.json.Decoder(dict[str, str | int]).decode_lines(lines)  # type: ignore[return-value]


@contextmanager
def _opened(url: str) -> Iterator[Session]:
    database = Database(url)
    session = database.session()
    try:
        yield session
    finally:
        session.close()
        database.close()


def main(words: Sequence[str]) -> int:
    """Run the rounds, print what they showed; the exit status is 1 when anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.kill9", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(words)
    started = time.monotonic()
    if chosen.engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="rejoinder-kill9-") as directory:
            findings = crash_sqlite(Path(directory), chosen.rounds, chosen.seed)
    else:
        findings = crash_postgres(chosen.rounds, chosen.seed)
    print(f"{chosen.engine}: {findings.rounds} rounds in {time.monotonic() - started:.0f} s")
    print(f"{findings.requests} requests with {findings.rows} rows acknowledged")
    print(f"{findings.uncertain} requests unanswered at the kill, {findings.done} of them done")
    losses = findings.losses
    for what in ("missing", "halves", "strangers"):
        lines = getattr(losses, what)
        print(f"{what}: {len(lines)}", *lines[:5], sep="\n  ")
    print(f"disagreements: {len(findings.disagreements)}", *findings.disagreements[:5], sep="\n  ")
    return 0 if findings.sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
