"""Real deliveries, verified by Stripe's own library, by that of Standard Webhooks, and by what
`docs/webhooks.md` tells receivers to write."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks
import stripe
import trustme
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.core.signing import new_signing_secret, signature_headers
from rejoinder.core.webhooks import OVERLAP, rotate_webhook
from rejoinder.jobs.dispatcher import Dispatcher
from rejoinder.model.delivering import Policy
from rejoinder.model.webhook import DeliveryStatus
from rejoinder.store.engine import Database
from servers.listening import Listening
from servers.receiver import Received, receiving

POLICY = Policy((5.0,), 5.0, 16, 5 * 24 * 3600, allow_private=True)
GUIDE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
Check = Callable[[str, dict[str, str], bytes], bool]


def by_stripe(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        event = stripe.Webhook.construct_event(body, headers["sk-signature"], secret)
    except stripe.SignatureVerificationError:
        return False
    return bool(event["id"] == headers["webhook-id"])


def by_standard_webhooks(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        standardwebhooks.Webhook(secret).verify(body, headers)
    except standardwebhooks.WebhookVerificationError:
        return False
    return True


def guide() -> list[Check]:
    """What the guide's Python blocks define."""
    found = []
    for block in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL):
        names: dict[str, Any] = {}
        exec(block, names)
        found.append(names["is_ours"])
    assert len(found) == 3
    return found


CHECKS: list[Check] = [by_stripe, by_standard_webhooks, *guide()]


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


class Shifted:
    """The real time, and what a test adds to it."""

    def __init__(self) -> None:
        self.more = 0

    def __call__(self) -> int:
        import time

        return time.time_ns() // 1000 + self.more


def delivered(house: Listening, clock: Shifted, requests: list[Received]) -> Received:
    """One more answer, and the request that told of it."""
    house.answer("oslo ł 漢 \N{GRINNING FACE}")
    assert Dispatcher(house.database, POLICY, clock=clock).run_due() == 1
    return requests[-1]


@pytest.mark.parametrize("check", CHECKS)
def test_real_deliveries_are_verified_with_the_printed_secret(database: Database, check: Check) -> None:
    clock = Shifted()
    house = Listening.make(database, clock=clock)
    with receiving() as receiver:
        webhook, secret = house.listen(receiver.url)
        request = delivered(house, clock, receiver.requests)
        assert check(secret, request.headers, request.body)
        assert not check(new_signing_secret(), request.headers, request.body)
        assert not check(secret, request.headers, request.body.replace(b"oslo", b"rome"))
        new = house.write(lambda unit: rotate_webhook(unit, webhook.id))
        request = delivered(house, clock, receiver.requests)
        assert check(secret, request.headers, request.body)
        assert check(new, request.headers, request.body)
    assert request.headers["sk-signature"].count("v1=") == 2
    assert " " not in request.headers["sk-signature"]


def test_the_old_secret_ends_after_24_hours(database: Database) -> None:
    clock = Shifted()
    house = Listening.make(database, clock=clock)
    with receiving() as receiver:
        webhook, _ = house.listen(receiver.url)
        house.write(lambda unit: rotate_webhook(unit, webhook.id))
        clock.more = OVERLAP - 60_000_000
        assert delivered(house, clock, receiver.requests).headers["webhook-signature"].count("v1,") == 2
        clock.more = OVERLAP + 1
        request = delivered(house, clock, receiver.requests)
    assert request.headers["webhook-signature"].count("v1,") == 1
    assert request.headers["sk-signature"].count("v1=") == 1


def test_the_time_is_the_trys_and_an_old_one_is_refused(database: Database) -> None:
    clock = Shifted()
    house = Listening.make(database, clock=clock)
    with receiving() as receiver:
        _, secret = house.listen(receiver.url)
        clock.more = -600_000_000
        request = delivered(house, clock, receiver.requests)
    for check in CHECKS:
        assert not check(secret, request.headers, request.body)


@given(
    st.binary(),
    st.integers(1, 4_000_000_000),
    st.lists(st.builds(new_signing_secret), min_size=1, max_size=2),
)
def test_any_body_and_any_number_of_keys(body: bytes, seconds: int, keys: list[str]) -> None:
    headers = {
        name.decode().lower(): value.decode()
        for name, value in signature_headers(keys, "evt_1", seconds, body)
    }
    parts = headers["sk-signature"].split(",")
    assert parts[0] == f"t={seconds}"
    assert len(parts) == len(keys) + 1
    assert re.fullmatch(r"t=\d+(,v1=[0-9a-f]{64}){1,2}", headers["sk-signature"])
    text = body.decode("utf-8", "ignore")
    if text.encode() == body:
        for key in keys:
            assert stripe.WebhookSignature.verify_header(text, headers["sk-signature"], key)


def test_the_documents_own_form(database: Database) -> None:
    """SurveyKiwi 003 shows `t=1539794213,v1=720c…` in one header."""
    example = "t=1539794213,v1=720c0195d5fc0d6dc06accf258d3aaf6165a729efbda7f3628d54803576e2c9e"
    headers = dict(signature_headers([new_signing_secret()], "evt_1", 1539794213, b"{}"))
    shape = r"t=1539794213,v1=[0-9a-f]{64}"
    assert re.fullmatch(shape, example)
    assert re.fullmatch(shape, headers[b"SK-Signature"].decode())


def test_secrets_suit_every_library() -> None:
    secrets = {new_signing_secret() for _ in range(200)}
    assert len(secrets) == 200
    assert all(re.fullmatch(r"whsec_[A-Za-z0-9]{48}", secret) for secret in secrets)


@pytest.mark.parametrize("trusted", [True, False])
def test_https_with_the_right_name_and_a_trusted_certificate(database: Database, trusted: bool) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    (authority if trusted else stranger).configure_trust(client)
    house = Listening.make(database)
    with receiving(tls=server) as receiver:
        house.listen(receiver.url)
        house.answer("oslo")
        Dispatcher(database, POLICY, tls=client).run_due()
        assert len(receiver.requests) == trusted
    (found,) = house.deliveries()
    if trusted:
        assert found.status is DeliveryStatus.DELIVERED
    else:
        assert "Its certificate cannot be trusted" in (found.tries[0].error or "")


def test_a_certificate_of_another_name_is_refused(database: Database) -> None:
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("elsewhere.example").configure_cert(server)
    authority.configure_trust(client)
    house = Listening.make(database)
    with receiving(tls=server) as receiver:
        house.listen(receiver.url)
        house.answer("oslo")
        Dispatcher(database, POLICY, tls=client).run_due()
        assert receiver.requests == []
    (found,) = house.deliveries()
    assert "Its certificate cannot be trusted" in (found.tries[0].error or "")


def test_secrets_are_not_logged(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    house = Listening.make(database)
    with receiving() as receiver:
        webhook, secret = house.listen(receiver.url)
        new = house.write(lambda unit: rotate_webhook(unit, webhook.id))
        house.answer("oslo")
        Dispatcher(database, POLICY).run_due()
    assert secret not in caplog.text
    assert new not in caplog.text
    assert secret not in repr(house.deliveries())
