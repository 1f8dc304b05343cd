"""Public addresses: who owns an alias, and what somebody meets who opens a survey's page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from rejoinder.core.collecting.authoring import (
    CollectorChange,
    IntakeChange,
    change_collector,
    change_intake,
    create_collector,
    intake_of,
)
from rejoinder.core.definitions import define_survey
from rejoinder.core.public import PublicPage, public_page
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import ensure_variables, name_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.collecting import Asked
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.store.engine import Database

NOW = 1_800_000_000_000_000
HOUR = 3600 * 1_000_000
DEFINITION = {
    "title": {"default": "Visits", "pl": "Wizyty"},
    "elements": [{"type": "radiogroup", "name": "colour", "choices": ["red", "blue"], "title": "Colour?"}],
}


class Store:
    """A database with a workspace, whose verbs run in it."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.workspace = self.new_workspace("acme")

    def new_workspace(self, name: str) -> int:
        return self.database.write(lambda session: create_workspace(session, name, (), NOW)[0].id)

    def verb(self, work: Any, workspace: int = 0, now: int = NOW) -> Any:
        place = workspace or self.workspace
        return self.database.write(lambda session: work(Unit(session, place, "test", now)), place)

    def define(self, *aliases: str, workspace: int = 0, definition: Any = DEFINITION) -> int:
        text = msgspec.json.encode(definition)
        number: int = self.verb(lambda unit: define_survey(unit, text, aliases), workspace).survey.id
        return number

    def page(self, reference: str, now: int = NOW, **rest: Any) -> PublicPage:
        return self.database.read(lambda session: public_page(session, reference, now, **rest))

    def person(self, reference: str, token: str, life: Lifecycle) -> None:
        def insert(unit: Unit) -> None:
            survey = open_survey(unit, reference)
            row = survey.shape.new_rows(["email"]).cls()
            insert_rows(unit, survey, [row], responses=False, lives=[life], tokens=[token])

        self.verb(insert)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    found = Store(database_url)
    yield found
    found.database.close()


def test_a_survey_is_found_by_alias_and_by_number(store: Store) -> None:
    number = store.define("visits", "more")
    for reference in ("visits", "more", str(number)):
        page = store.page(reference)
        assert (page.survey_id, page.reference, page.state) == (number, "visits", "open")
    assert page.title == {"en": "Visits", "pl": "Wizyty"}
    assert msgspec.json.decode(page.definition) == DEFINITION


def test_the_first_survey_owns_an_alias_and_the_others_have_their_numbers(store: Store) -> None:
    first = store.define("visits")
    other = store.new_workspace("other")
    second = store.define("visits", workspace=other)
    assert store.page("visits").survey_id == first
    assert store.page(str(second)).reference == str(second)
    assert store.verb(lambda unit: intake_of(unit, "visits"), other).survey_id == second
    store.verb(lambda unit: name_survey(unit, second, "visits-2"), other)
    assert store.page(str(second)).reference == "visits-2"


