"""Lists, searches, adding, deleting: parameters, types, statuses."""

from __future__ import annotations

import time
from typing import Any

import pytest

from rejoinder.core.workspaces import limit_respondents, set_timezone
from rejoinder.model.job import Job
from rejoinder.model.respondent import State

from .panel import Panel, good, refused

BASE = "/api/v2/respondents"


def changed(panel: Panel, number: int, **columns: Any) -> None:
    """Write columns that belong to other parts of the house."""
    told = ", ".join(f"{name} = {value}" for name, value in columns.items())
    mine = f"workspace_id = {panel.tenant.workspace_id} AND id = {number}"
    panel.tenant.verb(lambda unit: unit.session.raw.execute(f"UPDATE respondent SET {told} WHERE {mine}"))


def test_types_are_those_of_the_document(panel: Panel) -> None:
    panel.people("a@x.pl")
    body = good(panel.http.get(f"{BASE}/p1"))
    (row,) = body["list"]
    assert body["total"] == "1"
    numbers = {"id", "offline_distribution"}
    blank = {"date_invitaion_send", "date_survey_open", "date_survey_answer", "answer_postponed"}
    assert {name for name, value in row.items() if isinstance(value, int)} == numbers
    assert {name for name, value in row.items() if value is None} == blank
    assert {f"label{n}" for n in range(1, 16)} < row.keys()


def test_dates_in_the_workspaces_zone(panel: Panel) -> None:
    panel.tenant.verb(lambda unit: set_timezone(unit, "Europe/Warsaw"))
    (number,) = panel.people("a@x.pl")
    noon = 1_354_791_600_000_000  # 2012-12-06 11:00:00 UTC
    changed(panel, number, created_at=noon, invited_at=noon + 1_000_000, opened_at=noon + 2_000_000)
    changed(panel, number, completed_at=noon + 13 * 3600 * 1_000_000, state=int(State.COMPLETED))
    (row,) = panel.list()
    assert row["date_generate"] == row["date_token_generate"] == "2012-12-06 12:00:00"
    assert row["date_invitaion_send"] == "2012-12-06 12:00:01"
    assert row["date_survey_open"] == "2012-12-06 12:00:02"
    assert row["date_survey_answer"] == "2012-12-07 01:00:00"
    for name, days in {
        "date_generate": (["2012-12-06"], ["2012-12-05", "2012-12-07"]),
        "date_survey_answer": (["2012-12-07"], ["2012-12-06"]),
    }.items():
        for day in days[0]:
            assert good(panel.http.get(f"{BASE}/search/p1", params={name: day}))["total"] == "1"
        for day in days[1]:
            refused(panel.http.get(f"{BASE}/search/p1", params={name: day}), 404)


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({}, None),
        ({"opened_at": 5, "state": 1}, None),
        ({"completed_at": 9, "state": 3}, 0),
        ({"completed_at": 9, "state": 3, "postponed": 0}, 0),
        ({"postponed": 1, "state": 1}, 1),
    ],
)
def test_answer_postponed(panel: Panel, columns: dict[str, int], shown: int | None) -> None:
    (number,) = panel.people("a@x.pl")
    if columns:
        changed(panel, number, **columns)
    assert panel.list()[0]["answer_postponed"] == shown


@pytest.mark.parametrize("base", ["/p1", "/search/p1"])
@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=1001", "limit=-1", "limit=x", "limit=1.5", "limit=1&limit=2", "offset=-1"),
        *("offset=x", "limit[]=1", "limit=99999999999999999999", "offset=٣"),
    ],
)
def test_bad_paging_is_400(panel: Panel, base: str, query: str) -> None:
    panel.people("a@x.pl")
    refused(panel.http.get(f"{BASE}{base}?{query}"), 400)


@pytest.mark.parametrize(
    "query",
    [
        *("date_generate=2011-13-01", "date_generate=2011-1-1", "date_generate=yesterday"),
        *(
            "date_survey_open=2011-11-20 10:00:00",
            "date_invitaion_send=0000-00-00",
            "date_generate=1900-01-01",
        ),
        *(
            "label16=x",
            "label0=x",
            "label01=x",
            "label99999=x",
            "label1[]=x",
            "email[x]=y",
            "token=a&token=b",
        ),
    ],
)
def test_bad_criteria_are_400(panel: Panel, query: str) -> None:
    panel.people("a@x.pl")
    refused(panel.http.get(f"{BASE}/search/p1?{query}"), 400)


