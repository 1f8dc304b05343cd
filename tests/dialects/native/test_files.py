"""Files: sent for a question, claimed by answers, read by those with a token, forgotten by the purge."""

from __future__ import annotations

import os
from typing import Any

import httpx
import msgspec
import pytest

from dialects.native.conftest import Collecting, collecting
from rejoinder.core.collecting.authoring import IntakeChange, change_intake
from rejoinder.store.uploads import forget_unclaimed
from servers import rejoinder
from servers.rejoinder import Tenant

QUESTIONS = (
    {"type": "text", "name": "colour"},
    {"type": "file", "name": "photo", "maxSize": 400_000, "acceptedTypes": ".png,image/jpeg"},
    {"type": "file", "name": "papers", "allowMultiple": True},
    {"type": "file", "name": "blue", "visibleIf": "{colour} = 'blue'"},
)
DATA = os.urandom(300_000)


@pytest.fixture
def survey(tenant: Tenant) -> Collecting:
    return collecting(tenant, QUESTIONS)


def send(
    survey: Collecting, question: str = "papers", name: str = "a.pdf", data: bytes = DATA, **rest: Any
) -> httpx.Response:
    kind = rest.pop("kind", "application/octet-stream")
    path = f"/rejoinder/v1/surveys/{rest.pop('reference', survey.reference)}/files"
    return survey.visitor.post(path, params={"question": question} | rest, files={"file": (name, data, kind)})


def answer(survey: Collecting, question: str, *kept: Any, **more: Any) -> httpx.Response:
    return survey.post({"answers": {"colour": "red", question: list(kept)}} | more)


def read(survey: Collecting, path: str) -> httpx.Response:
    return survey.tenant.http.get(f"/rejoinder/v1/files/{path}")


@pytest.mark.parametrize("size", [0, 1, 262_144, 262_145, 300_000])
def test_a_file_comes_and_is_read(survey: Collecting, size: int) -> None:
    reply = send(survey, name="../Zdjęcie.pdf", data=DATA[:size])
    assert reply.status_code == 201, reply.text
    kept = reply.json()
    assert kept | {"content": ""} == {
        "name": ".._Zdjęcie.pdf",
        "type": "application/pdf",
        "content": "",
        "size": size,
    }
    assert read(survey, f"{kept['content']}/x").status_code == 404  # no answers name it yet
    assert answer(survey, "papers", kept).status_code == 201
    (record,) = survey.people()
    assert record["papers"] == f"{kept['content']}/.._Zdjęcie.pdf"
    found = read(survey, record["papers"])
    assert (found.status_code, found.content) == (200, DATA[:size])
    assert found.headers["content-disposition"].startswith("attachment;")
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]


def test_only_file_questions_take_files_of_their_kind_and_size(survey: Collecting) -> None:
    assert send(survey, "colour").status_code == 422
    assert send(survey, "nothing").status_code == 422
    assert send(survey, "").status_code == 422
    assert send(survey, "photo", "a.gif").json()["fields"] == {
        "photo": "Files of this kind are not accepted here."
    }
    assert send(survey, "photo", "a.png", b"x" * 400_001).status_code == 422
    assert send(survey, "photo", "a.png").status_code == 201
    assert send(survey, "photo", "a", kind="image/jpeg").status_code == 201
    wrong = send(survey, "photo", "a.gif", lang="es").json()["fields"]["photo"]
    assert wrong != "Files of this kind are not accepted here."


def test_what_is_no_file(survey: Collecting) -> None:
    path = f"/rejoinder/v1/surveys/{survey.reference}/files?question=papers"
    assert survey.visitor.post(path, json={}).status_code == 400
    assert survey.visitor.post(path, files={}, data={"file": "x"}).status_code == 400
    two = [("file", ("a", b"1")), ("file[]", ("b", b"2"))]
    assert survey.visitor.post(path, files=two).status_code == 400


def test_a_file_is_too_large(sqlite_url: str) -> None:
    small = msgspec.structs.replace(rejoinder.QUICK, max_upload=100_000)
    with rejoinder.running(sqlite_url, small) as server:
        survey = collecting(server.tenant(), QUESTIONS)
        assert send(survey, data=b"x" * 100_000).status_code == 201
        assert send(survey, data=b"x" * 100_001).status_code == 413
        assert send(survey, data=b"x" * 300_000).status_code == 413


