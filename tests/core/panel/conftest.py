from __future__ import annotations

from collections.abc import Iterator

import pytest

from rejoinder.store.engine import Database

from .stage import Stage


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    """A workspace with an empty survey, on each engine."""
    database = Database(database_url)
    yield Stage(database)
    database.close()
