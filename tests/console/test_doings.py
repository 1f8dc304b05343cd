"""The audit log in words: no action without a sentence, and links that lead where the visitor may go."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rejoinder
from console.conftest import House
from rejoinder.console import doing_details
from rejoinder.console.doings import DONE, nouns
from rejoinder.core.access import SCOPES, create_client
from rejoinder.core.audit import record
from rejoinder.core.erasing import drop_survey
from rejoinder.core.erasure import Wiped
from rejoinder.core.people.accounts import find_by_email, remove_person
from rejoinder.core.unit import Unit
from rejoinder.core.webhooks import create_webhook
from rejoinder.model.audit import Entry
from servers.people import Person, sign_in

SOURCE = Path(rejoinder.__path__[0])


def recorded() -> Iterator[tuple[str, str, list[str]]]:
    """(file, action, names of what is kept beside it) of all that the code notes in the log."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = node.func if isinstance(node, ast.Call) else None
            if isinstance(name, ast.Name) and name.id == "record" and len(node.args) >= 3:  # type: ignore[attr-defined]
                action = node.args[1]  # type: ignore[attr-defined]
                assert isinstance(action, ast.Constant), f"{path}: an action is a plain text"
                beside = [one.arg for one in node.keywords if one.arg]  # type: ignore[attr-defined]
                yield str(path.relative_to(SOURCE)), action.value, beside


def test_every_action_has_words() -> None:
    found = list(recorded())
    assert len(found) > 40
    assert not [(file, action) for file, action, _beside in found if action not in DONE]


def test_all_that_is_kept_beside_an_action_has_words() -> None:
    known = doing_details.COUNTS.keys() | doing_details.NAMES.keys() | doing_details.HIDDEN
    lacking = [(file, name) for file, _action, beside in recorded() for name in beside if name not in known]
    assert not lacking
    assert set(Wiped.__struct_fields__) <= known


@pytest.mark.parametrize(
    ("action", "detail", "told"),
    [
        (
            "client.create",
            {"name": "Nightly", "scopes": ["forsta:read"]},
            ["Name: Nightly", "Rights: Forsta (read)"],
        ),
        ("client.create", {"scopes": list(SCOPES)}, ["Rights: read and write through every API"]),
        ("webhook.create", {"survey": 1, "events": ["answer.created"]}, ["Events: An answer arrives"]),
        ("survey.retention", {"action": "anonymise", "days": 365}, ["Days: 365", "Then: Anonymised"]),
        ("survey.retention", {"days": None}, ["Kept for ever"]),
        (
            "respondents.erase",
            {"scope": "filter", "number": 9, "respondents": 2, "events": 0},
            ["Whom: those whom a filter found", "Respondents: 2"],
        ),
        (
            "respondents.anonymise",
            {"email": True, "labels": [1, 2]},
            ["Address: replaced", "Labels: 1, 2 replaced"],
        ),
        (
            "feedback.correct",
            {"sentiment": "negative", "was": "positive", "now": "negative"},
            ["Sentiment: Negative", "Before: Positive", "Now: Negative"],
        ),
        ("workspace.feature", {"feature": "api_export", "on": False}, ["Feature: api_export", "Now: Off"]),
        ("job.cancel", {"kind": "export"}, []),
        ("test.done", {"colour": "<b>"}, ["colour: <b>"]),
    ],
)
def test_what_is_kept_beside_an_action_is_told(
    action: str, detail: dict[str, object], told: list[str]
) -> None:
    entry = Entry(1, 1, "cli", action, "survey:1", detail, 1, "")
    assert doing_details.details(entry, {"forsta": "Forsta"}) == told


def test_every_noun_has_words() -> None:
    known = {noun for noun, _ in nouns()}
    assert {action.partition(".")[0] for action in DONE} == known


def test_the_log_is_told_in_words(house: House) -> None:
    survey = house.tenant.survey("visits")
    client, _ = house.tenant.verb(lambda unit: create_client(unit, "Nightly"))
    hook, _ = house.tenant.verb(lambda unit: create_webhook(unit, "https://example.org/hook", "visits"))
    house.tenant.verb(lambda unit: record(unit, "survey.retention", f"survey:{survey.id}", days=3))
    told = activity(house.owner)
    assert told[0] == ("Chose how long the survey Visits keeps people", "test", f"/surveys/{survey.id}")
    assert (
        "Created the API client Nightly",
        "test",
        f"/settings/clients/{client.client_id}",
    ) in told
    assert ("Created the webhook example.org", "test", f"/settings/webhooks/{hook.id}") in told
    assert all(not path.startswith("/settings") for _, _, path in activity(house.viewer))
    for _, _, path in told:
        assert not path or house.owner.get(path).status_code == 200, path


def activity(person: Person) -> list[tuple[str, str, str]]:
    """The overview's activity: what, who, and where it leads."""
    page = person.get("/overview").text
    found = re.findall(r'<li>(?:<a href="([^"]+)">)?([^<]+)(?:</a>)?<span class="sub">(.+?) · ', page)
    return [
        (what.strip(), who, path.removeprefix(f"/console/{person.workspace_id}")) for path, what, who in found
    ]


def test_what_is_gone_is_told_without_a_link(house: House) -> None:
    survey = house.tenant.survey("visits")
    bo = sign_in(house.server, house.tenant, "editor", "bo@example.org")
    user = house.tenant.look(lambda unit: find_by_email(unit, bo.email)).user.id
    house.tenant.verb(lambda unit: _by(unit, user, survey.id))
    assert activity(house.viewer)[0] == (
        "Chose how long the survey Visits keeps people",
        "bo@example.org",
        f"/surveys/{survey.id}",
    )
    house.tenant.survey("others")
    house.tenant.verb(lambda unit: drop_survey(unit, survey.id))
    house.tenant.verb(lambda unit: remove_person(unit, user))
    gone, deleted, chosen, *_ = activity(house.owner)
    assert gone == (f"Removed the account #{user}", "test", "")
    assert deleted == (f"Deleted the survey #{survey.id}", "test", "")
    assert chosen == (
        f"Chose how long the survey #{survey.id} keeps people",
        "an account that was removed",
        "",
    )


def _by(unit: Unit, user: int, survey: int) -> None:
    person = Unit(unit.session, unit.workspace_id, f"user:{user}", unit.now)
    record(person, "survey.retention", f"survey:{survey}", days=3)


def test_the_log_of_the_settings_keeps_the_codes(house: House) -> None:
    for action in DONE:
        for subject in ("survey:7", "user:99", "client:x", "webhook:all", "workspace", "respondent:5"):
            house.tenant.verb(lambda unit, a=action, s=subject: record(unit, a, s, kind="export", survey="x"))
    for language in ("en", "de", "kk"):
        house.owner.post("/console/language", language=language)
        before = ""
        while before is not None:
            page = house.owner.get(f"/settings/audit{before}")
            assert page.status_code == 200
            assert "%(" not in page.text
            found = re.search(r'href="[^"]+/settings/audit(\?before=\d+)"', page.text)
            before = found[1] if found else None
    house.owner.post("/console/language", language="en")
    page = house.owner.get("/settings/audit?about=opt_out").text
    assert "Removed an opt-out" in page
    assert "opt_out.remove workspace" in page
    assert "Signed in" not in page
