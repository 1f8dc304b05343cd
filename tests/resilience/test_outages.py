"""The database goes away, is full or held by somebody else: 503 in the vendor's shape, and 200 afterwards."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator

import httpx
import msgspec
import psycopg
import pytest
from bench.cluster import Cluster, mortal_cluster

from rejoinder.model.survey import Kind, Variable
from rejoinder.store.consistency import disagreements
from rejoinder.store.engine import Database
from rejoinder.store.migrate import migrate
from resilience.leaks import check
from servers import processes, rejoinder
from servers.rejoinder import QUICK, Server, Tenant

DATA = "/v1/surveys/p1/respondents/data"
CITY = Variable("city", Kind.TEXT, level="respondent", length=2000)
SMALL = 65_536
"""Bytes of a file: less than one request of `ROWS`."""
ROWS = {"data": [{"city": "Oslo " * 100}] * 500}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with mortal_cluster() as found:
        yield found


def total(tenant: Tenant) -> int:
    return int(check(tenant.http.get(DATA)).json()["totalCount"])


def test_postgres_goes_away_and_comes_back(cluster: Cluster) -> None:
    url = cluster.server.url(cluster.server.create())
    migrate(url)
    with rejoinder.running(url) as server:
        tenant = server.tenant()
        tenant.survey("p1", [CITY])
        assert tenant.http.post(DATA, json=ROWS).status_code == 200
        for _ in range(2):
            cluster.crash()
            for method, body in (("GET", None), ("POST", {"data": [{"city": "Bergen"}]})):
                reply = check(tenant.http.request(method, DATA, json=body))
                assert (reply.status_code, list(reply.json())) == (503, ["message"])
            ready = check(tenant.http.get("/readyz"))
            assert ready.status_code == 503
            assert "cannot be reached" in ready.json()["checks"]["database"]
            assert tenant.http.get("/livez").status_code == 200
            cluster.restart()
            assert total(tenant) == 500
            assert tenant.http.get("/readyz").status_code == 200
        assert tenant.http.post(DATA, json=ROWS).status_code == 200
        assert total(tenant) == 1000
        with psycopg.connect(url) as other:
            found = other.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rejoinder'"
            )
            count = found.fetchone()
        assert count
        assert count[0] <= QUICK.database_pool + 10, "connections leaked"


def test_a_stream_whose_database_dies_is_cut_and_not_ended(cluster: Cluster) -> None:
    url = cluster.server.url(cluster.server.create())
    migrate(url)
    with rejoinder.running(url) as server:
        tenant = server.tenant()
        tenant.survey("p1", [CITY])
        for _ in range(80):  # more than sockets hold on the way
            assert tenant.http.post(DATA, json=ROWS).status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            read_on(tenant, cluster.crash_whole)


def read_on(tenant: Tenant, meanwhile: Callable[[], None]) -> None:
    """Read a stream to its end; `meanwhile` is called after its first piece."""
    with tenant.http.stream("GET", DATA, headers={"Accept": "application/x-ndjson"}) as reply:
        assert reply.status_code == 200
        pieces = reply.iter_raw(65536)
        next(pieces)
        meanwhile()
        for _ in pieces:
            pass


def test_sqlite_held_by_another_process(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.store.connect.BUSY_SECONDS", 0.3)
    with rejoinder.running(sqlite_url) as server:
        tenant = server.tenant()
        tenant.survey("p1", [CITY])
        holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        reply = check(tenant.http.post(DATA, json={"data": [{"city": "Oslo"}]}))
        assert (reply.status_code, list(reply.json())) == (503, ["message"])
        assert time.monotonic() - began < 10
        assert total(tenant) == 0, "readers go on"
        holder.execute("ROLLBACK")
        holder.close()
        assert tenant.http.post(DATA, json={"data": [{"city": "Oslo"}]}).status_code == 200
        assert total(tenant) == 1


@pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="another process's limits can be set on Linux only"
)
def test_sqlite_on_a_full_disk(sqlite_url: str) -> None:
    """A limit on the size of files stands for the full disk: writing fails in the middle of a transaction."""
    settings = msgspec.structs.replace(QUICK, database=sqlite_url, log_level="error", jobs=False)
    database = Database(sqlite_url)
    with processes.serving(settings) as process:
        server = Server(process.url, settings, database)
        tenant = server.tenant()
        tenant.survey("p1", [CITY])
        assert tenant.http.post(DATA, json=ROWS).status_code == 200
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))
        for _ in range(3):
            reply = check(tenant.http.post(DATA, json=ROWS))
            assert (reply.status_code, list(reply.json())) == (503, ["message"])
            assert total(tenant) == 500, "readers go on"
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert tenant.http.post(DATA, json=ROWS).status_code == 200
        assert total(tenant) == 1000
        assert database.read(lambda session: list(disagreements(session))) == []
        for client in server.clients:
            client.close()
    database.close()