def test_several_take_an_alias_at_once(store: Store) -> None:
    places = [store.new_workspace(f"w{n}") for n in range(8)]
    found: list[int] = []
    barrier = threading.Barrier(8)

    def take(place: int) -> None:
        barrier.wait()
        found.append(store.define("visits", "again", workspace=place))

    threads = [threading.Thread(target=take, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    owner = store.page("visits").survey_id
    assert owner in found
    assert {store.page(str(n)).reference for n in found if n != owner}.isdisjoint({"visits"})


@pytest.mark.parametrize("reference", ["nobody", "0", "12345", "9" * 30, "a\0b", "٣"])
def test_what_is_not_there(store: Store, reference: str) -> None:
    store.define("visits")
    with pytest.raises(NotFound):
        store.page(reference)


def test_a_survey_without_a_definition_has_no_page(store: Store) -> None:
    from rejoinder.core.surveys import create_survey

    store.verb(lambda unit: create_survey(unit, "Plain", ["plain"], ()))
    with pytest.raises(NotFound, match="without a SurveyJS definition"):
        store.page("plain")


def test_the_times_and_the_switch(store: Store) -> None:
    store.define("visits")

    def change(**values: Any) -> None:
        store.verb(lambda unit: change_intake(unit, "visits", IntakeChange(**values)))

    change(opens_at=NOW + HOUR, closes_at=NOW + 2 * HOUR)
    states = [store.page("visits", NOW + n * HOUR).state for n in range(3)]
    assert states == ["not_yet", "open", "closed"]
    change(opens_at=None, closes_at=None, status="closed", closed_texts={"en": "Bye."})
    assert store.page("visits").state == "closed"
    assert store.page("visits").settings.closed_texts == {"en": "Bye."}
    change(status="open")
    assert store.page("visits").state == "open"
    with pytest.raises(Invalid):
        change(opens_at=NOW, closes_at=NOW)
    with pytest.raises(Invalid):
        change(thanks_url="javascript:alert(1)")


def test_personal_surveys_want_a_token(store: Store) -> None:
    store.define("visits")
    store.verb(lambda unit: change_intake(unit, "visits", IntakeChange(access="personal")))
    store.person("visits", "secret-1", Lifecycle(State.LISTED, NOW))
    store.person("visits", "secret-2", Lifecycle(State.COMPLETED, NOW, NOW, NOW, "pl", FINISHED))
    assert store.page("visits").state == "personal_only"
    assert store.page("visits", token="secret-1").state == "open"
    assert store.page("visits", token="secret-2").state == "answered"
    with pytest.raises(NotFound) as told:
        store.page("visits", token="secret-3")
    assert told.value.guessed


def test_a_token_is_nothing_in_another_survey(store: Store) -> None:
    store.define("visits")
    store.define("others")
    store.person("visits", "secret-1", Lifecycle(State.LISTED, NOW))
    with pytest.raises(NotFound):
        store.page("others", token="secret-1")


def test_two_respondents_of_a_survey_cannot_have_one_token(store: Store) -> None:
    store.define("visits")
    store.define("others")
    store.person("visits", "secret-1", Lifecycle(State.LISTED, NOW))
    store.person("others", "secret-1", Lifecycle(State.LISTED, NOW))
    with pytest.raises(AlreadyExists):
        store.person("visits", "secret-1", Lifecycle(State.LISTED, NOW))


def test_quotas_count_what_is_there(store: Store) -> None:
    store.define("visits")
    store.person("visits", "a", Lifecycle(State.COMPLETED, NOW, NOW, NOW, None, FINISHED))
    store.person("visits", "b", Lifecycle(State.OPENED, NOW, NOW))
    store.person("visits", "c", Lifecycle(State.LISTED, NOW))
    store.verb(lambda unit: change_intake(unit, "visits", IntakeChange(quota=2)))
    assert store.page("visits").state == "open"
    store.verb(lambda unit: change_intake(unit, "visits", IntakeChange(quota=1)))
    assert [store.page("visits", token=token).state for token in (None, "b", "c")] == ["full", "open", "full"]


def test_collectors(store: Store) -> None:
    store.define("visits")
    change = CollectorChange(name="At the till", quota=5, closes_at=NOW + HOUR)
    made = store.verb(lambda unit: create_collector(unit, "visits", "till", change))
    assert store.page("visits", collector="till").collector == made
    assert store.page("visits", collector="nothing").collector is None
    assert store.page("visits", NOW + HOUR, collector="till").state == "closed"
    assert store.page("visits", NOW + HOUR).state == "open"
    store.verb(lambda unit: change_collector(unit, "visits", "till", CollectorChange(closes_at=None)))
    assert store.page("visits", NOW + HOUR, collector="till").state == "open"
    with pytest.raises(AlreadyExists):
        store.verb(lambda unit: create_collector(unit, "visits", "till"))
    with pytest.raises(Invalid):
        store.verb(lambda unit: create_collector(unit, "visits", "a b"))


def test_what_is_asked_of_the_person_stands_in_front(store: Store) -> None:
    store.define("visits")
    asks = (Asked("email", required=True), Asked("label1", titles={"en": "Your city"}))
    with pytest.raises(Invalid, match="label1"):
        store.verb(lambda unit: change_intake(unit, "visits", IntakeChange(asks=asks)))
    store.verb(lambda unit: ensure_variables(unit, "visits", ["label1"]))
    store.verb(lambda unit: change_intake(unit, "visits", IntakeChange(asks=asks)))
    pages = msgspec.json.decode(store.page("visits").definition)["pages"]
    names = [[element["name"] for element in page["elements"]] for page in pages]
    assert names == [["respondent_email", "respondent_label1"], ["colour"]]
    assert pages[0]["elements"][0]["isRequired"] is True
