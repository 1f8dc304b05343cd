"""Making surveys, collecting, exporting and options, as an owner does it by forms."""

from __future__ import annotations

import html
import re
import time
from typing import Any

import msgspec
import pytest

from console.conftest import House
from rejoinder.core.collecting.authoring import intake_of
from rejoinder.core.definitions import define_survey
from rejoinder.core.exports.asking import list_exports
from rejoinder.core.feedback.surveys import feedback_of_survey
from rejoinder.core.reviewing import definition_of
from rejoinder.core.surveys import every_survey, open_survey
from rejoinder.jobs.register import exporter, runner
from rejoinder.model.feedback import Chosen
from rejoinder.settings import Settings

VISIT: dict[str, Any] = {
    "title": "Your visit",
    "pages": [
        {
            "name": "page1",
            "elements": [
                {"type": "rating", "name": "service", "title": "How was it?", "metric": "csat"},
                {"type": "comment", "name": "why"},
            ],
        }
    ],
}


@pytest.fixture
def survey(house: House) -> int:
    """A survey with two questions."""
    made = house.tenant.verb(lambda unit: define_survey(unit, msgspec.json.encode(VISIT), ["visit"]))
    return made.survey.id


def number_of(reply: Any) -> int:
    """The survey that an answer leads to."""
    found = re.search(r"/surveys/(\d+)", reply.headers["hx-redirect"])
    assert found, reply.headers
    return int(found[1])


@pytest.mark.parametrize("kind", ["blank", "nps", "csat", "ces"])
def test_a_survey_begins_with_a_template_in_the_chosen_languages(house: House, kind: str) -> None:
    reply = house.editor.post(
        "/surveys/new", name="Besuch", starter=kind, language="de", **{"others[]": ["kk", "tr"]}, alias=kind
    )
    number = number_of(reply)
    document = msgspec.json.decode(house.tenant.look(lambda unit: definition_of(unit, str(number), 1)))
    assert document["locale"] == "de"
    languages = house.tenant.look(lambda unit: open_survey(unit, kind).shape.schema.languages)
    if kind == "blank":
        assert languages == ("de",)
    else:
        assert languages == ("de", "kk", "tr")
        measured = [
            v.metric for v in house.tenant.look(lambda u: open_survey(u, kind).shape.schema.variables)
        ]
        assert kind in measured


def test_a_definition_that_is_none_is_refused_at_its_field(house: House) -> None:
    reply = house.editor.post("/surveys/new/definition", definition='{"pages": 3}')
    assert reply.status_code == 422
    assert "pages" in reply.json()["fields"]["definition"]
    made = house.editor.post("/surveys/new/definition", definition=msgspec.json.encode(VISIT).decode())
    assert number_of(made)


def test_collecting_is_settled_by_forms(house: House, survey: int) -> None:
    at = f"/surveys/{survey}/collect"
    assert "visit" in house.viewer.get(at).text
    bad = house.editor.post(at + "/rules", opens_at="2026-05-02T10:00", closes_at="2026-05-01T10:00")
    assert set(bad.json()["fields"]) == {"closes_at"}
    assert set(house.editor.post(at + "/rules", quota="-3").json()["fields"]) == {"quota"}
    assert set(house.editor.post(at + "/rules", thanks_url="javascript:x").json()["fields"]) == {"thanks_url"}
    house.editor.post(at + "/rules", quota="40", access="personal", closed_text="Too late")
    assert 'class="badge' not in house.viewer.get("/surveys").text
    house.editor.post(at + "/status", status="closed")
    assert ">closed</span>" in house.viewer.get("/surveys").text
    found = house.tenant.look(lambda unit: intake_of(unit, "visit"))
    assert (found.quota, found.status, found.settings.access) == (40, "closed", "personal")
    assert found.settings.closed_texts == {"en": "Too late"}
    house.editor.post(at + "/collectors", name="Till", code="till", quota="5")
    assert "code" in house.editor.post(at + "/collectors", name="Till", code="a b").json()["fields"]
    house.editor.post(at + "/collectors/till", name="Till 2", kind="manual")
    house.editor.post(at + "/collectors/till/status", status="closed")
    one = house.tenant.look(lambda unit: intake_of(unit, "visit")).collectors[0]
    assert (one.name, one.kind, one.quota, one.closes_at is not None) == ("Till 2", "manual", None, True)
    assert "Till 2" in house.viewer.get(at).text
    house.editor.post(at + "/aliases", alias="visit-2")
    house.editor.post(at + "/aliases/remove", alias="visit")
    assert house.tenant.look(lambda unit: intake_of(unit, "visit-2")).aliases == ("visit-2",)
    assert house.editor.post(at + "/aliases/remove", alias="visit").status_code == 404


