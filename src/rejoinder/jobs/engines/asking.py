"""Ask a service of the operator's: one POST of JSON, one answer, within limits."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, TypeVar

import h11
import msgspec

from rejoinder.model.addresses import Target, parse_target

T = TypeVar("T")
MOST_ANSWER = 16 << 20
"""Bytes of an answer; a longer one is refused."""
MOST_HEAD = 16_384
TRIES = 2
STRIKES, PAUSE = 3, 60.0
"""After so many failures in a row a service is left alone for so many seconds, then tried once."""
_AGENT = f"Rejoinder/{version('rejoinder')} (text)".encode()
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
"""Statuses that may be better the next time."""


class Failed(Exception):
    """No usable answer; the message is a sentence for the operator. `again`: another try may help."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again


class Service:
    """A service at one address. May be used by several threads.

    Parameters: `url` — http or https, also inside one's own network: the operator chose it; `token` — sent as
    a bearer token; `timeout` — seconds for all of one try; `tls` — whom to trust, the system's authorities
    when left out; `clock` — seconds that only grow. Redirects are not followed, and no proxy is asked.

    Raises Invalid for an address that cannot be used.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        timeout: float = 30.0,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._target, self._timeout, self._clock = parse_target(url), timeout, clock
        self._tls = tls or (ssl.create_default_context() if self._target.scheme == "https" else None)
        self._bearer = [(b"Authorization", b"Bearer " + token.encode())] if token else []
        self._lock = threading.Lock()
        self._strikes, self._closed_until = 0, 0.0

    def ask(self, question: object, read: Callable[[bytes], T]) -> T:
        """Give what `read` makes of the answer; asks twice before it gives up.

        `read` raises Failed for an answer that is not what was asked for. Raises Failed, also at once and
        without asking while the service is left alone.
        """
        self._admit()
        body = msgspec.json.encode(question)
        for last in range(TRIES):
            try:
                found = read(self._exchange(body))
            except Failed as failure:
                if failure.again and last + 1 < TRIES:
                    continue
                self._note(good=False)
                raise
            self._note(good=True)
            return found
        raise AssertionError("the last try ends the loop")

    def _admit(self) -> None:
        with self._lock:
            now = self._clock()
            if now < self._closed_until:
                raise Failed(f"It failed {self._strikes} times in a row and is left alone for a while.")
            if self._strikes >= STRIKES:
                self._closed_until = now + PAUSE  # who comes meanwhile does not wait for this trial

    def _note(self, *, good: bool) -> None:
        with self._lock:
            self._strikes = 0 if good else self._strikes + 1
            self._closed_until = self._clock() + PAUSE if self._strikes >= STRIKES else 0.0

    def _exchange(self, body: bytes) -> bytes:
        deadline = time.monotonic() + self._timeout
        try:
            with _connected(self._target, self._tls, deadline) as connection:
                return self._talk(connection, body, deadline)
        except TimeoutError:
            raise Failed(f"There was no answer within {self._timeout:g} seconds.", again=True) from None
        except ssl.SSLCertVerificationError as failure:
            raise Failed(f"Its certificate cannot be trusted: {failure.verify_message}.") from None
        except h11.RemoteProtocolError:
            raise Failed("The answer is not HTTP, or was cut off.", again=True) from None
        except OSError as failure:
            raise Failed(f"The connection failed: {failure.strerror or failure}.", again=True) from None

    def _talk(self, connection: socket.socket, body: bytes, deadline: float) -> bytes:
        http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
        headers = [
            (b"Host", self._target.authority.encode()),
            (b"User-Agent", _AGENT),
            (b"Accept", b"application/json"),
            (b"Content-Type", b"application/json"),
            (b"Content-Length", str(len(body)).encode()),
            (b"Connection", b"close"),
            *self._bearer,
        ]
        head = http.send(h11.Request(method=b"POST", target=self._target.path.encode(), headers=headers))
        end = http.send(h11.Data(body)), http.send(h11.EndOfMessage())
        connection.settimeout(_left(deadline))
        connection.sendall(b"".join(part for part in (head, *end) if part))
        answer = bytearray()
        while True:
            event = _next(http, connection, deadline)
            if isinstance(event, h11.Response) and event.status_code != 200:
                again = event.status_code in _AGAIN
                raise Failed(f"It answered with status {event.status_code} in place of 200.", again=again)
            if isinstance(event, h11.Data):
                answer += event.data
                if len(answer) > MOST_ANSWER:
                    raise Failed(f"Its answer is longer than {MOST_ANSWER >> 20} MB.")
            elif isinstance(event, h11.EndOfMessage):
                return bytes(answer)


def _connected(target: Target, tls: ssl.SSLContext | None, deadline: float) -> socket.socket:
    made = socket.create_connection((target.host, target.port), timeout=_left(deadline))
    if tls is None:
        return made
    try:
        made.settimeout(_left(deadline))
        return tls.wrap_socket(made, server_hostname=target.host)
    except BaseException:
        made.close()
        raise


def _next(http: h11.Connection, connection: socket.socket, deadline: float) -> Any:
    while (event := http.next_event()) is h11.NEED_DATA:
        connection.settimeout(_left(deadline))
        http.receive_data(connection.recv(65_536))
    return event


def _left(deadline: float) -> float:
    if (left := deadline - time.monotonic()) <= 0:
        raise TimeoutError
    return left
