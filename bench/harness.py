"""Timing: two sides in turns, medians, processor seconds, memory."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from collections.abc import Iterator

TURNS = 5
TICKS = os.sysconf("SC_CLK_TCK")
PROGRAM_CORE, CLIENT_CORE = 0, 1
"""Server and load generator keep off each other's core, on both sides of a comparison alike."""


class CannotMeasure(Exception):
    """A row cannot be had on this machine; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Pair:
    """The medians of two sides, and the median of the ratios of neighbouring turns."""

    ours: float
    other: float
    ratio: float


def in_turns(ours: Callable[[], float], other: Callable[[], float], turns: int = TURNS) -> Pair:
    """Measure A B A B …; `ratio` is ours over other.

    Neighbours in time share what else the machine does, so their ratio is steadier than that of the medians.
    """
    found = [(ours(), other()) for _ in range(turns)]
    mine, theirs = zip(*found, strict=True)
    ratios = [a / b for a, b in found]
    return Pair(statistics.median(mine), statistics.median(theirs), statistics.median(ratios))


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


def resident_megabytes(pid: int) -> float:
    """Memory that a process holds now."""
    return int(_stat(pid)[21]) * os.sysconf("SC_PAGESIZE") / 1e6


def on_core(core: int) -> Callable[[], Any] | None:
    """For `subprocess`: keep the child on one core, where there are two and the system can."""
    if (os.cpu_count() or 1) < 2 or not hasattr(os, "sched_setaffinity"):
        return None
    return lambda: os.sched_setaffinity(0, {core})


@contextmanager
def step(what: str) -> Iterator[None]:
    """Tell the person who waits what is going on."""
    started = time.perf_counter()
    print(f"· {what}", file=sys.stderr, flush=True)
    yield
    print(f"  {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
