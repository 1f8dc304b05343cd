"""Every kind of variable: what it takes, what is read back, what is refused with which message."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Variable
from servers.rejoinder import Server, Tenant
from strategies import stored

from .panel import SYSTEM, Panel, messages

CODES = (Option("1"), Option("2"), Option("Maybe"))
FIELDS = (Field("a"), Field("B"))
VARIABLES = (
    Variable("whole", Kind.NUMERIC, precision=3, scale=0),
    Variable("money", Kind.NUMERIC, precision=5, scale=2),
    Variable("free", Kind.NUMERIC),
    Variable("text", Kind.TEXT, length=5),
    Variable("when", Kind.DATETIME),
    Variable("flag", Kind.BOOLEAN),
    Variable("one", Kind.SINGLE, options=CODES),
    Variable("open", Kind.SINGLE),
    Variable("alike", Kind.MULTI, options=(Option("a"), Option("A"))),
    Variable("many", Kind.MULTI, options=CODES),
    Variable("score", Kind.RATING, options=CODES),
    Variable("grid", Kind.RATING, options=CODES, fields=FIELDS),
    Variable("rank", Kind.RANKING, fields=FIELDS),
    Variable("mgrid", Kind.MULTI_GRID, options=CODES, fields=FIELDS),
    Variable("cube", Kind.GRID_3D, fields=FIELDS),
    Variable("price", Kind.NUMERIC, parent="cube", scale=0),
    Variable("brand", Kind.MULTI, parent="cube", options=CODES),
    Variable("sums", Kind.NUMERIC, fields=FIELDS, precision=2, scale=0),
    Variable("words", Kind.TEXT, fields=FIELDS, length=5),
    Variable("days", Kind.DATETIME, fields=FIELDS),
    Variable("flags", Kind.BOOLEAN, fields=FIELDS),
    Variable("cost", Kind.NUMERIC, level="trip", precision=3, scale=0),
    Variable("liked", Kind.MULTI, level="trip", options=CODES),
    Variable("seat", Kind.TEXT, level="leg", length=3),
)
LOOPS = (Loop("trip"), Loop("leg", parent="trip"))

CANONICAL: dict[str, list[Any]] = {
    "whole": [0, -999, 999],
    "money": [0, 12.25, -999.99],
    "free": [2**53, -0.5, 1e300],
    "text": ["a", "5", " ", "🙂" * 5],
    "when": ["2019-11-15T10:50:26", "2019-11-15T10:50:26.120", "2020-02-29T00:00:00", "0001-01-01T00:00:00"],
    "flag": [0, 1],
    "one": ["1", "Maybe"],
    "open": ["anything"],
    "alike": [{"true": ["a"], "false": ["A"]}, {"true": ["A", "a"]}],
    "many": [{"true": ["1"]}, {"false": ["2"]}, {"true": ["2", "1"], "false": ["Maybe"]}],
    "score": ["2"],
    "grid": [{"a": "1"}, {"a": "1", "B": "Maybe"}],
    "rank": [{"a": 2, "B": 1}, {"B": 1}],
    "mgrid": [{"a": {"true": ["1"], "false": ["2"]}}, {"a": {"false": ["1"]}, "B": {"true": ["2"]}}],
    "cube": [
        {"a": {"price": 3}},
        {"a": {"price": 3, "brand": {"true": ["1"]}}, "B": {"brand": {"false": ["2"]}}},
    ],
    "sums": [{"a": 1}, {"a": 99, "B": 0}],
    "words": [{"B": "x"}],
    "days": [{"a": "2019-11-15T10:50:26"}],
    "flags": [{"a": 0, "B": 1}],
    "trip": [
        [{"trip": "1", "cost": 2}],
        [{"trip": "x", "liked": {"true": ["1"]}}, {"trip": "y"}],
        [{"trip": "1", "cost": 1, "leg": [{"leg": "1", "seat": "12A"}, {"leg": "2"}]}],
    ],
}
LENIENT = [
    ("whole", "23", 23),
    ("whole", " 23 ", 23),
    ("whole", 23.0, 23),
    ("whole", "2.3e1", 23),
    ("money", "12.50", 12.5),
    ("money", "+.25", 0.25),
    ("text", 5, "5"),
    ("when", "2019-11-15", "2019-11-15T00:00:00"),
    ("when", "2019-11-15 10:50", "2019-11-15T10:50:00"),
    ("when", "2019-11-15T10:50:26Z", "2019-11-15T10:50:26"),
    ("when", "2019-11-15T10:50:26+02:00", "2019-11-15T08:50:26"),
    ("when", "2019-11-15T00:30:00.5+0100", "2019-11-14T23:30:00.500"),
    ("when", "2019-11-15T10:50:26.1234567", "2019-11-15T10:50:26.123"),
    ("flag", True, 1),
    ("flag", False, 0),
    ("flag", "TRUE", 1),
    ("flag", "0", 0),
    ("flag", 1.0, 1),
    ("one", 2, "2"),
    ("one", "MAYBE", "Maybe"),
    ("many", ["2", 1], {"true": ["2", "1"]}),
    ("many", {"true": ["maybe", "MAYBE"], "false": []}, {"true": ["Maybe"]}),
    ("many", {"true": None, "false": ["1"]}, {"false": ["1"]}),
    ("grid", {"A": 1, "b": None}, {"a": "1"}),
    ("rank", {"B": "1"}, {"B": 1}),
    ("mgrid", {"b": ["1"], "a": {}}, {"B": {"true": ["1"]}}),
    (
        "cube",
        {"B": {"price": "3", "brand": ["1"]}, "a": {"price": ""}},
        {"B": {"price": 3, "brand": {"true": ["1"]}}},
    ),
    ("sums", {"B": "7", "a": ""}, {"B": 7}),
    ("days", {"a": "2019-11-15"}, {"a": "2019-11-15T00:00:00"}),
    ("trip", [{"cost": "7"}, {"cost": 8}], [{"trip": "1", "cost": 7}, {"trip": "2", "cost": 8}]),
    ("trip", [{"trip": 5, "leg": [{"seat": ""}]}], [{"trip": "5", "leg": [{"leg": "1"}]}]),
]
BLANK: list[tuple[str, Any]] = [
    *((name, None) for name in CANONICAL),
    *((name, "") for name in CANONICAL if name != "trip"),
    *(("many", value) for value in ({}, [], {"true": []}, {"true": None, "false": []})),
    *((name, {}) for name in ("grid", "rank", "mgrid", "cube", "sums", "words")),
    *((name, {"a": None, "B": ""}) for name in ("grid", "rank", "mgrid", "cube", "sums", "words")),
    ("cube", {"a": {"price": None, "brand": {}}}),
    ("trip", []),
]
NUMERIC, DATETIME, BOOLEAN = "Invalid Numeric.", "Invalid DateTime.", "Invalid Boolean."
CODE, TEXT, LONG, UNKNOWN = "Invalid Code.", "Invalid Text.", "Text is too long.", "Unknown variable."
INVALID: list[tuple[str, Any, str]] = [
    *(
        ("whole", value, NUMERIC)
        for value in ("abc", 1000, -1000, 1.5, True, [1], {}, "1,5", "0x1", "NaN", "١")
    ),
    *(("money", value, NUMERIC) for value in (1000, 1.125, "1e9", "inf")),
    *(("free", value, NUMERIC) for value in (2**63, -(2**70), "1e999", "Infinity")),
    *(("text", value, TEXT) for value in (True, ["a"], {"a": "b"})),
    ("text", "abcdef", LONG),
    *(("when", value, DATETIME) for value in ("abc", "2020-99-99", "2021-02-29", "2020-1-1", 20200101, True)),
    *(
        ("when", value, DATETIME)
        for value in ("2020-01-01T25:00:00", "2020-01-01T10", "10:00", ["2020-01-01"])
    ),
    *(("when", value, DATETIME) for value in ("0001-01-01T00:00:00+02:00", "2020-01-01T10:00:00+99:99")),
    *(("flag", value, BOOLEAN) for value in (2, -1, 0.5, "yes", [], {})),
    *(("one", value, CODE) for value in ("9", 9, True, 1.5, ["1"], {"1": "1"})),
    *(("open", value, CODE) for value in ({}, [])),
    *(("many", value, CODE) for value in ("1", 1, ["9"], {"true": "1"}, {"yes": ["1"]})),
    *(("many", value, CODE) for value in ({"true": ["1"], "false": ["1"]}, {"true": [["1"]]})),
    *(("score", value, CODE) for value in ("9", {})),
    *(("grid", value, CODE) for value in ("1", ["1"], {"c": "1"}, {"a": "9"}, {"a": "1", "A": "2"})),
    *(("rank", value, NUMERIC) for value in ({"a": 0}, {"a": 3}, {"a": 1.5}, {"a": True}, "1", [1])),
    ("rank", {"c": 1}, CODE),
    *(("mgrid", value, CODE) for value in ({"a": "1"}, {"c": ["1"]}, {"a": {"true": ["9"]}}, [])),
    *(("cube", value, CODE) for value in ("x", [], {"c": {}}, {"a": 1}, {"a": {"brand": ["9"]}})),
    ("cube", {"a": {"price": "x"}}, NUMERIC),
    ("cube", {"a": {"nope": 1}}, UNKNOWN),
    *(("sums", value, NUMERIC) for value in (1, [1], {"a": 100}, {"a": "x"})),
    *(
        ("words", value, message)
        for value, message in (("x", TEXT), ({"a": []}, TEXT), ({"a": "abcdef"}, LONG))
    ),
    *(("days", value, DATETIME) for value in ("2019-11-15", {"a": "2019-13-01"})),
    *(("flags", value, BOOLEAN) for value in (1, {"a": 2})),
    *(
        ("trip", value, CODE)
        for value in ("x", {}, [1], [[]], [{"trip": ""}], [{"trip": True}], [{"leg": [1]}])
    ),
    ("trip", [{"cost": "x"}], NUMERIC),
    ("trip", [{"leg": [{"seat": "long"}]}], LONG),
    ("trip", [{"nope": 1}], UNKNOWN),
]


@pytest.fixture(scope="module")
def kinds(server: Server) -> Panel:
    """A survey with each kind, shared by this module's tests: each row that goes in is deleted."""
    tenant = server.tenant()
    tenant.survey("p1", VARIABLES, LOOPS)
    return Panel(tenant)


