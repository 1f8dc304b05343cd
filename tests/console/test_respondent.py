"""One respondent's page: the whole story, each kind of answer changed by hand, erasure, and who may."""

from __future__ import annotations

import html
import re
from typing import Any

import msgspec
import pytest

from console.conftest import House
from console.test_feedback_area import work
from rejoinder.core.audit import list_entries
from rejoinder.core.feedback.onboarding import choose_category, complete
from rejoinder.core.panel.batches import add_contacts, create_batch
from rejoinder.core.panel.contacts import browse_contacts, keep_contacts
from rejoinder.core.respondents.grid import one_row
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.webhooks import create_webhook
from rejoinder.model.panel import Entry
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.model.survey import Field, Kind, Option, Variable
from servers.people import Person

STARS = tuple(Option(str(n), texts={"en": f"{n} stars"}) for n in range(1, 6))
VARIABLES = (
    Variable("city", Kind.TEXT, level="respondent", origin="background", length=40),
    Variable("stars", Kind.SINGLE, options=STARS, titles={"en": "How many stars?"}),
    Variable("likes", Kind.MULTI, options=(Option("tea"), Option("cake"), Option("pie"))),
    Variable("age", Kind.NUMERIC, precision=3, scale=0),
    Variable("again", Kind.BOOLEAN),
    Variable("why", Kind.TEXT, element="comment", length=400, titles={"en": "Why?"}),
    Variable("staff", Kind.RATING, fields=(Field("kind"),), options=STARS),
)
RECORD: dict[str, Any] = {
    "email": "ann@example.org",
    "city": "Oslo",
    "stars": "4",
    "likes": {"true": ["tea"], "false": ["cake", "pie"]},
    "age": 41,
    "again": 1,
    "why": "The courier was good & <b>quick</b>",
    "staff": {"kind": "2"},
}
MOMENT = 1_760_000_000_000_000


def fill(house: House) -> str:
    """A survey with one who answered all and one who was only listed; gives the first one's path."""
    survey = house.tenant.survey("visits", VARIABLES)
    lives = [
        Lifecycle(State.COMPLETED, MOMENT, MOMENT + 1, MOMENT + 2, "en", FINISHED, 0),
        Lifecycle(State.LISTED, MOMENT),
    ]
    house.tenant.respond("visits", [RECORD, {"email": "bo@example.org"}], lives)
    return f"/surveys/{survey.id}/respondents/1"


