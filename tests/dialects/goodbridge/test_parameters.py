"""Every query parameter of the document: what it takes, what it lets through, what is said of bad ones."""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.core.collecting.authoring import CollectorChange, create_collector
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import ensure_variables
from rejoinder.dialects.goodbridge.query import RespondentsQuery
from rejoinder.model.respondent import Lifecycle, Marks
from rejoinder.model.survey import Kind, Option, Variable
from servers.rejoinder import Server, Tenant

from .project import DAY, ask, ids, life, micros, page
from .test_exchanges import DOCUMENT

START = micros("2026-03-01T12:00:00")
CLASSES = ("Gold", "gold", "STRASSE", "straße", None)
SECONDS = ("1", "2", None)
TONGUES = ("en", "kk", "kz", None, "ru")


def test_the_parameters_are_those_of_the_document() -> None:
    table = re.findall(r"^(\S+) \|\n?(?:(\w+) \| (Yes|No) \|)", DOCUMENT.read_text(), re.M)
    documented = {name: wanted == "Yes" for name, _, wanted in table}
    known = {one.encode_name: one.required for one in msgspec.structs.fields(RespondentsQuery)}
    assert known.pop("output_format") is False, "the one of the sample request"
    assert known == documented
    assert len(known) == 10


def loc(reply: Any) -> list[tuple[str, str, str | None]]:
    assert reply.status_code == 422, reply.text
    return [(one["type"], one["loc"][1], one["input"]) for one in reply.json()["detail"]]


def test_what_is_missing_is_told_as_fastapi_does(tenant: Tenant) -> None:
    tenant.survey("p1")
    reply = tenant.http.get("/integrations/p1/respondents")
    assert reply.json()["detail"][0] == {
        "type": "missing",
        "loc": ["query", "page"],
        "msg": "Field required",
        "input": None,
    }
    assert [name for _, name, _ in loc(reply)] == ["page", "page_size", "display_lang_code"]


def test_all_bad_parameters_are_told_at_once(tenant: Tenant) -> None:
    tenant.survey("p1")
    bad = {
        "page": "x",
        "page_size": 101,
        "display_lang_code": "es",
        "filters__starttime_ge": "yesterday",
        "filters__endtime_le": "2026-13-01",
        "filters__classificator": "x" * 4001,
        "filters__lang_code": "EN",
        "sorting__endtime": "up",
        "output_format": "xml",
    }
    assert loc(ask(tenant, **bad)) == [
        ("int_parsing", "page", "x"),
        ("less_than_equal", "page_size", "101"),
        ("enum", "display_lang_code", "es"),
        ("datetime_parsing", "filters.starttime_ge", "yesterday"),
        ("datetime_parsing", "filters.endtime_le", "2026-13-01"),
        ("string_too_long", "filters.classificator", "x" * 4001),
        ("enum", "filters.lang_code", "EN"),
        ("enum", "sorting.endtime", "up"),
        ("enum", "output_format", "xml"),
    ]


@pytest.mark.parametrize(
    "number", ["0", "-1", "1.5", "", " ", "9" * 30, "9" * 5000, "１", "1e3", "0x1", "NaN"]
)
def test_numbers_that_are_none_are_refused(tenant: Tenant, number: str) -> None:
    tenant.survey("p1")
    found = loc(ask(tenant, page=number, page_size=number))
    assert [name for _, name, _ in found] == ["page", "page_size"]


def test_what_is_not_utf8_is_a_bad_parameter(tenant: Tenant) -> None:
    tenant.survey("p1")
    reply = tenant.http.get("/integrations/p1/respondents?page=%ff")
    assert (reply.status_code, reply.json()["detail"][0]["loc"]) == (422, ["query"])


def test_the_last_of_several_counts_and_unknown_ones_are_ignored(tenant: Tenant) -> None:
    tenant.survey("p1")
    query = "page=7&page=1&page_size=5&display_lang_code=kz&nothing=x&filters.lang_code=&sorting.endtime="
    reply = tenant.http.get(f"/integrations/p1/respondents?{query}")
    assert reply.json() == {"page": 1, "page_size": 5, "total": 0, "respondents": []}


