"""The check that the crash tests and `doctor` rely on sees every kind of damage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import create_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.store.consistency import disagreements
from rejoinder.store.engine import Database
from rejoinder.store.hot import LEVELS, BlockCount, ChangedRespondent
from rejoinder.store.session import Session

ROWS = b'[{"email":"a@x.no"},{"email":"b@x.no"},{"label1":"x"},{"email":"a@x.no"}]'
Damage = Callable[[Any, Any, int, int], None]
DAMAGES: dict[str, Damage] = {
    "counts": lambda hot, raw, *where: hot.count_blocks(raw, *where, [BlockCount(LEVELS[0], 0, 1, 0)]),
    "counts of responses": lambda hot, raw, *where: hot.count_blocks(
        raw, *where, [BlockCount(LEVELS[-1], 0, 0, 1)]
    ),
    "counts of a block without rows": lambda hot, raw, *where: hot.count_blocks(
        raw, *where, [BlockCount(LEVELS[-1], 9, 1, 0)]
    ),
    "a row is gone": lambda hot, raw, *where: hot.delete(raw, *where, [1]),
    "a key is gone": lambda hot, raw, *where: hot.drop_keys(raw, *where, [(1, "a@x.no", 4)]),
    "a key too many": lambda hot, raw, *where: hot.add_keys(raw, *where, [(1, "c@x.no", 3)]),
    "a key of another row": lambda hot, raw, *where: (
        hot.drop_keys(raw, *where, [(1, "b@x.no", 2)]),
        hot.add_keys(raw, *where, [(1, "b@x.no", 3)]),
    ),
    "a lookup that does not exist": lambda hot, raw, *where: hot.add_keys(raw, *where, [(9, "x", 1)]),
    "a record of another number": lambda hot, raw, *where: hot.update(
        raw, *where, [ChangedRespondent('{"respid":7}', 0, None, None, 1, 3)]
    ),
    "a record that is no JSON": lambda hot, raw, *where: hot.update(
        raw, *where, [ChangedRespondent("{", 0, None, None, 1, 3)]
    ),
}


@pytest.fixture
def place(database_url: str) -> Iterator[tuple[Database, int, int]]:
    database = Database(database_url)

    def work(session: Session) -> tuple[int, int]:
        now = time.time_ns() // 1000
        unit = Unit(session, create_workspace(session, "w", [], now)[0].id, "test", now)
        survey = create_survey(unit, "s", ["s"], [])
        add(unit, "s", "respondent", Batch(ROWS))
        return unit.workspace_id, survey.id

    yield database, *database.write(work)
    database.close()


def test_a_sound_store_has_no_disagreement(place: tuple[Database, int, int]) -> None:
    assert place[0].read(lambda session: list(disagreements(session))) == []


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_seen(place: tuple[Database, int, int], damage: str) -> None:
    database, *where = place
    database.write(lambda session: DAMAGES[damage](session.hot, session.raw, *where))
    found = database.read(lambda session: list(disagreements(session)))
    assert found
    assert {(one.workspace_id, one.survey_id) for one in found} == {tuple(where)}
