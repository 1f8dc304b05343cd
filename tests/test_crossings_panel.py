"""What is loaded here is there, and what is answered there is here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rejoinder.model.survey import Kind, Variable
from servers import rejoinder
from servers.rejoinder import Tenant


@pytest.fixture(params=["sqlite", "postgresql"])
def tenant(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tenant]:
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "crossing.db")
        url = f"sqlite:///{copy}"
    else:
        url = request.getfixturevalue("postgres_url")
    with rejoinder.running(url) as server:
        made = server.tenant(features=["api_export"])
        made.survey("p1", [Variable("q1", Kind.NUMERIC)])
        yield made


DATA = "/v1/surveys/p1/respondents/data"
ANSWERS = "/v1/surveys/p1/responses/data"


def test_a_batch_is_readable_and_mergeable_through_forsta(tenant: Tenant) -> None:
    panel, forsta = tenant.speaking("/token"), tenant.http
    batch = panel.post("/api/respondents/batch", data={"survey_id": "p1"}).json()["batch_id"]
    people = [{"email": f"U{n}@x.pl", "labels": ["Łódź", f"l{n}"]} for n in range(30)]
    body = {"batch_id": batch, "respondents": people}
    assert panel.post("/api/respondents/patch", json=body).status_code == 200
    page = forsta.get(DATA, params={"filterExpression": "respondent:email = 'u7@x.pl'"}).json()
    (row,) = page["items"]
    assert (row["email"], row["label1"], row["label2"]) == ("U7@x.pl", "Łódź", "l7")
    schema = {"keys": ["email"], "variables": ["label2", "label3"]}
    changes = [{"email": "u7@X.pl", "label2": None, "label3": "new"}, {"email": "fresh@x.pl", "label2": "f"}]
    merged = forsta.patch(DATA, json={"dataSchema": schema, "data": changes}).json()
    assert (merged["updatedRecords"], merged["insertedRecords"]) == (1, 1)
    found = panel.get("/api/respondents/search/p1?email=u7@x.pl").json()["list"][0]
    assert [found[f"label{n}"] for n in (1, 2, 3)] == ["Łódź", "", "new"]
    (fresh,) = panel.get("/api/respondents/search/p1?email=fresh@x.pl").json()["list"]
    assert (fresh["token"], fresh["survey_link"], fresh["label2"]) == (None, None, "f")
    assert panel.get("/api/respondents/p1").json()["total"] == "31"
    gone = {"dataSchema": {"keys": ["email"]}, "data": [{"email": "u7@x.pl"}]}
    assert forsta.request("DELETE", DATA, json=gone).json() == {"deletedRecords": 1}
    assert panel.get("/api/respondents/search/p1?email=u7@x.pl").status_code == 404


def test_an_answer_shows_in_the_panel(tenant: Tenant) -> None:
    panel, forsta = tenant.speaking("/token"), tenant.http
    batch = panel.post("/api/respondents/batch", data={"survey_id": "p1"}).json()["batch_id"]
    body = {"batch_id": batch, "respondents": [{"email": "a@x.pl"}, {"email": "b@x.pl"}]}
    panel.post("/api/respondents/patch", json=body)
    answer = {"dataSchema": {"keys": ["email"], "variables": ["q1"]}, "data": [{"email": "a@x.pl", "q1": 5}]}
    assert forsta.post(ANSWERS, json=answer).status_code == 200
    a, b = panel.get("/api/respondents/p1").json()["list"]
    assert a["date_survey_answer"][:10] == a["date_survey_open"][:10] == a["date_generate"][:10]
    assert (a["answer_postponed"], b["answer_postponed"], b["date_survey_answer"]) == (0, None, None)
    day = a["date_survey_answer"][:10]
    assert panel.get(f"/api/respondents/search/p1?date_survey_answer={day}").json()["total"] == "1"
    deleted = {"dataSchema": {"keys": ["email"]}, "data": [{"email": "a@x.pl"}]}
    forsta.request("DELETE", ANSWERS, json=deleted)
    a = panel.get("/api/respondents/search/p1?email=a@x.pl").json()["list"][0]
    assert (a["date_survey_open"], a["date_survey_answer"], a["answer_postponed"]) == (None, None, None)


def test_what_is_answered_shows_as_a_response_elsewhere(tenant: Tenant) -> None:
    """Labels and addresses of a batch stand beside the answers in the other vendors' lists."""
    panel, forsta = tenant.speaking("/token"), tenant.http
    batch = panel.post("/api/respondents/batch", data={"survey_id": "p1"}).json()["batch_id"]
    body = {"batch_id": batch, "respondents": [{"email": "a@x.pl", "labels": ["Łódź"]}]}
    panel.post("/api/respondents/patch", json=body)
    answer = {"dataSchema": {"keys": ["email"], "variables": ["q1"]}, "data": [{"email": "a@x.pl", "q1": 5}]}
    forsta.post(ANSWERS, json=answer)
    kiwi = tenant.speaking("/oAuth2/token")
    (shown,) = kiwi.get("/v1.0/campaign/answers?campaign_url=p1").json()
    assert shown["participant"]["email"] == "a@x.pl"
    assert shown["participant"]["label1"] == "Łódź"
    bridge = tenant.speaking("/oauth2/token")
    page = bridge.get("/integrations/p1/respondents?page=1&page_size=10&display_lang_code=en").json()
    assert page["total"] == 1
    assert shown["id"] == panel.get("/api/respondents/p1").json()["list"][0]["id"]