def test_qr_codes_are_pictures(house: House, survey: int) -> None:
    svg = house.viewer.get(f"/surveys/{survey}/collect/qr/svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in svg.content
    png = house.viewer.get(f"/surveys/{survey}/collect/qr/png?save=1")
    assert png.content.startswith(b"\x89PNG")
    assert "attachment" in png.headers["content-disposition"]
    assert house.viewer.get(f"/surveys/{survey}/collect/qr/gif").status_code == 404
    assert house.viewer.get(f"/surveys/{survey}/collect/qr/svg?c=nobody").status_code == 404


def test_personal_links_open_the_page(house: House, survey: int) -> None:
    reply = house.editor.post(
        f"/surveys/{survey}/collect/links", addresses="leia@example.org\n\nhan@example.org"
    )
    links = re.findall(r"(\S+@\S+)\t(http\S+?)(?=\n|</code>)", html.unescape(reply.text))
    assert [email for email, _ in links] == ["leia@example.org", "han@example.org"] or len(links) == 2
    assert house.server.client().get(links[0][1]).status_code == 200
    bad = house.editor.post(f"/surveys/{survey}/collect/links", addresses="leia@example.org\nhan")
    assert "han" in bad.json()["fields"]["addresses"]


def test_an_export_is_asked_for_fetched_and_deleted(house: House, survey: int) -> None:
    at = f"/surveys/{survey}/exports"
    bad = house.editor.post(at, format="csv", filter=":nothing = '2'")
    assert "nothing" in bad.json()["fields"]["filter"]
    house.editor.post(at, format="csv", which="some", **{"columns[]": ["service"]})
    found = house.tenant.look(lambda unit: list_exports(unit, survey=survey))[0]
    deadline = time.monotonic() + 20
    while "hx-trigger" in house.viewer.get(f"{at}/{found.id}").text:
        assert time.monotonic() < deadline
        exporter(house.server.database, Settings()).run_due()
    assert house.viewer.get(f"{at}/{found.id}/file").text.startswith("respid,service")
    other = house.tenant.verb(lambda unit: define_survey(unit, msgspec.json.encode(VISIT)))
    assert house.viewer.get(f"/surveys/{other.survey.id}/exports/{found.id}/file").status_code == 404
    house.editor.post(f"{at}/{found.id}/delete")
    assert house.viewer.get(f"{at}/{found.id}/file").status_code == 404


def test_options_rename_settle_and_delete(house: House, survey: int) -> None:
    at = f"/surveys/{survey}/options"
    assert house.editor.get(at).status_code == 200
    assert "name" in house.editor.post(at + "/name", name=" ").json()["fields"]
    house.editor.post(at + "/name", name="Visits of May")
    house.editor.post(at + "/keeping", days="30", action="anonymise")
    house.editor.post(at + "/feedback", enabled="1", score="*", comment="", user="*")
    page = house.editor.get(at).text
    assert "Visits of May" in page
    assert 'value="30"' in page
    chosen = house.tenant.look(lambda unit: feedback_of_survey(unit, str(survey))).chosen
    assert chosen == Chosen(comment="")
    assert "typed" in house.owner.post(at + "/delete", typed="Visits").json()["fields"]
    house.owner.post(at + "/delete", typed="Visits of May")
    deadline = time.monotonic() + 20
    while house.owner.get(at).status_code != 404:  # the server's own runner may be at it
        assert time.monotonic() < deadline
        runner(house.server.database, Settings()).run_due()
    assert survey not in [one.id for one in house.tenant.look(every_survey)]