def read_back(kinds: Panel, row: dict[str, Any]) -> dict[str, Any]:
    """What a row is read back as; the row is deleted."""
    (respid,) = kinds.fill(row)
    (found,) = kinds.rows(filterExpression=f"respondent:respid = {respid}")
    kinds.send("DELETE", [{"respid": respid}], ["respid"])
    assert found.pop("respid") == respid
    return found


def same(found: Any, wanted: Any) -> bool:
    """Whether two JSON values are alike to the type: 1 is neither 1.0 nor true."""
    return msgspec.json.encode(found) == msgspec.json.encode(wanted)


@pytest.mark.parametrize("name", CANONICAL)
def test_a_canonical_value_comes_back_as_it_is(kinds: Panel, name: str) -> None:
    for value in CANONICAL[name]:
        assert same(read_back(kinds, {name: value}), {name: value})


def test_lenient_forms_become_canonical(kinds: Panel) -> None:
    for name, sent, read in LENIENT:
        found = read_back(kinds, {name: sent})
        assert same(found, {name: read}), (name, sent, found)


def test_blanks_are_left_out_and_clear(kinds: Panel) -> None:
    (respid,) = kinds.fill({})
    for name, blank in BLANK:
        assert read_back(kinds, {name: blank}) == {}, (name, blank)
        full = [{"respid": respid, name: CANONICAL[name][0]}]
        assert kinds.send("PATCH", full, ["respid"], [name]).json()["updatedRecords"] == 1
        assert kinds.send("PATCH", [{"respid": respid, name: blank}], ["respid"], [name]).status_code == 200
        assert kinds.rows() == [{"respid": respid}], (name, blank)
    kinds.send("DELETE", [{"respid": respid}], ["respid"])


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_invalid_values_are_reported(kinds: Panel, method: str) -> None:
    """One request holds them all: nothing is stored, every one is listed with its message."""
    rows = [{"email": str(n), name: value} for n, (name, value, _) in enumerate(INVALID)]
    schema = () if method == "POST" else (["email"], [*CANONICAL])
    reply = kinds.send(method, rows, *schema)
    assert reply.status_code == 400
    found = {number: (field, message, value) for number, field, message, value in messages(reply)}
    for number, wanted in enumerate(INVALID, 1):
        name, value, message = wanted
        assert number in found, f"accepted: {name} = {value!r}"
        assert found[number] == (name, message, value)
    assert kinds.rows() == []


