"""Personal links: opened, put off, answered once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dialects.native.conftest import Collecting, collecting
from rejoinder.core.public import public_page
from servers.rejoinder import Tenant

NOW = 1_800_000_000_000_000


def page(survey: Collecting, token: str) -> Any:
    return survey.tenant.look(lambda unit: public_page(unit.session, survey.reference, NOW, token))


def test_opened_then_answered(survey: Collecting) -> None:
    survey.invite("secret-token-1", "leia@example.com")
    before = survey.tenant.http.get(f"/v1/surveys/{survey.number}/responses/data").json()["totalCount"]
    for _ in range(2):
        assert survey.post({"token": "secret-token-1"}, what="opened").status_code == 204
    assert before == 0
    ((state, opened, completed),) = survey.column("state", "opened_at", "completed_at")
    assert (state, completed) == (1, None)
    assert survey.people()[0]["status"] == "incomplete"
    reply = survey.answer(token="secret-token-1", started_at=1)
    assert reply.status_code == 201, reply.text
    assert reply.json()["respid"] == 1
    (row,) = survey.column("state", "opened_at", "finish_reason", "postponed", "manual", "language")
    assert row == (3, opened, 1, 0, 0, "en")
    (record,) = survey.people()
    assert (record["colour"], record["email"], record["status"]) == ("blue", "leia@example.com", "complete")
    assert page(survey, "secret-token-1").state == "answered"


def test_a_link_is_for_one_use(survey: Collecting) -> None:
    survey.invite("secret-token-1")
    assert survey.answer(token="secret-token-1").status_code == 201
    reply = survey.answer(token="secret-token-1", answers={"colour": "red"})
    assert (reply.status_code, reply.json()["error"]) == (410, "answered")
    assert survey.people()[0]["colour"] == "blue"
    assert survey.post({"token": "secret-token-1"}, what="opened").status_code == 204


def test_put_off_and_continued(survey: Collecting) -> None:
    survey.invite("secret-token-1")
    answers = {"colour": "red", "age": 5, "sizes": ["s"]}
    reply = survey.post({"answers": answers, "completed": False, "page": 2, "token": "secret-token-1"})
    assert reply.status_code == 201
    told = reply.json()
    assert (told["status"], told["token"]) == ("incomplete", "secret-token-1")
    assert told["link"].endswith(f"/s/{survey.reference}/secret-token-1")
    found = page(survey, "secret-token-1")
    assert (found.state, found.answers, found.page) == ("open", answers, 2)
    (record,) = survey.people()
    assert record["colour"] == "red"
    assert "age" not in record  # it is under 18: not valid, so not in the record yet
    assert survey.column("state", "postponed", "completed_at") == [(2, 1, None)]
    done = {"answers": {"colour": "blue"}, "token": "secret-token-1"}
    assert survey.post(done).status_code == 201
    (record,) = survey.people()
    assert record["colour"] == "blue"
    assert "sizes" not in record
    assert survey.column("state", "postponed") == [(3, 1)]
    assert page(survey, "secret-token-1").answers is None


def test_an_anonymous_response_put_off_gets_a_link(survey: Collecting) -> None:
    reply = survey.answer(completed=False, page=1)
    token = reply.json()["token"]
    assert len(token) >= 20
    assert reply.json()["link"].endswith(f"/s/{survey.reference}/{token}")
    assert page(survey, token).answers == {"colour": "blue"}
    assert survey.answer(token=token, answers={"colour": "red", "age": 20}).json()["respid"] == 1
    assert [person["colour"] for person in survey.people()] == ["red"]


def test_the_authors_data_wins_over_the_address(survey: Collecting) -> None:
    survey.invite("secret-token-1", "leia@example.com")
    hidden = {"email": "other@example.com"}
    assert survey.answer(token="secret-token-1", hidden=hidden).status_code == 201
    assert survey.people()[0]["email"] == "leia@example.com"
    survey.invite("secret-token-2")
    assert survey.answer(token="secret-token-2", hidden=hidden).status_code == 201
    assert survey.people()[1]["email"] == "other@example.com"


def test_unknown_tokens_and_tokens_of_other_surveys(survey: Collecting, tenant: Tenant) -> None:
    other = collecting(tenant)
    survey.invite("secret-token-1")
    for body in ({"token": "secret-token-1"}, {"token": "nobody"}, {"token": "a\0b"}):
        assert other.post(body, what="opened").status_code == 404
        assert other.answer(**body).status_code == 404
    assert other.people() == []
    assert survey.column("state") == [(0,)]


def test_answers_imported_before_are_shown_again(survey: Collecting) -> None:
    survey.invite("secret-token-1", colour="red", sizes={"true": ["m"], "false": ["s", "l"]})
    assert page(survey, "secret-token-1").answers == {"colour": "red", "sizes": ["m"]}


@pytest.mark.parametrize("keys", [False, True])
def test_two_tabs_leave_one_response(survey: Collecting, keys: bool) -> None:
    survey.invite("secret-token-1")
    barrier, statuses = threading.Barrier(8), list[int]()

    def send(n: int) -> None:
        client = survey.tenant.server.client()
        body = {"answers": {"colour": ("red", "blue")[n % 2]}, "token": "secret-token-1"}
        headers = {"Idempotency-Key": f"tab-{n}"} if keys else {}
        barrier.wait()
        path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"
        statuses.append(client.post(path, json=body, headers=headers).status_code)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, *[410] * 7]
    assert len(survey.people()) == 1
