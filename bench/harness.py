"""Timing: two sides in turns, medians, processor seconds, memory."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
TURNS = 5
TICKS = os.sysconf("SC_CLK_TCK")
PROGRAM_CORE, CLIENT_CORE = 0, 1
"""Server and load generator keep off each other's core, on both sides of a comparison alike."""


class CannotMeasure(Exception):
    """A row cannot be had on this machine; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Pair:
    """The medians of two sides, and the median ratio (first over second) of neighbouring turns."""

    first: float
    second: float
    ratio: float


def in_turns(first: Callable[[], float], second: Callable[[], float], turns: int = TURNS) -> Pair:
    """Measure A B A B …. For rates ours comes first, for times the other side, so that more is better.

    Neighbours in time share what else the machine does, so their ratio is steadier than that of the medians.
    """
    found = [(first(), second()) for _ in range(turns)]
    ones, others = zip(*found, strict=True)
    ratios = [a / b for a, b in found]
    return Pair(statistics.median(ones), statistics.median(others), statistics.median(ratios))


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS


def _stat(pid: int) -> list[str]:
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()


class Memory(NamedTuple):
    """What a process holds, in MB: its own (`private`), and pages of files that it looks at (`mapped`).

    Mapped pages are the system's cache of the database file, which it takes back whenever it needs them.
    """

    private: float
    mapped: float


def memory(pid: int) -> Memory:
    """What a process holds now."""
    with open(f"/proc/{pid}/status") as status:
        found = dict(line.split(":", 1) for line in status)
    return Memory(*(int(found[name].split()[0]) / 1000 for name in ("RssAnon", "RssFile")))


def on_core(core: int) -> Callable[[], Any] | None:
    """For `subprocess`: keep the child on one core, where there are two and the system can."""
    if (os.cpu_count() or 1) < 2 or not hasattr(os, "sched_setaffinity"):
        return None
    return lambda: os.sched_setaffinity(0, {core})


class Meter:
    """The processor time that one side spends in its turns: the neighbours hardly change it.

    Parameters: `cpu` — the seconds spent so far.
    """

    def __init__(self, cpu: Callable[[], float]) -> None:
        self._cpu = cpu
        self.spent: list[float] = []

    def around(self, work: Callable[[], T]) -> T:
        """Do the work of one turn; its result."""
        started = self._cpu()
        result = work()
        self.spent.append(self._cpu() - started)
        return result

    def seconds(self, work: Callable[[], object]) -> float:
        """Do the work of one turn; how long it takes by the clock."""
        return self.around(lambda: seconds(work))


def by_cpu(cheaper: Meter, dearer: Meter) -> str:
    """The ratio of two sides by processor time, as a note."""
    ours = statistics.median(dearer.spent)
    return f"{statistics.median(cheaper.spent) / ours:.2f} by processor time" if ours else ""


def server_meter(pid: int) -> Meter:
    """For a process that runs on."""
    return Meter(lambda: cpu_seconds(pid))


def program_meter() -> Meter:
    """For programs that are started and waited for."""
    return Meter(lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]))


def own_meter() -> Meter:
    """For work in this process."""
    return Meter(time.process_time)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Tell the person who waits what is going on."""
    started = time.perf_counter()
    print(f"· {what}", file=sys.stderr, flush=True)
    yield
    print(f"  {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
