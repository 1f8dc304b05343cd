"""Surveys from definitions: what belongs to the respondent."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from rejoinder.core.definitions import define_survey
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.problems import Invalid
from rejoinder.store.engine import Database

DEFINITION = msgspec.json.encode(
    {"elements": [{"type": "text", "name": "city"}, {"type": "rating", "name": "score"}]}
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A store with one workspace."""
    opened = Database(database_url)
    opened.write(lambda session: create_workspace(session, "w", [], 0))
    yield opened
    opened.close()


def test_background_variables_are_the_respondents(database: Database) -> None:
    def work(unit: Unit) -> dict[str, tuple[str, str]]:
        define_survey(unit, DEFINITION, ["visits"], background=["City"])
        schema = open_survey(unit, "visits").shape.schema
        return {v.name: (v.level, v.origin) for v in schema.variables if v.name in ("city", "score")}

    found = database.write(lambda session: work(Unit(session, 1, "test", 0)))
    assert found == {"city": ("respondent", "background"), "score": ("response", "question")}


def test_an_unknown_background_variable_makes_no_survey(database: Database) -> None:
    with pytest.raises(Invalid, match="'town' is not a variable"):
        database.write(
            lambda session: define_survey(Unit(session, 1, "test", 0), DEFINITION, background=["town"])
        )
