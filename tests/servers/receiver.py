"""A receiver of webhooks on a real socket, that does with each request what a test says.

with receiving(lambda request: Reaction(status=500)) as receiver:
    …
    receiver.requests[0].body
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True)
class Received:
    """One request. `name` is the event's id."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def name(self) -> str:
        """The event's id, as the header has it."""
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return msgspec.json.decode(self.body)


@dataclass(frozen=True)
class Reaction:
    """What to do with a request: `mode` is reply, half (a reply that is cut off), hang, drip (a body without
    end), drip head, reset, close or nonsense; `wait` — seconds before."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"thanks"
    wait: float = 0.0
    mode: str = "reply"


Script = Callable[[Received], Reaction]


@dataclass
class Receiver:
    """A running receiver."""

    script: Script
    url: str = ""
    port: int = 0
    connections: int = 0
    together: int = 0
    most_together: int = 0
    requests: list[Received] = field(default_factory=list)

    def names(self) -> list[str]:
        """The events that were received, in order, each as often as it came."""
        return [request.name for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                request = await _read(reader)
                self.requests.append(request)
                await _react(self.script(request), reader, writer)
        finally:
            self.together -= 1
            writer.transport.abort() if writer.transport.is_closing() else writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(head[0].split(" ")[1], headers, body, time.time())


async def _react(reaction: Reaction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(reaction.wait)
    if reaction.mode == "reset":
        made = writer.get_extra_info("socket")
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    elif reaction.mode == "hang":
        await reader.read()
    elif reaction.mode == "nonsense":
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        await writer.drain()
    elif reaction.mode == "drip head":
        await _drip(writer, b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n")
    elif reaction.mode == "drip":
        await _drip(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x")
    elif reaction.mode in ("reply", "half"):
        length = len(reaction.body) + (reaction.mode == "half")
        lines = [f"HTTP/1.1 {reaction.status} Whatever", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in reaction.headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + reaction.body)
        await writer.drain()


async def _drip(writer: asyncio.StreamWriter, first: bytes, drop: bytes) -> None:
    writer.write(first)
    while not writer.transport.is_closing():
        writer.write(drop)
        await writer.drain()
        await asyncio.sleep(0.05)


@contextmanager
def receiving(
    script: Script = lambda request: Reaction(), *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[Receiver]:
    """A receiver on a free port of this machine, in a thread of its own."""
    receiver, loop = Receiver(script), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(receiver.serve, host, 0, ssl=tls, backlog=1000))
    receiver.port = server.sockets[0].getsockname()[1]
    receiver.url = f"{'https' if tls else 'http'}://{host}:{receiver.port}/hook"
    thread = threading.Thread(target=loop.run_forever, name="receiver")
    thread.start()
    try:
        yield receiver
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_end_all())
        loop.close()


async def _end_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
