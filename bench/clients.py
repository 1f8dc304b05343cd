"""Those who ask: one request, a whole stream, thirty-two connections at once."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from bench.harness import CLIENT_CORE, CannotMeasure, on_core

CONNECTIONS = 32
NDJSON = {"Accept": "application/x-ndjson"}
BUFFER = 1 << 18
WRK = shutil.which("wrk")
_NUMBER = re.compile(r"\{n\}")

_SCRIPT = """
math.randomseed(7)
local fill = function(text)
  return (text:gsub("{n}", function()
    local n = math.random(1, %(top)d)
    if n %% 10 == 0 then n = n - 1 end
    return string.format("%%d", n)
  end))
end
request = function()
  return wrk.format("%(method)s", fill([==[%(path)s]==]), nil, %(body)s)
end
"""


@dataclass(frozen=True)
class Load:
    """What a load generator asks for; `{n}` in path and body becomes a random number that was not deleted.

    `top` — the largest of these numbers; `pause` — how long to ask, in seconds.
    """

    path: str
    method: str = "GET"
    body: str = ""
    top: int = 1_000_000_000
    headers: Mapping[str, str] = field(default_factory=dict)
    connections: int = CONNECTIONS
    seconds: float = 2


@dataclass(frozen=True)
class Client:
    """A caller of a vendor's API with its token; keeps one connection open."""

    port: int
    headers: Mapping[str, str]
    connection: HTTPConnection

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, *, status: int = 200) -> bytes:
        """One request; its answer's body. Raises CannotMeasure when it has another status."""
        self.connection.request(method, path, body, dict(self.headers))
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != status:
            raise CannotMeasure(f"{method} {path} was answered with {answer.status}: {content[:300]!r}")
        return content


def sign_in(port: int, client_id: str, secret: str, path: str = "/identity/connect/token") -> Client:
    """Get a token at a vendor's path, Forsta's unless said otherwise."""
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}
    form = urlencode({"grant_type": "client_credentials", "scope": "pub.surveys"})
    connection.request("POST", path, form, headers)
    token = json.loads(connection.getresponse().read())["access_token"]
    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return Client(port, bearer, connection)


def download(port: int, path: str, headers: Mapping[str, str], bytes_a_second: float = 0) -> int:
    """Read an answer to its end, as fast as it comes or more slowly; gives its size on the wire.

    Raises CannotMeasure unless it is a complete 200.
    """
    with socket.create_connection(("127.0.0.1", port), 600) as wire:
        wire.sendall(_request(port, path, headers))
        head, size = wire.recv(BUFFER), 0
        if not head.startswith(b"HTTP/1.1 200"):
            raise CannotMeasure(f"GET {path} was answered with {head[:300]!r}")
        buffer, tail, size = bytearray(BUFFER), head[-5:], len(head)
        started = time.perf_counter()
        while count := wire.recv_into(buffer):
            size += count
            tail = (tail + buffer[max(0, count - 5) : count])[-5:]
            if bytes_a_second:
                time.sleep(max(0.0, size / bytes_a_second - (time.perf_counter() - started)))
    if tail != b"0\r\n\r\n":
        raise CannotMeasure(f"GET {path} was cut short after {size:,} bytes.")
    return size


def read_for(port: int, path: str, headers: Mapping[str, str], limit: float) -> float:
    """Lines a second of a long answer, read for `limit` seconds or to its end."""
    with socket.create_connection(("127.0.0.1", port), 600) as wire:
        started = time.perf_counter()
        wire.sendall(_request(port, path, headers))
        lines = 0
        while (data := wire.recv(BUFFER)) and time.perf_counter() - started < limit:
            lines += data.count(b"\n")
        return lines / (time.perf_counter() - started)


def _request(port: int, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def rate(port: int, load: Load) -> float:
    """Answers a second. Raises CannotMeasure when one of them is not a success."""
    return _by_wrk(port, load) if WRK else asyncio.run(_by_asyncio(port, load))


def _by_wrk(port: int, load: Load) -> float:
    body = f"fill([==[{load.body}]==])" if load.body else "nil"
    script = _SCRIPT % {"top": load.top, "method": load.method, "path": load.path, "body": body}
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        words = [WRK, "-t1", f"-c{load.connections}", f"-d{load.seconds:g}s", "-s", file.name]
        words += [word for name, value in load.headers.items() for word in ("-H", f"{name}: {value}")]
        words.append(f"http://127.0.0.1:{port}")
        done = subprocess.run(words, capture_output=True, text=True, preexec_fn=on_core(CLIENT_CORE))  # type: ignore[arg-type]
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not found or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise CannotMeasure(f"{load.method} {load.path} failed under load:\n{done.stdout}{done.stderr}")
    return float(found[1])


async def _by_asyncio(port: int, load: Load) -> float:
    """Where there is no wrk. It is slower, so that the ratios flatter the slower side."""
    ends = time.perf_counter() + load.seconds
    counts = await asyncio.gather(*(_keep_asking(port, load, ends) for _ in range(load.connections)))
    return sum(counts) / load.seconds


async def _keep_asking(port: int, load: Load, ends: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.perf_counter() < ends:
        writer.write(_filled(port, load))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 2"):
            raise CannotMeasure(f"{load.method} {load.path} failed under load: {head[:300]!r}")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        count += 1
    writer.close()
    return count


def _filled(port: int, load: Load) -> bytes:
    def number(_: Any) -> str:
        n = random.randint(1, load.top)
        return str(n - 1 if n % 10 == 0 else n)

    body, path = _NUMBER.sub(number, load.body).encode(), _NUMBER.sub(number, load.path)
    head = [f"{load.method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    head += [f"{name}: {value}" for name, value in load.headers.items()]
    head += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*head, "", ""]).encode() + body
