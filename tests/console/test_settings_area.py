"""The settings: what owners create, rotate, pause and remove, and what is shown once."""

from __future__ import annotations

import html
import re
import time

import httpx
import msgspec
import pytest
from sqlalchemy import update

from console.conftest import House
from rejoinder.core import webhooks
from rejoinder.core.access import list_clients
from rejoinder.core.audit import list_entries
from rejoinder.core.feedback.onboarding import status
from rejoinder.core.jobs import enqueue, show_job
from rejoinder.core.people.accounts import list_people
from rejoinder.core.retention import retention_of
from rejoinder.core.workspaces import workspace_now, workspace_of
from rejoinder.dialects.register import VENDORS
from rejoinder.store.tables.effects import job
from servers import rejoinder
from servers.people import PASSWORD, sign_in
from servers.receiver import Reaction, receiving
from servers.rejoinder import QUICK

SECRET = re.compile(r'<code id="(?:secret|link)">([^<]+)</code>')


def shown(reply: httpx.Response) -> str:
    """What a page shows this once."""
    assert reply.status_code == 200, reply.text
    found = SECRET.search(reply.text)
    assert found, reply.text[-4000:]
    return html.unescape(found[1])


def form(**fields: object) -> dict[str, object]:
    """Names of the form with `[]` for lists."""
    return {f"{name}[]" if isinstance(value, list) else name: value for name, value in fields.items()}


