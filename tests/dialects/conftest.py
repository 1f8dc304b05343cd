"""One application per engine for all dialects' tests; each test has a workspace of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers import postgres, rejoinder


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[rejoinder.Server]:
    """The application over a database of its own, on each engine; shared by this process's tests."""
    place = _on_sqlite if request.param == "sqlite" else _on_postgres
    with place(request, tmp_path_factory) as url, rejoinder.running(url) as server:
        yield server


@pytest.fixture
def tenant(server: rejoinder.Server) -> rejoinder.Tenant:
    """A workspace that nobody else sees, with a client that holds a token of Forsta's path."""
    return server.tenant()


@contextmanager
def _on_sqlite(request: pytest.FixtureRequest, paths: pytest.TempPathFactory) -> Iterator[str]:
    template: Path = request.getfixturevalue("sqlite_template")
    yield f"sqlite:///{shutil.copy(template, paths.mktemp('served') / 'rejoinder.db')}"


@contextmanager
def _on_postgres(request: pytest.FixtureRequest, _: pytest.TempPathFactory) -> Iterator[str]:
    cluster: postgres.Server = request.getfixturevalue("postgres_server")
    name = cluster.create(request.getfixturevalue("postgres_template"))
    yield cluster.url(name)
    cluster.drop(name)
