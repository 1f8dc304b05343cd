"""Hostile input over the whole house, on both engines: never a 500, never a broken store, nothing leaked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from rejoinder.core.surveys import name_survey
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Field, Kind, Option, Variable
from rejoinder.store.consistency import check_survey
from resilience.leaks import check
from servers.rejoinder import Server, Tenant

DATA = "/v1/surveys/p1/respondents/data"
RESPONSES = "/v1/surveys/p1/responses/data"
VARIABLES = [
    Variable("city", Kind.TEXT, level="respondent", length=20_000_000),
    Variable("age", Kind.NUMERIC, level="respondent", precision=3, scale=0),
    Variable("income", Kind.NUMERIC, level="respondent", precision=12, scale=2),
    Variable("free", Kind.NUMERIC, level="respondent"),
    Variable("born", Kind.DATETIME, level="respondent"),
    Variable("yes", Kind.BOOLEAN, level="respondent"),
    Variable("one", Kind.SINGLE, options=(Option("1"), Option("2"))),
    Variable("many", Kind.MULTI, options=(Option("1"), Option("2"))),
    Variable("rank", Kind.RANKING, fields=(Field("a"), Field("b"))),
]
NUL = "a\0b"


@pytest.fixture
def tenant(house: Server) -> Iterator[Tenant]:
    """A workspace with the survey p1; afterwards the store must still be sound and serve."""
    made = house.tenant()
    survey = made.survey("p1", VARIABLES)
    yield made
    assert made.http.post(DATA, json={"data": [{"city": "Oslo"}]}).status_code == 200
    look = house.database.read
    assert look(lambda session: check_survey(session, made.workspace_id, survey.id)) == []


def send(
    tenant: Tenant, method: str, data: Any, *keys: str, variables: tuple[str, ...] = ("city",)
) -> httpx.Response:
    body: dict[str, Any] = {"data": data}
    if keys:
        body["dataSchema"] = {"keys": list(keys), "variables": list(variables)}
    return check(tenant.http.request(method, DATA, json=body))


def raw(tenant: Tenant, data: str | bytes, path: str = DATA, method: str = "POST") -> httpx.Response:
    return check(tenant.http.request(method, path, content=data))


class TestNul:
    def test_in_values(self, tenant: Tenant) -> None:
        assert send(tenant, "POST", [{"city": NUL, "email": NUL}]).status_code == 200
        shown = tenant.http.get(DATA).json()["items"]
        assert (shown[0]["city"], shown[0]["email"]) == (NUL, NUL)
        stream = tenant.http.get(DATA, headers={"Accept": "application/x-ndjson"})
        assert json.loads(stream.text)["city"] == NUL

    def test_in_keys(self, tenant: Tenant) -> None:
        for _ in range(2):
            assert send(tenant, "PATCH", [{"email": NUL, "city": "x"}], "email").status_code == 200
        for _ in range(2):
            rows = [{"email": NUL, "city": NUL}, {"email": "a", "city": "b"}]
            assert send(tenant, "PATCH", rows, "email", "city").status_code == 200
        assert tenant.http.get(DATA).json()["totalCount"] == 3

    def test_in_names(self, tenant: Tenant) -> None:
        assert send(tenant, "POST", [{NUL: 1}]).status_code == 400
        assert send(tenant, "PATCH", [{NUL: 1}], NUL).status_code == 400
        assert send(tenant, "PATCH", [{"email": "x"}], "email", variables=(NUL,)).status_code == 400
        new = check(
            tenant.http.post(
                "/v1/surveys/p1/respondents/uservariables", json={"name": NUL, "dataType": "text"}
            )
        )
        assert new.status_code == 400
        template = {"name": NUL, "variables": ["city"]}
        made = check(tenant.http.post("/rejoinder/v1/surveys/p1/templates", json=template))
        assert made.status_code in (201, 422)

    @pytest.mark.parametrize("alias", [NUL, "\0", "a b", "x" * 101, "a/b", "123", ".", ".."])
    def test_in_aliases(self, tenant: Tenant, alias: str) -> None:
        with pytest.raises(Invalid):
            tenant.verb(lambda unit: name_survey(unit, 1, alias))

    @pytest.mark.parametrize(
        "path",
        [
            "/v1/surveys/a%00b",
            "/v1/surveys/a%00b/respondents/data",
            "/v1/surveys/p1/respondents/data/1%00",
            "/%00",
            "/v1/surveys/%ff%fe",
            "/v1/surveys/%ed%a0%80/respondents/schema",
            "/rejoinder/v1/surveys/%00/templates",
        ],
    )
    def test_in_paths(self, tenant: Tenant, path: str) -> None:
        assert check(tenant.http.get(path)).status_code in (400, 404)

    @pytest.mark.parametrize(
        "name", ["variables", "variableTemplateId", "filterExpression", "page", "pageSize"]
    )
    @pytest.mark.parametrize(
        "value", ["%00", "a%00b", "%ff", "%ed%a0%80", "1%00", "9" * 400, "-1", "1e3", "%D9%A3"]
    )
    def test_in_queries(self, tenant: Tenant, name: str, value: str) -> None:
        assert check(tenant.http.get(f"{DATA}?{name}={value}")).status_code in (400, 404)

    def test_in_filters(self, tenant: Tenant) -> None:
        send(tenant, "POST", [{"city": NUL}, {"city": "ab"}])
        found = check(tenant.http.get(DATA, params={"filterExpression": f'respondent:city = "{NUL}"'}))
        assert found.status_code in (200, 400)
        if found.status_code == 200:
            assert [row["city"] for row in found.json()["items"]] == [NUL]

    def test_in_credentials(self, tenant: Tenant) -> None:
        for fields in (
            {"grant_type": "client_credentials", "client_id": NUL, "client_secret": NUL},
            {"grant_type": NUL, "client_id": tenant.client_id, "client_secret": tenant.client_secret},
            {
                "grant_type": "password",
                "username": NUL,
                "password": NUL,
                "client_id": tenant.client_id,
                "client_secret": tenant.client_secret,
            },
            {
                "grant_type": "refresh_token",
                "refresh_token": NUL,
                "client_id": tenant.client_id,
                "client_secret": tenant.client_secret,
            },
        ):
            for path in ("/identity/connect/token", "/rejoinder/v1/token"):
                assert check(tenant.http.post(path, data=fields)).status_code in (400, 401)


class TestJson:
    @pytest.mark.parametrize("text", [r'"\ud800"', r'"a\udc00b"', r'"\ud800\ud800"'])
    def test_lone_surrogates(self, tenant: Tenant, text: str) -> None:
        for row in (f'{{"city":{text}}}', f"{{{text}:1}}", f'{{"email":{text}}}', f'{{"one":{text}}}'):
            assert raw(tenant, f'{{"data":[{row}]}}').status_code == 400
            body = f'{{"dataSchema":{{"keys":["email"],"variables":["city"]}},"data":[{row}]}}'
            for method in ("PUT", "PATCH", "DELETE"):
                assert raw(tenant, body, method=method).status_code == 400

    @pytest.mark.parametrize(
        "number", ["1e999", "-1e999", "1" + "0" * 400, "NaN", "Infinity", "-Infinity", "1e400"]
    )
    def test_numbers_beyond_any_range(self, tenant: Tenant, number: str) -> None:
        for name in ("age", "income", "free", "yes", "born", "one"):
            assert raw(tenant, f'{{"data":[{{"{name}":{number}}}]}}').status_code == 400, name
        for key in ("respid", "age", "email"):
            body = f'{{"dataSchema":{{"keys":["{key}"],"variables":["city"]}},"data":[{{"{key}":{number}}}]}}'
            for method in ("PUT", "PATCH", "DELETE"):
                assert raw(tenant, body, method=method).status_code in (200, 400)

    @pytest.mark.parametrize("number", ["-0", "-0.0", "0e0", "0e99"])
    def test_zero_is_zero(self, tenant: Tenant, number: str) -> None:
        assert raw(tenant, f'{{"data":[{{"free":{number}}}]}}').status_code == 200
        found = tenant.http.get(DATA, params={"filterExpression": "respondent:free = 0"}).json()
        assert found["totalCount"] == 1

    @pytest.mark.parametrize(
        "respid", ["0", "-1", "4294967296", "9223372036854775808", "1.5", '"x"', "true", "[]"]
    )
    def test_respids_that_cannot_be(self, tenant: Tenant, respid: str) -> None:
        schema = '{"keys":["respid"],"variables":["city"]}'
        body = f'{{"dataSchema":{schema},"data":[{{"respid":{respid},"city":"x"}}]}}'
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for path in (DATA, RESPONSES):
                assert raw(tenant, body, path, method).status_code in (200, 400)
        assert tenant.http.get(DATA).json()["totalCount"] == 0

    @pytest.mark.parametrize(
        "date",
        [
            "2020-99-99",
            "2020-02-30",
            "0000-01-01",
            "2020-01-01T25:00:00",
            "99999-01-01",
            NUL,
            "",
            "2020-01-01T00:00:00+99:99",
        ],
    )
    def test_days_that_are_none(self, tenant: Tenant, date: str) -> None:
        reply = send(tenant, "POST", [{"born": date}])
        assert reply.status_code == (200 if date == "" else 400)
        quoted = check(tenant.http.get(DATA, params={"filterExpression": f"respondent:born = {date}"}))
        assert quoted.status_code == 400

    @pytest.mark.parametrize("deep", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000])
    def test_deep(self, tenant: Tenant, deep: str) -> None:
        for body in (
            deep,
            f'{{"data":{deep}',
            f'{{"data":[{{"city":{deep}}}]}}',
            f'{{"x":{deep},"data":[]}}',
        ):
            for path in (
                DATA,
                RESPONSES,
                "/v1/surveys/p1/respondents/uservariables",
                "/rejoinder/v1/surveys/p1/templates",
            ):
                assert raw(tenant, body, path).status_code in (400, 422)

    def test_duplicate_members(self, tenant: Tenant) -> None:
        assert raw(tenant, '{"data":[{"city":"a","city":"b"}]}').status_code in (200, 400)
        assert raw(tenant, '{"data":[],"data":[{"city":"c"}]}').status_code in (200, 400)

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "null",
            "[]",
            "1",
            '"x"',
            "{}",
            '{"data":null}',
            '{"data":{}}',
            '{"data":[1]}',
            '{"data":[null]}',
            '{"data":[[]]}',
            "\x00",
            "{",
            '{"data":[{]}',
            '{"dataSchema":[],"data":[]}',
            '{"dataSchema":{"keys":[1]},"data":[]}',
        ],
    )
    def test_other_shapes(self, tenant: Tenant, body: str) -> None:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for path in (DATA, RESPONSES):
                assert raw(tenant, body, path, method).status_code == 400

    @pytest.mark.parametrize(
        "value",
        [
            None,
            True,
            0,
            -1,
            1.5,
            "x",
            "",
            [],
            {},
            [None],
            {"true": 1},
            {"true": [1]},
            {"true": [], "false": []},
            {"a": 1, "b": 1},
            {"a": None},
            {"": ""},
            "é" * 300,
        ],
    )
    def test_any_value_for_any_kind(self, tenant: Tenant, value: Any) -> None:
        for variable in VARIABLES:
            for path in (DATA, RESPONSES):
                body = json.dumps({"data": [{variable.name: value}]})
                assert raw(tenant, body, path).status_code in (200, 400)


class TestSize:
    def test_long_text(self, tenant: Tenant) -> None:
        text = "ж" * 5_000_000
        assert send(tenant, "POST", [{"city": text}]).status_code == 200
        assert tenant.http.get(f"{DATA}/1").json()["city"] == text

    def test_a_long_text_in_the_wrong_place_is_not_sent_back(self, tenant: Tenant) -> None:
        reply = send(tenant, "POST", [{"age": "9" * 10_000_000}])
        assert reply.status_code == 400
        assert len(reply.content) < 10_000

    def test_long_keys(self, tenant: Tenant) -> None:
        """Longer than an index of PostgreSQL can hold, of text that does not compress."""
        import random

        chance = random.Random(1)
        long = ["".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(500)) for _ in range(2)]
        row = {"email": long[0], "city": long[1]}
        for _ in range(2):
            assert send(tenant, "PATCH", [row], "email", "city").status_code == 200
        assert tenant.http.get(DATA).json()["totalCount"] == 1

    def test_a_thousand_variables(self, tenant: Tenant) -> None:
        statuses = set()
        for n in range(60):
            body = {"name": f"extra{n}", "dataType": "text"}
            statuses.add(
                check(tenant.http.post("/v1/surveys/p1/respondents/uservariables", json=body)).status_code
            )
        assert statuses == {200}
        names = [f"extra{n % 60}" for n in range(1000)]
        wide = ",".join(names)
        assert check(tenant.http.get(DATA, params={"variables": wide})).status_code == 200
        unknown = {f"unknown{n}": n for n in range(1000)}
        assert send(tenant, "POST", [unknown]).status_code == 400

    def test_many_aborted_rows(self, tenant: Tenant) -> None:
        reply = send(tenant, "POST", [{"age": "x"}] * 5000)
        assert reply.status_code == 400
        assert len(reply.json()["validationMessages"]["rowResults"]) == 5000

    def test_joint_keys_do_not_run_into_each_other(self, tenant: Tenant) -> None:
        for email, city in (("a\x1fb", "c"), ("a", "b\x1fc")):
            assert send(tenant, "PATCH", [{"email": email, "city": city}], "email", "city").status_code == 200
        assert tenant.http.get(DATA).json()["totalCount"] == 2


ALIKE = [
    ("ﬁn@x.no", "FIN@x.no"),
    ("straße@x.no", "STRASSE@x.no"),
    ("é@x.no", "e\u0301@x.no"),
    ("İ@x.no", "i\u0307@x.no"),
    ("Ω@x.no", "Ω@x.no"),
    ("Å@x.no", "A\u030a@x.no"),
    ("ΣΑΣ@x.no", "σας@x.no"),
]
DIFFERENT = [("ı@x.no", "i@x.no"), ("e@x.no", "é@x.no"), ("а@x.no", "a@x.no"), ("a @x.no", "a@x.no")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_keys_that_look_alike_are_one(tenant: Tenant, one: str, other: str) -> None:
    for email in (one, other):
        assert send(tenant, "PATCH", [{"email": email, "city": "x"}], "email").status_code == 200
    assert tenant.http.get(DATA).json()["totalCount"] == 1
    for email in (one, other):
        found = tenant.http.get(DATA, params={"filterExpression": f'respondent:email = "{email}"'}).json()
        assert found["totalCount"] == 1, email


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_keys_that_differ_are_two(tenant: Tenant, one: str, other: str) -> None:
    for email in (one, other):
        assert send(tenant, "PATCH", [{"email": email, "city": "x"}], "email").status_code == 200
    assert tenant.http.get(DATA).json()["totalCount"] == 2


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "accept",
        "content-type",
        "x-request-id",
        "host",
        "cookie",
        "x-forwarded-for",
        "content-encoding",
        "accept-encoding",
        "origin",
    ],
)
@pytest.mark.parametrize(
    "value",
    [
        b"\xff\xfe",
        b"a" * 5000,
        b"'; DROP TABLE respondent; --",
        b"Bearer \xed\xa0\x80",
        b"*/*;q=x,,;",
        b"[::1",
        b"a/b/c",
    ],
)
def test_headers(tenant: Tenant, name: str, value: bytes) -> None:
    headers = [(name.encode(), value)]
    assert check(tenant.http.get(DATA, headers=headers)).status_code < 500
    assert check(tenant.http.post(DATA, headers=headers, json={"data": []})).status_code < 500


@pytest.mark.parametrize(
    "reference",
    [
        "'",
        '"',
        "--",
        "%",
        "_",
        "1;",
        "1 OR 1=1",
        "\\",
        "٣",
        "²",
        "①",
        "1" * 30,
        "-1",
        "p1' OR '1'='1",
        "p1\u0000",
    ],
)
def test_references(tenant: Tenant, reference: str) -> None:
    for path in (
        "/v1/surveys/{}",
        "/v1/surveys/{}/respondents/data",
        "/v1/surveys/p1/respondents/data/{}",
        "/rejoinder/v1/surveys/{}/templates",
    ):
        reply = check(tenant.http.get(path.format(quote(reference, safe=""))))
        assert reply.status_code == 404
