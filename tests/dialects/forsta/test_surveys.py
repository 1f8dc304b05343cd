"""Surveys, their schema documents, and the ways to name one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from rejoinder.core.surveys import name_survey, open_survey
from rejoinder.model.survey import Field, Kind, Loop, Option, Variable
from servers.rejoinder import Server, Tenant

from .panel import Panel, refused

FLAGS = {
    *("isSystemVariable", "isBackground", "isUserVariable"),
    *("isRespondentVariable", "isHidden", "isCompound"),
}


def test_the_envelope_of_surveys(tenant: Tenant) -> None:
    for alias in ("p1", "p2", "p3"):
        tenant.survey(alias)
    page = tenant.http.get("/v1/surveys?pageSize=2&page=1").json()
    assert (page["itemCount"], page["totalCount"]) == (2, 3)
    assert [item["id"] for item in page["items"]] == ["p1", "p2"]
    assert page["links"]["next"] == page["links"]["nextpage"]
    rest = tenant.http.get(page["links"]["next"]).json()
    assert [item["id"] for item in rest["items"]] == ["p3"]
    assert "next" not in rest["links"]


def test_a_survey(tenant: Tenant) -> None:
    tenant.survey("p1")
    survey = tenant.http.get("/v1/surveys/p1").json()
    assert survey == tenant.http.get("/v1/surveys").json()["items"][0]
    for name in ("created", "lastModified"):
        assert datetime.fromisoformat(survey.pop(name)).tzinfo
    links = survey.pop("links")
    assert survey == {
        "id": "p1",
        "name": "P1",
        "companyId": tenant.workspace_id,
        "companyName": tenant.workspace,
        "status": "production",
        "type": "survey",
        "keywords": [],
    }
    for url in (links["self"], links["respondents"], links["responses"]):
        assert tenant.http.get(url).status_code == 200


@pytest.mark.parametrize("query", ["page=0", "pageSize=0", "pageSize=10001", "page=x"])
def test_bad_paging_of_surveys_is_400(tenant: Tenant, query: str) -> None:
    refused(tenant.http.get(f"/v1/surveys?{query}"), 400)


@pytest.mark.parametrize("path", ["/v1/surveys", "/v1/surveys/p1", "/v1/surveys/p1/respondents/schema"])
def test_other_documents_are_json_alone(panel: Panel, path: str) -> None:
    assert panel.http.get(path, headers={"Accept": "application/json"}).status_code == 200
    assert panel.http.get(path + "/").status_code == 200
    refused(panel.http.get(path, headers={"Accept": "text/csv"}), 406)


def test_a_survey_goes_by_its_number_and_all_its_aliases(panel: Panel) -> None:
    number = panel.tenant.look(lambda unit: open_survey(unit, "p1").id)
    panel.tenant.verb(lambda unit: name_survey(unit, number, "satisfacción 2"[:12]))
    for reference in ("p1", str(number), "satisfacción"):
        for path in ("", "/respondents/data", "/responses/data", "/respondents/schema"):
            assert panel.http.get(f"/v1/surveys/{reference}{path}").status_code == 200
    assert panel.http.get(f"/v1/surveys/{number}").json()["id"] == "p1", "the first alias is the one shown"
    refused(panel.http.get("/v1/surveys/P1"), 404)


@pytest.mark.parametrize("alias", ["a?b", "a#b", "50%41", "año", 'a"b', "a&b=c"])
def test_links_lead_where_they_say(tenant: Tenant, alias: str) -> None:
    tenant.survey(alias)
    found = tenant.http.get("/v1/surveys").json()["items"][-1]
    assert found["id"] == alias
    assert tenant.http.get(found["links"]["self"]).json()["id"] == alias
    assert tenant.http.get(found["links"]["responses"]).json()["totalCount"] == 0


@pytest.mark.parametrize("tail", ["", "/respondents/schema", "/responses/schema"])
def test_another_workspaces_survey_is_404(server: Server, panel: Panel, tail: str) -> None:
    number = panel.tenant.look(lambda unit: open_survey(unit, "p1").id)
    stranger = server.tenant()
    for reference in (number, "p1"):
        refused(stranger.http.get(f"/v1/surveys/{reference}{tail}"), 404)
    assert stranger.http.get("/v1/surveys").json()["items"] == []


RICH = (
    Variable(
        "sat",
        Kind.RATING,
        titles={"en": "Satisfaction", "es": "Satisfacción"},
        options=(Option("1", {"en": "Low"}, 0.0), Option("2", {"en": "High"}, 10.0)),
        fields=(Field("food", {"en": "Food"}), Field("room")),
    ),
    Variable("other", Kind.TEXT, parent="sat", hidden=True, texts={"en": "Why?"}),
    Variable("cost", Kind.NUMERIC, level="trip", precision=5, scale=2),
    Variable("seat", Kind.TEXT, level="leg"),
)
LOOPS = (Loop("trip"), Loop("leg", parent="trip"))


def names(node: dict[str, Any]) -> set[str]:
    return {variable["name"] for variable in node["variables"]}


@pytest.mark.parametrize("resource", ["respondents", "responses"])
def test_the_schema_document(tenant: Tenant, resource: str) -> None:
    tenant.survey("p1", RICH, LOOPS, languages=("es", "en"))
    url = f"/v1/surveys/p1/{resource}/schema"
    document = tenant.http.get(url).json()
    assert document["links"] == {"self": tenant.server.url + url}
    assert document["defaultConfirmitLanguageId"] == 10, "Spanish, the survey's own"
    assert [language["id"] for language in document["languages"]] == [10, 9]
    root = document["root"]
    top = root["children"][0] if resource == "respondents" else root
    assert (root["name"], top["name"]) == (resource.removesuffix("s"), "response")
    assert {"respid", "email", "createddate"} <= names(root)
    assert {"responseid", "status", "sat", "other"} <= names(top)
    (trip,) = top["children"]
    (leg,) = trip["children"]
    assert (trip["name"], trip["keys"], names(trip)) == ("trip", ["responseid", "trip"], {"cost"})
    assert (leg["name"], leg["keys"], names(leg)) == ("leg", ["responseid", "trip", "leg"], {"seat"})
    assert leg["children"] == []


def test_a_variable_in_the_schema(tenant: Tenant) -> None:
    tenant.survey("p1", RICH, LOOPS)
    root = tenant.http.get("/v1/surveys/p1/responses/schema").json()["root"]
    shown = {variable["name"]: variable for variable in root["variables"]}
    for variable in shown.values():
        assert all(isinstance(variable[flag], bool) for flag in FLAGS)
    sat = shown["sat"]
    assert (sat["variableType"], sat["isCompound"]) == ("rating", True)
    assert sat["titles"] == [
        {"languageId": 9, "text": "Satisfaction"},
        {"languageId": 10, "text": "Satisfacción"},
    ]
    assert [(option["code"], option["score"]) for option in sat["options"]] == [("1", 0), ("2", 10)]
    assert sat["options"][0]["texts"] == [{"languageId": 9, "text": "Low"}]
    assert [field["code"] for field in sat["fields"]] == ["food", "room"]
    other = shown["other"]
    assert (other["parentVariableName"], other["isHidden"]) == ("sat", True)
    assert other["texts"] == [{"languageId": 9, "text": "Why?"}]
