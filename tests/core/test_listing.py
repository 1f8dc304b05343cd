"""Lists of responses: every filter, order and page against the same done in plain Python, on both engines."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cmp_to_key
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.core.respondents.filtered import matcher
from rejoinder.core.respondents.listing import BY_ID, Listing, list_responses
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.respondents.write import Batch, add, remove
from rejoinder.core.surveys import create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.listing import Bound, Listed, Order
from rejoinder.model.respondent import FINISHED, Lifecycle, Marks, State
from rejoinder.model.survey import Kind, Variable
from rejoinder.store.engine import Database
from rejoinder.store.session import Session

NOW = 1_700_000_000_000_000
COUNT = 90


class Shelf:
    """A survey of responses in every state, and what they are in plain Python."""

    def __init__(self, database: Database, *, shuffled: bool) -> None:
        self.database = database
        self.workspace = database.write(lambda s: create_workspace(s, f"w{shuffled}", [], NOW)[0].id)
        self.write(lambda unit: create_survey(unit, "S", ["s"], [Variable("q", Kind.NUMERIC)]))
        self.write(lambda unit: self._fill(unit, shuffled))
        self.rows = self.list(Listing(), 0, 1000)[0]

    def write(self, work: Any) -> Any:
        return self.database.write(lambda s: work(Unit(s, self.workspace, "test", NOW)))

    def list(self, listing: Listing, skip: int, limit: int) -> tuple[list[Listed], int]:
        def work(session: Session) -> tuple[list[Listed], int]:
            unit = Unit(session, self.workspace, "test", NOW)
            return list_responses(unit, open_survey(unit, "s"), listing, skip, limit)

        return self.database.read(work)

    def filtered(self, expression: str, skip: int, limit: int, order: Sequence[Order]) -> Any:
        def work(session: Session) -> Any:
            unit = Unit(session, self.workspace, "test", NOW)
            survey = open_survey(unit, "s")
            listing = Listing((), matcher(unit, survey, expression), order)
            return list_responses(unit, survey, listing, skip, limit)

        return self.database.read(work)

    def _fill(self, unit: Unit, shuffled: bool) -> None:
        survey = open_survey(unit, "s")
        cls = survey.shape.new_rows(None).cls
        for n in range(COUNT):
            state = State(n % 4)
            opened = NOW + n * 1000 if state else None
            ended = NOW + (n * 7919 % 50) * 1_000_000 if state == State.COMPLETED else None
            reason = FINISHED if ended else None
            life = Lifecycle(state, NOW + n, opened, ended, ("en", "kk", None)[n % 3], reason, n % 2)
            row = cls(**{survey.shape.attribute["q"]: n % 10})
            respids = [3 * COUNT - n] if shuffled else None
            insert_rows(
                unit,
                survey,
                [row],
                responses=False,
                lives=[life],
                respids=respids,
                marks=Marks(n % 5 or None),
            )


@pytest.fixture(params=[False, True], ids=["in order", "shuffled"])
def shelf(database_url: str, request: pytest.FixtureRequest) -> Iterator[Shelf]:
    database = Database(database_url)
    yield Shelf(database, shuffled=request.param)
    database.close()


def passes(row: Listed, bound: Bound) -> bool:
    value, other = getattr(row, bound.column), bound.value
    match bound.operator:
        case "within":
            return value is not None and any(first <= value < end for first, end in other)
        case "outside":
            return value is None or not any(first <= value < end for first, end in other)
        case "null":
            return value is None
        case "not null":
            return value is not None
        case "!=":
            return bool(value != other)
        case "=":
            return bool(value == other)
        case "in":
            return value in other and value is not None
        case "<":
            return value is not None and bool(value < other)
        case "<=":
            return value is not None and bool(value <= other)
        case ">":
            return value is not None and bool(value > other)
    return value is not None and bool(value >= other)


def compare(order: Sequence[Order], a: Listed, b: Listed) -> int:
    for one in order:
        x, y = getattr(a, one.column), getattr(b, one.column)
        if x != y:
            if x is None or y is None:
                return 1 if x is None else -1
            return (-1 if x < y else 1) * (-1 if one.descending else 1)
    return 0


NUMBERS = (
    "id", "state", "created_at", "updated_at", "opened_at", "completed_at", "collector_id", "manual",
    "finished",
)  # fmt: skip


def orders() -> st.SearchStrategy[tuple[Order, ...]]:
    one = st.builds(Order, st.sampled_from([*NUMBERS, "language", "finish_reason"]), st.booleans())
    return st.lists(one, max_size=2).map(lambda found: (*found, *BY_ID))


def bounds(rows: Sequence[Listed]) -> st.SearchStrategy[Bound]:
    def of(column: str) -> st.SearchStrategy[Bound]:
        value = st.sampled_from(sorted({v for row in rows if (v := getattr(row, column)) is not None}))
        compared = st.builds(
            Bound, st.just(column), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), value
        )
        listed = st.builds(Bound, st.just(column), st.just("in"), st.lists(value, max_size=3))
        ranged = st.builds(
            Bound,
            st.just(column),
            st.sampled_from(["within", "outside"]),
            st.lists(st.tuples(value, value), max_size=3),
        )
        blank = st.builds(Bound, st.just(column), st.sampled_from(["null", "not null"]), st.none())
        return st.one_of(compared, listed, ranged, blank)

    return st.sampled_from([*NUMBERS, "language"]).flatmap(of)


def test_only_rows_with_a_response_are_listed_by_id(shelf: Shelf) -> None:
    assert len(shelf.rows) == sum(n % 4 > 0 for n in range(COUNT))
    ids = [row.id for row in shelf.rows]
    assert ids == sorted(ids)
    assert shelf.list(Listing(), 10, 5)[0] == shelf.rows[10:15]
    assert shelf.list(Listing(), 1000, 5) == ([], len(shelf.rows))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_pages_are_what_plain_python_makes(shelf: Shelf, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(bounds(shelf.rows), max_size=2))
    order, skip, limit = data.draw(orders()), data.draw(st.integers(0, 80)), data.draw(st.integers(1, 30))
    fitting = [row for row in shelf.rows if all(passes(row, bound) for bound in wanted)]
    fitting.sort(key=cmp_to_key(lambda a, b: compare(order, a, b)))
    assert shelf.list(Listing(wanted, None, order), skip, limit) == (
        fitting[skip : skip + limit],
        len(fitting),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders(), st.integers(0, 40), st.integers(1, 20), st.integers(0, 9))
def test_filters_on_the_record_page_alike(
    shelf: Shelf, order: tuple[Order, ...], skip: int, limit: int, least: int
) -> None:
    fitting = [row for row in shelf.rows if msgspec.json.decode(row.doc)["q"] >= least]
    fitting.sort(key=cmp_to_key(lambda a, b: compare(order, a, b)))
    found, total = shelf.filtered(f":q >= {least}", skip, limit, order)
    assert (found, total) == (fitting[skip : skip + limit], len(fitting))


def test_numbers_that_are_given_in_order_leave_the_survey_in_order(database_url: str) -> None:
    database = Database(database_url)
    workspace = database.write(lambda s: create_workspace(s, "w", [], NOW)[0].id)

    def shuffled(data: list[dict[str, Any]], verb: Any = add, **batch: Any) -> int:
        def work(session: Session) -> int:
            unit = Unit(session, workspace, "test", time.time_ns() // 1000)
            verb(unit, "s", "respondent", Batch(msgspec.json.encode(data), **batch))
            return open_survey(unit, "s").row.shuffled

        return database.write(work)

    database.write(lambda s: create_survey(Unit(s, workspace, "test", NOW), "S", ["s"], []))
    assert shuffled([{"email": "a@x"}]) == 0
    given = {"keys": ("respid",), "variables": ("email",)}
    assert shuffled([{"respid": 5, "email": "b@x"}, {"respid": 9, "email": "c@x"}], **given) == 0
    assert shuffled([{"respid": 5}], remove, keys=("respid",)) == 0
    assert shuffled([{"respid": 6, "email": "d@x"}], **given) == 1
    database.close()


def test_a_column_is_never_named_by_a_caller(shelf: Shelf) -> None:
    with pytest.raises(ValueError, match="is not a column"):
        shelf.list(Listing([Bound("doc; --", "=", 1)]), 0, 1)