def test_who_only_was_listed_is_not_shown(tenant: Tenant) -> None:
    tenant.survey("p1", [Variable("q", Kind.TEXT)])
    rows = [{"email": "a@example.org"}, {"email": "b@example.org", "q": "x"}]
    tenant.verb(lambda unit: add(unit, "p1", "respondent", Batch(msgspec.json.encode(rows))))
    found = page(tenant)
    assert (found["total"], found["respondents"][0]["info"]["is_manual_input"]) == (1, True)


def test_pages_follow_each_other_and_end(tenant: Tenant) -> None:
    tenant.survey("p1")
    tenant.respond("p1", [{}] * 25, [life(START)] * 25)
    pages = [page(tenant, page=n, page_size=10) for n in (1, 2, 3, 4, 10**18)]
    assert [len(one["respondents"]) for one in pages] == [10, 10, 5, 0, 0]
    assert {one["total"] for one in pages} == {25}
    assert [number for one in pages for number in ids(one)] == sorted(ids(page(tenant, page_size=100)))


class Project:
    """Respondents of every sort, and what they are in plain Python."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        tenant.survey("p1", [Variable("q", Kind.NUMERIC)])
        tenant.verb(lambda unit: ensure_variables(unit, "p1", ["classificator", "classificator_2"]))
        change = CollectorChange(name="Web")
        self.channel = tenant.verb(lambda unit: create_collector(unit, "p1", "web", change)).id
        self.rows: list[tuple[dict[str, Any], Lifecycle, str | None]] = []
        for n in range(60):
            record = {"classificator": CLASSES[n % 5], "classificator_2": SECONDS[n % 3]}
            record = {name: value for name, value in record.items() if value}
            ended = None if n % 4 == 3 else START + n % 11 * DAY + n % 2
            lived = life(START + n * 3_600_000_000, ended, language=TONGUES[n % 5])
            code = "web" if n % 6 == 0 else None
            tenant.respond("p1", [record], [lived], Marks(self.channel if code else None))
            self.rows.append((record, lived, code))
        self.ids = ids(page(tenant, page_size=100))
        assert len(self.ids) == 60

    def wanted(self, asked: dict[str, Any]) -> list[int]:
        """Whom a request is about, in order."""
        found = [n for n in range(60) if self._passes(n, asked)]
        order = asked.get("sorting__endtime")
        if order:
            found.sort(key=cmp_to_key(lambda a, b: self._compare(a, b, order)))
        return [self.ids[n] for n in found]

    def _passes(self, n: int, asked: dict[str, Any]) -> bool:
        record, lived, code = self.rows[n]
        if (text := asked.get("filters__starttime_ge")) and not (lived.opened_at or 0) >= micros(text):
            return False
        latest = asked.get("filters__endtime_le")
        if latest and (lived.completed_at is None or lived.completed_at > micros(latest)):
            return False
        for name in ("classificator", "classificator_2"):
            text = asked.get(f"filters__{name}")
            if text and record.get(name, "\0").casefold() != text.casefold():
                return False
        if tongue := asked.get("filters__lang_code"):
            same = ("kk", "kz") if tongue in ("kk", "kz") else (tongue,)
            if lived.language not in same:
                return False
        return "filters__channel_id" not in asked or asked["filters__channel_id"] == code

    def _compare(self, a: int, b: int, order: str) -> int:
        x, y = self.rows[a][1].completed_at, self.rows[b][1].completed_at
        if x == y:
            return a - b
        if x is None or y is None:
            return 1 if x is None else -1
        return (1 if x > y else -1) * (1 if order == "asc" else -1)


@pytest.fixture(scope="module")
def project(server: Server) -> Project:
    return Project(server.tenant(features=["api_export"], token_path="/oauth2/token"))


def queries() -> st.SearchStrategy[dict[str, Any]]:
    times = st.integers(-1, 12).map(lambda n: f"2026-03-{1 + max(0, n):02}T12:00:00")
    return st.fixed_dictionaries(
        {},
        optional={
            "filters__starttime_ge": times,
            "filters__endtime_le": times,
            "filters__classificator": st.sampled_from(["gold", "GOLD", "straSSe", "none", 'a"b', "x\0", "%"]),
            "filters__classificator_2": st.sampled_from(["1", "2", "3"]),
            "filters__lang_code": st.sampled_from(["en", "kk", "kz", "ru", "de"]),
            "filters__channel_id": st.sampled_from(["web", "Web", "nothing", "\0"]),
            "sorting__endtime": st.sampled_from(["asc", "desc"]),
        },
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries(), st.integers(1, 4), st.integers(1, 30))
def test_filters_and_orders_are_what_plain_python_does(
    project: Project, asked: dict[str, Any], number: int, size: int
) -> None:
    found = page(project.tenant, page=number, page_size=size, **asked)
    wanted = project.wanted(asked)
    assert (ids(found), found["total"]) == (wanted[(number - 1) * size : number * size], len(wanted))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T12:00:00",
        "2026-03-01 12:00:00",
        "2026-03-01T12:00:00Z",
        "2026-03-01T17:00:00+05:00",
        "2026-03-01T17:00:00 05:00",
        "2026-03-01T17:00:00 0500",
        "2026-03-01T07:00:00.000000-05:00",
    ],
)
def test_one_moment_in_every_spelling(tenant: Tenant, text: str) -> None:
    tenant.survey("p1")
    tenant.respond("p1", [{}] * 3, [life(START + n, START + n) for n in (-1, 0, 1)])
    assert page(tenant, filters__starttime_ge=text)["total"] == 2
    assert page(tenant, filters__endtime_le=text)["total"] == 2
    unquoted = f"page=1&page_size=9&display_lang_code=en&filters.starttime_ge={text}".replace(" ", "+")
    assert tenant.http.get(f"/integrations/p1/respondents?{unquoted}").json()["total"] == 2


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01"])
def test_times_at_the_ends_of_time(tenant: Tenant, text: str) -> None:
    tenant.survey("p1")
    assert page(tenant, filters__starttime_ge=text, filters__endtime_le=text)["total"] == 0


def test_a_classificator_that_the_survey_has_not_fits_nobody(tenant: Tenant) -> None:
    tenant.survey("p1")
    tenant.respond("p1", [{}], [life(START)])
    assert page(tenant, filters__classificator="x") == {
        "page": 1,
        "page_size": 10,
        "total": 0,
        "respondents": [],
    }


@pytest.mark.parametrize(
    ("variable", "stored", "shown", "fits"),
    [
        (
            Variable("classificator", Kind.SINGLE, options=(Option("Gold"), Option("x"))),
            "Gold",
            "Gold",
            "gOLD",
        ),
        (Variable("classificator", Kind.NUMERIC, level="respondent"), 5, "5", "5"),
        (Variable("classificator", Kind.TEXT, level="respondent"), "é", "é", "É"),
    ],
)
def test_classificators_of_other_kinds(
    tenant: Tenant, variable: Variable, stored: Any, shown: str, fits: str
) -> None:
    tenant.survey("p1", [variable])
    tenant.respond("p1", [{variable.name: stored}], [life(START)])
    (one,) = page(tenant, filters__classificator=fits)["respondents"]
    assert one["info"]["classificator"] == shown
    assert page(tenant, filters__classificator="other")["total"] == 0


def test_what_changes_is_seen_at_once(tenant: Tenant) -> None:
    """Compiled surveys are those of one version: new variables and collectors make a new one."""
    tenant.survey("p1")
    tenant.respond("p1", [{}], [life(START)])
    assert page(tenant)["respondents"][0]["info"]["classificator"] is None
    tenant.verb(lambda unit: ensure_variables(unit, "p1", ["classificator"]))
    channel = tenant.verb(lambda unit: create_collector(unit, "p1", "c1", CollectorChange(name="C")))
    tenant.respond("p1", [{"classificator": "x"}], [life(START)], Marks(channel.id))
    info = page(tenant)["respondents"][1]["info"]
    assert (info["classificator"], info["collector_id"], info["collector_name"]) == ("x", "c1", "C")
