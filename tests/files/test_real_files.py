"""What the three real surveys come out as; every count is made here again with nothing but `csv`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from files.making import SURVEYS
from rejoinder.files.infer import infer
from rejoinder.files.plan import Plan, Target
from rejoinder.files.records import rows
from rejoinder.files.tables import read_table
from rejoinder.model.survey import Variable

S, M, T = "singleChoice", "multiChoice", "text"


@dataclass
class Import:
    """A real file, imported, beside its raw rows."""

    plan: Plan
    records: list[dict[str, Any]]
    raw: list[list[str]]

    def kinds(self) -> list[tuple[str, str]]:
        return [(t.variable.name, str(t.variable.kind)) for t in self.plan.targets]

    def target(self, name: str) -> Target:
        return next(t for t in self.plan.targets if t.variable.name == name)

    def labels(self, name: str) -> list[str]:
        return [option.texts["en"] for option in self.target(name).variable.options]


def imported(name: str, encoding: str, header_rows: int) -> Import:
    with (SURVEYS / name).open("rb") as file:
        table = read_table(file)
        plan = infer(table)
        problems: list[object] = []
        records = list(rows(plan, table, problems.append))
    assert problems == []
    with (SURVEYS / name).open(encoding=encoding, newline="") as text:
        raw = list(csv.reader(text))[header_rows:]
    return Import(plan, records, raw)


@pytest.fixture(scope="module")
def star_wars() -> Import:
    return imported("StarWars.csv", "cp1252", 2)


@pytest.fixture(scope="module")
def flying() -> Import:
    return imported("flying-etiquette.csv", "utf-8", 1)


@pytest.fixture(scope="module")
def thanksgiving() -> Import:
    return imported("thanksgiving-2015-poll-data.csv", "utf-8-sig", 1)


@pytest.fixture(params=["star_wars", "flying", "thanksgiving"])
def each(request: pytest.FixtureRequest) -> Import:
    found: Import = request.getfixturevalue(request.param)
    return found


def test_star_wars_variables(star_wars: Import) -> None:
    assert star_wars.plan.rows == 1186
    assert star_wars.kinds() == [
        ("respondentid", T),
        ("seen_6_films_star_wars", S),
        ("fan_star_wars_film_franchise", S),
        ("star_wars_films_seen", M),
        ("rank_star_wars_films_order", "ranking"),
        ("state_whether_view_characters_favorably", "rating"),
        ("character_shot_first", S),
        ("familiar_expanded_universe", S),
        ("fan_expanded_universe", S),
        ("fan_star_trek_franchise", S),
        ("gender", S),
        ("age", S),
        ("household_income", S),
        ("education", S),
        ("location_census_region", S),
    ]


def test_star_wars_scales_are_in_order(star_wars: Import) -> None:
    assert star_wars.labels("state_whether_view_characters_favorably") == [
        "Very unfavorably",
        "Somewhat unfavorably",
        "Neither favorably nor unfavorably (neutral)",
        "Somewhat favorably",
        "Very favorably",
        "Unfamiliar (N/A)",
    ]
    assert star_wars.labels("age") == ["18-29", "30-44", "45-60", "> 60"]
    assert star_wars.labels("household_income") == [
        "$0 - $24,999",
        "$25,000 - $49,999",
        "$50,000 - $99,999",
        "$100,000 - $149,999",
        "$150,000+",
    ]
    assert star_wars.labels("education")[0] == "Less than high school degree"
    assert star_wars.labels("education")[-1] == "Graduate degree"


def test_star_wars_titles_are_whole_and_repaired(star_wars: Import) -> None:
    titles = {t.variable.name: t.variable.titles["en"] for t in star_wars.plan.targets}
    assert titles["fan_expanded_universe"] == "Do you consider yourself to be a fan of the Expanded Universe?"
    assert titles["rank_star_wars_films_order"].endswith("6 being your least favorite film.")


def test_star_wars_grid_and_ranking_hold_every_cell(star_wars: Import) -> None:
    grid = star_wars.target("state_whether_view_characters_favorably").variable
    labels = {option.code: option.texts["en"] for option in grid.options}
    assert [field.texts["en"] for field in grid.fields][:3] == [
        "Han Solo",
        "Luke Skywalker",
        "Princess Leia Organa",
    ]
    ranking = star_wars.target("rank_star_wars_films_order").variable
    for record, raw in zip(star_wars.records, star_wars.raw, strict=True):
        rated = record.get(grid.name, {})
        assert [labels.get(rated.get(field.code), "") for field in grid.fields] == raw[15:29]
        ranked = record.get(ranking.name, {})
        assert [str(ranked.get(field.code, "")) for field in ranking.fields] == raw[9:15]


def test_flying_variables(flying: Import) -> None:
    assert flying.plan.rows == 1040
    assert [kind for _, kind in flying.kinds()] == [T] + [S] * 26
    assert flying.labels("often_travel_plane") == [
        "Never",
        "Once a year or less",
        "Once a month or less",
        "A few times per month",
        "A few times per week",
        "Every day",
    ]
    assert flying.labels("recline_seat_fly") == [
        "Never",
        "Once in a while",
        "About half the time",
        "Usually",
        "Always",
    ]
    heights = flying.labels("tall")
    assert (heights[0], heights[1], heights[-1]) == ("Under 5 ft.", "5'0\"", "6'6\" and above")
    assert heights.index("5'9\"") + 1 == heights.index("5'10\"")
    assert flying.labels("household_income")[-1] == "150000"
    assert flying.labels("itrude_recline_seat_plane") == [
        "No, not rude at all",
        "Yes, somewhat rude",
        "Yes, very rude",
    ]
    assert flying.labels("q_6_hour_flight_nyc_la")[1:] == [
        "Once",
        "Twice",
        "Three times",
        "Four times",
        "More than five times times",
    ]


def test_thanksgiving_variables(thanksgiving: Import) -> None:
    kinds = thanksgiving.kinds()
    assert thanksgiving.plan.rows == 1058
    assert kinds[1:12] == [
        ("celebrate_thanksgiving", S),
        ("main_dish_thanksgiving_dinner", S),
        ("main_dish_thanksgiving_dinner_other", T),
        ("main_dish_cooked", S),
        ("main_dish_cooked_other", T),
        ("kind_stuffing_dressing", S),
        ("kind_stuffing_dressing_other", T),
        ("type_cranberry_saucedo", S),
        ("type_cranberry_saucedo_other", T),
        ("gravy", S),
        ("side_dishes_aretypically_served", M),
    ]
    assert [name for name, kind in kinds if kind == M] == [
        "side_dishes_aretypically_served",
        "type_pie_served_thanksgiving_dinner",
        "desserts_thanksgiving_dinner",
        "watch_programs_thanksgiving",
    ]
    others = [t.variable for t in thanksgiving.plan.targets if t.variable.name.endswith("_other")]
    assert [(v.parent, str(v.kind)) for v in others] == [(v.name[: -len("_other")], T) for v in others]
    assert len(others) == 7
    assert thanksgiving.labels("total_combined_money_members_household")[-1] == "Prefer not to answer"
    cutoff = thanksgiving.target("whats_age_cutoff_kids_table").variable.options
    assert [option.texts["en"] for option in cutoff][:2] == ["10 or younger", "11"]
    assert all(option.code == option.texts["en"] for option in cutoff[1:-1])


def test_every_count_is_that_of_the_file(each: Import) -> None:
    """Per option (or field and option), by plain counting of the cells under the variable's columns."""
    for target in each.plan.targets:
        stored = [record[target.variable.name] for record in each.records if target.variable.name in record]
        assert len(stored) == target.filled
        assert _counted(target.variable, stored) == _in_the_file(target, each.raw)


