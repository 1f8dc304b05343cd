"""Every type of element, in two languages, on a phone: filled, left, come back to, sent, and found again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from browser import filling
from browser.conftest import Meet
from browser.filling import question
from browser.surveys import EVERY
from servers.rejoinder import Tenant

INPUTS = {
    "number": "3",
    "email": "ann@example.org",
    "tel": "+48 12 345 67 89",
    "url": "https://example.org/ann",
    "date": "2026-03-31",
    "moment": "2026-03-30T18:05",
    "time": "06:45",
    "month": "1990-07",
    "week": "2026-W30",
    "color": "#336699",
    "password": "hush",
}
SAID: dict[str, dict[str, Any]] = {
    "en": {
        "name": "Ann", "story": "It rained.\nThen it snowed.", "city": "Oslo", "street": "Main 1",
        "never": "Never", "why": "Too far.", "reasons": ["Price", "Taste"], "other": "Other",
        "other_text": "the view", "town": "Cracow", "fruit": ["Pears", "Plums"], "yes": "Yes",
        "first": "More speed", "grades": [("the staff", "Good"), ("the food", "Fair")],
        "soup": "Soup", "soup_was": "Good", "add_child": "Add a child",
        "next": "Next", "complete": "Complete", "save": "Save and continue later", "saved": "Saved",
        "thanks": "Thank you",
    },
    "pl": {
        "name": "Żaneta", "story": "Padał deszcz.", "city": "Łódź", "street": "Główna 1",
        "never": "Nigdy", "why": "Za daleko.", "reasons": ["Cena", "Smak"], "other": "Inna odpowiedź",
        "other_text": "widok", "town": "Kraków", "fruit": ["Gruszki", "Śliwki"], "yes": "Tak",
        "first": "Szybciej", "grades": [("obsługę", "Dobrze"), ("jedzenie", "Średnio")],
        "soup": "Zupa", "soup_was": "Dobrze", "add_child": "Dodaj dziecko",
        "next": "Dalej", "complete": "Gotowe", "save": "Zapisz i dokończ później", "saved": "Zapisano",
        "thanks": "Dziękujemy",
    },
}  # fmt: skip
for said in SAID.values():
    said |= {"inputs": INPUTS, "range": 17, "children": [("Ola", "7"), ("Jan", "4")]}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(filling.PHOTO)
    return path


def turn(page: Page, button: str, title: str) -> None:
    """Go to the next page and wait for it."""
    page.get_by_role("button", name=button).click()
    expect(page.locator(".sd-page__title")).to_have_text(title)


TITLES = {
    "en": ["Numbers and dates", "Choices", "Scales", "Tables and more"],
    "pl": ["Liczby i daty", "Wybór", "Skale", "Tabele i inne"],
}


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_element_is_filled_left_and_found_again(
    language: str, meet: Meet, tenant: Tenant, photo: Path
) -> None:
    w, titles = SAID[language], TITLES[language]
    visitor = meet(language)
    page = visitor.open(f"/s/{EVERY}?source=leaflet")
    filling.words(page, w)
    turn(page, w["next"], titles[0])
    filling.inputs(page, w)
    turn(page, w["next"], titles[1])
    filling.choices(page, w)
    page.get_by_role("button", name=w["save"]).click()
    page.get_by_role("heading", name=w["saved"]).wait_for()
    link = page.get_by_role("dialog").get_by_role("textbox").input_value()

    elsewhere = meet(language)  # another device
    page = elsewhere.open(link.removeprefix(tenant.server.url))
    expect(page.locator(".sd-page__title")).to_have_text(titles[1])
    expect(question(page, "why_never").locator("textarea")).to_have_value(w["why"])
    expect(question(page, "reasons").locator("textarea")).to_have_value(w["other_text"])
    turn(page, w["next"], titles[2])
    filling.scales(page, w)
    turn(page, w["next"], titles[3])
    filling.tables(page, w, photo)
    page.get_by_role("button", name=w["complete"]).click()
    page.get_by_role("heading", name=w["thanks"]).wait_for()
    assert [request.post_data_json for request in elsewhere.sent("/opened")] == [
        {"token": link.split("/")[-1]}
    ]
    times = check_forsta(tenant, language, w)
    assert check_goodbridge(tenant, language, w) == times
    assert check_surveykiwi(tenant, w) == times[1]
    page.reload()
    page.locator("main.notice-answered").wait_for()


def answers(w: dict[str, Any]) -> dict[str, Any]:
    """What was filled, as the store has it: the same codes in every language."""
    typed = {name: text for name, text in INPUTS.items() if name not in ("number", "email", "date", "moment")}
    return typed | {
        "name": w["name"],
        "story": w["story"],
        "contact": {"city": w["city"], "street": w["street"]},
        "number": 3,
        "email_2": INPUTS["email"],
        "date": "2026-03-31T00:00:00",
        "moment": "2026-03-30T18:05:00",
        "range": 17,
        "visits": "never",
        "why_never": w["why"],
        "reasons_other": w["other_text"],
        "town": "krakow",
        "again": 1,
        "stars": "4",
        "nps": "9",
        "wishes": {"hours": 2, "range": 3, "speed": 1},
        "service": {"staff": "3", "food": "2"},
        "meals": {"soup": {"how": "3", "times": 2}},
        "children": [
            {"children": "1", "child_name": "Ola", "child_age": 7},
            {"children": "2", "child_name": "Jan", "child_age": 4},
        ],
    }


def check_forsta(tenant: Tenant, language: str, w: dict[str, Any]) -> tuple[str, str]:
    """What the Forsta dialect shows; gives when the answers began and ended, to the second."""
    rows = tenant.http.get(f"/v1/surveys/{EVERY}/responses/data").json()["items"]
    [found] = [row for row in rows if row["name"] == w["name"]]
    assert {name: found.get(name) for name in answers(w)} == answers(w)
    assert sorted(found["reasons"]["true"]) == ["other", "price", "taste"]
    assert sorted(found["fruit"]["true"]) == ["pear", "plum"]
    assert (found["language"], found["status"]) == (language, "complete")
    assert found["interview_start"] < found["createddate"] < found["interview_end"]
    assert found["photo"].endswith("/photo.png")
    return found["interview_start"][:19], found["interview_end"][:19]


PLACES = {
    "visits": ["never"],
    "reasons": ["other", "price", "taste"],
    "town": ["krakow"],
    "fruit": ["pear", "plum"],
    "stars": ["4"],
    "nps": ["9"],
    "number": ["3"],
    "range": ["17"],
    "again": ["True"],
    "service_staff": ["3"],
    "service_food": ["2"],
    "meals_soup_how": ["3"],
    "meals_soup_times": ["2"],
    "children_1_child_name": ["Ola"],
    "children_2_child_age": ["4"],
    "wishes": ["1", "2", "3"],
}
"""GoodBridge's questions, and the codes and texts of their answers, whatever the language."""


