"""Rate limits that hold across processes and machines, at the price of a counter in memory.

A process takes calls from the shared window in small leases (a hundredth of the limit) and hands them out
locally; what it does not use by the end of the window is lost, never given twice.
"""

from __future__ import annotations

import threading

from rejoinder.model.access import Caller, Quota
from rejoinder.model.problems import TooMany
from rejoinder.settings import Settings
from rejoinder.store.rates import Rates
from rejoinder.store.session import Session

WINDOW = 60
"""Seconds."""
_LEASES = 100
_REMEMBERED = 10_000


class _Lease:
    """What this process may still hand out in one window."""

    __slots__ = ("left", "used", "window")

    def __init__(self, window: int) -> None:
        self.window = window
        self.left = 0
        self.used = 0


class Limiter:
    """Counts the calls of each client and dialect."""

    def __init__(self, rates: Rates, settings: Settings) -> None:
        self._rates = rates
        self._settings = settings
        self._lock = threading.Lock()
        self._leases: dict[tuple[int, int, str], _Lease] = {}

    def take(self, session: Session, caller: Caller, dialect: str, default: int, now: int) -> Quota | None:
        """Count one call. `default` — calls a minute unless a setting says otherwise; `now` in µs.

        Returns what is left, None where there is no limit. Raises TooMany.
        """
        limit = self._settings.rate_limit(dialect, default)
        if limit == 0:
            return None
        return self.count(session, (caller.workspace_id, caller.client_id, dialect), limit, now)

    def count(self, session: Session, who: tuple[int, int, str], limit: int, now: int) -> Quota:
        """Count one call of `who` against `limit` a minute. Raises TooMany."""
        second = now // 1_000_000
        window = second - second % WINDOW
        with self._lock:
            lease = self._leases.get(who)
            if lease is None or lease.window != window:
                lease = self._begin(who, window)
            if lease.left == 0 and lease.used < limit:
                self._renew(session, lease, who, limit)
            if lease.left == 0:
                raise TooMany(
                    f"More than {limit} requests in a minute; wait until the minute ends.",
                    window + WINDOW - second,
                )
            lease.left -= 1
            return Quota(limit, max(0, limit - lease.used) + lease.left, window + WINDOW)

    def _begin(self, who: tuple[int, int, str], window: int) -> _Lease:
        if len(self._leases) >= _REMEMBERED:
            self._leases.clear()
        lease = self._leases[who] = _Lease(window)
        return lease

    def _renew(self, session: Session, lease: _Lease, who: tuple[int, int, str], limit: int) -> None:
        wanted = max(1, limit // _LEASES)
        lease.used = self._rates.take(session, *who, lease.window, wanted)
        lease.left = max(0, min(wanted, wanted - (lease.used - limit)))