def test_blank_criteria_ask_for_nothing(panel: Panel) -> None:
    panel.people("a@x.pl", "b@x.pl")
    found = good(panel.http.post(f"{BASE}/search/p1", data={"email": "", "label3": "", "token": " "}))
    assert found["total"] == "2"


def test_criteria_hold_together(panel: Panel) -> None:
    panel.load({"email": "a@x.pl", "labels": ["Łódź", "IT"]}, {"email": "b@x.pl", "labels": ["ŁÓDŹ", "HR"]})
    search = f"{BASE}/search/p1"
    assert good(panel.http.get(search, params={"label1": "łódź"}))["total"] == "2"
    one = good(panel.http.get(search, params={"label1": "łódź", "label2": "hr"}))
    assert [row["email"] for row in one["list"]] == ["b@x.pl"]
    token = one["list"][0]["token"]
    assert good(panel.http.get(search, params={"token": token}))["list"] == one["list"]
    refused(panel.http.get(search, params={"token": token, "email": "a@x.pl"}), 404)
    refused(panel.http.get(search, params={"label15": "x"}), 404)


def test_a_contact_becomes_a_respondent_once(panel: Panel) -> None:
    contact = good(panel.http.post("/api/contacts/add", data={"email": "a@x.pl", "label2": "IT"}))
    assert isinstance(contact["id_contact"], str)
    fields = {"id_survey": "p1"} | contact
    made = good(panel.http.get(f"{BASE}/add", params=fields))
    (row,) = panel.list()
    assert (str(row["id"]), row["email"], row["label2"]) == (made["id_respondent"], "a@x.pl", "IT")
    assert (row["offline_distribution"], row["date_invitaion_send"]) == (0, None)
    refused(panel.http.post(f"{BASE}/add", json=fields), 409)
    other = panel.tenant.survey("p2")
    good(panel.http.post(f"{BASE}/add", data=fields | {"id_survey": other.id}))


def test_an_invitation_sent_elsewhere(panel: Panel) -> None:
    contact = good(panel.http.get("/api/contacts/add?email=a@x.pl"))
    fields = {"id_survey": "p1", "date_invitaion_send": "2012-12-06 12:00:00"} | contact
    good(panel.http.get(f"{BASE}/add", params=fields))
    (row,) = panel.list()
    assert (row["offline_distribution"], row["date_invitaion_send"]) == (1, "2012-12-06 12:00:00")
    bad = fields | {"date_invitaion_send": "tomorrow"}
    refused(panel.http.get(f"{BASE}/add", params=bad), 400)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_delete(panel: Panel, method: str) -> None:
    gone, stays = panel.people("a@x.pl", "b@x.pl")
    fields = {"id_survey": "p1", "id_respondent": gone}
    sent = {"params": fields} if method == "GET" else {"data": fields}
    assert good(panel.http.request(method, f"{BASE}/delete", **sent)) == {"status": "ok"}
    assert [row["id"] for row in panel.list()] == [stays]
    refused(panel.http.request(method, f"{BASE}/delete", **sent), 404)
    refused(panel.http.request(method, f"{BASE}/delete", params={"id_survey": "p1"}), 406)


@pytest.mark.parametrize("path", ["add", "delete"])
def test_head_never_writes(panel: Panel, path: str) -> None:
    (number,) = panel.people("a@x.pl")
    reply = panel.http.head(f"{BASE}/{path}", params={"id_survey": "p1", "id_respondent": number})
    assert reply.status_code == 405
    assert len(panel.list()) == 1


def test_contacts(panel: Panel) -> None:
    refused(panel.http.get("/api/v3/contacts"), 404)
    for n in range(3):
        good(panel.http.post("/api/v3/contacts/add", json={"email": f"U{2 - n}@x.pl", "label15": f"l{n}"}))
    refused(panel.http.post("/api/v3/contacts/add", json={"email": "u1@X.pl"}), 409)
    refused(panel.http.post("/api/v3/contacts/add", json={"email": "nobody"}), 400)
    refused(panel.http.post("/api/v3/contacts/add", json={"label1": "x"}), 406, "email")
    refused(panel.http.post("/api/v3/contacts/add", json={"email": "z@x.pl", "label16": "x"}), 400)
    found = good(panel.http.get("/api/v3/contacts", params={"limit": 2}))
    assert (found["total"], [c["email"] for c in found["list"]]) == ("3", ["U0@x.pl", "U1@x.pl"])
    (one,) = good(panel.http.post("/api/v3/contacts/search", data={"email": "u2@x.pl"}))["list"]
    assert (one["email"], one["label15"], one["label1"]) == ("U2@x.pl", "l0", "")