def test_a_loop_has_at_most_1000_iterations(kinds: Panel) -> None:
    assert len(read_back(kinds, {"trip": [{}] * 1000})["trip"]) == 1000
    reply = kinds.send("POST", [{"trip": [{}] * 1001}])
    assert [found[:3] for found in messages(reply)] == [(1, "trip", CODE)]


def test_a_whole_record_with_every_kind(kinds: Panel) -> None:
    record = {name: values[-1] for name, values in CANONICAL.items()}
    assert same(read_back(kinds, record), record), "members are in the order of the schema, loops last"


def test_a_part_of_a_loop_can_be_asked_for(kinds: Panel) -> None:
    (respid,) = kinds.fill({"trip": CANONICAL["trip"][2], "whole": 1})
    (only,) = kinds.rows(variables="cost")
    assert only == {"respid": respid, "trip": [{"trip": "1", "cost": 1}]}
    (inner,) = kinds.rows(variables="leg,whole")
    assert inner["trip"] == [{"trip": "1", "leg": CANONICAL["trip"][2][0]["leg"]}]
    kinds.send("DELETE", [{"respid": respid}], ["respid"])


@st.composite
def surveys(draw: st.DrawFn) -> tuple[Schema, list[dict[str, Any]]]:
    schema = draw(stored.schemas())
    return schema, draw(st.lists(stored.records(schema), min_size=1, max_size=4))


