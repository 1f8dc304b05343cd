"""Any sequence of writes leaves what the reference says, and every reply is the reference's."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from rejoinder.model.survey import Kind, Option, Variable
from servers.rejoinder import Server, Tenant

from .panel import SYSTEM, background
from .reference import Reference

VARIABLES = (
    background("city", Kind.TEXT, length=10),
    background("age", Kind.NUMERIC, precision=3, scale=0),
    Variable("q1", Kind.SINGLE, options=(Option("1"), Option("2"))),
)
LEVELS = {"respondent": "respondents", "response": "responses"}
EMAILS = ("a@x.no", "A@X.no", "b@x.no", "c@x.no")
CITIES = ("Oslo", "OSLO", "Straße", "STRASSE", "a,b")
GOOD: dict[str, Any] = {
    "email": (*EMAILS, 5, None, ""),
    "city": (*CITIES, None, ""),
    "age": (30, "30", 30.0, 7, None),
    "q1": ("1", "2", 1, None),
    "label1": ("x", "X", "y", None),
    "respid": (1, 2, 3, "3", 4, 5, 9),
    "createddate": ("whatever",),
}
BAD: dict[str, Any] = {
    "email": (["a@x.no"],),
    "city": ("much too long", True),
    "age": ("abc", 1000, 1.5, True),
    "q1": ("9", ["1"]),
    "respid": ("x", 1.5, True),
    "nope": (1,),
}
KEYS = (*(["email"], ["respid"]) * 3, ["city"], ["age"], ["city", "age"], ["q1"], ["label1"])


@st.composite
def rows(draw: st.DrawFn, size: int) -> list[dict[str, Any]]:
    """Up to `size` rows; most have an email or a respid, few have invalid data."""
    pool = BAD if draw(st.integers(0, 5)) == 0 else {}
    made = []
    for _ in range(draw(st.integers(1, size))):
        names = draw(st.lists(st.sampled_from([*GOOD, *pool]), unique=True, max_size=4))
        names = [*dict.fromkeys([draw(st.sampled_from(["email", "respid", "city"])), *names])]
        made.append(
            {name: draw(st.sampled_from((*GOOD.get(name, ()), *pool.get(name, ())))) for name in names}
        )
    return made


def names() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(["email", "city", "age", "q1", "label1"]), unique=True, max_size=4)


class Machine(RuleBasedStateMachine):
    """One survey on the server, and the reference beside it."""

    tenant: Tenant
    numbers = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.alias = f"s{next(self.numbers)}"
        self.tenant.survey(self.alias, VARIABLES)
        self.reference = Reference()

    def url(self, level: str) -> str:
        return f"/v1/surveys/{self.alias}/{LEVELS[level]}/data"

    def write(self, method: str, level: str, data: Any, keys: Any, variables: Any) -> None:
        schema = {} if keys is None else {"keys": keys}
        schema |= {} if variables is None else {"variables": variables}
        body = {"data": data} | ({"dataSchema": schema} if schema else {})
        reply = self.tenant.http.request(method, self.url(level), json=body)
        wanted = self.reference.write(method, level, data, keys, variables)
        assert (reply.status_code, reply.json()) == wanted, (method, level, body)

    @rule(level=st.sampled_from([*LEVELS]), data=rows(4))
    def add(self, level: str, data: Any) -> None:
        self.write("POST", level, data, None, None)

    @rule(level=st.sampled_from([*LEVELS]), data=rows(3), keys=st.sampled_from(KEYS), variables=names())
    def add_by_key(self, level: str, data: Any, keys: Any, variables: Any) -> None:
        self.write("POST", level, data, keys, variables)

    @rule(
        method=st.sampled_from(["PUT", "PATCH"]),
        level=st.sampled_from([*LEVELS]),
        data=rows(3),
        keys=st.sampled_from(KEYS),
        variables=names(),
    )
    def change(self, method: str, level: str, data: Any, keys: Any, variables: Any) -> None:
        self.write(method, level, data, keys, variables)

    @rule(level=st.sampled_from([*LEVELS]), data=rows(2), keys=st.sampled_from(KEYS))
    def delete(self, level: str, data: Any, keys: Any) -> None:
        self.write("DELETE", level, data, keys, None)

    @invariant()
    def every_record_is_there(self) -> None:
        for level in LEVELS:
            assert self.read(level) == self.reference.read(level)

    @rule(level=st.sampled_from([*LEVELS]), size=st.integers(1, 4), page=st.integers(1, 3))
    def read_a_page(self, level: str, size: int, page: int) -> None:
        known = self.reference.read(level)
        assert self.read(level, pageSize=size, page=page) == known[(page - 1) * size : page * size]

    @rule(level=st.sampled_from([*LEVELS]), city=st.sampled_from(CITIES), many=st.booleans())
    def read_a_city(self, level: str, city: str, many: bool) -> None:
        expression = f"respondent:city = '{city}'" + (" OR respondent:age = 7" if many else "")
        known = [
            row
            for row in self.reference.read(level)
            if row.get("city", "").casefold() == city.casefold() or (many and row.get("age") == 7)
        ]
        assert self.read(level, filterExpression=expression) == known

    def read(self, level: str, **query: Any) -> list[dict[str, Any]]:
        """Records without what the store writes; the counts beside them are checked."""
        page = self.tenant.http.get(self.url(level), params=query).json()
        assert page["itemCount"] == len(page["items"])
        if "page" not in query:
            assert page["totalCount"] == len(page["items"])
        for item in page["items"]:
            opened = item["respid"] in self.reference.responses
            assert ("interview_start" in item) is opened, "a response is where the reference has one"
        return [{name: item[name] for name in item if name not in SYSTEM} for item in page["items"]]


def test_writes_and_reads_agree_with_the_reference(server: Server) -> None:
    on_sqlite = server.database.engine == "sqlite"
    machine = type("OneServersMachine", (Machine,), {"tenant": server.tenant()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25 if on_sqlite else 8,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
