"""The respondents' table: every order both ways, filters, search, columns, erasure."""

from __future__ import annotations

import re
from typing import Any

import pytest

from console.conftest import House
from console.test_feedback_area import work
from rejoinder.console.surveys.filtering import Builder, Condition
from rejoinder.console.surveys.values import Reader
from rejoinder.core.indexing import ask_for_index
from rejoinder.core.respondents.filtered import matcher
from rejoinder.core.respondents.grid import Cursor, Order, grid_page
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.printer import print_tree
from rejoinder.model.respondent import Lifecycle, State
from rejoinder.model.survey import Field, Kind, Option, Variable
from servers.people import Person

CITIES = ("oslo", "lima", "kyiv")
COUNT = 137
VARIABLES = (
    Variable("city", Kind.TEXT, level="respondent", origin="background", length=40),
    Variable("stars", Kind.SINGLE, options=tuple(Option(str(n), score=n) for n in range(1, 6))),
    Variable("likes", Kind.MULTI, options=(Option("tea"), Option("cake"))),
    Variable("why", Kind.TEXT, length=400, titles={"en": "Why?"}),
    Variable("staff", Kind.RATING, fields=(Field("kind"),), options=(Option("1"), Option("2"))),
)


def fill(house: House) -> int:
    """A survey with respondents of every state; many share their moment. Gives its number."""
    survey = house.tenant.survey("grid", VARIABLES)
    records: list[dict[str, Any]] = []
    lives = []
    for n in range(COUNT):
        done = n % 4 != 0
        records.append({"email": f"p{n}@x.io", "city": CITIES[n % 3]})
        if done:
            liked, left = ("tea", "cake") if n % 2 else ("cake", "tea")
            records[-1] |= {
                "stars": str(1 + n % 5),
                "likes": {"true": [liked], "false": [left]},
                "why": f"Because of number {n} & <b>more</b>",
            }
        moment = 1_700_000_000_000_000 + (n // 10) * 60_000_000
        state = State.COMPLETED if done else State.LISTED
        lives.append(Lifecycle(state, moment, moment if done else None, moment + 1 if done else None))
    house.tenant.respond("grid", records, lives)
    return survey.id


def test_only_the_dates_of_a_record_are_left_out_on_phones(house: House) -> None:
    house.tenant.survey("met", (Variable("met_at", Kind.TEXT, level="respondent", origin="background"),))
    house.tenant.respond("met", [{"met_at": "Oslo"}], [Lifecycle(State.LISTED, 1, None, None)])
    house.tenant.verb(lambda unit: ask_for_index(unit, "met", ["met_at"]))
    work(house.tenant)
    survey = house.tenant.look(lambda unit: open_survey(unit, "met")).id
    path = f"/surveys/{survey}/respondents"
    house.viewer.post(f"{path}/columns", **{"column[]": "met_at"})
    page = house.viewer.get(path).text
    assert "sort=met_at" in page, "it has a heading to sort by, as the dates have"
    assert page.count('<th scope="col" class="when"') == page.count('<td class="when"') == 2


def walked(unit: Unit, order: Order, expression: str = "", *, backwards: bool = False) -> list[int]:
    """The respids of all pages one after the other, from the end with `backwards`."""
    survey = open_survey(unit, "grid")
    test = matcher(unit, survey, expression) if expression else None
    found: list[int] = []
    at: Cursor | None = None
    while True:
        page = grid_page(unit, survey, order, 10, at=at, backwards=backwards, matcher=test, seconds=0)
        respids = [row.respid for row in page.rows]
        found = respids + found if backwards else found + respids
        at = page.resume or (page.before if backwards else page.after)
        if at is None:
            return found


def test_every_order_is_whole_both_ways(house: House) -> None:
    fill(house)
    moment = {n + 1: n // 10 for n in range(COUNT)}
    done = [n + 1 for n in range(COUNT) if n % 4]
    everybody = list(range(1, COUNT + 1))
    emails = {n + 1: f"p{n}@x.io" for n in range(COUNT)}
    expected = {
        "respid": everybody,
        "created_at": sorted(everybody, key=lambda n: (moment[n], n)),
        "completed_at": sorted(done, key=lambda n: (moment[n], n)),
        "email": sorted(everybody, key=lambda n: (emails[n], n)),
    }
    for column, up in expected.items():
        for descending in (False, True):
            wanted = up[::-1] if descending else up
            order = Order(column, descending)
            assert house.tenant.look(lambda u: walked(u, order)) == wanted  # noqa: B023
            assert house.tenant.look(lambda u: walked(u, order, backwards=True)) == wanted  # noqa: B023


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        (":stars = '3'", lambda n: n % 4 and n % 5 == 2),
        ("CONTAINS(:why, 'NUMBER 1')", lambda n: n % 4 and str(n).startswith("1")),
        ("respondent:email = 'P7@x.io'", lambda n: n == 7),
        ("respondent:city = 'oslo' OR SELECTED(:likes, 'tea')", lambda n: n % 3 == 0 or (n % 4 and n % 2)),
    ],
)
def test_filters_find_what_they_say(house: House, expression: str, fits: Any) -> None:
    """Also where each look is cut short at once: what goes on finds the rest."""
    fill(house)
    wanted = [n + 1 for n in range(COUNT) if fits(n)]
    for column in ("respid", "created_at"):
        for descending in (False, True):
            order = Order(column, descending)
            found = house.tenant.look(lambda u: walked(u, order, expression))  # noqa: B023
            assert found == (wanted[::-1] if descending else wanted)


