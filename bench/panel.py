"""Rows 21 to 23: a panel loaded in patches, and searched."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import quote

import psycopg

from bench.clients import Client, sign_in
from bench.harness import in_turns, seconds, step
from bench.servers import Running
from bench.stage import BATCH, Place, Stage, data_path, postgres_server, prepare
from bench.table import Row
from rejoinder.core.indexing import ask_for_index
from rejoinder.core.surveys import create_survey
from rejoinder.core.unit import Unit
from rejoinder.jobs.register import runner
from rejoinder.store.engine import Database

SMALL_PATCH = 20
"""Respondents that the vendor's document recommends for one patch."""
LOADED = 100_000
PATCH = "/api/v2/respondents/patch"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MOST_MS = {"23a": 20, "23b": 20, "23c": 100, "23d": 1000, "23e": 1000, "23f": 100}
"""Milliseconds that searches may take; far above what they do, far below what a scan would."""
PANEL, TWIN = "panel", "twin"
"""The surveys: one loaded in patches, one by Forsta's POST."""


def person(n: int) -> dict[str, Any]:
    """The `n`-th respondent: an address and three labels, one of them of a thousand values."""
    return {"email": f"u{n}@x.io", "labels": [f"Łódź {n * 7919 % 1000}", "Support", f"{n % 50}"]}


def form(batch: str, people: Sequence[dict[str, Any]]) -> bytes:
    """A patch as the document's JavaScript makes it."""
    parts = [f"batch_id={batch}"]
    for n, one in enumerate(people):
        parts.append(f"respondents[{n}][email]={quote(one['email'])}")
        parts += [f"respondents[{n}][labels][{m}]={quote(text)}" for m, text in enumerate(one["labels"])]
    return "&".join(parts).encode()


def rows(people: Sequence[dict[str, Any]]) -> bytes:
    """The same respondents for Forsta's POST."""
    found = [{"email": p["email"], **{f"label{m}": t for m, t in enumerate(p["labels"], 1)}} for p in people]
    schema = {"keys": ["email"], "variables": ["label1", "label2", "label3"]}
    return json.dumps({"dataSchema": schema, "data": found}, ensure_ascii=False).encode()


