"""What `/metrics` counts (Prometheus).

Requests are tallied in plain numbers, by the event loop alone and so without locks, and carried over to
Prometheus every few seconds: its own histogram costs more per request than all our routing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from rejoinder.kernel.routes import Route

BUCKETS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)
LABELS = ("dialect", "endpoint", "status")


class Tally:
    """Durations not yet published, for one dialect, endpoint and class of status."""

    __slots__ = ("_published", "buckets", "seconds")

    def __init__(self, published: Histogram) -> None:
        self._published = published
        self.seconds = 0.0
        self.buckets = [0] * (len(BUCKETS) + 1)

    def add(self, seconds: float) -> None:
        """Count one request."""
        self.seconds += seconds
        self.buckets[bisect_left(BUCKETS, seconds)] += 1

    def publish(self) -> None:
        """Carry the numbers over and start again."""
        # The library has no public way to add many observations at once; a test holds us to its inside.
        for count, bucket in zip(self.buckets, self._published._buckets, strict=True):
            if count:
                bucket.inc(count)
        self._published._sum.inc(self.seconds)
        self.seconds = 0.0
        self.buckets = [0] * len(self.buckets)


class Deliveries(Protocol):
    """What delivers to webhooks, as far as it is counted: tries by how they ended, and what is still owed."""

    outcomes: Counts[str]
    owed: int


class Metrics:
    """The process's numbers.

    Parameters: `waiting_writes` — length of the writer's queue; `several` — whether other processes serve
    too, in which case `PROMETHEUS_MULTIPROC_DIR` must have been set before the interpreter started.
    `webhooks` is what delivers to them, where this process does. `in_flight`, `sent` (bytes) and `limited`
    (refusals by dialect) are plain numbers that the event loop counts up; `publish` carries them over.
    """

    def __init__(self, waiting_writes: Callable[[], int] = lambda: 0, *, several: bool = False) -> None:
        self.in_flight = 0
        self.sent = 0
        self.limited: dict[str, int] = {}
        self.webhooks: Deliveries | None = None
        self._tallies: list[Tally] = []
        self._unknown: dict[str, dict[int, Tally]] = {}
        self._waiting_writes = waiting_writes
        self._several = several
        self._registry = own = CollectorRegistry()
        name = "rejoinder_request_seconds"
        self._seconds = Histogram(name, "Time to answer.", LABELS, registry=own, buckets=BUCKETS)
        self._sent = Counter("rejoinder_sent_bytes", "Bytes of answers.", registry=own)
        name = "rejoinder_rate_limited"
        self._limited = Counter(name, "Requests over the rate limit.", ("dialect",), registry=own)
        name = "rejoinder_webhook_tries"
        self._tries = Counter(name, "Tries to deliver, by how they ended.", ("outcome",), registry=own)
        self._counted: Counts[str] = Counts()
        meaning = "Deliveries to webhooks that are still to be made, in the whole store."
        name = "rejoinder_webhook_deliveries_owed"
        self._owed = Gauge(name, meaning, registry=own, multiprocess_mode="livemax")
        self._in_flight = self._gauge("rejoinder_in_flight", "Requests being answered.")
        self._queue = self._gauge("rejoinder_waiting_writes", "Writes waiting for the writer.")

    def observe(self, route: Route | None, dialect: str, status: int, seconds: float) -> None:
        """Count one request; `route` is None where the path is unknown."""
        tallies = self._unknown.setdefault(dialect, {}) if route is None else route.tallies
        tally = tallies.get(status // 100)
        if tally is None:
            tally = tallies[status // 100] = self._open(route, dialect, f"{status // 100}xx")
        tally.add(seconds)

    def publish(self) -> None:
        """Carry the plain numbers over to Prometheus; runs on the event loop."""
        for tally in self._tallies:
            tally.publish()
        self._in_flight.set(self.in_flight)
        self._queue.set(self._waiting_writes())
        self._sent.inc(self.sent)
        self.sent = 0
        limited, self.limited = self.limited, {}
        for dialect, count in limited.items():
            self._limited.labels(dialect).inc(count)
        if self.webhooks is not None:
            counted = Counts(self.webhooks.outcomes)
            for outcome, count in (counted - self._counted).items():
                self._tries.labels(outcome).inc(count)
            self._counted = counted
            self._owed.set(self.webhooks.owed)

    def render(self) -> bytes:
        """The text format, of all processes when there are several."""
        registry = self._registry
        if self._several:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)

    def _open(self, route: Route | None, dialect: str, status: str) -> Tally:
        endpoint = "unknown" if route is None else f"{route.endpoint.method} {route.endpoint.path}"
        tally = Tally(self._seconds.labels(dialect, endpoint, status))
        self._tallies.append(tally)
        return tally

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(name, meaning, registry=self._registry, multiprocess_mode="livesum")
