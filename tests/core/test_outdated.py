"""Two servers on one store: what one of them remembers of a survey never outlives what the other changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from rejoinder.core.respondents.keys import index_variables
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import add_user_variable, create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.survey import Kind, Variable
from rejoinder.store.consistency import disagreements
from rejoinder.store.engine import Database


def city(name: str) -> Variable:
    """A text of a respondent."""
    return Variable(name, Kind.TEXT, level="respondent", origin="user", length=50)


@pytest.fixture
def servers(database_url: str) -> Iterator[tuple[Database, Database]]:
    """Two servers on one store with one survey."""
    pair = Database(database_url), Database(database_url)

    def begin(session: Any) -> None:
        unit = Unit(session, create_workspace(session, "w", [], 0)[0].id, "test", 0)
        create_survey(unit, "S", ["s"], [city("city")])

    pair[0].write(begin)
    yield pair
    for database in pair:
        database.close()


def write(server: Database, work: Callable[[Unit], Any]) -> Any:
    """Run a verb in the workspace."""
    return server.write(lambda session: work(Unit(session, 1, "test", 1)), lane=1)


def post(server: Database, **row: str) -> tuple[int, ...]:
    """Add one respondent."""
    data = msgspec.json.encode([row])
    ids: tuple[int, ...] = write(server, lambda unit: add(unit, "s", "respondent", Batch(data))).inserted_ids
    return ids


def test_a_variable_made_elsewhere_is_known_at_once(servers: tuple[Database, Database]) -> None:
    here, there = servers
    assert post(here, city="oslo") == (1,)
    write(there, lambda unit: add_user_variable(unit, open_survey(unit, "s"), city("town")))
    assert post(here, town="bergen") == (2,)


def test_an_index_made_elsewhere_misses_no_row(servers: tuple[Database, Database]) -> None:
    here, there = servers
    post(here, city="oslo")
    write(there, lambda unit: index_variables(unit, open_survey(unit, "s"), ("city",)))
    post(here, city="bergen")
    assert here.read(lambda session: list(disagreements(session))) == []
