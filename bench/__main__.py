"""`python -m bench`: measure, print the table, and end with 1 when a bar is missed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from bench import (
    console,
    filters,
    goodbridge,
    imports,
    kernel,
    matching,
    panel,
    points,
    robust,
    streams,
    text,
    writes,
)
from bench.harness import CannotMeasure, step
from bench.stage import Stage
from bench.table import Row, keep, show

RESULTS = Path(__file__).resolve().parent.parent / "bench-results.json"
ROWS: dict[tuple[int, ...], Callable[[Stage], list[Row]]] = {
    (1,): streams.everything,
    (2,): streams.against_peer,
    (3,): streams.two_variables,
    (5,): writes.add,
    (6,): writes.merge,
    (7,): writes.one_among_many,
    (8,): points.deep_page,
    (9,): points.page_with_total,
    (10, 11): points.on_sqlite,
    (25,): goodbridge.pages,
    (26,): console.pages,
    (20,): text.analyses,
    (21,): panel.patches,
    (23,): panel.searches,
    (13,): kernel.kernel,
    (14,): filters.counted,
    (15,): filters.matching,
    (24,): matching.terms,
    (16,): lambda stage: [*robust.during_stream(stage), *imports.during_import(stage)],
    (17,): robust.slow_reader,
    (4,): streams.on_postgres,
    (12,): points.on_postgres,
    (27,): console.on_postgres,
    (19,): imports.against_copy,
    (22,): panel.against_copy,
    (18,): robust.killed,
}
"""In the order of measuring; PostgreSQL comes last, so that it is not there while SQLite is measured."""


def main(words: list[str]) -> int:
    """Run the chosen rows. Returns the exit status."""
    chosen = _parser().parse_args(words)
    records = chosen.records or (100_000 if chosen.quick else 1_000_000)
    wanted = set(chosen.rows or (number for numbers in ROWS for number in numbers))
    found, failures = [], []
    with Stage(records, quick=chosen.quick) as stage:
        for numbers, measure in ROWS.items():
            if wanted.isdisjoint(numbers):
                continue
            try:
                with step(f"row {' and '.join(map(str, numbers))}"):
                    found += measure(stage)
            except CannotMeasure as problem:
                failures.append(f"Row {numbers[0]} was not measured: {problem}")
                print(failures[-1], file=sys.stderr)
        found.sort(key=lambda row: int(row.number.rstrip("abcdefgh")))
        title = f"Rejoinder, {records:,} respondents, {os.cpu_count()} cores"
        show(found, title)
        print("\n".join([*stage.notes, *failures]))
        keep(found, title, RESULTS)
    return 0 if found and not failures and all(row.met for row in found) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 respondents instead of 1,000,000")
    parser.add_argument("--rows", type=_numbers, help="only these rows, such as 1,5,9")
    parser.add_argument("--records", type=int, help="how many respondents")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