class Panel:
    """A place with the two empty surveys, and a caller of either API."""

    def __init__(self, stage: Stage, place: Place, stack: ExitStack) -> None:
        self.place = place
        database = Database(place.url)
        for name in (PANEL, TWIN):
            database.write(
                lambda s: create_survey(Unit(s, place.workspace, "bench", 1), name, [name], []),  # noqa: B023
            )
        database.close()
        running, self.forsta = stage.serve(place, stack)
        self.caller = self._caller(running, stack)
        self.numbers = count(1)

    def _caller(self, running: Running, stack: ExitStack) -> Client:
        client = sign_in(running.port, self.place.client_id, self.place.secret, "/token")
        stack.callback(client.connection.close)
        return client

    def batch(self) -> str:
        """A new batch."""
        made = self.caller.ask("/api/respondents/batch", "POST", b'{"survey_id":"panel"}')
        return str(json.loads(made)["batch_id"])

    def people(self, size: int) -> list[dict[str, Any]]:
        """Respondents that are not there yet."""
        return [person(next(self.numbers)) for _ in range(size)]

    def load(self, total: int, size: int) -> float:
        """Load so many in patches of one size, as forms; the seconds spent waiting for answers."""
        batch, caller, spent = (
            self.batch(),
            replace(self.caller, headers={**self.caller.headers, **FORM}),
            0.0,
        )
        for _ in range(total // size):
            body = form(batch, self.people(size))
            spent += seconds(partial(caller.ask, PATCH, "POST", body))
        return spent

    def patch_as_json(self) -> float:
        """One patch of 10,000 as JSON."""
        body = json.dumps({"batch_id": self.batch(), "respondents": self.people(BATCH)}).encode()
        return seconds(lambda: self.caller.ask(PATCH, "POST", body))

    def post(self) -> float:
        """The same respondents by Forsta's POST."""
        body = rows(self.people(BATCH))
        return seconds(lambda: self.forsta.ask(data_path(TWIN), "POST", body))


def patches(stage: Stage) -> list[Row]:
    """Row 21: patches on SQLite, against Forsta's POST of the same respondents."""
    with ExitStack() as stack:
        panel = Panel(stage, prepare(f"sqlite:///{stage.place / 'panel.db'}"), stack)
        panel.post()
        panel.load(BATCH, BATCH)
        forms = in_turns(panel.post, lambda: panel.load(BATCH, BATCH))
        texts = in_turns(panel.post, panel.patch_as_json)
        small = panel.load(LOADED, SMALL_PATCH)
        large = panel.load(LOADED, BATCH)
    name = "Forsta's POST"
    return [
        _against(
            "21a", "patches of 10,000 as forms, SQLite", forms.second, name, forms.first, forms.ratio, 0.5
        ),
        _against(
            "21b", "patches of 10,000 as JSON, SQLite", texts.second, name, texts.first, texts.ratio, 0.5
        ),
        Row(
            "21c",
            f"{LOADED:,} in patches of {SMALL_PATCH}, one caller, SQLite",
            f"{LOADED / small:,.0f} /s",
            f"in patches of 10,000 {LOADED / large:,.0f} /s",
            large / small,
            0,
        ),
    ]


def _against(
    number: str, workload: str, ours: float, name: str, other: float, ratio: float, must: float
) -> Row:
    return Row(number, workload, f"{BATCH / ours:,.0f} /s", f"{name} {BATCH / other:,.0f} /s", ratio, must)


def against_copy(stage: Stage) -> list[Row]:
    """Row 22: patches on PostgreSQL, against COPY of finished rows into a table with the same indexes."""
    with ExitStack() as stack:
        server = postgres_server(stack)
        place = prepare(server.url(server.create()))
        panel = Panel(stage, place, stack)
        panel.load(BATCH, BATCH)
        connection = stack.enter_context(psycopg.connect(place.url, autocommit=True))
        connection.execute("CREATE TABLE twin (LIKE respondent INCLUDING ALL)")
        connection.execute("CREATE TABLE twin_key (LIKE respondent_key INCLUDING ALL)")
        copied = _copies(connection)
        pair = in_turns(lambda: next(copied), lambda: panel.load(BATCH, BATCH))
        small = panel.load(LOADED // 5, SMALL_PATCH) * 5
    name = "COPY"
    each = f"{LOADED // 5:,} in patches of {SMALL_PATCH}, one caller, PostgreSQL"
    copy = BATCH / pair.first
    return [
        _against("22a", "patches of 10,000, PostgreSQL", pair.second, name, pair.first, pair.ratio, 0),
        Row("22b", each, f"{LOADED / small:,.0f} /s", f"{name} {copy:,.0f} /s", LOADED / small / copy, 0),
    ]


def _copies(connection: psycopg.Connection[Any]) -> Iterator[float]:
    """Copy ten thousand finished rows and their keys, again and again; how long each took."""
    columns = "workspace_id, survey_id, respid, id, created_at, updated_at, manual, token, doc"
    for first in count(1, BATCH):
        docs = [
            (1, 1, n, n, 1, 1, 1, f"{n:016}", json.dumps({"respid": n, **person(n)}))
            for n in range(first, first + BATCH)
        ]
        keys = [(1, 1, 1, f"u{n}@x.io", n) for n in range(first, first + BATCH)]

        def copy() -> None:
            with connection.transaction(), connection.cursor() as cursor:
                with cursor.copy(f"COPY twin ({columns}) FROM STDIN") as out:
                    for row in docs:  # noqa: B023  called at once
                        out.write_row(row)
                with cursor.copy("COPY twin_key FROM STDIN") as out:
                    for key in keys:  # noqa: B023  called at once
                        out.write_row(key)

        yield seconds(copy)


def searches(stage: Stage) -> list[Row]:
    """Row 23: searches among all respondents, each by another index, and pages of the list."""
    with ExitStack() as stack:
        panel = Panel(stage, prepare(f"sqlite:///{stage.place / 'searched.db'}"), stack)
        total = stage.records // BATCH * BATCH
        with step(f"load {total:,} respondents in patches of 10,000"):
            panel.load(total, BATCH)
        unindexed = _median(panel, "label1=" + quote(person(5)["labels"][0]), turns=1)
        database = Database(panel.place.url)
        database.write(
            lambda s: [
                ask_for_index(Unit(s, panel.place.workspace, "bench", 1), PANEL, [name])
                for name in ("label1", "label2")
            ]
        )
        with step("index two labels"):
            runner(database).run_due()
        database.close()
        found = json.loads(panel.caller.ask("/api/v2/respondents/panel?limit=1"))["list"][0]
        asked = {
            "token": f"token={found['token']}",
            "email": f"email={person(total // 2)['email'].upper()}",
            "label, one in a thousand": "label1=" + quote(person(5)["labels"][0]),
            "label that all have": "label2=support",
            "day on which all came": f"date_generate={found['date_generate'][:10]}",
            "day and label": f"date_generate={found['date_generate'][:10]}&label1="
            + quote(person(5)["labels"][0]),
        }
        rows_of = [
            _row(f"23{letter}", f"search of {total:,} by {name}", _median(panel, query))
            for letter, (name, query) in zip("abcdef", asked.items(), strict=True)
        ]
        first, deep = _median(panel, "", base="/api/v2/respondents/panel"), _deep(panel, total)
    return [
        *rows_of,
        _row("23g", f"the same label before it had an index, {total:,}", unindexed),
        Row(
            "23h",
            "a page of the list in its middle",
            f"{deep * 1000:.1f} ms",
            f"first page {first * 1000:.1f} ms",
            first / deep,
            0,
        ),
    ]


def _row(number: str, workload: str, found: float) -> Row:
    must = MOST_MS.get(number, 10_000)
    return Row(number, workload, f"{found * 1000:.1f} ms", "", found * 1000, must, at_most=True, unit="ms")


def _median(
    panel: Panel, query: str, *, base: str = "/api/v2/respondents/search/panel", turns: int = 9
) -> float:
    ask: Callable[[], object] = partial(panel.caller.ask, f"{base}?{query}")
    return statistics.median(seconds(ask) for _ in range(turns))


def _deep(panel: Panel, total: int) -> float:
    """Pages near the middle, none of which begins where one that was read ended."""
    pages = (f"/api/v2/respondents/panel?offset={total // 2 - n * 100}" for n in range(5))
    return statistics.median(seconds(partial(panel.caller.ask, page)) for page in pages)
