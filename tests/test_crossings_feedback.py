"""Feedback crosses the dialects: an import is a survey that all read, and what others write is feedback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from dialects.cxi.account import Account, csv_of, good, until
from rejoinder.core.definitions import define_survey
from rejoinder.model.survey import Kind, Option, Variable
from servers import rejoinder
from servers.rejoinder import Tenant

HEADER = ["feedback", "feedback_date", "user_id", "score", "plan", "visits"]
ROWS = (
    ["Zażółć gęślą jaźń, „źle”", "2020-07-16 15:45:00", "ann@example.org", "7", "Lite", "3"],
    ["Жеткізу өте баяу", "2020-07-17", "bob", "", "Pro", ""],
    ["", "2020-07-18", "", "0", "", "-1"],
)
DATES = ["2020-07-16T15:45:00", "2020-07-17T00:00:00", "2020-07-18T00:00:00"]
SCORES, TEXTS = [7, None, 0], [row[0] or None for row in ROWS]
NPS = Variable("nps", Kind.SINGLE, options=tuple(Option(str(n), score=n) for n in range(11)), metric="nps")
WHY = Variable("why", Kind.TEXT, element="comment")


@pytest.fixture
def account(database_url: str) -> Iterator[Account]:
    with rejoinder.running(database_url) as server:
        found = Account(server.tenant(features=["api_export"]))
        found.onboard()
        yield found


def imported(account: Account) -> int:
    """Import the rows through CXI; gives the number of the survey."""
    return int(account.imported(csv_of(*ROWS, header=HEADER), "spring.csv")["id"])


def test_an_import_is_read_through_forsta(account: Account) -> None:
    number, http = imported(account), account.tenant.http
    items = http.get(f"/v1/surveys/{number}/responses/data").json()["items"]
    assert [item.get("feedback") for item in items] == TEXTS
    assert [item.get("score") for item in items] == SCORES
    assert [item.get("user_id") for item in items] == [row[2] or None for row in ROWS]
    assert [(item.get("plan"), item.get("visits")) for item in items] == [
        ("Lite", 3),
        ("Pro", None),
        (None, -1),
    ]
    assert [item["interview_end"] for item in items] == DATES
    assert {item["status"] for item in items} == {"complete"}
    names = [one["name"] for one in http.get("/v1/surveys").json()["items"]]
    assert names == ["spring.csv"]
    query = {"filterExpression": "respondent:visits > 2"}
    assert len(http.get(f"/v1/surveys/{number}/respondents/data", params=query).json()["items"]) == 1


def test_an_import_is_read_through_goodbridge(account: Account) -> None:
    number, http = imported(account), account.tenant.speaking("/oauth2/token")
    query = {"page": 1, "page_size": 10, "display_lang_code": "en"}
    found = http.get(f"/integrations/{number}/respondents", params=query).json()["respondents"]
    assert [one["info"]["endtime"][:19] for one in found] == DATES
    assert {one["info"]["finish_reason"] for one in found} == {1}
    answers = [{q["id"]: [a["answer"] for a in q["answers"]] for q in one["questions"]} for one in found]
    assert [one["feedback"] for one in answers] == [[text] if text else [] for text in TEXTS]
    assert [one["score"] for one in answers] == [[] if score is None else [score] for score in SCORES]


def test_an_import_is_read_through_surveykiwi(account: Account) -> None:
    number, http = imported(account), account.tenant.speaking("/oAuth2/token")
    found = http.get("/v1.0/campaign/answers", params={"campaign_url": number}).json()
    assert [one["finished_at"][:19] for one in found] == DATES
    assert [one["hiddenfields"]["plan"] for one in found] == ["Lite", "Pro", None]
    told = [{answer["question"]: answer["answer"] for answer in one["answers"]} for one in found]
    assert [one.get("Feedback") for one in told] == TEXTS
    assert [one["id"] for one in found] == sorted(one["id"] for one in account.responses())


def asked(tenant: Tenant) -> None:
    tenant.survey("visits", [Variable("city", Kind.TEXT, level="respondent"), NPS, WHY])


def forsta(tenant: Tenant, method: str, **row: Any) -> httpx.Response:
    body = {"dataSchema": {"keys": ["email"], "variables": [*row][1:]}, "data": [row]}
    return tenant.http.request(method, "/v1/surveys/visits/responses/data", json=body)


def test_what_forsta_writes_is_feedback_and_a_changed_comment_is_analysed_again(account: Account) -> None:
    tenant = account.tenant
    asked(tenant)
    words = {"nps": "2", "why": "Terrible, awful service. I hate it.", "city": "Łódź"}
    assert forsta(tenant, "POST", email="ann@example.org", **words).status_code == 200
    (one,) = until(account.responses, lambda found: found and found[0]["sentiment"])
    assert (one["feedback"], one["score"], one["metric_type"]) == (words["why"], 2, "nps")
    assert (one["user_id"], one["sentiment"]) == ("ann@example.org", "negative")
    assert {"key": "city", "data_type": "string", "value": "Łódź"} in one["custom_properties"]
    assert one["feedback_date"] == pytest.approx(datetime.now(UTC).timestamp(), abs=60)
    changed = forsta(tenant, "PATCH", email="ann@example.org", why="Excellent, wonderful! I love it.")
    assert changed.status_code == 200, changed.text
    (again,) = until(account.responses, lambda found: found[0]["sentiment"] == "positive")
    assert again["feedback"] == "Excellent, wonderful! I love it."
    gone = {"dataSchema": {"keys": ["email"]}, "data": [{"email": "ann@example.org"}]}
    assert tenant.http.request("DELETE", "/v1/surveys/visits/respondents/data", json=gone).status_code == 200
    assert account.responses() == []


def test_what_a_survey_page_collects_is_feedback(account: Account) -> None:
    definition = (
        b'{"elements": [{"type": "rating", "name": "nps", "rateMin": 0, "rateMax": 10, "metric": "nps"},'
        b'{"type": "comment", "name": "why"}]}'
    )
    account.tenant.verb(lambda unit: define_survey(unit, definition, ["page"]))
    sent = {"answers": {"nps": 9, "why": "Świetna obsługa!"}, "lang": "pl"}
    reply = account.tenant.server.client().post("/rejoinder/v1/surveys/page/submissions", json=sent)
    assert reply.status_code in (200, 201), reply.text
    (one,) = account.responses()
    assert (one["feedback"], one["score"], one["metric_type"]) == ("Świetna obsługa!", 9, "nps")
    assert good(account.http.get("/v1/imports")) == [], "a survey is no import"


def test_an_import_is_patched_through_forsta(account: Account) -> None:
    number = imported(account)
    body = {
        "dataSchema": {"keys": ["user_id"], "variables": ["feedback"]},
        "data": [{"user_id": "bob", "feedback": "ok"}],
    }
    reply = account.tenant.http.request("PATCH", f"/v1/surveys/{number}/responses/data", json=body)
    assert reply.status_code == 200, reply.text
    shown = good(account.http.get(f"/v1/imports/{number}"))["responses"]
    assert [one["feedback"] for one in shown] == [TEXTS[0], "ok", TEXTS[2]]
