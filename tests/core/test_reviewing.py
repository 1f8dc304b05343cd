"""What a definition would change is said before it does; another one saved meanwhile is not written over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec
import pytest

from rejoinder.core.definitions import define_survey
from rejoinder.core.redefining import redefine_survey
from rejoinder.core.reviewing import (
    Review,
    compare_definitions,
    definition_of,
    list_versions,
    newest_version,
    review_definition,
)
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.problems import NotFound, Stale
from rejoinder.store.engine import Database

T = TypeVar("T")
AGE: dict[str, Any] = {"type": "text", "name": "age", "inputType": "number"}
COLOUR: dict[str, Any] = {"type": "radiogroup", "name": "colour", "choices": ["red", "blue"]}


def text(*elements: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"pages": [{"elements": list(elements)}]})


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A store with a workspace and a survey."""
    opened = Database(database_url)
    opened.write(lambda session: create_workspace(session, "w", [], 0))
    write(opened, lambda unit: define_survey(unit, text(AGE, COLOUR), ["visits"]))
    yield opened
    opened.close()


def write(database: Database, verb: Callable[[Unit], T]) -> T:
    return database.write(lambda session: verb(Unit(session, 1, "test", 7)))


def review(database: Database, definition: bytes) -> Review:
    return database.read(lambda session: review_definition(Unit(session, 1, "test", 8), "visits", definition))


def test_nothing_is_different(database: Database) -> None:
    assert review(database, text(AGE, COLOUR)) == Review((), (), ())


def test_new_changed_and_gone_are_told_apart(database: Database) -> None:
    after = text(COLOUR | {"choices": ["red", "green"]}, {"type": "comment", "name": "why"})
    found = {one.name: one for one in review(database, after).altered}
    assert {name: one.fate for name, one in found.items()} == {
        "colour": "changed",
        "why": "new",
        "age": "gone",
    }
    assert (found["colour"].added, found["colour"].lost) == (("green",), ("blue",))


def test_what_would_be_refused_is_all_said_at_once(database: Database) -> None:
    after = text(AGE | {"inputType": "date"}, COLOUR | {"type": "checkbox"})
    found = review(database, after)
    assert [one.place for one in found.refused] == ["pages[0].elements[0]", "pages[0].elements[1]"]
    assert all(one.why for one in found.refused)
    assert write(database, lambda unit: newest_version(unit, "visits")) == 1


def test_a_question_that_comes_back_is_compared_with_its_answers(database: Database) -> None:
    write(database, lambda unit: redefine_survey(unit, "visits", text(AGE)))
    (back,) = review(database, text(AGE, COLOUR | {"choices": ["red", "green"]})).altered
    assert (back.fate, back.added) == ("changed", ("green",))


def test_versions_are_kept_and_compared(database: Database) -> None:
    write(database, lambda unit: redefine_survey(unit, "visits", text(AGE)))

    def look(unit: Unit) -> tuple[list[int], list[tuple[str, str]]]:
        versions = [one.version for one in list_versions(unit, "visits")]
        texts = definition_of(unit, "visits", 2), definition_of(unit, "visits", 1)
        with pytest.raises(NotFound):
            definition_of(unit, "visits", 3)
        return versions, [(one.fate, one.name) for one in compare_definitions(*texts)]

    assert write(database, look) == ([2, 1], [("new", "colour")])


def test_another_one_saved_meanwhile_is_not_written_over(database: Database) -> None:
    write(database, lambda unit: redefine_survey(unit, "visits", text(AGE), after=1))
    with pytest.raises(Stale):
        write(database, lambda unit: redefine_survey(unit, "visits", text(COLOUR), after=1))
