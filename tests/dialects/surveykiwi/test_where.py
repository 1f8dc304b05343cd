"""`where[]`: what comes back is what a plain reading lets through; whatever is sent, nothing breaks."""

from __future__ import annotations

import string
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servers.rejoinder import Server

from .campaign import Kiwi, condition, life, refused
from .reference import WORDS, conditions, meets

QUIET = settings(suppress_health_check=[*HealthCheck])


def people() -> list[dict[str, Any]]:
    """Rows in which every variable has several values, and none."""
    rows = []
    for n in range(30):
        values = {
            "email": f"P{n % 4}@Example.com",
            "label1": WORDS[n % len(WORDS)],
            "city": WORDS[n * 5 % len(WORDS)],
            "classificator": "norte" if n % 2 else "Sur",
            "age": (3, 2.5, -1, 40)[n % 4],
            "vip": n % 2,
            "segment": "ab"[n % 2],
            "tags": ({"true": ["x"]}, {"true": ["x", "y"]}, {"true": ["y"], "false": ["x"]})[n % 3],
        }
        rows.append({name: value for place, (name, value) in enumerate(values.items()) if (n + place) % 5})
    return rows


@pytest.fixture
def crowd(kiwi: Kiwi) -> Kiwi:
    kiwi.campaign()
    # Times apart by a second, a minute, an hour, a day, a month: each length of a time has something to tell.
    steps = [0, 1, 59, 3_600, 90_000, 2_700_000, 40_000_000]
    kiwi.fill(people(), [life(steps[n % 7] + n // 7, ended=n % 3 > 0) for n in range(30)])
    return kiwi


def test_conditions_let_through_what_a_plain_reading_does(crowd: Kiwi) -> None:
    every = crowd.answers(limit=100, answers="hide")
    assert len(every) == 30

    @QUIET
    @given(st.lists(conditions(every), min_size=1, max_size=3))
    def check(wanted: list[dict[str, Any]]) -> None:
        texts = [msgspec.json.encode(one).decode() for one in wanted]
        fitting = [one["id"] for one in every if all(meets(one, each) for each in wanted)]
        assert crowd.ids(where_=texts) == fitting
        assert crowd.ids(where_=texts, status="active") == [
            one["id"] for one in every if one["id"] in fitting and one["status"] == "active"
        ]

    check()


def test_campaigns_are_filtered_alike(kiwi: Kiwi) -> None:
    for alias in ("satisfaccion", "Clima-2020", "clima_2021"):
        kiwi.campaign(alias)
    every = kiwi.ok("campaign/list")
    names = st.sampled_from(["satisfaccion", "CLIMA-2020", "es", "survey", "active", "Satisfacción", "x"])
    texts = st.builds(
        lambda var, op, val: {"type": "default", "var": var, "operator": op, "val": val},
        st.sampled_from(["name", "url", "language", "type", "status"]),
        st.sampled_from(["=", "!=", "<", ">=", "LIKE"]),
        st.one_of(names, st.sampled_from(["%", "clima%", "_s", "%20__"])),
    )
    times = st.builds(
        lambda op, val: {"var": "updated_at", "operator": op, "val": val, "type": "default"},
        st.sampled_from(["=", "<=", ">"]),
        st.sampled_from([every[0]["updated_at"], "2020-12", "2020-12-06", "2021"]),
    )
    numbers = st.builds(
        lambda op, val: {"var": "id", "operator": op, "val": val, "type": "default"},
        st.sampled_from(["=", "!=", "<", ">="]),
        st.sampled_from([one["id"] for one in every]),
    )

    @QUIET
    @given(st.lists(st.one_of(texts, times, numbers), min_size=1, max_size=2))
    def check(wanted: list[dict[str, Any]]) -> None:
        sent = [msgspec.json.encode(one).decode() for one in wanted]
        found = kiwi.ok("campaign/list", where_=sent)
        plain = [
            one for one in every if all(meets(one, each | {"operator": each["operator"]}) for each in wanted)
        ]
        assert found == plain

    check()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["where[0]", "JSON"]),
        ("{", ["where[0]", "JSON"]),
        ("[" * 5000, ["where[0]", "JSON"]),
        ('{"a":1}{"b":2}', ["where[0]", "JSON"]),
        ("1", ["where[0]", "objeto"]),
        ('["x"]', ["where[0]", "objeto"]),
        ('{"var":"id","operator":"=","val":1,"type":"otra"}', ["where[0]", "type", "hiddenfields", "otra"]),
        ('{"var":"id","operator":"=","val":1,"type":7}', ["where[0]", "type", '"7"']),
        ('{"operator":"=","val":1}', ["where[0]", "var"]),
        ('{"var":"id","operator":"=>","val":1}', ["where[0]", "operator", "IS NOT", "=>"]),
        ('{"var":"id","val":1}', ["where[0]", "operator"]),
        ('{"var":"id","operator":"="}', ["where[0]", "val"]),
        ('{"var":"id","operator":"=","val":{}}', ["where[0]", "val"]),
        ('{"var":"id","operator":"=","val":[1]}', ["where[0]", "val"]),
        ('{"var":"id","operator":"IN","val":[[1]]}', ["where[0]", "val"]),
        ('{"var":"id","operator":"=","val":1e999}', ["where[0]", "JSON"]),
        (condition("nada", "=", 1), ["where[0]", '"nada"', "id, status, created_at, finished_at"]),
        (condition("nada", "=", 1, "participant"), ["where[0]", '"nada"', "email, label1"]),
        (condition("email", "=", 1, "hiddenfields"), ["where[0]", '"email"', "classificator, city"]),
        (condition("nombre", "=", "x", "hiddenfields"), ["where[0]", '"nombre"']),
        (condition("id", "=", "x"), ["where[0]", "número", '"x"']),
        (condition("id", "=", True), ["where[0]", "número"]),
        (condition("id", "LIKE", "1%"), ["where[0]", "LIKE"]),
        (condition("id", "<", None), ["where[0]", "IS"]),
        (condition("created_at", "=", "ayer"), ["where[0]", "fecha", "ayer", "2020-12-05T14:50:28-0300"]),
        (condition("created_at", "LIKE", "%12%"), ["where[0]", "fecha", "LIKE"]),
        (condition("age", "=", "mucho", "hiddenfields"), ["where[0]", "número"]),
        (condition("vip", "=", "quizás", "hiddenfields"), ["where[0]", "0, 1, true o false"]),
        (condition("vip", "<", 1, "hiddenfields"), ["where[0]", "0 o 1"]),
        (condition("segment", "<", "a", "hiddenfields"), ["where[0]", "elección"]),
        (condition("since", "=", "nunca", "hiddenfields"), ["where[0]", "fecha"]),
        (condition("city", "=", "x" * 4001, "hiddenfields"), ["where[0]", "4000"]),
        (condition("id", "IN", list(range(1001))), ["where[0]", "1000"]),
        (f"[{','.join([condition('id', '=', 1)] * 51)}]", ["50", "51"]),
    ],
)
def test_what_cannot_be_asked_is_said(kiwi: Kiwi, text: str, words: list[str]) -> None:
    kiwi.campaign()
    reply = kiwi.get("campaign/answers", campaign_url="satisfaccion", where_=[text])
    refused(reply, 400, "validation_exception", *words)


