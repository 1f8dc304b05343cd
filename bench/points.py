"""Rows 8 to 12: pages, single records, single submissions."""

from __future__ import annotations

import json
from contextlib import ExitStack

from bench import data, opinions, peers
from bench.clients import Client, Load, rate
from bench.harness import CannotMeasure, Meter, Pair, by_cpu, in_turns, server_meter
from bench.servers import Running
from bench.stage import BIG, FORM, INBOX, Stage, data_path
from bench.table import Row

PAGE = 100
FEW = 4
"""Connections where the peers are asked too: more would only queue there."""


def deep_page(stage: Stage) -> list[Row]:
    """Row 8: the last full page against the first."""
    last = stage.records // PAGE
    with ExitStack() as stack:
        running, client = stage.serve(stage.sqlite, stack, pinned=True)
        _check_page(client, last)
        deep, first = (_page_load(client, n) for n in (last, 1))
        pair = in_turns(lambda: rate(running.port, deep), lambda: rate(running.port, first))
    return [Row("8", f"page {last:,} against page 1, 10 % deleted", *_rates(pair, "page 1"), pair.ratio, 0.8)]


def _page_load(client: Client, page: int) -> Load:
    return Load(f"{data_path(BIG)}?pageSize={PAGE}&page={page}", headers=client.headers, connections=FEW)


def _check_page(client: Client, page: int) -> None:
    """A page that is empty would be quick for the wrong reason."""
    found = json.loads(client.ask(f"{data_path(BIG)}?pageSize={PAGE}&page={page}"))
    if found["itemCount"] != PAGE:
        raise CannotMeasure(f"Page {page} has {found['itemCount']} records and not {PAGE}.")


def page_with_total(stage: Stage) -> list[Row]:
    """Row 9: a page of 100 with the total, against Datasette without and with its count."""
    page = stage.records // PAGE // 2
    with ExitStack() as stack:
        running, client = stage.serve(stage.sqlite, stack)
        peer = stack.enter_context(peers.datasette(stage.wide))
        _check_page(client, page)
        ours, rows = _page_load(client, page), []
        for mark, query, must in (("9a", "&_nocount=1&_nofacet=1", 25), ("9b", "&_nofacet=1", 150)):
            theirs = Load(f"/wide/respondent.json?_size={PAGE}{query}", connections=FEW)
            pair = in_turns(lambda: rate(running.port, ours), lambda: rate(peer.port, theirs))  # noqa: B023
            name = "datasette, no count" if mark == "9a" else "datasette, count"
            rows.append(Row(mark, "a page of 100 with total", *_rates(pair, name), pair.ratio, must))
    return rows


def on_sqlite(stage: Stage) -> list[Row]:
    """Rows 10 and 11: one record, one durable submission, against a route without a database."""
    with ExitStack() as stack:
        running, client = stage.serve(stage.sqlite, stack, pinned=True)
        return [
            _against_floor("10", "GET one, SQLite", running, _one(client, stage), 0.5),
            _against_floor("11", "one submission, durable, SQLite", running, _submission(client), 0.45),
            _against_floor("11b", "POST one record, durable, SQLite", running, _record(client), 0.45),
        ]


def on_postgres(stage: Stage) -> list[Row]:
    """Row 12: the same on PostgreSQL."""
    with ExitStack() as stack:
        running, client = stage.serve(stage.postgres, stack, pinned=True)
        return [
            _against_floor("12a", "GET one, PostgreSQL", running, _one(client, stage), 0.12),
            _against_floor("12b", "one submission, durable, PostgreSQL", running, _submission(client), 0.1),
            _against_floor("12c", "POST one record, durable, PostgreSQL", running, _record(client), 0.1),
        ]


def _one(client: Client, stage: Stage) -> Load:
    return Load(f"{data_path(BIG)}/{{n}}", top=stage.loaded, headers=client.headers)


def _submission(client: Client) -> Load:
    """Twelve answers of somebody who found the survey's public page: no token, checked like any other."""
    body = json.dumps({"answers": opinions.ANSWERS, "lang": "en", "completed": True}).replace("N.", "{n}.")
    path = f"/rejoinder/v1/surveys/{FORM}/submissions"
    client.ask(path, "POST", body.replace("{n}", "1").encode(), status=201)
    return Load(path, "POST", body, headers={"Content-Type": "application/json"})


def _record(client: Client) -> Load:
    row = json.dumps({"data": [data.row(1) | {"email": "p@x.io"}]}).replace("p@", "p{n}@")
    return Load(data_path(INBOX), "POST", row, headers=client.headers)


def _against_floor(number: str, workload: str, running: Running, load: Load, must: float) -> Row:
    """The verdict goes by the clock; the note says the same by the server's processor time alone."""
    pair, note = beside(running, load, Load("/bench/floor/{n}", headers=load.headers))
    return Row(number, workload, *_rates(pair, "no database"), pair.ratio, must, note=note)


def beside(running: Running, load: Load, floor: Load) -> tuple[Pair, str]:
    """One load in turns with another that says what can be had; the ratio by processor time is a note."""
    rate(running.port, load)
    mine, bare = server_meter(running.pid), server_meter(running.pid)
    pair = in_turns(lambda: _metered(mine, running, load), lambda: _metered(bare, running, floor))
    return pair, by_cpu(bare, mine)


def _metered(meter: Meter, running: Running, load: Load) -> float:
    """Answers a second; the meter keeps what one answer costs."""
    found = meter.around(lambda: rate(running.port, load))
    meter.spent[-1] /= found * load.seconds
    return found


def _rates(pair: Pair, name: str) -> tuple[str, str]:
    return f"{pair.first:,.0f} /s", f"{name} {pair.second:,.0f} /s"
