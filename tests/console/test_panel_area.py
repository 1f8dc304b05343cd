"""The panel's pages: what their forms do, and what they refuse."""

from __future__ import annotations

import html
import re
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from console.conftest import House
from rejoinder.core.feedback.surveys import settle_survey
from rejoinder.core.mail_templates import create_mail_template, find_mail_template, invites
from rejoinder.core.mailings import list_mailings, mailing_stats
from rejoinder.core.panel.contacts import browse_contacts, count_contacts
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Chosen
from rejoinder.store.tables.panel import mail

HTML = '<p>Hello {label1}</p><a href="{survey_link}">x</a>'
DAY = 24 * 3600 * 1_000_000


def rows(*people: dict[str, Any]) -> str:
    return msgspec.json.encode(list(people)).decode()


def batch_of(house: House, *addresses: str) -> str:
    """A batch with these people; gives its address."""
    begun = house.editor.post("/panel/batches", survey="visits").json()
    told = house.editor.http.post(
        begun["rows"],
        data={"rows": rows(*({"email": one, "labels": {"1": "Anna"}} for one in addresses))},
        headers={"X-CSRF-Token": house.editor.token(), "HX-Request": "true"},
    ).json()
    assert told["added"] == len(addresses)
    return str(begun["done"])


def test_contacts_are_added_changed_found_and_erased(house: House) -> None:
    made = house.editor.post("/panel/contacts", email="Anna@example.org", label1="Warszawa")
    assert made.headers["hx-redirect"].endswith("/panel/contacts/1")
    again = house.editor.post("/panel/contacts", email="anna@EXAMPLE.org")
    assert again.status_code == 422
    assert "email" in again.json()["fields"]
    assert "Anna@example.org" in house.viewer.get("/panel/contacts?q=wars&by=label").text
    house.editor.post("/panel/contacts/1", email="anna@example.org", label2="x")
    wrong = house.editor.post("/panel/contacts/1/erase", typed="bo@example.org")
    assert "typed" in wrong.json()["fields"]
    assert house.tenant.look(count_contacts) == 1
    house.editor.post("/panel/contacts/1/erase", typed="ANNA@example.org")
    assert house.tenant.look(count_contacts) == 0
    assert house.owner.get("/panel/contacts/1").status_code == 404


def test_a_list_is_kept_but_for_its_bad_lines(house: House) -> None:
    sent = rows(
        {"email": "a@example.org"}, {"email": "nobody"}, {"email": "b@example.org", "labels": {"16": "x"}}
    )
    told = house.editor.post("/panel/contacts/keep", rows=sent).json()
    assert (told["added"], set(told["wrong"])) == (1, {"1", "2"})
    assert house.editor.post("/panel/contacts/keep", rows="[{").status_code == 422
    assert house.viewer.post("/panel/contacts/keep", rows="[]").status_code == 403


def test_contacts_go_into_a_survey_once(house: House) -> None:
    house.tenant.survey("visits")
    house.editor.post("/panel/contacts/keep", rows=rows({"email": "a@x.org"}, {"email": "b@x.org"}))
    for expected in ({"added": 2, "alike": 0}, {"added": 0, "alike": 2}):
        begun = house.editor.post("/panel/batches", survey="visits").json()
        told = house.editor.post(begun["contacts"], q="", by="address", after="").json()
        assert {name: told[name] for name in expected} == expected
        assert told["after"] is None
    shown = house.owner.get("/panel/contacts/1").text
    assert "Visits" in shown
    assert house.tenant.look(lambda unit: browse_contacts(unit, "a@")).contacts[0].id == 1


def test_a_mailing_is_checked_made_held_up_and_stopped(house: House) -> None:
    house.tenant.survey("visits")
    template = house.tenant.verb(lambda unit: create_mail_template(unit, "hello", "Hi {label1}", HTML))
    batch = batch_of(house, "a@example.org", "b@example.org").rpartition("/")[2]
    house.editor.post("/panel/opt-outs", addresses="B@example.org", reason="asked by beata@example.org")
    form = {"survey": "visits", "people": "batch", "batch": batch, "template": str(template.id)}
    checked = house.editor.post("/panel/mailings/check", **form)
    assert "Send 1 mail" in checked.text
    assert "Opted out" in checked.text
    late = house.editor.post("/panel/mailings/check", **form, send_at="2001-01-01T10:00")
    assert "send_at" in late.json()["fields"]
    made = house.editor.post("/panel/mailings", **form, send_at="")
    address = made.headers["hx-redirect"]
    number = int(address.rpartition("/")[2])
    assert "Arrived" in house.viewer.get(f"/panel/mailings/{number}/funnel").text
    house.editor.post(f"/panel/mailings/{number}/pause")
    assert "Paused since" in house.viewer.get(f"/panel/mailings/{number}/funnel").text
    assert house.tenant.look(lambda unit: _due(unit)) == [None]
    house.editor.post(f"/panel/mailings/{number}/resume")
    assert house.tenant.look(lambda unit: _due(unit)) != [None]
    house.editor.post(f"/panel/mailings/{number}/stop")
    stats = house.tenant.look(lambda unit: mailing_stats(unit, number))
    assert stats.skipped == {"opted out": 1, "stopped": 1}
    audit = house.owner.get("/settings/audit").text
    assert "beata@" not in audit


