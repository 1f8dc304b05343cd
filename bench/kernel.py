"""Row 13: what the kernel costs beside a bare ASGI application, in answers per processor second."""

from __future__ import annotations

from contextlib import ExitStack

from bench.clients import Load, rate
from bench.harness import cpu_seconds, in_turns
from bench.servers import Running, bare
from bench.stage import Stage
from bench.table import Row

LOAD = Load("/bench/floor/{n}?page=2&pageSize=100", connections=16)


def kernel(stage: Stage) -> list[Row]:
    """Both serve the same bytes over the same HTTP server; ours has all routes mounted."""
    with ExitStack() as stack:
        running, _ = stage.serve(stage.sqlite, stack, pinned=True)
        floor = stack.enter_context(bare())
        pair = in_turns(lambda: _per_cpu_second(running), lambda: _per_cpu_second(floor))
    shown = f"{pair.first:,.0f} /cpu s", f"bare ASGI {pair.second:,.0f} /cpu s"
    return [Row("13", "all routes mounted, no database", *shown, pair.ratio, 0.6)]


def _per_cpu_second(running: Running) -> float:
    started = cpu_seconds(running.pid)
    answers = rate(running.port, LOAD) * LOAD.seconds
    return answers / (cpu_seconds(running.pid) - started)
