"""A workspace in which a million people said something, and to whose people mail is sent."""

from __future__ import annotations

import time
from typing import NamedTuple

from bench.audience import Audience, gather
from bench.feedback import Bench, Quick, fill_with_copies
from bench.harness import step
from rejoinder.core.feedback.importing import prepare_import, store_import
from rejoinder.core.feedback.projects import add_survey_to_project, create_project
from rejoinder.core.feedback.responses import list_responses
from rejoinder.core.feedback.tags import TagEdit, create_tag, every_tag

TAGS, IMPORTED = 200, 2000


class Voices(NamedTuple):
    """Where it is, and what pages are asked for. `common` — the tag that most responses carry, `rare` one of
    many on one in a hundred, `rarest` on a hundred; `imported` — an import of two thousand rows."""

    url: str
    workspace: int
    common: int
    rare: int
    rarest: int
    imported: int
    project: int
    response: int
    audience: Audience


def gathered(url: str, responses: int) -> Voices:
    """Fill an empty database."""
    bench = Bench(url)
    bench.onboard(TAGS)
    # Before there are many responses, since a new tag is looked for in all of them.
    rarest = bench.do(lambda u: create_tag(u, TagEdit(name="Refunds", terms=["refund*"]))).id
    with step(f"{bench.database.engine}: {responses:,} responses to read, {TAGS} tags"):
        fill_with_copies(bench, responses, TAGS)
    bench.now = time.time_ns() // 1000
    with step(f"{bench.database.engine}: people to write to"):
        audience = gather(bench.do, bench.now)
    imported = bench.do(lambda u: store_import(u, prepare_import(u, _file(), "shops.csv"))).survey_id
    bench.work(Quick())
    project = bench.do(lambda u: create_project(u, "Shops")).id
    bench.do(lambda u: add_survey_to_project(u, project, imported))
    bench.database.read(lambda session: session.raw.execute("ANALYZE"))
    by_size = sorted(bench.ask(every_tag), key=lambda one: -one.counts.responses)
    middle = next(one for one in by_size if one.counts.responses < responses // 50)
    response = bench.ask(lambda u: list_responses(u, limit=1)).items[0].id
    bench.database.close()
    return Voices(
        url, bench.workspace, by_size[0].id, middle.id, rarest, imported, project, response, audience
    )


def _file() -> bytes:
    said = (
        "The shop was clean and the staff kind.",
        "I waited long, and nobody said why.",
        "Please refund me.",
    )
    rows = (
        f'"{said[2 if n % 20 == 0 else n % 2]}",{n % 11},2024-0{1 + n % 9}-1{n % 10}' for n in range(IMPORTED)
    )
    return "\n".join(("feedback,score,feedback_date", *rows)).encode()
