"""Erasing and anonymising by jobs that die on the way: nobody is left out, the receipt counts all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from rejoinder.core import anonymise, erasing
from rejoinder.core.anonymise import Fields, Scope
from rejoinder.core.audit import list_entries
from rejoinder.core.bulk import ask_for_all, find_bulk, stop_bulk
from rejoinder.core.jobs import CANCELLED
from rejoinder.core.respondents.selecting import count_found, filter_of, found_after
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.jobs import erasure
from rejoinder.model.job import Job
from rejoinder.model.problems import Invalid
from rejoinder.store.engine import Database
from rejoinder.store.jobs import claim, job_by_id
from rejoinder.store.panel import Place
from rejoinder.store.panel_scopes import respids_after
from servers.post import Office

PEOPLE = [f"p{n}@example.org" for n in range(7)]


class Died(Exception):
    """What stands for a worker that was killed."""


def dies_at_the_third(monkeypatch: pytest.MonkeyPatch, verb: tuple[Any, str]) -> list[None]:
    """Let a verb's third call die; gives the calls."""
    real, calls = getattr(*verb), list[None]()

    def dying(*arguments: Any, **options: Any) -> Any:
        calls.append(None)
        if len(calls) == 3:
            raise Died
        return real(*arguments, **options)

    monkeypatch.setattr(*verb, dying)
    return calls


@pytest.fixture
def office(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(anonymise, "CHUNK", 2)
    database = Database(database_url)
    made = Office.open(database)
    made.people(*PEOPLE)
    yield made
    database.close()


def ask_erase(unit: Unit, survey: OpenSurvey) -> int:
    return erasing.erase(unit, survey, Scope())


def ask_erase_found(unit: Unit, survey: OpenSurvey) -> int:
    return ask_for_all(unit, survey, "erase", "CONTAINS(respondent:email, 'example')")


def ask_anonymise_found(unit: Unit, survey: OpenSurvey) -> int:
    return ask_for_all(unit, survey, "anonymise", "CONTAINS(respondent:email, 'example.org')")


def ask_anonymise(unit: Unit, survey: OpenSurvey) -> int:
    return anonymise.anonymise(unit, survey, Scope(), Fields(True, (1,)))


class Deed(NamedTuple):
    """How to ask for a job, the verb that it does, and its handler."""

    ask: Callable[[Unit, OpenSurvey], int]
    verb: tuple[Any, str]
    handler: Callable[[Database, Job], None]


ERASED = (erasing, "erase_rows"), erasure.erase_respondents
ANONYMISED = (anonymise, "anonymise_rows"), erasure.anonymise_respondents
DEEDS = {
    "erase": Deed(ask_erase, *ERASED),
    "anonymise": Deed(ask_anonymise, *ANONYMISED),
    "erase what is found": Deed(ask_erase_found, *ERASED),
    "anonymise what is found": Deed(ask_anonymise_found, *ANONYMISED),
}


def job_of(office: Office, number: int) -> Job:
    """A job as it is stored."""
    found = office.see(lambda unit: job_by_id(unit.session, office.workspace, number))
    assert found is not None
    return found


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_job_that_dies_goes_on_where_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch, deed: Deed
) -> None:
    number = office.do(lambda unit: deed.ask(unit, open_survey(unit, "visits")))

    dies_at_the_third(monkeypatch, deed.verb)
    with pytest.raises(Died):
        deed.handler(office.database, job_of(office, number))
    assert [entry.action for entry in office.see(list_entries) if "respondents." in entry.action] == []
    deed.handler(office.database, job_of(office, number))
    # As after a worker that died before it could say that it was done.
    deed.handler(office.database, job_of(office, number))
    (receipt,) = [entry for entry in office.see(list_entries) if "respondents." in entry.action]
    assert receipt.detail["respondents"] == len(PEOPLE)
    assert "filter" not in job_of(office, number).arguments, "it may say something of a person"


