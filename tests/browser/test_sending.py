"""What is answered arrives once, whatever the network and the fingers do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from browser.conftest import Meet, Visitor
from browser.filling import PHOTO, attach, question, write
from servers.rejoinder import Tenant


def dishes(tenant: Tenant, dish: str) -> list[dict[str, Any]]:
    """The responses that name a dish."""
    rows = tenant.http.get("/v1/surveys/lunch/responses/data?pageSize=1000").json()["items"]
    return [row for row in rows if row.get("dish") == dish]


def eat(visitor: Visitor, dish: str, path: str = "/s/lunch") -> Page:
    """Answer up to the last button."""
    page = visitor.open(path)
    write(page, "dish", dish)
    page.get_by_role("button", name="Next").click()
    write(page, "why", "Hunger.")
    return page


def keys(visitor: Visitor) -> set[str | None]:
    return {request.headers.get("idempotency-key") for request in visitor.sent()}


def thanked(page: Page) -> None:
    page.get_by_role("heading", name="Thank you").wait_for()


def test_a_double_click_is_one_response(meet: Meet, tenant: Tenant) -> None:
    visitor = meet()
    page = eat(visitor, "soup")
    page.get_by_role("button", name="Complete").dblclick()
    thanked(page)
    assert len(visitor.sent()) == 1
    assert len(dishes(tenant, "soup")) == 1


def test_a_lost_reply_is_asked_for_again_with_the_same_key(meet: Meet, tenant: Tenant) -> None:
    visitor = meet()
    page = eat(visitor, "stew")

    def lose(route: Route) -> None:
        route.fetch()  # the server stores it
        route.abort()

    page.route("**/submissions", lose, times=1)
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("button", name="Try again").click()
    thanked(page)
    assert len(visitor.sent()) >= 2
    assert len(keys(visitor)) == 1
    assert len(dishes(tenant, "stew")) == 1


def test_what_could_not_be_sent_outlives_the_page(meet: Meet, tenant: Tenant) -> None:
    visitor = meet()
    page = eat(visitor, "rice")
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("heading", name="Not sent yet").wait_for()
    expect(page.locator("#survey")).to_have_attribute("inert", "")
    page.close()
    visitor.context.set_offline(False)
    visitor.page = visitor.tab()
    thanked(visitor.open("/s/lunch", ready="h1:has-text('Thank you')"))
    assert len(keys(visitor)) == 1
    assert len(dishes(tenant, "rice")) == 1


def test_a_connection_that_comes_back_is_enough(meet: Meet, tenant: Tenant) -> None:
    visitor = meet()
    page = eat(visitor, "fish")
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("heading", name="Not sent yet").wait_for()
    visitor.context.set_offline(False)
    thanked(page)
    assert len(dishes(tenant, "fish")) == 1


@pytest.mark.parametrize(("language", "back"), [("en", "Next"), ("pl", "Dalej")])
def test_what_the_server_refuses_is_shown_at_its_question(
    meet: Meet, tenant: Tenant, language: str, back: str
) -> None:
    visitor = meet(language)
    page = visitor.open("/s/lunch")
    write(page, "dish", f"cake {language}")
    page.get_by_role("button", name=back).click()

    def spoil(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        body["answers"]["price"] = "cheap"
        route.continue_(post_data=json.dumps(body))

    page.route("**/submissions", spoil, times=1)
    done = {"en": "Complete", "pl": "Gotowe"}[language]
    page.get_by_role("button", name=done).click()
    error = question(page, "price").locator("[role=alert]")
    expect(error).not_to_be_empty()
    expect(question(page, "price").locator("input")).to_be_focused()
    expect(page.locator("#alert").get_by_role("button", name="What was the price?")).to_be_visible()
    assert dishes(tenant, f"cake {language}") == []
    write(page, "price", "12")
    page.get_by_role("button", name=back).click()
    page.get_by_role("button", name=done).click()
    page.locator("main.notice-thanks").wait_for()
    [row] = dishes(tenant, f"cake {language}")
    assert row["price"] == 12
    assert len(keys(visitor)) == 2, "another body has another key"


def test_leaving_is_warned_of_only_while_something_would_be_lost(meet: Meet) -> None:
    visitor = meet()
    page = visitor.open("/s/lunch")
    warnings: list[str] = []
    page.on("dialog", lambda dialog: (warnings.append(dialog.type), dialog.accept()))
    page.reload()
    page.wait_for_selector(".sd-page")
    assert warnings == []
    question(page, "dish").locator("input").press_sequentially("pie")
    page.keyboard.press("Tab")
    page.reload()
    page.wait_for_selector(".sd-page")
    assert warnings == ["beforeunload"]
    expect(question(page, "dish").locator("input")).to_have_value("pie")
    page.get_by_role("button", name="Save and continue later").click()
    page.get_by_role("button", name="Go on answering").click()
    page.reload()
    page.wait_for_selector(".sd-page")
    assert warnings == ["beforeunload"]
    expect(question(page, "dish").locator("input")).to_have_value("pie")


def test_saving_twice_and_completing_is_one_response(meet: Meet, tenant: Tenant) -> None:
    visitor = meet()
    page = visitor.open("/s/lunch?source=leaflet")
    write(page, "dish", "jam")
    for price in ("3", "4"):
        write(page, "price", price)
        page.get_by_role("button", name="Save and continue later").click()
        link = page.get_by_label("Your link").input_value()
        page.get_by_role("button", name="Go on answering").click()
        expect(page.get_by_role("button", name="Save and continue later")).to_be_focused()
    assert page.url == link
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Complete").click()
    thanked(page)
    [row] = dishes(tenant, "jam")
    assert row["price"] == 4
    assert all(request.post_data_json["hidden"] == {"source": "leaflet"} for request in visitor.sent())


def test_a_file_goes_to_the_server_and_a_wrong_one_does_not(meet: Meet, tmp_path: Path) -> None:
    visitor = meet()
    page = visitor.open("/s/photos")
    text, photo = tmp_path / "notes.txt", tmp_path / "photo.png"
    text.write_text("no picture")
    photo.write_bytes(PHOTO)
    attach(page, "photo", text)
    expect(question(page, "photo").locator("[role=alert]")).to_contain_text("not of a kind that is accepted")
    assert [request for request in visitor.requests if "/files?" in request.url] == []
    attach(page, "photo", photo)
    expect(question(page, "photo").locator("img")).to_be_visible()
    page.get_by_role("button", name="Complete").click()
    thanked(page)
    [sent] = visitor.sent()[0].post_data_json["answers"]["photo"]
    assert sent["name"] == "photo.png"
    assert "data:" not in sent["content"]
