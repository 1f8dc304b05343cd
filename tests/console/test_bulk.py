"""All whom a filter finds are erased or anonymised: how many, typed confirmation, a job with its result."""

from __future__ import annotations

import re
import time

import pytest

from console.conftest import House
from console.test_feedback_area import work
from console.test_respondents import COUNT, fill
from rejoinder.core.jobs import enqueue
from rejoinder.core.panel.updates import lane_of
from rejoinder.core.respondents.read import count_all
from rejoinder.core.surveys import open_survey

FILTER = "respondent:city = 'oslo'"
OSLO = len(range(0, COUNT, 3))


def left(house: House) -> int:
    """How many respondents there are."""
    return house.tenant.look(lambda unit: count_all(unit, open_survey(unit, "grid"))[0])


@pytest.mark.parametrize("deed", ["erase", "anonymise"])
def test_all_that_are_found(house: House, deed: str) -> None:
    path = f"/surveys/{fill(house)}/respondents"
    table = house.owner.get(path, params={"f": FILTER}).text
    assert "Erase or anonymise all of these" in table
    assert "Erase or anonymise all of these" not in house.owner.get(path).text, "there is no filter"
    page = house.owner.get(f"{path}/bulk", params={"f": FILTER}).text
    assert f">{OSLO} respondents<" in page
    wrong = house.owner.post(f"{path}/bulk", deed=deed, expression=FILTER, confirmation="yes")
    assert "confirmation" in wrong.json()["fields"]
    reply = house.owner.post(f"{path}/bulk", deed=deed, expression=FILTER, confirmation=deed.upper())
    assert reply.status_code == 200, reply.text
    job = reply.headers["hx-redirect"].partition("/bulk/")[2]
    work(house.tenant)
    told = house.owner.get(f"{path}/bulk/{job}").text
    assert f"{OSLO} respondents are {deed.removesuffix('e')}ed." in told
    assert 'hx-trigger="every' not in told
    assert left(house) == (COUNT - OSLO if deed == "erase" else COUNT)
    assert house.owner.get(path).text.count("anonymized@example.invalid") == (0 if deed == "erase" else 17)
    again = house.owner.post(f"{path}/bulk", deed=deed, expression=FILTER, confirmation=deed)
    work(house.tenant)
    told = house.owner.get(f"{path}/bulk/{again.headers['hx-redirect'].partition('/bulk/')[2]}").text
    assert "0 respondents are" in told, "it is safe to do twice"


def test_it_is_stopped_by_an_owner(house: House) -> None:
    survey = fill(house)
    path, lane = f"/surveys/{survey}/respondents", lane_of(survey)
    tomorrow = time.time_ns() // 1000 + 86_400_000_000
    # What goes before it in its lane, so that nobody runs it meanwhile.
    house.tenant.verb(lambda unit: enqueue(unit, "index_variable", {}, run_at=tomorrow, lane=lane))
    reply = house.owner.post(f"{path}/bulk", deed="erase", expression=FILTER, confirmation="erase")
    at = f"{path}/bulk/{reply.headers['hx-redirect'].partition('/bulk/')[2]}"
    assert f"{at}/stop" in house.owner.get(at).text
    assert at in house.owner.get("/settings/jobs").text
    assert house.editor.post(f"{at}/stop").status_code == 403
    assert house.stranger.post(f"{at}/stop").status_code == 404
    assert house.owner.post(f"{at}/stop").status_code == 200
    assert "Stopped before anything was done." in house.owner.get(at).text
    assert house.owner.post(f"{at}/stop").status_code == 422
    assert left(house) == COUNT


def test_words_and_filter_go_together(house: House) -> None:
    path = f"/surveys/{fill(house)}/respondents"
    page = house.owner.get(f"{path}/bulk", params={"f": FILTER, "q": "number 12"}).text
    count = re.search(r'big-number">\s*(\d+) respondents?<', page)
    assert count
    shown = house.owner.get(path, params={"f": FILTER, "q": "number 12"}).text
    assert int(count[1]) == shown.count("data-choose=") > 0


def test_who_may_not(house: House) -> None:
    survey = fill(house)
    path = f"/surveys/{survey}/respondents"
    for person in (house.editor, house.viewer):
        assert person.get(f"{path}/bulk").status_code == 403
        sent = {"deed": "erase", "expression": FILTER, "confirmation": "erase"}
        assert person.post(f"{path}/bulk", **sent).status_code == 403
        assert "Erase or anonymise all" not in person.get(path, params={"f": FILTER}).text
    assert house.stranger.get(f"{path}/bulk").status_code == 404
    assert house.stranger.post(f"{path}/bulk", deed="erase", confirmation="erase").status_code == 404
    owner = house.owner
    unsigned = owner.http.post(owner.path(f"{path}/bulk"), data={"deed": "erase", "confirmation": "erase"})
    assert unsigned.status_code == 403
    assert owner.get(f"{path}/bulk/9999").status_code == 404
    assert owner.post(f"{path}/bulk", deed="eat", confirmation="eat").status_code == 422
    sent = {"deed": "erase", "expression": ":city = ", "confirmation": "erase"}
    assert owner.post(f"{path}/bulk", **sent).status_code == 422
    assert left(house) == COUNT


def test_one_is_anonymised_once_the_number_is_typed(house: House) -> None:
    path = f"/surveys/{fill(house)}/respondents/1"
    assert "p0@x.io" in house.viewer.get(path).text
    assert house.editor.post(f"{path}/anonymise", confirmation="2").status_code == 422
    assert house.viewer.post(f"{path}/anonymise", confirmation="1").status_code == 403
    assert house.stranger.post(f"{path}/anonymise", confirmation="1").status_code == 404
    assert house.editor.post(f"{path}/anonymise", confirmation="1").status_code == 200
    page = house.viewer.get(path).text
    assert "p0@x.io" not in page
    assert "Address and labels anonymised" in page


@pytest.mark.parametrize(
    ("language", "typed"),
    [("tr", "SİL"), ("tr", "erase"), ("de", "Löschen"), ("ru", "стереть"), ("en", "ERASE")],
)
def test_the_word_is_typed_in_ones_own_language_or_in_english(
    house: House, language: str, typed: str
) -> None:
    path = f"/surveys/{fill(house)}/respondents"
    house.owner.post("/console/language", language=language)
    wrong = house.owner.post(f"{path}/erase", **{"respid[]": "1", "confirmation": "anonymise"})
    assert wrong.status_code == 422
    said = wrong.json()["fields"]["confirmation"]
    assert ("erase" in said) is (language == "en"), said
    reply = house.owner.post(f"{path}/erase", **{"respid[]": "1", "confirmation": typed})
    assert reply.status_code == 200, reply.text
    assert left(house) == COUNT - 1
