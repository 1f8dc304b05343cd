"""`rejoinder webhook …`, as an operator types it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cli.conftest import Shell
from rejoinder.core.webhooks import MAX_WEBHOOKS
from rejoinder.store.engine import Database
from servers.listening import Listening
from servers.receiver import Reaction, Receiver, receiving


@pytest.fixture
def shop(
    store: Shell, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Shell, Listening]]:
    """The command line, and a workspace `w` with a survey."""
    monkeypatch.setenv("REJOINDER_WEBHOOK_ALLOW_PRIVATE", "1")
    database = Database(database_url)
    yield store, Listening.make(database, "w")
    database.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(lambda request: Reaction(500 if "fail" in request.path else 200)) as running:
        yield running


def webhook(shell: Shell, command: str, *words: str, workspace: str = "w") -> Any:
    ended = shell("webhook", command, "-w", workspace, *words, "--json")
    assert ended.code == 0, ended.err
    return ended.json


def test_create_prints_id_and_secret_and_list_hides_it(
    shop: tuple[Shell, Listening], receiver: Receiver
) -> None:
    shell, _ = shop
    made = webhook(shell, "create", "--url", receiver.url, "--survey", "s-w", "--event", "answer.created")
    assert made.keys() == {"id", "secret"}
    assert made["secret"].startswith("whsec_")
    (listed,) = webhook(shell, "list")["webhooks"]
    assert (listed["url"], listed["events"], listed["enabled"]) == (receiver.url, ["answer.created"], True)
    assert made["secret"] not in shell("webhook", "list", "-w", "w").out
    assert made["secret"] not in str(listed)


def test_from_creation_to_replay(shop: tuple[Shell, Listening], receiver: Receiver) -> None:
    shell, house = shop
    number = str(webhook(shell, "create", "--url", receiver.url)["id"])
    house.answer("oslo", "rome")
    assert shell("work", "--once", "--json").json["deliveries"] == 2
    one, two = webhook(shell, "history")["deliveries"]
    assert [one["status"], two["status"], one["tries"][0]["reply"]] == ["delivered", "delivered", "thanks"]
    assert webhook(shell, "history", two["event"])["deliveries"] == [two]
    assert webhook(shell, "history", "--limit", "1", "--before", str(one["number"]))["deliveries"] == [two]
    assert webhook(shell, "history", "--status", "failed")["deliveries"] == []
    assert "thanks" in shell("webhook", "history", "-w", "w", two["event"]).out
    assert webhook(shell, "replay", two["event"]) == {"replayed": 1}
    assert webhook(shell, "replay", "--since", "2000-01-01", "--until", "2001-01-01") == {"replayed": 0}
    everything = (
        "--since",
        "2000-01-01",
        "--survey",
        "s-w",
        "--event",
        "answer.created",
        "--webhook",
        number,
    )
    assert webhook(shell, "replay", *everything) == {"replayed": 2}
    assert shell("work", "--once", "--json").json["deliveries"] == 2
    assert sorted(receiver.names()) == sorted([one["event"], two["event"]] * 2)
    assert webhook(shell, "disable", number) == {"id": 1, "enabled": False}
    assert "disabled" in shell("doctor").out
    assert shell("webhook", "replay", "-w", "w", "--webhook", number).code == 1
    assert webhook(shell, "enable", number)["enabled"]
    rotated = webhook(shell, "rotate", number)
    assert rotated["secret"].startswith("whsec_")
    house.answer("bern")
    shell("work", "--once")
    assert receiver.requests[-1].headers["sk-signature"].count("v1=") == 2
    assert webhook(shell, "delete", number)["deleted"]
    assert webhook(shell, "history") == {"deliveries": []}


def test_a_test_shows_request_and_reply(shop: tuple[Shell, Listening], receiver: Receiver) -> None:
    shell, house = shop
    webhook(shell, "create", "--url", receiver.url)
    empty = webhook(shell, "test", "1")
    assert (empty["good"], empty["reply"]["status"], empty["reply"]["body"]) == (True, 200, "thanks")
    assert receiver.requests[0].json["event"] == "webhook.test"
    (respid,) = house.answer("oslo")
    shown = shell("webhook", "test", "-w", "w", "1").out
    assert "SK-Signature: t=" in shown
    assert "Reply: 200" in shown
    assert receiver.requests[-1].json["answer"]["id"] == respid
    assert webhook(shell, "history", "--event", "webhook.test")["deliveries"][0]["status"] == "delivered"
    webhook(shell, "create", "--url", receiver.url + "/fail")
    failed = shell("webhook", "test", "-w", "w", "2", "--json")
    assert (failed.code, failed.json["reply"]["status"]) == (1, 500)
    assert shell("work", "--once", "--json").json["deliveries"] == 1, (
        "a test is not tried again; the answer is sent"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "--url", "ftp://x"), "cannot be a webhook's address"),
        (("create", "--url", "http://u:p@x/"), "cannot be a webhook's address"),
        (("create", "--url", "http://169.254.169.254/"), "a cloud answers its own machines"),
        (("create", "--url", "http://nowhere.invalid/"), "cannot be resolved"),
        (("create", "--url", "http://127.0.0.1/", "--survey", "nope"), "'nope' was not found"),
        (("create", "--url", "http://127.0.0.1/", "--event", "nope"), "--event"),
        (("test", "9"), "There is no webhook 9"),
        (("disable", "9"), "There is no webhook 9"),
        (("enable", "9"), "There is no webhook 9"),
        (("rotate", "9"), "There is no webhook 9"),
        (("delete", "9"), "There is no webhook 9"),
        (("history", "--webhook", "9"), "There is no webhook 9"),
        (("history", "evt"), "is not an event's id"),
        (("replay", "evt_0_" + "9" * 30), "is not an event's id"),
        (("replay", "evt_0_1"), "nothing to replay"),
        (("replay",), "Say what to send again"),
        (("history", "--since", "yesterday"), "--since"),
    ],
)
def test_refusals_are_sentences(shop: tuple[Shell, Listening], words: tuple[str, ...], said: str) -> None:
    shell, _ = shop
    ended = shell("webhook", words[0], "-w", "w", *words[1:])
    assert ended.code in (1, 2)
    assert said in ended.err
    assert "fault of Rejoinder" not in ended.err


def test_a_private_address_needs_the_operators_leave(
    shop: tuple[Shell, Listening], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REJOINDER_WEBHOOK_ALLOW_PRIVATE")
    shell, _ = shop
    for url in (receiver.url, f"http://localhost:{receiver.port}/"):
        ended = shell("webhook", "create", "-w", "w", "--url", url)
        assert ended.code == 1
        assert "private network" in ended.err
    assert receiver.connections == 0


def test_there_is_a_limit(shop: tuple[Shell, Listening], receiver: Receiver) -> None:
    shell, house = shop
    for _ in range(MAX_WEBHOOKS):
        house.listen(receiver.url)
    ended = shell("webhook", "create", "-w", "w", "--url", receiver.url)
    assert f"at most {MAX_WEBHOOKS} webhooks" in ended.err


def test_every_command_sees_its_own_workspace_only(shop: tuple[Shell, Listening], receiver: Receiver) -> None:
    """Numbers and events of `w`, named in `acme`, are things that do not exist."""
    shell, house = shop
    webhook(shell, "create", "--url", receiver.url)
    house.answer("oslo")
    (delivery,) = webhook(shell, "history")["deliveries"]
    stranger = {"workspace": "acme"}
    assert webhook(shell, "list", **stranger) == {"webhooks": []}
    assert webhook(shell, "history", **stranger) == {"deliveries": []}
    assert webhook(shell, "history", delivery["event"], **stranger) == {"deliveries": []}
    for command in ("test", "disable", "enable", "rotate", "delete"):
        ended = shell("webhook", command, "-w", "acme", "1")
        assert ended.code == 1
        assert "There is no webhook 1" in ended.err
    assert "nothing to replay" in shell("webhook", "replay", "-w", "acme", delivery["event"]).err
    assert webhook(shell, "replay", "--since", "2000-01-01", **stranger) == {"replayed": 0}
    refused = shell("webhook", "create", "-w", "acme", "--url", receiver.url, "--survey", "s-w")
    assert "was not found" in refused.err
    assert webhook(shell, "list")["webhooks"][0]["enabled"]
    assert receiver.connections == 0
