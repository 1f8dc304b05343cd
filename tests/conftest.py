"""What every test may ask for: an empty database of either engine, and hypothesis' profiles."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from servers import postgres

hypothesis.settings.register_profile("quick", max_examples=50, deadline=None)
hypothesis.settings.register_profile("thorough", max_examples=2000, deadline=None)
# A build must say the same thing about the same commit: no chance, no memory of earlier runs.
hypothesis.settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick")
)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """One PostgreSQL cluster for the whole run, shared by all workers; without fsync, to be quick."""
    base = tmp_path_factory.getbasetemp()
    # With pytest-xdist each worker has a directory of its own inside the run's directory.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with postgres.running(shared, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with today's tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("template") / "rejoinder.db"
    _migrate(f"sqlite:///{path}")
    assert not path.with_name("rejoinder.db-wal").exists(), "a migration must leave one closed file behind"
    return path


@pytest.fixture
def bare_sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'bare.db'}"


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of an SQLite file with tables and no rows."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'rejoinder.db')}"


@pytest.fixture
def bare_postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a PostgreSQL database without tables; dropped afterwards."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> str:
    """The name of a PostgreSQL database with today's tables and no rows, to be copied."""
    return postgres_server.template("migrated", _migrate)


@pytest.fixture
def postgres_url(postgres_server: postgres.Server, postgres_template: str) -> Iterator[str]:
    """The address of a PostgreSQL database with tables and no rows; dropped afterwards."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with tables and no rows, once on each engine; the test's name says which."""
    return _address(request, "sqlite_url", "postgres_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database without tables, once on each engine: for tests of migrations and of set-up."""
    return _address(request, "bare_sqlite_url", "bare_postgres_url")


def _address(request: pytest.FixtureRequest, on_sqlite: str, on_postgres: str) -> str:
    url: str = request.getfixturevalue(on_sqlite if request.param == "sqlite" else on_postgres)
    return url


def _migrate(url: str) -> None:
    from rejoinder.store.migrate import migrate  # here, because most tests need neither it nor SQLAlchemy

    migrate(url)
