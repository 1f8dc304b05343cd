"""`Idempotency-Key`: a request that comes twice is one response, whoever takes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialects.native.conftest import Collecting, collecting
from rejoinder.store.hot import KEEP_REPLIES, KeptReply
from rejoinder.store.replies import forget_replies
from servers import rejoinder
from servers.rejoinder import Tenant

BODIES = ({"colour": "red"}, {"colour": "blue"}, {"colour": "green"})
"""The last one is not good."""


def test_the_same_request_gets_the_same_reply(survey: Collecting) -> None:
    first = answer(survey, "k1")
    assert first.status_code == 201
    again = survey.post({"lang": None, "answers": {"colour": "blue"}}, Idempotency_Key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert len(survey.people()) == 1


def answer(survey: Collecting, key: str, **body: Any) -> httpx.Response:
    return survey.post({"answers": {"colour": "blue"}} | body, Idempotency_Key=key)


def test_another_body_is_refused(survey: Collecting) -> None:
    assert answer(survey, "k1").status_code == 201
    reply = answer(survey, "k1", answers={"colour": "red"})
    assert reply.status_code == 422
    assert list(reply.json()["fields"]) == ["Idempotency-Key"]
    assert len(survey.people()) == 1


def test_a_refused_request_may_be_sent_again_corrected(survey: Collecting) -> None:
    assert answer(survey, "k1", answers={}).status_code == 422
    assert answer(survey, "k1").status_code == 201


def test_a_key_is_a_surveys_own(survey: Collecting, tenant: Tenant) -> None:
    other = collecting(tenant)
    assert answer(survey, "k1").status_code == 201
    assert answer(other, "k1", answers={"colour": "red"}).status_code == 201
    assert len(other.people()) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_keys_that_are_none(survey: Collecting, key: str) -> None:
    assert answer(survey, key).status_code == 422
    assert answer(survey, "x" * 255).status_code == 201


def test_a_put_off_response_is_put_off_once(survey: Collecting) -> None:
    replies = [answer(survey, "k1", completed=False, page=1).json() for _ in range(2)]
    assert replies[0] == replies[1]
    assert len(survey.people()) == 1


def test_keys_are_forgotten_after_a_day(survey: Collecting) -> None:
    assert answer(survey, "k1").status_code == 201
    now = survey.tenant.look(lambda unit: unit.now)
    survey.tenant.verb(lambda unit: forget_replies(unit.session, now - KEEP_REPLIES))
    assert answer(survey, "k1").status_code == 201
    assert len(survey.people()) == 1
    survey.tenant.verb(lambda unit: forget_replies(unit.session, now + KEEP_REPLIES))
    assert answer(survey, "k1").status_code == 201
    assert len(survey.people()) == 2


def together(count: int, send: Callable[[int], Any]) -> list[Any]:
    barrier = threading.Barrier(count)

    def run(n: int) -> Any:
        barrier.wait()
        return send(n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_one_key_from_many_at_once(survey: Collecting) -> None:
    clients = [survey.tenant.server.client() for _ in range(32)]
    path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"
    body = {"answers": {"colour": "blue"}}

    def send(n: int) -> httpx.Response:
        return clients[n].post(path, json=body, headers={"Idempotency-Key": "k1"})

    replies = together(32, send)
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert len(survey.people()) == 1


def test_one_key_on_two_servers_at_once(postgres_url: str) -> None:
    with rejoinder.running(postgres_url) as one, rejoinder.running(postgres_url) as two:
        survey = collecting(one.tenant())
        path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"
        body = {"answers": {"colour": "blue"}}
        clients = [server.client() for server in (one, two) * 8]
        for turn in range(10):
            headers = {"Idempotency-Key": f"turn {turn}"}
            replies = together(
                16,
                lambda n: clients[n].post(path, json=body, headers=headers),  # noqa: B023
            )
            assert {reply.status_code for reply in replies} <= {201, 409}
            assert len({reply.content for reply in replies if reply.status_code == 201}) == 1
            assert all(reply.json()["error"] == "in_flight" for reply in replies if reply.status_code == 409)
            assert len(survey.people()) == turn + 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), min_size=1, max_size=8))
def test_any_interleaving(tenant: Tenant, requests: list[tuple[str, int]]) -> None:
    """The first good body under a key is stored once; the others get its reply, or are refused."""
    survey = collecting(tenant)
    clients = [tenant.server.client() for _ in requests]
    path = f"/rejoinder/v1/surveys/{survey.reference}/submissions"

    def send(n: int) -> tuple[str, int, int, bytes]:
        key, body = requests[n]
        reply = clients[n].post(path, json={"answers": BODIES[body]}, headers={"Idempotency-Key": key})
        return key, body, reply.status_code, reply.content

    found = together(len(requests), send)
    for client in clients:
        client.close()
    good = {key for key, body in requests if body < 2}
    assert len(survey.people()) == len(good)
    for key in good:
        stored = {(body, reply) for k, body, status, reply in found if k == key and status == 201}
        assert len(stored) == 1
        assert {status for k, body, status, _ in found if k == key and (body, _) not in stored} <= {422}


def test_a_request_that_another_server_is_storing_is_told_to_come_again(postgres_url: str) -> None:
    with rejoinder.running(postgres_url) as server:
        survey = collecting(server.tenant())
        other = server.database.session()
        other.hot.begin_write(other.raw)
        scope = f"submission:{survey.number}"
        row = KeptReply(survey.tenant.workspace_id, scope, "k1", "", 201, "{}", 1_900_000_000_000_000)
        assert other.hot.keep_replies(other.raw, [row])
        reply = answer(survey, "k1")
        assert (reply.status_code, reply.json()["error"]) == (409, "in_flight")
        assert answer(survey, "k2").status_code == 201
        other.hot.abandon(other.raw)
        other.close()
        assert answer(survey, "k1").status_code == 201
        assert len(survey.people()) == 2