def test_a_client_gets_tokens_with_what_its_page_shows(house: House) -> None:
    scopes = [f"{dialect.name}:{right}" for dialect in VENDORS for right in ("read", "write")]
    reply = house.owner.post("/settings/clients", None, **form(name="Reports", scopes=scopes))
    secret = shown(reply)
    client = house.tenant.look(list_clients)[-1]
    assert client.name == "Reports"
    page = html.unescape(reply.text)
    for dialect in VENDORS:
        curl = re.search(
            rf"{house.server.url}{re.escape(str(dialect.token_path))} \\\s+-u (\S+):(\S+) \\\s+-d '([^']+)'",
            page,
        )
        assert curl, dialect.name
        assert (curl[1], curl[2]) == (client.client_id, secret)
        answer = house.server.client().post(
            str(dialect.token_path),
            content=curl[3],
            auth=(client.client_id, secret),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code == 200, (dialect.name, answer.text)
    assert secret not in house.owner.get(f"/settings/clients/{client.client_id}").text


def test_a_new_client_may_do_nothing_that_was_not_ticked(house: House) -> None:
    page = house.owner.get("/settings/clients").text
    ticks = re.findall(r'<input type="checkbox"[^>]*name="scopes\[\]"[^>]*>', page)
    assert len(ticks) == 2 * (len(VENDORS) + 1)
    assert not [tick for tick in ticks if "checked" in tick]
    assert house.owner.post("/settings/clients", name="Nightly").status_code == 422
    house.owner.post("/settings/clients", None, **form(name="Nightly", scopes=["forsta:read"]))
    client = house.tenant.look(list_clients)[-1]
    shown_rights = house.owner.get(f"/settings/clients/{client.client_id}").text
    assert "Forsta (Confirmit) survey data · read<" in shown_rights


def test_a_clients_secret_is_rotated_and_the_client_revoked(house: House) -> None:
    old = shown(house.owner.post("/settings/clients", None, **form(name="A", scopes=["forsta:read"])))
    client = house.tenant.look(list_clients)[-1]
    new = shown(house.owner.post(f"/settings/clients/{client.client_id}/rotate"))
    assert new != old
    assert house.owner.post(f"/settings/clients/{client.client_id}/revoke").status_code == 200
    asked = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": new}
    assert house.server.client().post("/identity/connect/token", data=asked).status_code in (400, 401)
    assert house.owner.post(f"/settings/clients/{client.client_id}/rotate").status_code == 422


def test_a_client_without_an_api_is_refused(house: House) -> None:
    before = len(house.tenant.look(list_clients))
    reply = house.owner.post("/settings/clients", None, **form(name="A", scopes=["all:read"]))
    assert reply.status_code == 422
    named = house.owner.post("/settings/clients", None, **form(name="", scopes=["forsta:read"]))
    assert named.json()["fields"].keys() == {"name"}
    assert len(house.tenant.look(list_clients)) == before


def test_a_webhook_is_made_tested_paused_and_replayed(database_url: str) -> None:
    settings = msgspec.structs.replace(QUICK, webhook_allow_private=True)
    with (
        rejoinder.running(database_url, settings) as server,
        receiving(lambda request: Reaction()) as receiver,
    ):
        tenant = server.tenant()
        owner = sign_in(server, tenant)
        reply = owner.post(
            "/settings/webhooks", None, **form(url=receiver.url, survey="", kinds=["answer.created"])
        )
        secret = shown(reply)
        assert secret.startswith("whsec_")
        (hook,) = tenant.look(webhooks.list_webhooks)
        here = f"/settings/webhooks/{hook.id}"
        tested = owner.post(f"{here}/test")
        assert "The test arrived" in tested.text
        assert receiver.requests[0].name in html.unescape(tested.text)
        wanted = tenant.look(lambda unit: webhooks.wanted_deliveries(unit, webhook=hook.id))
        (one,) = tenant.look(lambda unit: webhooks.list_deliveries(unit, wanted))
        page = html.unescape(owner.get(f"{here}/deliveries/{one.number}").text)
        assert receiver.requests[0].body.decode() in page
        assert "thanks" in page
        assert one.event in owner.get(here).text
        assert one.event not in owner.get(f"{here}?status=failed").text
        assert owner.post(f"{here}/pause").status_code == 200
        assert owner.post(f"{here}/deliveries/{one.number}/replay").status_code == 422
        assert owner.post(f"{here}/resume").status_code == 200
        assert owner.post(f"{here}/deliveries/{one.number}/replay").status_code == 200
        patience = time.monotonic() + 20
        while len(receiver.requests) < 2:
            assert time.monotonic() < patience, "it was not sent again"
            time.sleep(0.02)
        assert receiver.requests[1].body == receiver.requests[0].body
        assert owner.post(f"{here}/replay", status="delivered", since="2999-01-01T00:00").status_code == 200
        assert owner.post(f"{here}/replay", status="", since="yesterday").json()["fields"].keys() == {"since"}
        assert owner.post(f"{here}/delete").status_code == 200
        assert owner.get(here).status_code == 404


def test_a_webhook_into_private_networks_is_refused_at_its_field(house: House) -> None:
    reply = house.owner.post("/settings/webhooks", None, **form(url="http://169.254.1.1/", kinds=[]))
    assert reply.status_code == 422
    assert house.tenant.look(webhooks.list_webhooks) == []


def test_people_are_invited_changed_and_removed(house: House) -> None:
    link = shown(house.owner.post("/settings/people", email="new@example.org", role="viewer"))
    assert "/console/link/" in link
    again = house.owner.post("/settings/people", email="NEW@example.org", role="viewer")
    assert again.status_code == 409
    person = house.tenant.look(list_people)[-1]
    assert (person.user.email, person.invited) == ("new@example.org", True)
    here = f"/settings/people/{person.user.id}"
    assert house.owner.post(f"{here}/role", role="editor").status_code == 200
    assert house.owner.post(f"{here}/role", role="king").status_code == 422
    assert house.tenant.look(list_people)[-1].user.role == "editor"
    second = shown(house.owner.post(f"{here}/link"))
    http = house.server.client()
    assert http.get(link.removeprefix(house.server.url)).status_code == 404, "an earlier link ends"
    assert http.get(second.removeprefix(house.server.url)).status_code == 200
    assert house.owner.post(f"{here}/remove").status_code == 200
    assert http.get(second.removeprefix(house.server.url)).status_code == 404
    assert house.owner.get(here).status_code == 404


def test_an_owner_ends_somebody_elses_session(house: House) -> None:
    people = {one.user.role: one.user.id for one in house.tenant.look(list_people)}
    here = f"/settings/people/{people['viewer']}"
    session = re.search(rf"{here}/sessions/([0-9a-f]+)/end", house.owner.get(here).text)
    assert session
    other = f"/settings/people/{people['editor']}/sessions/{session[1]}/end"
    assert house.owner.post(other).status_code == 404, "it is not the editor's"
    assert house.owner.post(f"{here}/sessions/{session[1]}/end").status_code == 200
    assert house.viewer.get("/account").status_code == 303
    assert house.editor.get("/account").status_code == 200


def test_the_workspace_is_renamed_and_moved_in_time(house: House) -> None:
    assert house.owner.post("/settings/workspace", name="Acme", timezone="Asia/Almaty").status_code == 200
    found = house.tenant.look(workspace_of)
    assert (found.name, found.settings.timezone) == ("Acme", "Asia/Almaty")
    assert "Acme" in house.owner.get("/account").text
    wrong = house.owner.post("/settings/workspace", name="Other", timezone="Mars/Olympus")
    assert wrong.json()["fields"].keys() == {"timezone"}
    assert house.tenant.look(workspace_of).name == "Acme", "all or nothing"
    taken = house.owner.post("/settings/workspace", name=house.other.workspace, timezone="UTC")
    assert taken.status_code == 409


def test_retention_is_chosen(house: House) -> None:
    one, two = house.tenant.survey("one"), house.tenant.survey("two")
    assert house.owner.post(f"/settings/retention/{one.id}", days="30", action="anonymise").status_code == 200
    assert house.tenant.look(lambda unit: retention_of(unit, "one")).days == 30
    for days in ("0", "x", "99999"):
        reply = house.owner.post(f"/settings/retention/{two.id}", days=days, action="erase")
        assert reply.json()["fields"].keys() == {"days"}, days
    assert house.owner.post("/settings/retention", days="7", action="erase").status_code == 200
    assert {
        house.tenant.look(lambda unit, name=name: retention_of(unit, name)).days for name in ("one", "two")
    } == {7}
    assert "7 days" in house.owner.get("/settings/retention").text
    theirs = house.other.survey("theirs")
    assert house.owner.post(f"/settings/retention/{theirs.id}", days="7", action="erase").status_code == 404


def test_the_category_is_chosen_once(house: House) -> None:
    assert house.owner.post("/settings/category/complete").status_code == 422
    assert house.owner.post("/settings/category", category="99").status_code == 422
    assert house.owner.post("/settings/category", category="2").status_code == 200
    assert house.owner.post("/settings/category/complete").status_code == 200
    assert house.tenant.look(status).onboarded
    assert house.owner.post("/settings/category", category="3").status_code == 409


def test_the_audit_log_is_filtered_and_verified(house: House) -> None:
    house.owner.post("/settings/clients", None, **form(name="Noted", scopes=["forsta:read"]))
    page = house.owner.get("/settings/audit?about=client").text
    assert "client.create" in page
    assert "user.sign_in" not in page
    entry = house.tenant.look(lambda unit: list_entries(unit, 1))[0]
    assert entry.actor.startswith("user:"), "the person is named, not the console"
    by = house.owner.get(f"/settings/audit?actor={entry.actor}").text
    assert house.owner.email in by
    assert "The log is sound" in house.owner.post("/settings/audit/verify").text
    assert house.owner.get("/settings/audit?about=%25").status_code == 200


def test_features_of_the_plan_are_switched(house: House) -> None:
    assert "Switch off" in house.owner.get("/settings/workspace").text
    assert house.owner.post("/settings/workspace/feature", feature="api_export").status_code == 200
    assert house.tenant.look(workspace_now).features == frozenset()
    refused = house.editor.post("/settings/workspace/feature", feature="api_export", on="1")
    assert refused.status_code == 403
    assert house.owner.post("/settings/workspace/feature", feature="gold", on="1").status_code == 422
    assert "Switch on" in house.owner.get("/settings/workspace").text
    for _ in range(2):
        house.owner.post("/settings/workspace/feature", feature="api_export", on="1")
    assert house.tenant.look(workspace_now).features == {"api_export"}
    assert house.other.look(workspace_now).features == frozenset()
    done = [one for one in house.tenant.look(list_entries) if one.action == "workspace.feature"]
    assert [one.detail["on"] for one in done] == [True, False], "what changes nothing is not noted"


def test_the_audit_log_is_paged(house: House) -> None:
    for number in range(60):
        house.tenant.verb(lambda unit, number=number: enqueue_noted(unit, number))
    first = house.owner.get("/settings/audit?about=test").text
    assert "test.done test:59" in first
    after = re.search(r'href="([^"]+before=\d+)" rel="next"', first)
    assert after
    second = house.owner.http.get(html.unescape(after[1])).text
    assert second.count("test.done test:") == 10


def enqueue_noted(unit: webhooks.Unit, number: int) -> None:
    webhooks.record(unit, "test.done", f"test:{number}")


def test_jobs_that_run_say_where_they_are_watched_or_why_they_cannot_be_cancelled(house: House) -> None:
    """A survey is never deleted by halves; who erases its respondents may stop it on a page of its own."""
    whole = {"erase_respondents", "update_respondents", "index_variable", "retag_feedback"}
    given = {"import": {"incoming": 7}, "export": {"export": 99}, "reanalyse_feedback": {}, "send_mail": {}}
    given |= {"erase_respondents": {"survey": 3, "drop": True}, "anonymise": {"survey": 3}}
    far, numbers = 1 << 60, {}
    for kind in {*whole, *given}:
        numbers[kind] = house.tenant.verb(lambda unit, k=kind: enqueue(unit, k, given.get(k, {}), run_at=far))
    assert house.owner.get("/settings/jobs").text.count("It runs to its end") == 0, (
        "what waits can be cancelled"
    )
    running = update(job).where(job.c.id.in_(numbers.values())).values(status="running", claimed_until=far)
    house.tenant.verb(lambda unit: unit.session.run(running))
    page = house.owner.get("/settings/jobs").text
    assert page.count("It runs to its end") == len(whole)
    assert "/cancel" not in page
    one = f"/surveys/3/respondents/bulk/{numbers['anonymise']}"
    for path in ("/surveys/imports/7", "/feedback", "/panel/mailings", one):
        assert re.search(rf'href="[^"]+{path}"[^>]*>\s*Watch it', page), path
    assert page.count("Watch it") == 5, "the export is gone"
    assert house.owner.post(f"/settings/jobs/{numbers['anonymise']}/cancel").status_code == 422


def test_a_job_is_cancelled_and_run_again(house: House) -> None:
    far = 1 << 60
    number = house.tenant.verb(lambda unit: enqueue(unit, "update_respondents", {}, run_at=far))
    reference = f"{house.tenant.workspace_id}/{number}"
    assert "Update respondents" in house.owner.get("/settings/jobs").text
    assert house.owner.post(f"/settings/jobs/{number}/cancel").status_code == 200
    assert house.tenant.look(lambda unit: show_job(unit.session, reference)).status.value == "cancelled"
    assert house.owner.post(f"/settings/jobs/{number}/cancel").status_code == 422
    page = house.owner.get("/settings/jobs?status=cancelled").text
    assert re.search(r'class="badge ">Cancelled<', page), "a person wanted it: it is no failure"
    assert "Run again" in page
    assert "Update respondents" not in house.owner.get("/settings/jobs?status=done").text
    theirs = house.other.verb(lambda unit: enqueue(unit, "update_respondents", {}, run_at=far))
    if theirs != number:
        assert house.owner.post(f"/settings/jobs/{theirs}/cancel").status_code == 404


def test_mail_says_what_is_missing(house: House) -> None:
    assert "REJOINDER_SMTP_URL" in house.owner.get("/settings/mail").text
    assert house.owner.post("/settings/mail/test", address="a@example.org").status_code == 422


def test_hostile_names_are_text(house: House) -> None:
    name = "<img src=x onerror=alert(1)>\"'"
    house.owner.post("/settings/clients", None, **form(name=name, scopes=["forsta:read"]))
    page = house.owner.get("/settings/clients").text
    assert "<img" not in page
    assert html.escape(name, quote=False).split('"')[0] in page


@pytest.mark.parametrize(
    "path", ["/settings/audit?before=x", "/settings/jobs?before=-1&status=zzz", "/settings/webhooks/1x"]
)
def test_nonsense_in_addresses_breaks_nothing(house: House, path: str) -> None:
    assert house.owner.get(path).status_code in (200, 404)


def test_passwords_never_come_back(house: House) -> None:
    for path in ("/account", "/settings/people", "/settings/audit"):
        assert PASSWORD not in house.owner.get(path).text