def test_what_get_gives_post_takes_and_get_gives_again(server: Server) -> None:
    tenant, number = server.tenant(), iter(range(1, 10_000))

    @settings(
        max_examples=12 if server.database.engine == "sqlite" else 6, suppress_health_check=[*HealthCheck]
    )
    @given(surveys())
    def check(survey: tuple[Schema, list[dict[str, Any]]]) -> None:
        schema, records = survey
        first, second = (copy(tenant, schema, f"s{next(number)}") for _ in range(2))
        post(tenant, first, records)
        shown, dates = read(tenant, first)
        assert [{name: row[name] for name in row if name != "respid"} for row in shown] == records
        post(tenant, second, [row | dates for row in shown])
        assert read(tenant, second)[0] == shown

    check()


def copy(tenant: Tenant, schema: Schema, alias: str) -> str:
    tenant.survey(alias, schema.variables, schema.loops)
    return f"/v1/surveys/{alias}/respondents/data"


def post(tenant: Tenant, url: str, records: list[dict[str, Any]]) -> None:
    reply = tenant.http.post(url, content=msgspec.json.encode({"data": records}))
    assert reply.status_code == 200, reply.text


def read(tenant: Tenant, url: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The records, and what else the first one holds: the system's own members."""
    items = msgspec.json.decode(tenant.http.get(url).content)["items"]
    rows = [{name: item[name] for name in item if name not in SYSTEM} for item in items]
    return rows, {name: value for name, value in items[0].items() if name in SYSTEM}