def test_over_the_workspaces_limit_is_402(panel: Panel) -> None:
    panel.tenant.verb(lambda unit: limit_respondents(unit, 3))
    panel.people("a@x.pl", "b@x.pl")
    batch = panel.batch()
    two = {"batch_id": batch, "respondents": [{"email": "c@x.pl"}, {"email": "d@x.pl"}]}
    refused(panel.http.post(f"{BASE}/patch", json=two), 402, "3")
    assert good(panel.http.get(f"{BASE}/batch", params={"batch_id": batch}))["patches"] == []
    panel.load({"email": "c@x.pl"})
    contact = good(panel.http.get("/api/contacts/add?email=d@x.pl"))
    refused(panel.http.get(f"{BASE}/add", params={"id_survey": "p1"} | contact), 402)
    assert len(panel.list()) == 3


def test_the_same_address_twice_is_kept_and_told(panel: Panel) -> None:
    batch = panel.batch()
    first = panel.load({"email": "a@x.pl"}, {"email": "b@x.pl"}, {"email": "A@X.pl"}, batch=batch)
    ids = good(panel.http.get(f"{BASE}/patch", params=first))["respondents"]
    assert first["repeated"] == [ids[2]]
    second = panel.load({"email": "B@x.pl"}, {"email": "c@x.pl"}, batch=batch)
    assert len(second["repeated"]) == 1
    assert panel.load({"email": "a@x.pl"}).keys() == {"patch_id"}, "another batch"
    assert [row["email"] for row in panel.list()].count("a@x.pl") == 2


def test_a_batch_of_another_survey(panel: Panel) -> None:
    other = panel.tenant.survey("p2")
    body = {"survey_id": str(other.id), "batch_id": panel.batch(), "respondents": [{"email": "a@x.pl"}]}
    refused(panel.http.post(f"{BASE}/patch", json=body), 404)
    refused(panel.http.post(f"{BASE}/patch", json=body | {"batch_id": "nonsense"}), 400, "An error ocured")
    path = f"{BASE}/p2/batch/{panel.batch()}/anonymize"
    refused(panel.http.post(path, json={"fields": ["email"]}), 404)


def test_a_page_behind_the_end_is_404(panel: Panel) -> None:
    panel.people("a@x.pl")
    refused(panel.http.get(f"{BASE}/p1?offset=1"), 404)


def test_unknown_paths_and_methods_have_the_vendors_shape(panel: Panel) -> None:
    refused(panel.http.get("/api/v2/reports/1"), 404)
    refused(panel.http.put(f"{BASE}/p1"), 405)
    refused(panel.http.get(f"{BASE}/p1/update"), 405)
    refused(panel.tenant.server.client().get(f"{BASE}/p1"), 401)


def test_a_label_that_is_searched_for_gets_an_index(panel: Panel) -> None:
    panel.load(*({"email": f"u{n}@x.pl", "labels": [f"l{n % 10}"]} for n in range(1000)))
    search = f"{BASE}/search/p1"
    before = good(panel.http.get(search, params={"label1": "L7", "limit": 3}))
    assert before["total"] == "100"
    jobs = [job for job in _until_indexed(panel) if job.kind == "index_variable"]
    assert [job.arguments["variables"] for job in jobs] == [["label1"]]
    assert good(panel.http.get(search, params={"label1": "l7", "limit": 3})) == before
    assert len([job for job in panel.work() if job.kind == "index_variable"]) == 1, "asked for once"


def _until_indexed(panel: Panel) -> list[Job]:
    """The answer does not wait for the job to be asked for."""
    patience = time.monotonic() + 30
    while True:
        found = panel.work()
        if any(job.kind == "index_variable" for job in found):
            return found
        assert time.monotonic() < patience
