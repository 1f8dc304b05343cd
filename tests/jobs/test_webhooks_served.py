"""The whole way, on a running server: a request of a vendor's client makes an event, a receiver is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from rejoinder.core.webhooks import create_webhook
from rejoinder.model.survey import Kind, Variable
from servers.receiver import Reaction, Receiver, receiving
from servers.rejoinder import QUICK, Tenant, running

SETTINGS = msgspec.structs.replace(QUICK, webhook_allow_private=True, webhook_schedule=("0.05", "0.05"))
CITY = Variable("city", Kind.TEXT, level="response", length=100)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def tenant(database_url: str) -> Iterator[Tenant]:
    with running(database_url, SETTINGS) as server:
        made = server.tenant()
        made.survey("p1", [CITY])
        yield made


def wait_until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def post(tenant: Tenant, *cities: str) -> None:
    body = {"dataSchema": {"variables": ["city"]}, "data": [{"city": city} for city in cities]}
    assert tenant.http.post("/v1/surveys/p1/responses/data", json=body).status_code == 200


def test_a_post_is_told_at_once_and_counted(tenant: Tenant, receiver: Receiver) -> None:
    answers = iter([Reaction(status=500)] * 3)
    receiver.script = lambda request: next(answers, Reaction())
    tenant.verb(lambda unit: create_webhook(unit, receiver.url, "p1", allow_private=True))
    post(tenant, "oslo")  # three tries, all of them refused
    wait_until(lambda: len(receiver.requests) == 3)
    post(tenant, "rome", "bern")
    wait_until(lambda: len(receiver.requests) == 5)
    first, *_, last = receiver.requests
    assert first.json["event"] == "answer.created"
    assert first.json["campaign"]["id"] == last.json["campaign"]["id"]

    def counted(line: str) -> bool:
        return line in tenant.http.get("/metrics").text

    for line in (
        'rejoinder_webhook_tries_total{outcome="delivered"} 2.0',
        'rejoinder_webhook_tries_total{outcome="retried"} 2.0',
        'rejoinder_webhook_tries_total{outcome="failed"} 1.0',
    ):
        wait_until(lambda line=line: counted(line))
    assert "rejoinder_webhook_deliveries_owed" in tenant.http.get("/metrics").text


def test_the_body_is_what_surveykiwi_answers(tenant: Tenant, receiver: Receiver) -> None:
    """`answer` is what `campaign/answers` gives for the same respondent."""
    tenant.verb(lambda unit: create_webhook(unit, receiver.url, allow_private=True))
    post(tenant, "oslo")
    wait_until(lambda: receiver.requests)
    asked = {
        "grant_type": "client_credentials",
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
    }
    token = tenant.server.client().post("/oAuth2/token", data=asked).json()["access_token"]
    found = tenant.server.client().get(
        "/v1.0/campaign/answers", params={"access_token": token, "campaign_url": "p1", "answers": "show"}
    )
    assert found.status_code == 200, found.text
    assert receiver.requests[0].json["answer"] == found.json()[0]
