"""Counts the requests of callers without a token, by their addresses."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict

from rejoinder.model.problems import TooMany

DEFAULT_LIMIT = 600
"""Requests a minute from one address."""
WRONG_SECRET = 20
"""Requests that one with a secret that does not exist counts for: guessing is the slow way in."""
REMEMBERED = 20_000
"""Addresses; the one not heard of for longest is forgotten first."""


class Strangers:
    """A bucket for each address: it holds the requests of one minute and fills up steadily.

    It counts in this process alone. An IPv6 network of 64 bits is one address, since one host has them all.
    Parameters: `limit` — requests a minute, 0 for no limit.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, address: str, now: int) -> None:
        """Count one request; `now` in µs. Raises TooMany."""
        if not self._limit:
            return
        left = self._take(address, now, 1.0)
        if left < 0:
            seconds = max(1, int(-left * 60 / self._limit + 0.999))
            raise TooMany(
                "There were too many requests from your address; wait a little.", seconds, self._limit
            )

    def charge(self, address: str, now: int) -> None:
        """Count what a wrong secret costs beyond its request."""
        if self._limit:
            self._take(address, now, min(WRONG_SECRET, self._limit) - 1.0, owing=True)

    def _take(self, address: str, now: int, cost: float, *, owing: bool = False) -> float:
        """What is left after taking `cost`; below 0 nothing was taken, unless a debt is made."""
        address = _network(address)
        with self._lock:
            left, last = self._buckets.pop(address, (float(self._limit), now))
            left = min(self._limit, left + max(0, now - last) * self._limit / 60e6)
            taken = left - cost
            if taken >= 0 or owing:
                left = taken
            self._buckets[address] = (left, max(now, last))
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        return taken


def _network(address: str) -> str:
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))