def test_whom_a_filter_finds_goes_and_nobody_else(office: Office) -> None:
    def ask(unit: Unit) -> int:
        return ask_for_all(
            unit,
            open_survey(unit, "visits"),
            "erase",
            "respondent:email = 'p3@example.org' OR respondent:respid = 6",
        )

    number = office.do(ask)
    office.people("p3@example.org")  # who comes in later is left alone, whatever the filter says
    before = office.see(respids)

    erasure.erase_respondents(office.database, job_of(office, number))
    gone = {*before} - {*office.see(respids)}
    assert len(gone) == 2
    assert max(before) not in gone
    found = office.see(lambda unit: find_bulk(unit, open_survey(unit, "visits"), number))
    assert (found.deed, found.done) == ("erase", 2)


def respids(unit: Unit) -> list[int]:
    """Everybody in the survey."""
    place = Place(unit.workspace_id, open_survey(unit, "visits").id)
    return respids_after(unit.session, place, 0, 100)


def test_a_filter_that_is_none_any_more_fails_with_a_sentence_and_is_forgotten(office: Office) -> None:
    def ask(unit: Unit) -> int:
        return erasing.erase(unit, open_survey(unit, "visits"), Scope("filter", 9), filter_=":gone = 'p3'")

    number = office.do(ask)
    for _ in range(2):
        with pytest.raises(Invalid):
            erasure.erase_respondents(office.database, job_of(office, number))
    assert "filter" not in job_of(office, number).arguments
    assert len(office.see(respids)) == len(PEOPLE)


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_what_was_done_until_it_was_stopped_has_a_receipt(
    office: Office, monkeypatch: pytest.MonkeyPatch, deed: Deed
) -> None:
    number = office.do(lambda unit: deed.ask(unit, open_survey(unit, "visits")))
    claimed = office.do(lambda unit: claim(unit.session, "worker", unit.now, 60_000_000))
    assert claimed is not None
    assert claimed.id == number
    calls = dies_at_the_third(monkeypatch, deed.verb)
    office.now += 4_000_000
    with pytest.raises(Died):
        deed.handler(office.database, claimed)
    found = office.see(lambda unit: find_bulk(unit, open_survey(unit, "visits"), number))
    assert found.done == 4
    assert found.share == pytest.approx(4 / 7)
    assert found.left == pytest.approx(3)

    office.do(lambda unit: stop_bulk(unit, open_survey(unit, "visits"), number))
    deed.handler(office.database, claimed)  # its worker, who does not know of it
    assert len(calls) == 3
    (receipt,) = [entry for entry in office.see(list_entries) if "respondents." in entry.action]
    assert receipt.detail["respondents"] == 4
    found = office.see(lambda unit: find_bulk(unit, open_survey(unit, "visits"), number))
    assert (found.done, found.job.error, found.left) == (4, CANCELLED, None)
    assert "filter" not in found.job.arguments
    assert len(office.see(respids)) == (3 if "erase" in deed.verb[1] else 7)
    with pytest.raises(Invalid, match="ended already"):
        office.do(lambda unit: stop_bulk(unit, open_survey(unit, "visits"), number))


def test_a_deletion_of_a_survey_is_not_stopped(office: Office) -> None:
    number = office.do(lambda unit: erasing.erase(unit, open_survey(unit, "visits"), Scope(), drop=True))
    with pytest.raises(Invalid, match="runs to its end"):
        office.do(lambda unit: stop_bulk(unit, open_survey(unit, "visits"), number))


@pytest.mark.parametrize(
    "expression",
    ["respondent:email = 'p3@example.org'", "CONTAINS(respondent:email, 'p')", "respondent:respid > 4"],
)
def test_what_is_counted_is_what_is_found(office: Office, expression: str) -> None:
    def count(unit: Unit) -> tuple[int, bool, int]:
        survey = open_survey(unit, "visits")
        test = filter_of(unit, survey, expression)
        many, exact = count_found(unit, survey, test, 5)
        return many, exact, len(found_after(unit, survey, test, 0, 1 << 31, 1000))

    many, exact, found = office.see(count)
    assert exact
    assert many == found > 0
    slow = office.see(
        lambda unit: count_found(
            unit,
            open_survey(unit, "visits"),
            filter_of(unit, open_survey(unit, "visits"), "respondent:respid > 4"),
            0,
        )
    )
    assert slow == (0, False)