def test_the_second_rule_is_named_by_its_place(filled: Kiwi) -> None:
    reply = filled.get("campaign/list", where_=[condition("id", "=", 1), condition("id", "=", "x")])
    refused(reply, 400, "validation_exception", "where[1]")
    reply = filled.get("campaign/list", where_=[condition("email", "=", 1, "participant")])
    refused(reply, 400, "validation_exception", "where[0]", "type admite default;")


def test_dates_of_hidden_fields_are_compared_as_written(kiwi: Kiwi) -> None:
    kiwi.campaign()
    dates = ["2020-01-31T23:30:00", "2020-02-01T00:00:00", "2020-02-29T12:00:00.500", None]
    kiwi.fill([{"since": date} if date else {} for date in dates], [life()] * 4)
    first = kiwi.ids()[0]

    def found(op: str, value: Any) -> list[int]:
        return [n - first for n in kiwi.ids(where_=[condition("since", op, value, "hiddenfields")])]

    assert found("=", "2020-02") == [1, 2]
    assert found("<=", "2020-02-01") == [0, 1]
    assert found(">", "2020-02-01T00:00:00") == [2]
    assert found("!=", "2020-01-31") == [1, 2, 3]
    assert found("LIKE", "2020-02-29%") == [2]
    assert found("IN", ["2020-01-31", "2020-02-29T12:00:00.500"]) == [0, 2]
    assert found("=", "2020-02-01T02:00:00+02:00") == [1], "with an offset, in UTC"
    assert found("IS", None) == [3]