def _due(unit: Unit) -> list[int | None]:
    found = unit.session.rows(mail.select().where(mail.c.status == "waiting"))
    return [row.due_at for row in found]


def test_reminders_are_made_only_when_somebody_is_due(house: House) -> None:
    house.tenant.survey("visits")
    template = house.tenant.verb(lambda unit: create_mail_template(unit, "hello", "Hi", HTML))
    batch_of(house, "a@example.org")
    house.editor.post("/panel/mailings", survey="visits", people="new", template=str(template.id))
    nobody = house.editor.post("/panel/mailings/1/remind", min_days="3", max_count="2")
    assert nobody.status_code == 422
    assert len(house.tenant.look(list_mailings)) == 1
    values = {"status": "sent", "due_at": None}
    house.tenant.verb(
        lambda unit: unit.session.run(update(mail).values(**values, ended_at=unit.now - 4 * DAY))
    )
    assert "1 person is due" in house.viewer.get("/panel/mailings/1/due?min_days=3&max_count=2").text
    house.editor.post("/panel/mailings/1/remind", min_days="3", max_count="2")
    assert [one.kind for one in house.tenant.look(list_mailings)] == ["reminder", "invitation"]
    bad = house.editor.post("/panel/mailings/1/remind", min_days="-1", max_count="99")
    assert set(bad.json()["fields"]) == {"min_days", "max_count"}


def test_templates_speak_languages(house: House) -> None:
    form = {"name": "hello", "subject": "Hi", "content": HTML, "languages[]": "pl"}
    house.editor.post(
        "/panel/templates", **form, subject_pl="Cześć", content_pl=HTML.replace("Hello", "Cześć")
    )
    found = house.tenant.look(lambda unit: find_mail_template(unit, "hello"))
    assert found.said_in("pl-PL").subject == "Cześć"
    assert found.said_in("de").subject == "Hi"
    refused = house.editor.post("/panel/templates", name="x", subject="", content="{nope}")
    assert refused.status_code == 422
    framed = house.viewer.get(f"/panel/templates/{found.id}/html?language=pl")
    assert "Cześć" in framed.text
    policy = framed.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert (
        house.stranger.get(f"/console/{house.tenant.workspace_id}/panel/templates/1/html").status_code == 404
    )


