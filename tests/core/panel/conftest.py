from __future__ import annotations

from collections.abc import Iterator

import pytest

from rejoinder.store.engine import Database
from servers import rejoinder
from servers.rejoinder import Server

from .stage import Stage


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    """A workspace with an empty survey, on each engine."""
    database = Database(database_url)
    yield Stage(database)
    database.close()


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    """A server over an empty store, on each engine."""
    with rejoinder.running(database_url) as running:
        yield running