def shown(person: Person, path: str) -> dict[str, str]:
    """Question → answer, without tags."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", person.get(path).text, re.DOTALL)
    return {html.unescape(name): " ".join(re.sub(r"<[^>]+>", " ", text).split()) for name, text in pairs}


def events(person: Person, path: str) -> list[str]:
    """What the page says of changes by hand, the newest first, without tags."""
    lines = re.findall(r"<li><p>(.*?)</li>", person.get(path).text.partition('id="history"')[2], re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]


def doc(house: House) -> Any:
    """What is stored of the first respondent."""
    row = house.tenant.look(lambda unit: one_row(unit, open_survey(unit, "visits"), 1))
    return msgspec.json.decode(row.doc)


def test_the_whole_story_is_told(house: House) -> None:
    house.tenant.verb(lambda unit: create_webhook(unit, "https://example.org/hook"))
    path = fill(house)
    found = shown(house.viewer, path)
    assert found["How many stars?"] == "4 stars"
    assert found["likes"] == "tea"
    assert found["age"] == "41"
    assert found["city"] == "Oslo"
    assert "kind 2 stars" in found["staff"]
    page = house.viewer.get(path).text
    assert "good &amp; &lt;b&gt;quick" in page
    assert "<b>quick" not in page
    assert 'data-dialog="edit"' not in page, "viewers change nothing"
    assert 'data-dialog="edit"' in house.editor.get(path).text
    listed = house.viewer.get(path[:-1] + "2").text
    assert "There is no response yet." in listed
    assert "No mail was sent to this respondent." in listed


def test_words_that_tags_were_found_by_are_marked(house: House) -> None:
    house.tenant.verb(lambda unit: (choose_category(unit, 2), complete(unit)))
    path = fill(house)
    work(house.tenant)
    page = house.viewer.get(path).text
    assert "What the comment says" in page
    assert "Positive" in page
    assert "&lt;b&gt;quick" in page
    assert "Corrected by" not in page
    number = house.tenant.look(lambda unit: one_row(unit, open_survey(unit, "visits"), 1)).id
    assert f"/feedback/texts/{number}" in page
    assert house.editor.post(f"/feedback/texts/{number}", do="sentiment:negative").status_code == 200
    page = house.viewer.get(path).text
    assert f"Corrected by {house.editor.email}, " in page
    assert "set by hand" in page


def test_who_is_of_the_panel_has_a_contact(house: House) -> None:
    path = fill(house)
    assert "/panel/contacts/" not in house.viewer.get(path).text.split('id="main"')[1]

    def invite(unit: Unit) -> None:
        keep_contacts(unit, [Entry("cleo@example.org", {1: "Cleo", 4: "Nice"})])
        batch = create_batch(unit, "visits")
        add_contacts(unit, batch.uuid, browse_contacts(unit, limit=5).contacts)

    house.tenant.verb(invite)
    page = house.viewer.get(path[:-1] + "3").text
    assert "/panel/contacts/1" in page
    assert "cleo@example.org" in page
    assert ">Nice<" in page


@pytest.mark.parametrize(
    ("variable", "typed", "stored"),
    [
        ("stars", "2", "2"),
        ("age", "37", 37),
        ("again", "0", 0),
        ("why", "Nothing <i>new</i>", "Nothing <i>new</i>"),
        ("city", "Lima", "Lima"),
        ("likes", ["cake", "pie"], {"true": ["cake", "pie"], "false": ["tea"]}),
    ],
)
def test_each_kind_of_answer_is_changed_and_noted(
    house: House, variable: str, typed: Any, stored: Any
) -> None:
    path = fill(house)
    form = house.editor.get(f"{path}/answer?variable={variable}")
    assert form.status_code == 200
    assert f'value="{variable}"' in form.text
    sent: dict[str, Any] = {"value[]" if isinstance(typed, list) else "value": typed}
    reply = house.editor.post(f"{path}/change", None, variable=variable, **sent)
    assert reply.status_code == 200, reply.text
    assert doc(house) == RECORD | {variable: stored} | {"respid": 1} | left_out(house)
    entry = house.tenant.look(lambda unit: list_entries(unit, 1))[0]
    assert entry.action == "respondent.change"
    assert str(typed) not in str(entry.detail) or len(str(typed)) < 3, "the log tells no answers"
    (told,) = events(house.editor, path)
    assert told.startswith("Answer changed"), "and the story says who"
    assert house.editor.email in told


def left_out(house: House) -> dict[str, Any]:
    """What rows hold beside the answers."""
    return {name: value for name, value in doc(house).items() if name not in {*RECORD, "respid"}}


@pytest.mark.parametrize(
    ("variable", "typed"), [("stars", "9"), ("age", "old"), ("age", "99999"), ("likes", ["beer"])]
)
def test_what_does_not_fit_is_refused_at_its_field(house: House, variable: str, typed: Any) -> None:
    path = fill(house)
    before = doc(house)
    sent: dict[str, Any] = {"value[]" if isinstance(typed, list) else "value": typed}
    reply = house.editor.post(f"{path}/change", None, variable=variable, **sent)
    assert reply.status_code == 422
    assert "value" in reply.json()["fields"]
    assert doc(house) == before


def test_an_answer_is_cleared(house: House) -> None:
    path = fill(house)
    house.editor.post(f"{path}/change", variable="why", value="")
    assert doc(house).get("why") is None


def test_what_is_not_there_cannot_be_changed(house: House) -> None:
    path = fill(house)
    assert house.editor.get(f"{path}/answer?variable=nothing").status_code == 404
    assert house.viewer.get(f"{path}/answer?variable=stars").status_code == 403
    assert house.editor.post(f"{path}/change", variable="respid", value="7").status_code == 404
    assert house.editor.post(f"{path[:-1]}2/change", variable="stars", value="2").status_code == 422
    assert house.owner.get(f"{path}99").status_code == 404
    assert house.owner.get(f"{path[:-1]}{1 << 70}").status_code == 404
    assert house.viewer.post(f"{path}/change", variable="stars", value="2").status_code == 403
    assert house.stranger.get(path).status_code == 404
    assert house.stranger.get(house.owner.path(path)).status_code == 404


def test_one_is_erased_once_the_number_is_typed(house: House) -> None:
    path = fill(house)
    assert "confirmation" in house.editor.post(f"{path}/erase", confirmation="2").json()["fields"]
    assert house.viewer.post(f"{path}/erase", confirmation="1").status_code == 403
    assert house.editor.post(f"{path}/erase", confirmation="1").status_code == 200
    assert house.editor.get(path).status_code == 404
    assert house.editor.get(path[:-1] + "2").status_code == 200
