"""Filter expressions through the stores: what comes back is what the plain evaluator lets through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rejoinder.core.respondents.filtered import matcher
from rejoinder.core.respondents.keys import index_variables
from rejoinder.core.respondents.read import Reading, read_page, read_stream
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.filters.bind import bind
from rejoinder.model.filters.plain import matches
from rejoinder.model.filters.printer import print_tree
from rejoinder.model.filters.tree import Node
from rejoinder.model.respondent import Level
from rejoinder.model.survey import Schema
from servers.rejoinder import Server, Tenant
from strategies import stored
from strategies.filters import NOW

LEVELS: tuple[Level, Level] = ("respondent", "response")
NOW_MICROS = int(NOW.replace(tzinfo=UTC).timestamp()) * 1_000_000
Case = tuple[Schema, list[dict[str, Any]], list[Node], bool]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A schema, rows, conditions, and whether the indexes are there before the rows."""
    schema = draw(stored.schemas())
    rows = draw(st.lists(stored.records(schema), min_size=1, max_size=6))
    return (
        schema,
        rows,
        draw(st.lists(stored.conditions(schema), min_size=1, max_size=6)),
        draw(st.booleans()),
    )


def test_filters_let_through_what_the_plain_evaluator_does(server: Server) -> None:
    tenant, numbers = server.tenant(), iter(range(1, 10_000))

    @settings(
        max_examples=20 if server.database.engine == "sqlite" else 10, suppress_health_check=[*HealthCheck]
    )
    @given(cases())
    def check(case: Case) -> None:
        schema, rows, trees, index_first = case
        alias = f"s{next(numbers)}"
        fill(tenant, alias, schema, rows, index_first)
        for tree in trees:
            compare(tenant, alias, tree)

    check()


def fill(tenant: Tenant, alias: str, schema: Schema, rows: Sequence[Any], index_first: bool) -> None:
    """Make the survey with its rows, and index the variables that the schema says are indexed."""
    tenant.survey(alias, schema.variables, schema.loops)
    indexed = [variable.name for variable in schema.variables if variable.indexed]

    def index(unit: Unit) -> None:
        for name in indexed:
            index_variables(unit, open_survey(unit, alias), (name,))

    if index_first:
        tenant.verb(index)
    url = f"/v1/surveys/{alias}/respondents/data"
    reply = tenant.http.post(url, content=msgspec.json.encode({"data": rows}))
    assert reply.json()["insertedRecords"] == len(rows), reply.text
    if not index_first:
        tenant.verb(index)


def compare(tenant: Tenant, alias: str, tree: Node) -> None:
    """Pages, counts and streams of both levels against the plain evaluator's choice of all records."""

    def look(unit: Unit) -> None:
        unit = replace(unit, now=NOW_MICROS)
        survey = open_survey(unit, alias)
        bound = bind(tree, survey.shape.schema, now=NOW)
        chosen = matcher(unit, survey, print_tree(tree), [alias])
        for level in LEVELS:
            wanted = [row for row in everything(unit, survey, level) if matches(bound, row)]
            what = Reading(level, None, chosen)
            page = read_page(unit, survey, what, 1, 100)
            assert (records(page.items), page.total) == (wanted, len(wanted))
            second = read_page(unit, survey, what, 2, 1)
            assert (records(second.items), second.total) == (wanted[1:2], len(wanted))
            assert list(streamed(unit, survey, what)) == wanted

    tenant.look(look)


def everything(unit: Unit, survey: Any, level: Level) -> list[dict[str, Any]]:
    return records(read_page(unit, survey, Reading(level), 1, 100).items)


def records(items: bytes) -> list[dict[str, Any]]:
    return msgspec.json.decode(b"[" + items + b"]", type=list[dict[str, Any]])


def streamed(unit: Unit, survey: Any, what: Reading) -> Iterator[dict[str, Any]]:
    following = read_stream(unit, survey, what)
    while (piece := following(unit.session)) is not None:
        yield from map(msgspec.json.decode, piece.splitlines())