def test_answers_name_files_of_their_survey_alone(survey: Collecting, tenant: Tenant) -> None:
    other = collecting(tenant, QUESTIONS)
    kept = send(survey).json()
    assert answer(other, "papers", kept).status_code == 422
    assert answer(survey, "papers", kept).status_code == 201
    assert answer(survey, "papers", kept).status_code == 422  # it is somebody's now
    assert answer(survey, "papers", {"name": "a", "content": "nothing"}).status_code == 422
    stranger = tenant.server.tenant()
    name = survey.people()[0]["papers"]
    assert stranger.http.get(f"/rejoinder/v1/files/{name}").status_code == 404
    assert survey.visitor.get(f"/rejoinder/v1/files/{name}").status_code == 401


def test_closed_and_personal_surveys(survey: Collecting) -> None:
    survey.verb(change_intake, IntakeChange(access="personal"))
    survey.invite("secret-token-1")
    assert send(survey).status_code == 403
    assert send(survey, token="nobody").status_code == 404
    assert send(survey, token="secret-token-1").status_code == 201
    survey.verb(change_intake, IntakeChange(status="closed"))
    assert send(survey, token="secret-token-1").status_code == 410


def test_files_follow_a_response_put_off(survey: Collecting) -> None:
    survey.invite("secret-token-1")
    first, second = send(survey).json(), send(survey).json()
    assert answer(survey, "papers", first, token="secret-token-1", completed=False).status_code == 201
    both = answer(survey, "papers", first, second, token="secret-token-1", completed=False)
    assert both.status_code == 201
    assert answer(survey, "papers", second, token="secret-token-1").status_code == 201
    assert survey.people()[0]["papers"] == f"{second['content']}/a.pdf"
    survey.tenant.verb(lambda unit: forget_unclaimed(unit.session, 1))
    assert read(survey, f"{first['content']}/x").status_code == 404
    assert read(survey, f"{second['content']}/x").status_code == 200


def test_a_file_of_a_question_that_is_hidden_meanwhile_waits_with_the_answers(survey: Collecting) -> None:
    survey.invite("secret-token-1")
    kept = send(survey, "blue").json()
    assert answer(survey, "blue", kept, token="secret-token-1", completed=False).status_code == 201
    later = survey.tenant.look(lambda unit: unit.now) + 1
    survey.tenant.verb(lambda unit: forget_unclaimed(unit.session, later))
    answers = {"colour": "blue", "blue": [kept]}
    assert survey.post({"answers": answers, "token": "secret-token-1"}).status_code == 201
    assert survey.people()[0]["blue"] == f"{kept['content']}/a.pdf"


def test_unclaimed_files_are_forgotten_and_claimed_ones_stay(survey: Collecting) -> None:
    kept, lost = send(survey).json(), send(survey).json()
    assert answer(survey, "papers", kept).status_code == 201
    later = survey.tenant.look(lambda unit: unit.now) + 1
    survey.tenant.verb(lambda unit: forget_unclaimed(unit.session, later))
    assert answer(survey, "papers", lost).status_code == 422
    assert read(survey, survey.people()[0]["papers"]).content == DATA


@pytest.mark.parametrize("level", ["respondents", "responses"])
def test_files_go_with_their_respondents(survey: Collecting, level: str) -> None:
    assert answer(survey, "papers", send(survey).json()).status_code == 201
    name = survey.people()[0]["papers"]
    body = {"dataSchema": {"keys": ["respid"]}, "data": [{"respid": 1}]}
    gone = survey.tenant.http.request("DELETE", f"/v1/surveys/{survey.number}/{level}/data", json=body)
    assert gone.status_code == 200, gone.text
    assert read(survey, name).status_code == 404


def test_a_link_works_again_after_its_answers_were_deleted(survey: Collecting) -> None:
    survey.invite("secret-token-1")
    assert answer(survey, "papers", token="secret-token-1").status_code == 201
    body = {"dataSchema": {"keys": ["respid"]}, "data": [{"respid": 1}]}
    survey.tenant.http.request("DELETE", f"/v1/surveys/{survey.number}/responses/data", json=body)
    assert survey.column("state", "finish_reason", "postponed") == [(0, None, None)]
    assert answer(survey, "papers", token="secret-token-1").status_code == 201