def test_ids_are_the_key(each: Import) -> None:
    key = each.target("respondentid")
    assert each.plan.key == "respondentid"
    assert (key.role, key.variable.level, key.variable.origin) == ("key", "respondent", "background")
    assert [record["respondentid"] for record in each.records] == [raw[0] for raw in each.raw]


def test_a_block_left_blank_is_blank(each: Import) -> None:
    for target in each.plan.targets:
        if target.fill != "marks":
            continue
        for record, raw in zip(each.records, each.raw, strict=True):
            ticks = [s.part for s in target.sources if raw[s.column]]
            rest = [s.part for s in target.sources if not raw[s.column]]
            sides = {side: codes for side, codes in (("true", ticks), ("false", rest)) if codes}
            assert record.get(target.variable.name) == (sides if ticks else None)


def _counted(variable: Variable, stored: list[Any]) -> Counter[tuple[str, str]]:
    """(field or option, label) → how many records say so."""
    labels = {option.code: option.texts["en"] for option in variable.options}
    return Counter(pair for value in stored for pair in _said(value, labels))


def _said(value: Any, labels: dict[str, str]) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield "", labels.get(value, value)
    elif "true" in value or "false" in value:
        yield from ((code, labels[code]) for code in value.get("true", []))
    else:
        yield from ((field, labels.get(cell, str(cell))) for field, cell in value.items())


def _in_the_file(target: Target, raw: list[list[str]]) -> Counter[tuple[str, str]]:
    return Counter(
        (source.part, " ".join(cell.split()) if target.variable.options else cell.strip())
        for source in target.sources
        for cell in (row[source.column] for row in raw)
        if cell.strip()
    )
