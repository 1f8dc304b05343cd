"""Charts are drawn under the content policy, in the theme's colours, with a table beside them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from browser.console.conftest import At
from browser.console.visiting import SETTLED
from rejoinder.console.charts import bars, lines

DRAWN = bars("Day", ["Mon", "Tue", "Wed"], {"Answers": [3, 7, 5], "Visits": [9, 12, 8]}, stacked=True)
TREND = lines("Week", [f"w{n}" for n in range(12)], {"NPS": [n * 3 - 10 for n in range(12)]}, area=True)
PUT = """option => {
  const place = document.createElement("div");
  place.className = "chart-area";
  place.dataset.chart = "";
  place.dataset.format = "number";
  place.dataset.option = option;
  document.querySelector("main").prepend(place);
  place.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}"""
INK = """canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const found = new Map();
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] < 255) continue;
    const colour = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
    found.set(colour, (found.get(colour) ?? 0) + 1);
  }
  return [...found.entries()].sort((a, b) => b[1] - a[1]).slice(0, 6).map(([colour]) => colour);
}"""


def put(page: Page, option: object) -> None:
    page.wait_for_function(SETTLED)
    page.evaluate(PUT, json.dumps(option))
    page.locator("[data-chart] canvas").wait_for()


@pytest.mark.parametrize(("scheme", "first"), [("light", "26,133,115"), ("dark", "79,195,174")])
def test_a_chart_has_the_colours_of_the_theme(owner_at: At, scheme: str, first: str) -> None:
    page = owner_at("/account", scheme=scheme)
    put(page, DRAWN.option)
    assert first in page.locator("[data-chart] canvas").evaluate(INK)


def test_a_chart_says_what_is_under_the_pointer(owner_at: At) -> None:
    page = owner_at("/account")
    put(page, TREND.option)
    box = page.locator("[data-chart]").bounding_box()
    assert box
    before = page.locator("[data-chart] canvas").evaluate("canvas => canvas.toDataURL()")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(
        "before => document.querySelector('[data-chart] canvas').toDataURL() !== before", arg=before
    )


def test_the_numbers_are_there_as_rows() -> None:
    assert DRAWN.columns == ("Day", "Answers", "Visits")
    assert DRAWN.rows == (("Mon", 3, 9), ("Tue", 7, 12), ("Wed", 5, 8))
