"""Reading: pages, links, streams, which variables, what is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rejoinder.core.surveys import open_survey
from servers.rejoinder import Server

from .panel import Panel, refused

RESOURCES = pytest.mark.parametrize("resource", ["respondents", "responses"])
NDJSON = {"Accept": "application/x-ndjson"}


@pytest.fixture
def five(panel: Panel) -> Panel:
    """Five respondents, each with a response; two live in Oslo."""
    cities = ("Oslo", "Bergen", "OSLO", "Hamar", None)
    panel.fill(*({"email": f"{n}@x.no", "city": city, "q1": "1"} for n, city in enumerate(cities, 1)))
    return panel


def of(panel: Panel, resource: str) -> Panel:
    return Panel(panel.tenant, resource)


def numbers(page: dict[str, Any]) -> list[int]:
    return [item["responseid"] if "responseid" in item else item["respid"] for item in page["items"]]


@RESOURCES
@pytest.mark.parametrize(
    ("size", "page", "shown"),
    [
        (2, 1, [1, 2]),
        (2, 3, [5]),
        (2, 4, []),
        (5, 1, [1, 2, 3, 4, 5]),
        (10000, 1, [1, 2, 3, 4, 5]),
        (1, 2147483647, []),
    ],
)
def test_a_page(five: Panel, resource: str, size: int, page: int, shown: list[int]) -> None:
    found = of(five, resource).page(pageSize=size, page=page)
    assert numbers(found) == shown
    assert (found["itemCount"], found["totalCount"]) == (len(shown), 5)
    assert ("next" in found["links"]) is (size * page < 5)


def test_pages_are_of_one_hundred_by_default(panel: Panel) -> None:
    panel.fill(*({} for _ in range(101)))
    page = panel.page()
    assert (page["itemCount"], page["totalCount"]) == (100, 101)
    assert "page=2" in page["links"]["next"]


@RESOURCES
def test_following_the_links_shows_each_record_once(five: Panel, resource: str) -> None:
    """`nextpage` is `next`; all other parameters are kept; both are absent on the last page."""
    query = {"pageSize": "2", "variables": "city,q1", "filterExpression": "respondent:email != 'x&y=ü'"}
    page, seen = of(five, resource).page(**query), []
    while True:
        seen += numbers(page)
        links = page["links"]
        assert links["item"] == f"{five.tenant.server.url}/v1/surveys/p1/{resource}/data/{{respId}}"
        if "next" not in links:
            assert links.keys() == {"item"}
            break
        assert links["nextpage"] == links["next"]
        page = five.http.get(links["next"]).json()
    assert seen == [1, 2, 3, 4, 5]


@RESOURCES
@pytest.mark.parametrize("name", ["page", "pageSize"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "99999999999999999999", "١", " 1"])
def test_a_bad_page_is_400(five: Panel, resource: str, name: str, value: str) -> None:
    refused(five.http.get(of(five, resource).data, params={name: value}), 400, name)


@RESOURCES
def test_a_page_size_over_10000_is_400(five: Panel, resource: str) -> None:
    refused(five.http.get(of(five, resource).data, params={"pageSize": 10001}), 400, "pageSize", "10000")


@RESOURCES
@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/*", "", "text/html, */*;q=0.1"])
def test_json_is_the_default(five: Panel, resource: str, accept: str) -> None:
    reply = five.http.get(of(five, resource).data, headers={"Accept": accept})
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.json()["itemCount"] == 5


@RESOURCES
@pytest.mark.parametrize("query", ["", "?pageSize=2&page=2", "?pageSize=99999", "?page=0", "?page=x"])
def test_a_stream_ignores_paging(five: Panel, resource: str, query: str) -> None:
    reply = five.http.get(of(five, resource).data + query, headers=NDJSON)
    assert reply.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert len(reply.content.splitlines()) == 5
    assert reply.content.endswith(b"}\n")


@RESOURCES
def test_a_stream_shows_what_pages_show(five: Panel, resource: str) -> None:
    for query in ({}, {"variables": "city"}, {"filterExpression": "respondent:city = 'oslo'"}):
        paged = of(five, resource).page(**query)["items"]
        streamed = five.http.get(of(five, resource).data, params=query, headers=NDJSON)
        assert [msgspec.json.decode(line) for line in streamed.content.splitlines()] == paged


def test_an_empty_survey_is_an_empty_page_and_an_empty_stream(panel: Panel) -> None:
    page = panel.page()
    assert (page["itemCount"], page["totalCount"], page["items"]) == (0, 0, [])
    assert panel.rows() == []


@RESOURCES
@pytest.mark.parametrize("accept", ["text/csv", "application/xml", "text/*", "application/json;q=0"])
@pytest.mark.parametrize("tail", ["", "/1"])
def test_another_accept_is_406(five: Panel, resource: str, accept: str, tail: str) -> None:
    refused(five.http.get(of(five, resource).data + tail, headers={"Accept": accept}), 406)


def test_totals_count_after_the_filter(five: Panel) -> None:
    page = five.page(filterExpression="respondent:city='oslo'", pageSize=1)
    assert (page["itemCount"], page["totalCount"]) == (1, 2)


@pytest.mark.parametrize("path", ["", "/1"])
@pytest.mark.parametrize("variables", ["city", "q1,city", "city,respid,q1", "CITY , Q1", "respid"])
def test_respid_is_first_whatever_variables_names(five: Panel, path: str, variables: str) -> None:
    found = five.http.get(five.data + path, params={"variables": variables}).json()
    item = found["items"][0] if path == "" else found
    wanted = [name.strip().lower() for name in variables.split(",")]
    assert list(item) == ["respid", *[name for name in wanted if name != "respid"]]


@pytest.mark.parametrize("path", ["", "/1"])
def test_responseid_is_first_on_responses(five: Panel, path: str) -> None:
    responses = five.sibling()
    for query in ({}, {"variables": "q1"}, {"variables": "q1,responseid"}):
        found = five.http.get(responses.data + path, params=query).json()
        item = found["items"][0] if path == "" else found
        assert next(iter(item)) == "responseid"
        assert item["q1"] == "1"


def test_without_variables_all_datapoints_of_all_levels_are_there(panel: Panel) -> None:
    row = {"email": "a@x.no", "city": "Oslo", "q2": {"true": ["1"]}, "trip": [{"trip": "1", "cost": 3}]}
    panel.fill(row)
    for one in (panel, panel.sibling()):
        assert row.items() <= one.page()["items"][0].items()


def test_blank_values_are_left_out(panel: Panel) -> None:
    panel.fill({"email": "", "city": None, "q1": "", "q2": {"true": [], "false": []}, "trip": []})
    assert panel.rows() == [{"respid": 1}]
    assert panel.rows(variables="email,city,q1") == [{"respid": 1}]


def test_email_of_an_anonymous_row_is_a_blank(panel: Panel) -> None:
    panel.fill({"city": "Oslo"})
    assert "email" not in panel.page()["items"][0]


@pytest.mark.parametrize("path", ["", "/1"])
def test_an_unknown_variable_is_400(five: Panel, path: str) -> None:
    refused(
        five.http.get(five.data + path, params={"variables": "city,nope"}), 400, "Unknown variable.", "nope"
    )


def template(panel: Panel, *variables: str, name: str = "T") -> Any:
    return panel.http.post("/rejoinder/v1/surveys/p1/templates", json={"name": name, "variables": variables})


@pytest.mark.parametrize("path", ["", "/1"])
def test_a_template_stands_for_its_variables(five: Panel, path: str) -> None:
    number = template(five, "q1", "city").json()["id"]
    found = five.http.get(five.data + path, params={"variableTemplateId": number}).json()
    item = found["items"][0] if path == "" else found
    assert item == {"respid": 1, "q1": "1", "city": "Oslo"}


def test_templates_are_listed(five: Panel) -> None:
    numbers = [template(five, "city", name=name).json()["id"] for name in ("A", "B")]
    listed = five.http.get("/rejoinder/v1/surveys/p1/templates").json()["templates"]
    assert [(one["id"], one["name"], one["variables"]) for one in listed] == [
        (numbers[0], "A", ["city"]),
        (numbers[1], "B", ["city"]),
    ]
    assert template(five, "nope").status_code == 422


@pytest.mark.parametrize("path", ["", "/1"])
@pytest.mark.parametrize("number", ["999999", "0", "x", "99999999999999999999"])
def test_an_unknown_template_is_404(five: Panel, path: str, number: str) -> None:
    refused(five.http.get(five.data + path, params={"variableTemplateId": number}), 404)


@pytest.mark.parametrize("path", ["", "/1"])
def test_variables_and_a_template_exclude_each_other(five: Panel, path: str) -> None:
    number = template(five, "q1").json()["id"]
    query = {"variables": "city", "variableTemplateId": number}
    refused(five.http.get(five.data + path, params=query), 400, "variables", "variableTemplateId")


@RESOURCES
@pytest.mark.parametrize("respid", ["6", "0", "-1", "x", "1.0", "99999999999", "4294967297", "١"])
def test_an_unknown_record_is_404(five: Panel, resource: str, respid: str) -> None:
    refused(five.http.get(f"{of(five, resource).data}/{respid}"), 404)


@RESOURCES
@pytest.mark.parametrize("tail", ["data", "data/1", "schema"])
def test_a_trailing_slash_is_served(five: Panel, resource: str, tail: str) -> None:
    with_slash, without = (
        five.http.get(f"{of(five, resource).resource}/{tail}{slash}") for slash in ("/", "")
    )
    assert with_slash.status_code == 200
    assert with_slash.json() == without.json(), "links too have no slash at their end"


@RESOURCES
@pytest.mark.parametrize("headers", [{}, NDJSON])
def test_head_has_the_headers_of_get_and_no_body(five: Panel, resource: str, headers: dict[str, str]) -> None:
    url = of(five, resource).data
    head, get = (five.http.request(method, url, headers=headers) for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize("path", ["/v1/surveys/p1/respondents/uservariables", "/identity/connect/token"])
def test_head_never_writes(panel: Panel, path: str) -> None:
    assert panel.http.head(path).status_code == 405


def test_another_method_is_405_and_says_which_would_do(panel: Panel) -> None:
    reply = panel.http.put("/v1/surveys")
    refused(reply, 405)
    assert set(reply.headers["Allow"].split(", ")) >= {"GET", "HEAD"}


@pytest.mark.parametrize(
    "path", ["/v1/surveys/p1/respondents/data/1/x", "/v1/surveys/p1/nope", "/v1/surveys/p1/respondents"]
)
def test_an_unknown_path_is_404(panel: Panel, path: str) -> None:
    assert panel.http.get(path).status_code == 404


@pytest.mark.parametrize(
    "expression",
    [
        "city",
        "respondent:nope = 1",
        "respondent:city =",
        "respondent:age = 'x'",
        "(" * 5000,
        "\0",
        ":q1='1' x",
    ],
)
def test_a_bad_filter_is_400(five: Panel, expression: str) -> None:
    refused(five.http.get(five.data, params={"filterExpression": expression}), 400)


def test_a_plus_that_arrives_as_a_space_is_a_plus(panel: Panel) -> None:
    panel.fill({"born": "2020-01-01T10:00:00"}, {"born": "2020-01-01T12:00:00"})
    url = panel.data + "?filterExpression=respondent:born%20=%202020-01-01T12:00:00+02:00"
    assert [item["respid"] for item in panel.http.get(url).json()["items"]] == [1]


@RESOURCES
def test_foreign_and_unknown_surveys_are_404_alike(server: Server, five: Panel, resource: str) -> None:
    """The body never depends on what is there."""
    stranger = server.tenant()
    listed = five.tenant.look(lambda unit: open_survey(unit, "p1").id)
    for tail in ("", "/1"):
        foreign = stranger.http.get(f"/v1/surveys/{listed}/{resource}/data{tail}")
        unknown = stranger.http.get(f"/v1/surveys/99999999/{resource}/data{tail}")
        refused(foreign, 404)
        assert foreign.text.replace(str(listed), "99999999") == unknown.text
        mine = five.http.get(f"/v1/surveys/{listed}/{resource}/data{tail}")
        assert mine.status_code == 200, "the number serves as well as the alias"
