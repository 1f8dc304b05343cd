"""Send one request to an address that was checked, and to no other.

The connection is made here, so that nothing between the check and it asks for the name again: no proxy, no
redirect, no setting of the environment. `h11` does the HTTP.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import NamedTuple

import h11

from rejoinder.jobs.resolver import Refused, Resolver
from rejoinder.model.addresses import Address, Target

MOST_REPLY = 4096
"""Bytes of a reply's body that are kept; the rest is not read."""
MOST_HEAD = 16_384
MOST_INTERIM = 10
"""Replies of the kind `100 Continue` before the real one."""
ADDRESSES = 4
"""Addresses of one name that are tried, one after the other."""
LINGER = 2.0
"""Seconds for which the body of a reply is waited for: its status is what counts."""
_AGENT = f"Rejoinder/{version('rejoinder')} (webhooks)".encode()


class Outcome(NamedTuple):
    """How a try went.

    `status` is None when no reply came: then `error` is the sentence for the operator; `retry_after` —
    seconds from now; `spent` — seconds that it took.
    """

    status: int | None = None
    error: str | None = None
    reply: bytes = b""
    retry_after: float | None = None
    spent: float = 0.0

    @property
    def good(self) -> bool:
        """Whether the receiver has it (SurveyKiwi 003, "Respondiendo al webhook": 2xx and nothing else)."""
        return self.status is not None and 200 <= self.status < 300


class Sender:
    """Sends requests. Belongs to one event loop.

    Parameters: `timeout` — seconds for all of a try: the name, the connection, the request, the reply;
    `tls` — whom to trust, the system's authorities when left out; `clock` — µs since 1970.
    """

    def __init__(
        self,
        resolver: Resolver,
        timeout: float,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._resolver, self._timeout, self._clock = resolver, timeout, clock
        self._tls = tls or ssl.create_default_context()

    async def post(self, target: Target, headers: list[tuple[bytes, bytes]], body: bytes) -> Outcome:
        """POST a JSON body. Raises nothing but the loop's own cancellation."""
        exchange, started = _Exchange(), time.monotonic()
        error = None
        try:
            async with asyncio.timeout(self._timeout):
                await self._post(exchange, target, request_headers(target, headers, body), body)
        except TimeoutError:
            error = f"No reply within {self._timeout:g} seconds."
        except Refused as refused:
            error = str(refused)
        except ssl.SSLCertVerificationError as failure:
            error = f"Its certificate cannot be trusted: {failure.verify_message}."
        except (OSError, EOFError, h11.RemoteProtocolError, ValueError) as failure:
            error = _sentence(failure)
        spent = time.monotonic() - started
        if exchange.status is None:
            return Outcome(error=error or "The connection was closed without a reply.", spent=spent)
        wait = wait_of(exchange.retry_after, self._clock() / 1_000_000)
        return Outcome(exchange.status, None, exchange.reply[:MOST_REPLY], wait, spent)

    async def _post(
        self, exchange: _Exchange, target: Target, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> None:
        addresses = await self._resolver.resolve(target)
        reader, writer = await self._connect(target, addresses)
        try:
            http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
            head = http.send(h11.Request(method=b"POST", target=target.path.encode(), headers=headers))
            end = http.send(h11.Data(body)), http.send(h11.EndOfMessage())
            # Not waited for: a receiver may refuse before it has read everything.
            writer.write(b"".join(part for part in (head, *end) if part))
            await exchange.read(http, reader)
        finally:
            writer.transport.abort()

    async def _connect(
        self, target: Target, addresses: list[Address]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        failure: OSError | None = None
        for address in addresses[:ADDRESSES]:
            try:
                connected = await _connected(address, target.port)
            except OSError as error:
                failure = error
                continue
            try:
                tls, name = (self._tls, target.host) if target.scheme == "https" else (None, None)
                return await asyncio.open_connection(sock=connected, ssl=tls, server_hostname=name)
            except BaseException:
                connected.close()
                raise
        assert failure is not None
        raise failure


class _Exchange:
    """What came back so far; still there when the time is over."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.retry_after: bytes | None = None
        self.reply = b""

    async def read(self, http: h11.Connection, reader: asyncio.StreamReader) -> None:
        await self._head(http, reader)
        try:
            async with asyncio.timeout(LINGER):
                await self._body(http, reader)
        except (TimeoutError, OSError, h11.RemoteProtocolError):
            pass  # the status has come, and nothing else counts

    async def _head(self, http: h11.Connection, reader: asyncio.StreamReader) -> None:
        interim = 0
        while True:
            event = await _next(http, reader)
            if isinstance(event, h11.Response):
                self.status = event.status_code
                found = [value for name, value in event.headers if name == b"retry-after"]
                self.retry_after = found[0] if found else None
                return
            interim += 1
            if not isinstance(event, h11.InformationalResponse) or interim > MOST_INTERIM:
                raise EOFError

    async def _body(self, http: h11.Connection, reader: asyncio.StreamReader) -> None:
        while len(self.reply) < MOST_REPLY:
            event = await _next(http, reader)
            if not isinstance(event, h11.Data):
                return
            self.reply += bytes(event.data)


async def _next(http: h11.Connection, reader: asyncio.StreamReader) -> h11.Event | type[h11.PAUSED]:
    while (event := http.next_event()) is h11.NEED_DATA:
        data = await reader.read(MOST_REPLY)
        if not data and http.their_state is h11.SEND_RESPONSE:
            raise EOFError
        http.receive_data(data)
    return event  # type: ignore[return-value]


async def _connected(address: Address, port: int) -> socket.socket:
    """A socket that is connected to just this address."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        await asyncio.get_running_loop().sock_connect(made, (str(address), port))
    except BaseException:
        made.close()
        raise
    return made


def request_headers(
    target: Target, headers: list[tuple[bytes, bytes]], body: bytes
) -> list[tuple[bytes, bytes]]:
    """Every header of the request."""
    return [
        (b"Host", target.authority.encode()),
        (b"User-Agent", _AGENT),
        (b"Accept", b"*/*"),
        (b"Content-Type", b"application/json"),
        (b"Content-Length", str(len(body)).encode()),
        (b"Connection", b"close"),
        *headers,
    ]


def wait_of(retry_after: bytes | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3); None for none, and for nonsense."""
    text = (retry_after or b"").decode("ascii", "replace").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now)


def _sentence(failure: Exception) -> str:
    if isinstance(failure, h11.RemoteProtocolError):
        return "The reply is not HTTP."
    if isinstance(failure, EOFError):
        return "The connection was closed without a reply."
    if isinstance(failure, ssl.SSLError):
        return f"TLS failed: {failure.reason or 'no reason given'}."
    number = getattr(failure, "errno", None)
    return f"The connection failed: {os.strerror(number) if number else type(failure).__name__}."
