"""Pictures of every page, to look at: PYTHONPATH=tests .venv/bin/python -m browser.shots DIRECTORY"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from browser import surveys
from browser.conftest import DESK, PHONE, Visitor, launched
from browser.filling import question, write
from browser.surveys import EVERY
from browser.test_accessibility import (
    closed,
    list_of_choices,
    missing_answer,
    not_there,
    refused,
    saved,
    thanked,
    unsent,
)  # fmt: skip
from rejoinder.store.migrate import migrate
from servers import rejoinder

Scene = Callable[[Visitor], Page]


def page_of_every_element(number: int) -> Scene:
    """The survey with every element, turned to one of its pages."""

    def scene(visitor: Visitor) -> Page:
        page = visitor.open(f"/s/{EVERY}?lang={'pl' if number == 4 else 'en'}")
        write(page, "name", "Ann")
        for turned in range(number):
            if turned == 2:
                question(page, "visits").locator("label").first.click()
            page.get_by_role("button", name="Dalej" if number == 4 else "Next").click()
            page.get_by_text(f"{turned + 2} ").first.wait_for()
        return page

    return scene


def demo(visitor: Visitor) -> Page:
    """The survey of `make demo`."""
    return visitor.open("/s/customer-2026")


SCENES: dict[str, Scene] = {f"every-{number}": page_of_every_element(number) for number in range(5)} | {
    scene.__name__: scene
    for scene in (demo, missing_answer, list_of_choices, refused, unsent, saved, thanked, closed, not_there)
}


def main() -> None:
    """Take them all, on a phone and at a desk, by day and by night."""
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        url = f"sqlite:///{place}/rejoinder.db"
        migrate(url)
        with launched(playwright) as browser, rejoinder.running(url) as server:
            tenant = server.tenant()
            surveys.define(tenant)
            surveys.add(tenant, "customer-2026", surveys.DEMO_JSON)
            for device, options in (("phone", PHONE), ("desk", DESK)):
                for scheme in ("light", "dark"):
                    for name, scene in SCENES.items():
                        context = browser.new_context(
                            locale="en", color_scheme=scheme, reduced_motion="reduce", **options
                        )
                        page = scene(Visitor(context, server.url))
                        whole = name not in ("saved", "list_of_choices")
                        page.screenshot(path=directory / f"{name}-{device}-{scheme}.png", full_page=whole)
                        context.close()


if __name__ == "__main__":
    main()
