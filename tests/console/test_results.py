"""Results: what is counted is what is stored, at once and by the job; filters; who may see them."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from console.conftest import House
from rejoinder.core.erasing import erase_chosen
from rejoinder.core.results import asking
from rejoinder.core.results.measures import measure, scores_of
from rejoinder.core.results.tally import MOST_BINS
from rejoinder.core.surveys import open_survey
from rejoinder.jobs.register import counter
from rejoinder.model.problems import Invalid
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.model.results import Asked, Numbers, Question, Results
from rejoinder.model.survey import Field, Kind, Option, Variable

SCALE = tuple(Option(str(n)) for n in range(11))
VARIABLES = (
    Variable("again", Kind.SINGLE, options=SCALE, metric="nps"),
    Variable("likes", Kind.MULTI, options=(Option("tea"), Option("cake"))),
    Variable("grid", Kind.RATING, fields=(Field("a"), Field("b")), options=SCALE[:3]),
    Variable("order", Kind.RANKING, fields=(Field("x"), Field("y"))),
    Variable("often", Kind.NUMERIC),
    Variable("when", Kind.DATETIME),
    Variable("why", Kind.TEXT, length=400),
    Variable("shop", Kind.TEXT, length=60),
)
COUNT = 240
EVERYBODY = Asked()


def fill(house: House) -> list[dict[str, Any]]:
    """A survey with answers; gives them."""
    house.tenant.survey("results", VARIABLES)
    chance = random.Random(3)
    records: list[dict[str, Any]] = []
    for n in range(COUNT):
        record: dict[str, Any] = {"again": str(chance.randint(0, 10))}
        if n % 3:
            record |= {
                "likes": {"true": chance.choice((["tea"], ["cake"], ["tea", "cake"]))},
                "grid": {row: str(chance.randint(0, 2)) for row in ("a", "b")},
                "order": dict(zip("xy", chance.sample((1, 2), 2), strict=True)),
                "often": chance.choice((n, n + 0.5, n * 1000)),
                "when": f"2026-0{1 + n % 9}-11T00:00:00",
                "why": chance.choice(("The delivery was late", "Friendly delivery, good cake")) + f" {n}",
                "shop": chance.choice(("Kraków, ul. Długa", "Łódź", "Ayr ")),
            }
        records.append(record)
    lives = [Lifecycle(State.COMPLETED, 1, 1, 10**15 + n, "en", FINISHED, 0) for n in range(COUNT)]
    house.tenant.respond("results", records, lives)
    return records


def counted(house: House, asked: Asked = EVERYBODY) -> Results:
    """The results as a visitor gets them."""
    found = house.tenant.look(lambda u: asking.standing(u, open_survey(u, "results"), asked)).results
    assert found is not None
    return found


def check(found: Results, records: list[dict[str, Any]]) -> None:
    """Against the plainest count there is."""
    full = [record for record in records if "likes" in record]
    assert found.responses == len(records)
    assert found.questions["again"].counts == Counter(record["again"] for record in records)
    assert found.questions["likes"].base == len(full)
    chosen = Counter(code for record in full for code in record["likes"]["true"])
    assert found.questions["likes"].counts == chosen
    for row in ("a", "b"):
        assert found.questions["grid"].rows[row] == Counter(record["grid"][row] for record in full)
    assert found.questions["order"].rows["x"] == Counter(str(record["order"]["x"]) for record in full)
    numbers = found.questions["often"].numbers
    assert numbers is not None
    given = [record["often"] for record in full]
    assert (numbers.count, numbers.least, numbers.greatest) == (len(given), min(given), max(given))
    assert numbers.mean == pytest.approx(sum(given) / len(given))
    assert len(numbers.bins) <= MOST_BINS
    assert numbers.bins == Counter(int(n // numbers.width) for n in given)
    assert found.questions["when"].counts == Counter(record["when"][:10] for record in full)
    words = found.questions["why"].counts
    assert words["delivery"] == len(full)
    assert "the" not in words
    assert not found.questions["why"].whole
    assert found.questions["shop"].whole
    assert found.questions["shop"].counts == Counter(record["shop"].strip() for record in full)
    scores = [int(record["again"]) for record in records]
    nps = 100 * sum((n >= 9) - (n <= 6) for n in scores) / len(scores)
    figure = measure(VARIABLES[0], found.questions["again"])
    assert figure is not None
    assert figure.value == pytest.approx(nps)


def test_what_is_counted_is_what_is_stored(house: House) -> None:
    records = fill(house)
    check(counted(house), records)
    some = counted(house, Asked(":again = '3' OR SELECTED(:likes, 'tea')"))
    fits = [r for r in records if r["again"] == "3" or "tea" in r.get("likes", {"true": []})["true"]]
    check(some, fits)
    with pytest.raises(Invalid, match="position"):
        counted(house, Asked(":again = = 3"))
    assert counted(house, Asked(collector=77)).responses == 0


def test_a_job_counts_large_surveys(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for by looking; kept; thrown away when somebody is erased."""
    records = fill(house)
    monkeypatch.setattr(asking, "AT_ONCE", 10)
    tenant, asked = house.tenant, Asked()
    number = tenant.look(lambda u: open_survey(u, "results").id)
    page = house.viewer.get(f"/surveys/{number}")
    assert page.status_code == 200
    assert "Counting the answers" in page.text
    tenant.verb(lambda u: asking.ask_for_results(u, open_survey(u, "results"), asked))
    counter(house.server.database).run_due()
    found = tenant.look(lambda u: asking.standing(u, open_survey(u, "results"), asked))
    while found.busy:  # the server's own crew may have taken it
        found = tenant.look(lambda u: asking.standing(u, open_survey(u, "results"), asked))
    assert found.status == "idle"
    assert found.results is not None
    check(found.results, records)
    assert house.viewer.get(f"/surveys/{number}/results/progress").headers["hx-refresh"] == "true"
    tenant.verb(lambda u: erase_chosen(u, open_survey(u, "results"), [1]))
    assert tenant.look(lambda u: asking.standing(u, open_survey(u, "results"), asked)).results is None


