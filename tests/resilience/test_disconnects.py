"""Clients that go away at every moment, hundreds of times: nothing is left behind."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psycopg
import pytest

from rejoinder.model.survey import Kind, Variable
from rejoinder.store.engine import Database
from servers import processes
from servers.rejoinder import QUICK, Server, Tenant

DATA = "/v1/surveys/p1/respondents/data"
TEXT = Variable("city", Kind.TEXT, level="respondent", length=2000)
TIMES = 40
"""Disconnects of each kind; the peer that inspired this test broke after ten."""
SETTLE_SECONDS = 15

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")


@dataclass(frozen=True)
class House:
    """A server process and what it costs."""

    url: str
    pid: int
    port: int
    tenant: Tenant

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def status(self, name: str) -> int:
        text = Path(f"/proc/{self.pid}/status").read_text()
        return int(text.partition(f"{name}:")[2].split()[0])

    def connections(self) -> int:
        """Connections to PostgreSQL, not counting this one; none on SQLite."""
        if not self.url.startswith("postgresql"):
            return 0
        with psycopg.connect(self.url) as own:
            found = own.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid()"
            ).fetchone()
        assert found
        return int(found[0])


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    settings = msgspec.structs.replace(QUICK, database=database_url, log_level="error", jobs=False)
    database = Database(database_url)
    with processes.serving(settings) as process:
        server = Server(process.url, settings, database)
        tenant = server.tenant()
        tenant.survey("p1", [TEXT])
        for _ in range(6):
            rows = [{"city": "Oslo " * 200}] * 2000
            assert tenant.http.post(DATA, json={"data": rows}).status_code == 200
        yield House(database_url, process.pid, process.port, tenant)
        for client in server.clients:
            client.close()
    database.close()


def request(house: House, method: str, body: bytes = b"", accept: str = "application/json") -> bytes:
    token = house.tenant.http.headers["Authorization"]
    head = f"{method} {DATA} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nAccept: {accept}\r\n"
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{head}{length}\r\n".encode() + body


def leave(house: House, sent: bytes, read: int = 0, *, rudely: bool = False) -> None:
    """Connect, send, perhaps read a little, and go away; rudely with a reset in place of a close."""
    with socket.create_connection(("127.0.0.1", house.port), 10) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(sent)
            if read:
                connection.recv(read)
        if rudely:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def visit_all(house: House) -> None:
    """Every kind of departure, politely and rudely."""
    body = json.dumps({"data": [{"city": "Bergen"}] * 20}).encode()
    post = request(house, "POST", body)
    stream = request(house, "GET", accept="application/x-ndjson")
    chunked = post.replace(f"Content-Length: {len(body)}".encode(), b"Transfer-Encoding: chunked")
    for number in range(TIMES):
        rudely = number % 2 == 0
        leave(house, b"", rudely=rudely)
        leave(house, post[: len(post) // 4], rudely=rudely)  # in the head
        leave(house, post[: -len(body) // 2], rudely=rudely)  # in the body
        leave(house, chunked[: -len(body)] + b"ff\r\nabc", rudely=rudely)  # in a chunk
        leave(house, post, rudely=rudely)  # after all, without waiting for the answer
        leave(house, request(house, "GET"), rudely=rudely)
        leave(house, stream, rudely=rudely)
        leave(house, stream, 1000, rudely=rudely)  # in the middle of the stream


SLACK = 3 * QUICK.database_pool
"""What reader threads that had nothing to do before may open: fewer than any leak would."""


def settled(house: House, descriptors: int, threads: int) -> bool:
    """Whether the server is where it was; it may take a moment to notice the last ones."""
    descriptors, threads = descriptors + SLACK, threads + QUICK.database_pool
    patience = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < patience:
        if house.descriptors() <= descriptors and house.status("Threads") <= threads:
            return True
        time.sleep(0.05)
    return False


def test_nothing_is_left_behind(house: House) -> None:
    warm_up(house)
    before = house.descriptors(), house.status("Threads")
    connections, memory = house.connections(), house.status("VmRSS")
    stored = house.tenant.http.get(DATA).json()["totalCount"]
    visit_all(house)
    assert settled(house, *before), (before, house.descriptors(), house.status("Threads"))
    assert house.connections() <= connections + QUICK.database_pool
    assert house.status("VmRSS") - memory < 60_000, "kB"
    now = house.tenant.http.get(DATA).json()["totalCount"]
    assert (now - stored) % 20 == 0, "a half batch was kept"
    assert now - stored <= TIMES * 20, "a half body was stored"
    for _ in range(20):
        assert house.tenant.http.post(DATA, json={"data": [{"city": "Oslo"}]}).status_code == 200


def warm_up(house: House) -> None:
    """Let the server open what it keeps open: one read session in each reader thread, its writer."""
    for _ in range(3):
        streams = [
            house.tenant.http.stream("GET", DATA, headers={"Accept": "application/x-ndjson"})
            for _ in range(2 * QUICK.database_pool)
        ]
        with contextlib.ExitStack() as stack:
            for reply in [stack.enter_context(stream) for stream in streams]:
                reply.read()
