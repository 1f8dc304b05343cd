"""Erasing and anonymising by jobs that die on the way: nobody is left out, the receipt counts all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rejoinder.core import anonymise, erasing
from rejoinder.core.anonymise import Fields, Scope
from rejoinder.core.audit import list_entries
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.jobs import erasure
from rejoinder.model.job import Job
from rejoinder.store.engine import Database
from rejoinder.store.jobs import job_by_id
from servers.post import Office

PEOPLE = [f"p{n}@example.org" for n in range(7)]


class Died(Exception):
    """What stands for a worker that was killed."""


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


def ask_anonymise(unit: Unit, survey: OpenSurvey) -> int:
    return anonymise.anonymise(unit, survey, Scope(), Fields(True, (1,)))


@pytest.mark.parametrize(
    ("ask", "verb", "handler"),
    [
        (ask_erase, (erasing, "erase_rows"), erasure.erase_respondents),
        (ask_anonymise, (anonymise, "anonymise_rows"), erasure.anonymise_respondents),
    ],
    ids=["erase", "anonymise"],
)
def test_a_job_that_dies_goes_on_where_it_was(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[Unit, OpenSurvey], int],
    verb: tuple[Any, str],
    handler: Callable[[Database, Job], None],
) -> None:
    number = office.do(lambda unit: ask(unit, open_survey(unit, "visits")))
    real, calls = getattr(*verb), 0

    def dying(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Died
        return real(*arguments, **options)

    def job() -> Job:
        found = office.see(lambda unit: job_by_id(unit.session, office.workspace, number))
        assert found is not None
        return found

    monkeypatch.setattr(*verb, dying)
    with pytest.raises(Died):
        handler(office.database, job())
    assert [entry.action for entry in office.see(list_entries) if "respondents." in entry.action] == []
    handler(office.database, job())
    handler(office.database, job())  # as after a worker that died before it could say that it was done
    (receipt,) = [entry for entry in office.see(list_entries) if "respondents." in entry.action]
    assert receipt.detail["respondents"] == len(PEOPLE)
