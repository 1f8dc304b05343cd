"""Many clients at once."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from servers.rejoinder import Tenant

SECONDS = 60


class Visitor:
    """One client with a connection of its own."""

    def __init__(self, url: str, token: str, number: int) -> None:
        self.number = number
        self._connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=SECONDS)
        self._headers = {"Authorization": token, "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request; gives the status and the decoded JSON."""
        content = None if body is None else msgspec.json.encode(body)
        self._connection.request(method, path, content, self._headers)
        reply = self._connection.getresponse()
        text = reply.read()
        return reply.status, msgspec.json.decode(text) if text else None

    def status_and_reset(self, path: str) -> tuple[int, int]:
        """Send a GET; gives the status and the end of the rate limit's window (unix seconds)."""
        self._connection.request("GET", path, headers=self._headers)
        reply = self._connection.getresponse()
        reply.read()
        return reply.status, int(reply.headers["X-Rate-Limit-Reset"])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def crowd(tenant: Tenant, urls: Sequence[str], size: int, work: Callable[[Visitor], Any]) -> list[Any]:
    """Let `size` clients, spread over the servers, begin `work` at the same moment; gives their results."""
    gate, results = threading.Barrier(size), [None] * size
    failures: list[BaseException] = []

    def visit(number: int) -> None:
        visitor = Visitor(urls[number % len(urls)], tenant.http.headers["Authorization"], number)
        try:
            gate.wait(SECONDS)
            results[number] = work(visitor)
        except BaseException as error:
            failures.append(error)
        finally:
            visitor.close()

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results