def test_a_new_template_begins_with_a_mail_that_could_be_sent(house: House) -> None:
    page = house.editor.get("/panel/write").text
    typed = dict(re.findall(r'<input [^>]*name="(name|subject)"[^>]* value="([^"]*)"', page))
    found = re.search(r'<textarea [^>]*name="content"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    draft = {**typed, "content": html.unescape(found[1])}
    assert "{survey_link}" in draft["content"]
    assert house.editor.post("/panel/templates", **draft).status_code == 200
    made = house.tenant.look(lambda unit: find_mail_template(unit, "Invitation"))
    assert invites(made)
    again = house.editor.get("/panel/write").text
    assert re.search(r'<input [^>]*name="name"[^>]* value=""', again), (
        "else it would be a version of that one"
    )


def test_a_mailing_says_in_the_list_how_far_it_is(house: House) -> None:
    house.tenant.survey("visits")
    template = house.tenant.verb(lambda unit: create_mail_template(unit, "hello", "Hi", HTML))
    batch_of(house, "a@example.org", "b@example.org")
    house.editor.post("/panel/mailings", survey="visits", people="new", template=str(template.id))
    for statuses, said in (
        (("waiting", "sent"), "Sending"),
        (("outbox", "sent"), "In the outbox"),
        (("bounced", "sent"), "Done"),
    ):
        letters = house.tenant.look(lambda unit: unit.session.rows(select(mail.c.id).order_by(mail.c.id)))
        for letter, status in zip(letters, statuses, strict=True):
            change = update(mail).where(mail.c.id == letter.id).values(status=status, due_at=None)
            house.tenant.verb(lambda unit, change=change: unit.session.run(change))
        badges = re.findall(
            r'<span class="badge [a-z]*">([^<]+)</span>', house.viewer.get("/panel/mailings").text
        )
        assert badges == [said]


def test_nobody_is_asked_to_answer_an_import_of_feedback(house: House) -> None:
    visits = house.tenant.survey("visits").id
    house.tenant.survey("reviews")
    house.tenant.verb(lambda unit: settle_survey(unit, "reviews", Chosen(), imported=True))
    house.tenant.verb(lambda unit: create_mail_template(unit, "hello", "Hi", HTML))
    for path in ("/panel/add", "/panel/compose"):
        choice = re.search(r'<select [^>]*name="survey".*?</select>', house.editor.get(path).text, re.DOTALL)
        assert choice, path
        assert re.findall(r'value="(\d+)"', choice[0]) == [str(visits)], path


def test_opt_outs_are_kept_without_addresses(house: House) -> None:
    house.editor.post("/panel/opt-outs", addresses="a@x.org, b@x.org\nc@x.org")
    shown = house.viewer.get("/panel/opt-outs").text
    assert "3 opt-outs in all" in shown
    assert not re.search(r"[abc]@x\.org", shown)
    assert "has opted out" in house.viewer.get("/panel/opt-outs?address=A@X.org").text
    assert house.editor.post("/panel/opt-outs/remove", address="z@x.org", reason="r").status_code == 422
    house.editor.post("/panel/opt-outs/remove", address="a@x.org", reason="she asked")
    assert "2 opt-outs in all" in house.viewer.get("/panel/opt-outs").text


def test_a_doubtful_mail_is_decided(house: House) -> None:
    house.tenant.survey("visits")
    template = house.tenant.verb(lambda unit: create_mail_template(unit, "hello", "Hi", HTML))
    batch_of(house, "a@example.org", "b@example.org", "c@example.org")
    house.editor.post("/panel/mailings", survey="visits", people="new", template=str(template.id))
    house.tenant.verb(lambda unit: unit.session.run(update(mail).values(status="doubtful", due_at=None)))
    listed = house.viewer.get("/panel/outbox").text
    assert "a@example.org" in listed
    assert "Hi" in house.editor.get("/panel/outbox/1").text
    for number, what in ((1, "sent"), (2, "resend"), (3, "cancel")):
        assert house.editor.post(f"/panel/outbox/{number}/{what}").status_code == 200, what
    assert house.editor.post("/panel/outbox/1/resend").status_code == 422
    states = house.tenant.look(lambda unit: unit.session.rows(mail.select().order_by(mail.c.id)))
    assert [row.status for row in states] == ["sent", "waiting", "skipped"]


def test_what_a_mail_says_is_not_for_viewers(house: House) -> None:
    """Its links let one answer, or opt out, as the person whom it is for."""
    house.tenant.survey("visits")
    template = house.tenant.verb(
        lambda unit: create_mail_template(unit, "hello", "See you", HTML + "{unsubscribe_link}")
    )
    batch_of(house, "a@example.org")
    house.editor.post("/panel/mailings", survey="visits", people="new", template=str(template.id))
    links = re.compile(r"/s/visits/\w+|/u/[\w.-]+")
    for person in (house.owner, house.editor):
        assert len(links.findall(person.get("/panel/outbox/1").text)) >= 3
        assert links.search(person.get("/panel/outbox/1/html").text)
    told = house.viewer.get("/panel/outbox/1").text
    assert "a@example.org" in told
    assert "See you" in told
    assert "Editors and owners may read this mail." in told
    assert not links.search(told)
    assert house.viewer.get("/panel/outbox/1/html").status_code == 403
    for path in ("/panel/outbox", "/panel/mailings/1", "/surveys/1/respondents/1", "/surveys/1/respondents"):
        assert not links.search(house.viewer.get(path).text), path
    assert links.search(house.editor.get("/surveys/1/respondents/1").text)


@pytest.mark.parametrize("path", ["/panel/import", "/panel/add", "/panel/write", "/panel/compose"])
def test_who_only_looks_gets_no_form_that_would_be_refused(house: House, path: str) -> None:
    assert house.viewer.get(path).status_code == 403
    assert house.editor.get(path).status_code == 200
