"""Every sample and every error of Webankieta's document, sent to the real server.

An exchange keeps the document's words (`documented`), with the addresses that stand behind its masks
(`restored`), what is there before (`state`), what is `sent`, what is `checked`, and for each place (`at`)
where the reply differs from the printed one, which sentence forces it (`because`). `{…}` stands for what the
test makes, `<…>` for a new number.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from rejoinder.core.collecting.authoring import intake_of
from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import Recipients, find_batch, queue_mailing
from rejoinder.core.panel.contacts import add_contact
from rejoinder.core.panel.membership import add_respondent
from rejoinder.core.unit import Unit
from rejoinder.store.counters import at_least
from servers.rejoinder import Server

from . import document
from .panel import URLENCODED, Panel

FOLDER = Path(__file__).with_name("exchanges")
EXCHANGES = {path.stem: msgspec.json.decode(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))}
NOWHERE = "987654321"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

every_exchange = pytest.mark.parametrize("exchange", EXCHANGES.values(), ids=EXCHANGES)


def test_every_sample_of_the_document_is_an_exchange() -> None:
    kept = [
        exchange["documented"][part]
        for exchange in EXCHANGES.values()
        for part in ("reply", "body")
        if part in exchange["documented"]
    ]
    assert [found for found in document.objects() if found not in kept] == []
    text = [
        exchange["documented"]["text"] for exchange in EXCHANGES.values() if "text" in exchange["documented"]
    ]
    assert len(text) == 2


def test_every_error_of_the_document_is_an_exchange() -> None:
    kept = [exchange["documented"].get("error") for exchange in EXCHANGES.values()]
    assert [line for line in kept if line] == document.errors()


@every_exchange
def test_what_is_documented_is_in_the_document(exchange: dict[str, Any]) -> None:
    text = "\n".join(document.lines())
    for part, words in exchange["documented"].items():
        if part == "members":
            continue
        block = words if isinstance(words, str) else "\n".join(words)
        assert block in text, part


@every_exchange
def test_what_is_sent_is_what_the_document_prints(exchange: dict[str, Any]) -> None:
    documented, sent = exchange["documented"], exchange["sent"]
    if "request" in documented:
        method, _, address = documented["request"][0].partition(" ")
        wanted = re.sub(r":\w+", ".+", address[address.index("/api") :])
        assert method == f"({sent['method']})"
        assert re.fullmatch(wanted, sent["target"].partition("?")[0])
    if "body" in documented:
        body = document.restored(documented["body"], exchange.get("restored", ()))
        assert body == sent["json"] | ({"batch_id": "example_batch_id"} if "batch_id" in body else {})


@every_exchange
def test_what_is_checked_differs_from_the_document_where_the_exchange_says(exchange: dict[str, Any]) -> None:
    documented, checked = exchange["documented"], exchange["checked"]
    assert all(difference["because"] for difference in exchange["differences"])
    named = {difference["at"] for difference in exchange["differences"]}
    if "reply" in documented:
        printed = document.restored(documented["reply"], exchange.get("restored", ()))
        assert document.differences(printed, checked["body"]) == named
    elif "error" in documented:
        assert documented["error"].startswith(f" • {checked['status']} ")
    elif "members" in documented:
        assert checked["body"].keys() == {*documented["members"]}
    else:
        assert {f"/{name}" for name in checked["body"]} == named
    if "status" in documented:
        assert documented["status"].startswith(str(checked["status"]))


@every_exchange
def test_the_server_answers_as_the_exchange_says(
    server: Server, panel: Panel, exchange: dict[str, Any]
) -> None:
    names = prepare(server, panel, exchange["state"])
    sent, checked = filled(exchange["sent"], names), filled(exchange["checked"], names)
    reply = panel.http.request(sent["method"], sent["target"], **content(sent))
    assert reply.status_code == checked["status"], reply.text
    body = reply.json()
    if checked.get("elided"):
        body["list"] = body["list"][:1]
    assert document.differences(checked["body"], seen(body, checked["body"])) == set()
    if "afterwards" in checked:
        panel.work()
        assert afterwards(panel) == checked["afterwards"]


def content(sent: dict[str, Any]) -> dict[str, Any]:
    """The body of a request."""
    if "json" in sent:
        return {"json": sent["json"]}
    text = urlencode(sent["form"]) if "form" in sent else sent.get("text")
    return {"content": text, "headers": URLENCODED} if text is not None else {}


def prepare(server: Server, panel: Panel, state: dict[str, Any]) -> dict[str, str]:
    """Make what is there before; gives the names of what was made."""
    stranger = server.tenant()
    names = {"survey": str(panel.survey.id), "foreign": str(stranger.survey("theirs").id), "nowhere": NOWHERE}
    names["batch"] = panel.batch()
    people = state.get("respondents", {"count": 0, "first_id": 1})
    panel.tenant.verb(
        lambda unit: at_least(unit.session, unit.workspace_id, "respondent", people["first_id"] - 1)
    )
    if people["count"]:
        shared = [text for _, text in sorted(state.get("everybody", {}).items())]
        rows = [
            {"email": f"u{n}@webankieta.pl", "labels": shared and labels(state)}
            for n in range(people["count"])
        ]
        if first := people.get("first"):
            rows[0] = {"email": first["email"], "labels": first["labels"]}
        names["patch"] = panel.load(*rows, batch=names["batch"])["patch_id"]
    names["host"] = server.url
    names["public"] = panel.tenant.look(lambda unit: intake_of(unit, "p1").reference)
    panel.tenant.verb(lambda unit: rewrite(unit, state))
    if state.get("mailing"):
        names["mailing"] = panel.tenant.verb(lambda unit: invite(unit, names))
    if state.get("contacts"):
        contact = panel.tenant.verb(lambda unit: add_contact(unit, "kontakt@webankieta.pl", {1: "Jan"}))
        names["contact"] = str(contact.id)
        if state.get("added"):
            panel.tenant.verb(lambda unit: add_respondent(unit, "p1", contact.id))
    return names


def labels(state: dict[str, Any]) -> list[str]:
    """The labels that everybody has."""
    return [state["everybody"].get(f"label{n}", "") for n in range(1, 16)]


def rewrite(unit: Unit, state: dict[str, Any]) -> None:
    """What no call can make: a token and a date of the document, rows of own distribution."""
    mine = f"workspace_id = {unit.workspace_id}"
    run = unit.session.raw.execute
    if first := state.get("respondents", {}).get("first"):
        one = f"{mine} AND id = {state['respondents']['first_id']}"
        run(f"UPDATE respondent SET token = '{first['token']}', created_at = {CREATED} WHERE {one}")
    if state.get("offline"):
        run(f"UPDATE respondent SET offline = 1 WHERE {mine}")


CREATED = 1_322_260_062_000_000
"""2011-11-25 22:27:42 UTC, the document's date."""


