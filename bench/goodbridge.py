"""Row 25: a page of GoodBridge against the same bytes from memory, and deep in a survey against its first."""

from __future__ import annotations

import json
from contextlib import ExitStack

from bench.application import KEPT
from bench.clients import Client, Load, rate, sign_in
from bench.harness import CannotMeasure, in_turns
from bench.opinions import ALIAS
from bench.points import beside
from bench.servers import Running
from bench.stage import Stage
from bench.table import Row

PAGE, FEW = 100, 4
TOKEN_PATH = "/oauth2/token"
_QUERY = f"/integrations/{ALIAS}/respondents?page_size={PAGE}&display_lang_code=en&page="


def pages(stage: Stage) -> list[Row]:
    """Both rows, on one server."""
    with ExitStack() as stack:
        place = stage.opinions
        running, _ = stage.serve(place, stack, pinned=True)
        client = sign_in(running.port, place.client_id, place.secret, TOKEN_PATH)
        stack.callback(client.connection.close)
        last = stage.answered // PAGE
        return [_against_memory(running, client, last), _deep(running, client, last)]


def _against_memory(running: Running, client: Client, last: int) -> Row:
    """Random pages, so that none is quick for having been asked for before."""
    client.ask(KEPT, "POST", _page(client, last // 2))
    ours = Load(f"{_QUERY}{{n}}", top=last, headers=client.headers, connections=FEW)
    memory = Load(KEPT, headers=client.headers, connections=FEW)
    pair, note = beside(running, ours, memory)
    shown = f"{pair.first:,.0f} /s", f"from memory {pair.second:,.0f} /s"
    return Row("25a", "GoodBridge, 100 respondents, 12 questions", *shown, pair.ratio, 0.3, note=note)


def _deep(running: Running, client: Client, last: int) -> Row:
    """The last full page against the first."""
    _page(client, last)
    deep, first = (Load(f"{_QUERY}{n}", headers=client.headers, connections=FEW) for n in (last, 1))
    pair = in_turns(lambda: rate(running.port, deep), lambda: rate(running.port, first))
    shown = f"{pair.first:,.0f} /s", f"page 1 {pair.second:,.0f} /s"
    return Row("25b", f"GoodBridge, page {last:,} against page 1", *shown, pair.ratio, 0.8)


def _page(client: Client, number: int) -> bytes:
    """One page; one that is not full would be quick for the wrong reason."""
    body = client.ask(f"{_QUERY}{number}")
    shown = json.loads(body)["respondents"]
    answered = [one for one in shown if all(q["answers"] or q["sub_questions"] for q in one["questions"])]
    if len(answered) != PAGE:
        raise CannotMeasure(f"Page {number} has {len(answered)} full respondents and not {PAGE}.")
    return body
