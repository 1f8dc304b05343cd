"""Update and anonymise: taken at once, done in order, safe to do twice."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rejoinder.core.anonymise import ADDRESS
from rejoinder.jobs.erasure import anonymise_respondents
from rejoinder.jobs.panel import update_respondents
from rejoinder.jobs.register import runner
from rejoinder.model.job import Job, JobStatus

from .panel import Panel, good, labels_of, refused

BASE = "/api/v2/respondents/p1"


def update(panel: Panel, *respondents: dict[str, Any]) -> Any:
    return panel.http.post(f"{BASE}/update", json={"respondents": list(respondents)})


def accepted(reply: Any) -> str:
    assert reply.status_code == 202, reply.text
    assert reply.json()["status"] == "accepted"
    return str(reply.json()["job_id"])


def job(panel: Panel, number: str) -> Job:
    return next(found for found in panel.work() if str(found.id) == number)


def test_an_update_changes_what_it_names(panel: Panel) -> None:
    made = panel.load({"email": "a@x.pl", "labels": ["1", "2", "3"]}, {"email": "b@x.pl", "labels": ["4"]})
    patch = {"patch_id": made["patch_id"]}
    one, two = good(panel.http.get("/api/respondents/patch", params=patch))["respondents"]
    labels = [{"id": 1, "value": None}, {"id": 2, "value": "null"}, {"id": 15, "value": "ż"}]
    number = accepted(update(panel, {"id": one, "labels": labels}, {"id": two, "email": "aa@x.pl"}))
    assert job(panel, number).outcome == {"updated": 2, "skipped": []}
    rows = {row["id"]: row for row in panel.list()}
    assert labels_of(rows[one]) == ["", "null", "3", *[""] * 11, "ż"]
    assert (rows[one]["email"], rows[two]["email"], labels_of(rows[two])) == ("a@x.pl", "aa@x.pl", ["4"])
    found = good(panel.http.get("/api/respondents/search/p1?email=aa@x.pl"))
    assert [row["id"] for row in found["list"]] == [two], "the key follows the address"


def test_what_is_not_ours_is_skipped_and_listed(panel: Panel) -> None:
    (one,) = panel.people("a@x.pl")
    contact = good(panel.http.get("/api/contacts/add?email=own@x.pl"))
    fields = {"id_survey": "p1", "date_invitaion_send": "2020-01-01"} | contact
    own = int(good(panel.http.get("/api/respondents/add", params=fields))["id_respondent"])
    changes = [{"id": n, "labels": [{"id": 1, "value": "new"}]} for n in (one, own, 987_654)]
    found = job(panel, accepted(update(panel, *changes)))
    assert found.outcome == {
        "updated": 1,
        "skipped": [
            {"id": own, "reason": "own distribution"},
            {"id": 987_654, "reason": "not in this survey"},
        ],
    }
    assert {row["id"]: row["label1"] for row in panel.list()} == {one: "new", own: ""}


def test_updates_hold_in_the_order_of_asking(panel: Panel) -> None:
    (one,) = panel.people("a@x.pl")
    for n in range(6):
        accepted(
            update(
                panel, {"id": one, "labels": [{"id": 1, "value": str(n)}]}, {"id": one, "email": f"u{n}@x.pl"}
            )
        )
    panel.work()
    assert [(row["email"], row["label1"]) for row in panel.list()] == [("u5@x.pl", "5")]


def test_an_update_that_runs_twice_undoes_nothing(panel: Panel) -> None:
    (one,) = panel.people("a@x.pl")
    done = job(panel, accepted(update(panel, {"id": one, "labels": [{"id": 1, "value": "first"}]})))
    assert done.arguments == {"survey": panel.survey.id}, "the job has forgotten what it wrote"
    accepted(update(panel, {"id": one, "labels": [{"id": 1, "value": "second"}]}))
    panel.work()
    update_respondents(panel.database, done)
    assert [row["label1"] for row in panel.list()] == ["second"]


BAD: dict[str, tuple[Any, int]] = {
    "no respondents": ({}, 406),
    "a list": ([], 406),
    "no list": ({"respondents": {"id": 1}}, 400),
    "no id": ({"respondents": [{"email": "a@x.pl"}]}, 400),
    "text id": ({"respondents": [{"id": "1"}]}, 400),
    "true id": ({"respondents": [{"id": True}]}, 400),
    "bad address": ({"respondents": [{"id": 1, "email": "nobody"}]}, 400),
    "null address": ({"respondents": [{"id": 1, "email": None}]}, 400),
    "label 16": ({"respondents": [{"id": 1, "labels": [{"id": 16, "value": "x"}]}]}, 400),
    "label 0": ({"respondents": [{"id": 1, "labels": [{"id": 0, "value": "x"}]}]}, 400),
    "label twice": ({"respondents": [{"id": 1, "labels": [{"id": 1, "value": "x"}] * 2}]}, 400),
    "no value": ({"respondents": [{"id": 1, "labels": [{"id": 1}]}]}, 400),
    "number value": ({"respondents": [{"id": 1, "labels": [{"id": 1, "value": 5}]}]}, 400),
    "too many": ({"respondents": [{"id": n} for n in range(1, 102)]}, 400),
    "long label": ({"respondents": [{"id": 1, "labels": [{"id": 1, "value": "x" * 4001}]}]}, 400),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_updates_ask_for_nothing(panel: Panel, name: str) -> None:
    body, status = BAD[name]
    refused(panel.http.post(f"{BASE}/update", json=body), status)
    assert [found for found in panel.work() if found.kind == "update_respondents"] == []


def test_a_hundred_are_taken(panel: Panel) -> None:
    ids = panel.people(*(f"u{n}@x.pl" for n in range(100)))
    number = accepted(update(panel, *({"id": n, "labels": [{"id": 4, "value": "x"}]} for n in ids)))
    assert job(panel, number).outcome == {"updated": 100, "skipped": []}


def test_the_documents_quotation_marks_are_no_json(panel: Panel) -> None:
    printed = '{"respondents":[{"id": 142042042,"email": „a@x.pl","labels": []}]}'
    refused(panel.http.post(f"{BASE}/update", content=printed.encode()), 400, "JSON")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 406),
        ({"fields": None}, 406),
        ({"fields": "email"}, 400),
        ({"fields": []}, 400),
        ({"fields": [0]}, 400),
        ({"fields": [16]}, 400),
        ({"fields": ["label1"]}, 400),
        ({"fields": [1.5]}, 400),
        ({"fields": [True]}, 400),
        ({"fields": ["email", None]}, 400),
    ],
)
def test_bad_fields_ask_for_nothing(panel: Panel, body: Any, status: int) -> None:
    panel.people("a@x.pl")
    for path in (f"{BASE}/anonymize", f"{BASE}/batch/{panel.batch()}/anonymize"):
        refused(panel.http.post(path, json=body), status)
    assert [row["email"] for row in panel.list()] == ["a@x.pl"]


def test_a_batch_alone_is_anonymised(panel: Panel) -> None:
    batch = panel.batch()
    for n in range(3):
        panel.load({"email": f"in{n}@x.pl", "labels": ["name"]}, batch=batch)
        panel.load({"email": f"out{n}@x.pl", "labels": ["name"]})
    number = accepted(panel.http.post(f"{BASE}/batch/{batch}/anonymize", json={"fields": ["email", 1]}))
    outcome = job(panel, number).outcome
    assert outcome
    assert outcome["respondents"] == 3
    found = sorted((row["email"], row["label1"]) for row in panel.list())
    assert found == [(ADDRESS, "xyzabc")] * 3 + [(f"out{n}@x.pl", "name") for n in range(3)]
    again = good(panel.http.get("/api/respondents/search/p1", params={"email": ADDRESS}))
    assert again["total"] == "3", "the index knows the new address, and no more the old one"
    refused(panel.http.get("/api/respondents/search/p1?email=in1@x.pl"), 404)


def test_many_are_anonymised_in_parts(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.core.anonymise.CHUNK", 7)
    batch = panel.batch()
    for part in range(4):
        panel.load(*({"email": f"u{part}_{n}@x.pl"} for n in range(10)), batch=batch)
    gone = good(panel.http.get(f"{BASE}?limit=1000"))["list"][:15]
    for row in gone:
        fields = {"id_survey": "p1", "id_respondent": row["id"]}
        good(panel.http.get("/api/respondents/delete", params=fields))
    accepted(panel.http.post(f"{BASE}/batch/{batch}/anonymize", json={"fields": ["email"]}))
    done = next(found for found in panel.work() if found.kind == "anonymise")
    assert done.status is JobStatus.DONE
    anonymise_respondents(panel.database, done)
    assert {row["email"] for row in panel.list()} == {ADDRESS}
    assert len(panel.list()) == 25


def test_jobs_of_one_survey_wait_for_each_other(panel: Panel) -> None:
    """What was asked first is done first, also when a later one would be ready: lanes keep the order."""
    (one,) = panel.people("a@x.pl")
    accepted(update(panel, {"id": one, "labels": [{"id": 1, "value": "x"}]}))
    accepted(panel.http.post(f"{BASE}/anonymize", json={"fields": [1]}))
    runner(panel.database).run_due()
    panel.work()
    assert [row["label1"] for row in panel.list()] == ["xyzabc"]


def test_encoding_is_utf_8(panel: Panel) -> None:
    body = msgspec.json.encode({"respondents": []})
    assert panel.http.post(f"{BASE}/update", content=body).status_code == 202
    refused(panel.http.post(f"{BASE}/update", content=body.decode().encode("utf-16")), 400)