def test_conditions_and_expressions_say_the_same(house: House) -> None:
    fill(house)
    builder = house.tenant.look(lambda u: Builder(Reader(open_survey(u, "grid").shape.schema)))
    for path, target in builder.targets.items():
        values = builder.values(target)
        for operator in builder.operators(target):
            row = Condition(path, operator, next(iter(values)) if values else "2026-01-01")
            if target.variable.kind is Kind.NUMERIC:
                row = row._replace(value="7")
            row = builder.fitting(row)
            tree = builder.tree([row, row], either=True)
            assert tree is not None
            text = print_tree(tree)
            assert parse(text) == tree
            assert builder.tree(_known(builder, text), either=True) == tree
            house.tenant.look(lambda u: matcher(u, open_survey(u, "grid"), text))  # noqa: B023  it binds


def _known(builder: Builder, text: str) -> Any:
    found = builder.rows(text)
    assert found is not None, text
    return found[0]


def respids(text: str) -> list[int]:
    """The respondents on a page."""
    return [int(n) for n in re.findall(r'data-choose="(\d+)"', text)]


def test_the_page_filters_searches_and_tells_what_is_wrong(house: House) -> None:
    start = f"/surveys/{fill(house)}/respondents"
    page = house.owner.get(start)
    assert respids(page.text) == list(range(COUNT, COUNT - 50, -1))
    assert "&lt;b&gt;more" in page.text
    assert respids(house.owner.get(f"{start}?q=number+13+%26").text) == [14]
    wrong = house.owner.get(f"{start}?f=:stars+%3D%3D+3").text
    assert "position 9" in wrong
    assert 'aria-invalid="true"' in wrong
    assert 'id="f-f-problem"' in house.owner.get(f"{start}?f=:nothing+%3D+3").text
    unfit = house.owner.get(f"{start}?f=:stars+%3D+'many'")  # a row of the builder could not hold it
    assert unfit.status_code == 200
    assert 'id="f-f-problem"' in unfit.text
    assert house.owner.get(f"{start}?sort=nothing").status_code == 404
    assert house.owner.get(f"{start}?after=x").status_code == 404
    reply = house.owner.get(f"{start}?by=rows&v=:stars&o=%3E%3D&x=4&v=:why&o=contains&x=it%27s")
    assert reply.headers["location"].endswith(
        "/respondents?f=SCORE%28%3Astars%29%20%3E%3D%204%20AND%20CONTAINS%28%3Awhy%2C%20%27it%27%27s%27%29"
    )


def test_columns_are_kept_for_each_person(house: House) -> None:
    start = f"/surveys/{fill(house)}/respondents"
    reply = house.viewer.post(f"{start}/columns", **{"column[]": ["why"]})
    assert reply.status_code == 200
    assert "oslo" not in house.viewer.get(start).text
    heads = re.findall(r"<th scope=\"col\"><span[^>]*>([^<]+)<", house.viewer.get(start).text)
    assert heads == ["Why?"]
    assert len(re.findall(r"<th scope=\"col\"><span", house.owner.get(start).text)) > 1


def test_chosen_people_are_erased_once_the_word_is_typed(house: House) -> None:
    start = f"/surveys/{fill(house)}/respondents"
    chosen = {"respid[]": ["3", "5"]}
    refused = house.editor.post(f"{start}/erase", **chosen)
    assert refused.status_code == 422
    assert house.viewer.post(f"{start}/erase", **chosen, confirmation="erase").status_code == 403
    assert house.editor.post(f"{start}/erase", **chosen, confirmation="Erase").status_code == 200
    left = house.tenant.look(lambda u: walked(u, Order("respid", False)))
    assert left == [n for n in range(1, COUNT + 1) if n not in (3, 5)]
    assert (
        house.editor.post(f"{start}/anonymise", **{"respid[]": ["7"]}, confirmation="anonymise").status_code
        == 200
    )
    assert "p6@x.io" not in _email(house.owner, start, 7)


def _email(person: Person, start: str, respid: int) -> str:
    return person.get(f"{start}?f=respondent:respid+%3D+{respid}").text
