"""Bodies larger than allowed are refused early and cost nothing."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from servers import processes
from servers.processes import ServerProcess
from servers.rejoinder import QUICK

PATHS = ("/v1/surveys/p1/respondents/data", "/identity/connect/token", "/rejoinder/v1/token", "/nowhere")
HUGE = 120_000_000
PIECE = b"x" * 65_536


@pytest.fixture
def server(sqlite_url: str) -> Iterator[ServerProcess]:
    settings = msgspec.structs.replace(QUICK, database=sqlite_url, log_level="error", jobs=False)
    with processes.serving(settings) as process:
        yield process


def resident(pid: int) -> int:
    """The most memory the process has had, in kB."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0])


def send(server: ServerProcess, path: str, header: str, pieces: Iterator[bytes]) -> tuple[bytes, int]:
    """Send a body piece by piece until the server has had enough; gives the answer and the bytes taken."""
    taken = 0
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            for piece in pieces:
                connection.sendall(piece)
                taken += len(piece)
        answer = b""
        with contextlib.suppress(OSError):
            while more := connection.recv(65536):
                answer += more
    return answer, taken


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory in /proc")
@pytest.mark.parametrize("path", PATHS)
def test_an_announced_huge_body_is_refused_before_it_comes(server: ServerProcess, path: str) -> None:
    before = resident(server.pid)
    answer, _ = send(server, path, f"Content-Length: {HUGE}", iter(()))
    assert answer.startswith(b"HTTP/1.1 413"), answer[:200]
    assert resident(server.pid) - before < 20_000


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory in /proc")
@pytest.mark.parametrize("path", PATHS[:2])
def test_a_huge_body_in_chunks_is_refused_when_it_is_too_large(server: ServerProcess, path: str) -> None:
    before = resident(server.pid)
    chunk = b"%x\r\n%b\r\n" % (len(PIECE), PIECE)
    answer, taken = send(
        server,
        path,
        "Authorization: Bearer x\r\nTransfer-Encoding: chunked",
        (chunk for _ in range(HUGE // len(PIECE))),
    )
    assert answer.startswith(b"HTTP/1.1 413") or taken < HUGE
    assert b"x" * 100 not in answer, "the body was sent back"
    assert resident(server.pid) - before < 3 * QUICK.max_body // 1000


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory in /proc")
def test_a_body_without_a_token_is_not_read(server: ServerProcess) -> None:
    before = resident(server.pid)
    chunk = b"%x\r\n%b\r\n" % (len(PIECE), PIECE)
    answer, _ = send(server, PATHS[0], "Transfer-Encoding: chunked", (chunk for _ in range(300)))
    assert answer.startswith(b"HTTP/1.1 401"), answer[:200]
    assert resident(server.pid) - before < 10_000


def test_a_token_request_is_small(server: ServerProcess) -> None:
    form = "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked"
    answer, _ = send(server, PATHS[1], form, iter([b"20000\r\n%b\r\n0\r\n\r\n" % (b"x" * 0x20000)]))
    assert answer.startswith(b"HTTP/1.1 413"), answer[:200]
