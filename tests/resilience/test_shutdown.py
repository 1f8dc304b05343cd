"""SIGTERM: what runs is finished within the grace time, what is new is refused, what was told is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx
import msgspec
import pytest

from rejoinder.core.respondents.read import Reading, read_page
from rejoinder.core.surveys import open_survey
from rejoinder.model.survey import Kind, Variable
from rejoinder.store.engine import Database
from servers import processes
from servers.processes import ServerProcess
from servers.rejoinder import QUICK, Server, Tenant

DATA = "/v1/surveys/p1/respondents/data"
ROWS = 20_000


@pytest.fixture
def served(database_url: str) -> Iterator[tuple[ServerProcess, Tenant]]:
    settings = msgspec.structs.replace(QUICK, database=database_url, log_level="error", shutdown_grace=20.0)
    database = Database(database_url)
    with processes.serving(settings) as process:
        server = Server(process.url, settings, database)
        tenant = server.tenant()
        tenant.survey("p1", [Variable("city", Kind.TEXT, level="respondent", length=2000)])
        yield process, tenant
        for client in server.clients:
            client.close()
    database.close()


def test_a_long_stream_is_finished_and_new_connections_are_refused(
    served: tuple[ServerProcess, Tenant],
) -> None:
    process, tenant = served
    rows = {"data": [{"city": "Oslo " * 200}] * 5000}
    for _ in range(ROWS // 5000):
        assert tenant.http.post(DATA, json=rows).status_code == 200
    with tenant.http.stream("GET", DATA, headers={"Accept": "application/x-ndjson"}) as reply:
        pieces = reply.iter_raw(65_536)
        lines = next(pieces).count(b"\n")
        process.terminate()
        wait_until_refused(process)
        for piece in pieces:
            lines += piece.count(b"\n")
    assert lines == ROWS
    assert process.wait() == 0


def wait_until_refused(process: ServerProcess) -> None:
    patience = time.monotonic() + 10
    while time.monotonic() < patience:
        try:
            status = httpx.get(f"{process.url}/readyz", timeout=5).status_code
        except httpx.TransportError:
            return
        assert status in (200, 503)
        time.sleep(0.02)
    raise AssertionError("it still answers new connections")


def test_writes_that_were_acknowledged_are_there(served: tuple[ServerProcess, Tenant]) -> None:
    process, tenant = served
    acknowledged, statuses = [0] * 4, set[int]()

    def write(number: int) -> None:
        headers = {"Authorization": tenant.http.headers["Authorization"]}
        with httpx.Client(base_url=process.url, headers=headers, timeout=20) as client:
            while True:
                try:
                    reply = client.post(DATA, json={"data": [{"city": f"{number}"}] * 3})
                except httpx.TransportError:
                    return
                statuses.add(reply.status_code)
                if reply.status_code != 200:
                    return
                acknowledged[number] += 3

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    while min(acknowledged) < 9:
        time.sleep(0.01)
    process.terminate()
    for writer in writers:
        writer.join()
    assert process.wait() == 0
    assert statuses <= {200, 503}
    stored = tenant.look(lambda unit: read_page(unit, open_survey(unit, "p1"), Reading("respondent"), 1, 1))
    assert sum(acknowledged) <= stored.total <= sum(acknowledged) + 4 * 3