@pytest.mark.parametrize(
    ("variable", "operator", "value", "rows"),
    [
        ("segment", "=", "A", [0, 2]),
        ("segment", "!=", "a", [1, 3]),
        ("segment", "!=", "zzz", [0, 1, 2, 3]),
        ("segment", "=", "zzz", []),
        ("segment", "IN", ["b", "zzz"], [1]),
        ("segment", "LIKE", "_", [0, 1, 2]),
        ("segment", "IS", None, [3]),
        ("tags", "=", "x", [0, 1]),
        ("tags", "!=", "x", [2, 3]),
        ("tags", "IN", "x,y", [0, 1, 2]),
        ("tags", "LIKE", "%y%", [1, 2]),
        ("tags", "IS NOT", None, [0, 1, 2]),
        ("vip", "=", 1, [0]),
        ("vip", "!=", True, [1, 2, 3]),
        ("vip", "IN", [0, "1"], [0, 1]),
        ("age", ">", 2, [1]),
        ("age", "!=", "2", [1, 2, 3]),
    ],
)
def test_choices_and_conditions_of_hidden_fields(
    kiwi: Kiwi, variable: str, operator: str, value: Any, rows: list[int]
) -> None:
    kiwi.campaign()
    people = [
        {"segment": "a", "tags": {"true": ["x"]}, "vip": 1, "age": 2},
        {"segment": "b", "tags": {"true": ["x", "y"]}, "vip": 0, "age": 2.5},
        {"segment": "a", "tags": {"true": ["y"], "false": ["x"]}},
        {},
    ]
    kiwi.fill(people, [life()] * 4)
    first = kiwi.ids()[0]
    found = kiwi.ids(where_=[condition(variable, operator, value, "hiddenfields")])
    assert [n - first for n in found] == rows


def test_lists_in_a_text_and_objects_in_a_list(filled: Kiwi) -> None:
    first, second = filled.ids()
    assert filled.ids(where_=[condition("id", "IN", f"{first}, {second}")]) == [first, second]
    assert filled.ids(where_=[condition("city", "in", "('x','Córdoba')", "hiddenfields")]) == [first]
    both = f"[{condition('id', '>=', first)},{condition('status', '=', 'pending')}]"
    assert filled.ids(where_=[both]) == [second]
    assert filled.ids(where_=['{"var":"id","operator":"IS NOT"}']) == [first, second], "type and val left out"


def test_pages_of_what_was_filtered(crowd: Kiwi) -> None:
    where = [condition("city", "IS NOT", None, "hiddenfields"), condition("id", ">", 0)]
    newest = crowd.ids(where_=where, order_by_=["created_at,DESC", "id,DESC"])
    pages = [
        one["id"]
        for skip in range(0, 30, 7)
        for one in crowd.answers(where_=where, order_by_=["created_at,DESC", "id,DESC"], offset=skip, limit=7)
    ]
    assert pages == newest
    assert len(newest) == sum("city" in one for one in people())


HOSTILE = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**40), 10**40),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
        st.sampled_from(
            ["\0", "' OR 1=1 --", "%" * 50, "\\", "\ud7ff", "2020-12-05", "9999-12-31", "0001-01-01"]
        ),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
VARIABLES = (
    *("id", "status", "created_at", "finished_at", "email", "label1", "label9", "classificator_2"),
    *("city", "age", "since", "vip", "segment", "tags", "name", "url"),
)
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(st.sampled_from(["default", "hiddenfields", "participant"]), HOSTILE),
        "var": st.one_of(
            st.sampled_from(VARIABLES),
            HOSTILE,
        ),
        "operator": st.one_of(
            st.sampled_from(["=", "!=", "<>", "<", ">", "<=", ">=", "IS", "IS NOT", "LIKE", "IN", "is  not"]),
            HOSTILE,
        ),
        "val": HOSTILE,
    },
)
RAW = st.one_of(
    OBJECTS.map(lambda one: msgspec.json.encode(one)),
    st.binary(max_size=30),
    st.text(alphabet='{}[]":,typevarIS \\%&+=1', max_size=30).map(str.encode),
)


def test_nothing_that_is_sent_breaks_anything(server: Server) -> None:
    kiwi = Kiwi(server.tenant())
    kiwi.campaign()
    kiwi.fill(people(), [life(n, ended=n % 2 > 0) for n in range(30)])
    harmless = {*string.ascii_letters.encode(), *string.digits.encode(), *b'{}[]":,<>=!._-\\%&+'}

    @settings(QUIET, max_examples=200)
    @given(RAW, st.sampled_from(["campaign/answers", "campaign/list"]), st.booleans())
    def check(sent: bytes, path: str, encoded: bool) -> None:
        value = "".join(chr(byte) if byte in harmless and not encoded else f"%{byte:02X}" for byte in sent)
        about = "campaign_url=satisfaccion&" if path.endswith("answers") else ""
        reply = kiwi.http.get(f"/v1.0/{path}?{about}where[]={value}&access_token={kiwi.token}&limit=3")
        assert reply.status_code in (200, 400), (sent, reply.text)
        if reply.status_code == 400:
            assert reply.json()["error"] == "validation_exception"
            assert len(reply.json()["error_description"]) < 2000

    check()