def invite(unit: Unit, names: dict[str, str]) -> str:
    """A mailing to the batch; gives its number."""
    template = create_mail_template(unit, "t", "Hello", "{survey_link}")
    batch = Recipients(batch=find_batch(unit, names["batch"]))
    return str(queue_mailing(unit, names["survey"], template.id, batch).mailing.id)


def filled(part: Any, names: dict[str, str]) -> Any:
    """A part of an exchange with its names filled in."""
    text = msgspec.json.encode(part).decode().replace("https://<host>", names["host"])
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return msgspec.json.decode(text.replace('"<survey>"', names["survey"]))


def seen(body: Any, checked: Any) -> Any:
    """A reply with its new numbers as the exchange writes them."""
    if isinstance(checked, dict) and isinstance(body, dict):
        return {name: seen(value, checked.get(name)) for name, value in body.items()}
    if checked == "<uuid>":
        assert re.fullmatch(UUID, body)
        return checked
    if checked == "<number>":
        assert re.fullmatch(r"[1-9]\d*", body)
        return checked
    if checked == "<account>":
        assert isinstance(body, int)
        return checked
    return body


def afterwards(panel: Panel) -> dict[str, Any]:
    """What is stored in the end: id → address and labels."""
    found = {}
    for row in panel.list():
        texts = {str(n): row[f"label{n}"] for n in range(1, 16) if row[f"label{n}"]}
        found[str(row["id"])] = [row["email"], texts]
    return found