def check_goodbridge(tenant: Tenant, language: str, w: dict[str, Any]) -> tuple[str, str]:
    """What the GoodBridge dialect shows; gives when the answers began and ended, to the second."""
    query = {"page": 1, "page_size": 100, "display_lang_code": "en"}
    reply = tenant.speaking("/oauth2/token").get(f"/integrations/{EVERY}/respondents", params=query)
    everybody = [(one, dict(asked(one["questions"]))) for one in reply.json()["respondents"]]
    [(one, said)] = [(one, said) for one, said in everybody if said["name"] == [w["name"]]]
    texts = {"story": [w["story"]], "why_never": [w["why"]], "contact_city": [w["city"]]}
    assert {place: said.get(place) for place in PLACES | texts} == PLACES | texts
    assert [name.endswith("/photo.png") for name in said["photo"]] == [True]
    info = one["info"]
    assert (info["lang"], info["finish_reason"], info["is_manual_input"]) == (language, 1, False)
    return info["starttime"][:19], info["endtime"][:19]


def asked(questions: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """The answers of questions, those inside others too."""
    for one in questions:
        yield one["id"], sorted(str(answer["answer"]) for answer in one["answers"])
        yield from asked(one["sub_questions"])


def check_surveykiwi(tenant: Tenant, w: dict[str, Any]) -> str:
    """What the SurveyKiwi dialect shows, in the survey's own language; gives when the answers ended."""
    query = {"campaign_url": EVERY, "limit": 100, "status": "active"}
    reply = tenant.speaking("/oAuth2/token").get("/v1.0/campaign/answers", params=query)
    told = [(one, [answer["answer"] for answer in one["answers"]]) for one in reply.json()]
    [(one, said)] = [(one, said) for one, said in told if w["name"] in said]
    whole = msgspec.json.encode(said).decode()
    for text in (w["story"], w["why"], w["city"], "Ola", "Jan", "/photo.png"):
        assert msgspec.json.encode(text).decode()[1:-1] in whole
    chosen = [len(answer["option_ids"]) for answer in one["answers"]]
    assert sum(chosen) >= len(["never", "krakow"]) + 3 + 2 + 3, "choices come as options"
    return str(one["finished_at"][:19])