def test_a_stopped_run_writes_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(house)
    monkeypatch.setattr(asking, "AT_ONCE", 10)
    tenant, asked = house.tenant, Asked(":again = '3'")
    number = tenant.look(lambda u: open_survey(u, "results").id)

    def ask_and_stop(unit: Any) -> None:
        survey = open_survey(unit, "results")
        asking.ask_for_results(unit, survey, asked)
        asking.stop_counting(unit, survey, asked)

    tenant.verb(ask_and_stop)
    counter(house.server.database).run_due()
    found = tenant.look(lambda u: asking.standing(u, open_survey(u, "results"), asked))
    assert (found.status, found.results) == ("stopped", None)
    page = house.owner.get(f"/surveys/{number}?f=:again+%3D+'3'")
    assert "Count anew" in page.text


def test_the_page_tells_what_is_wrong_with_a_filter(house: House) -> None:
    fill(house)
    number = house.tenant.look(lambda u: open_survey(u, "results").id)
    page = house.owner.get(f"/surveys/{number}?f=:again+%3D%3D+3")
    assert page.status_code == 200
    assert "position 9" in page.text
    assert "is not a date" in house.owner.get(f"/surveys/{number}?since=soon").text
    assert "Nobody fits" in house.owner.get(f"/surveys/{number}?f=:again+%3D+'3'+AND+:again+%3D+'4'").text


def test_codes_that_only_look_like_numbers_are_no_scores() -> None:
    assert scores_of(Variable("x", Kind.SINGLE, options=(Option("-1"), Option("2")))) == {"-1": -1, "2": 2}
    assert scores_of(Variable("x", Kind.SINGLE, options=(Option("--1"), Option("2")))) == {}


def test_what_satisfies_is_not_guessed_from_the_best_that_was_given() -> None:
    given = Question(3, numbers=Numbers(3, 6, 14, 1, 3, 1, {1: 1, 2: 1, 3: 1}))
    found = measure(Variable("x", Kind.NUMERIC, metric="csat"), given)
    assert found is not None
    assert (found.name, found.value) == ("mean", 2)
