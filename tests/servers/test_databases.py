"""The databases that tests are given: fresh, at today's schema or bare, on the engine they name."""

from __future__ import annotations

import pytest

from rejoinder.store.migrate import current_revision, migrate, newest_revision


def test_a_database_has_todays_tables(database_url: str) -> None:
    assert migrate(database_url) == (newest_revision(), newest_revision())


def test_a_bare_database_has_none(bare_database_url: str) -> None:
    assert current_revision(bare_database_url) is None


def test_the_engine_is_the_one_in_the_name(database_url: str, request: pytest.FixtureRequest) -> None:
    assert request.node.name.endswith(f"[{database_url.partition(':')[0]}]")


def test_a_test_may_have_one_of_each(
    sqlite_url: str, bare_sqlite_url: str, postgres_url: str, bare_postgres_url: str
) -> None:
    assert len({sqlite_url, bare_sqlite_url, postgres_url, bare_postgres_url}) == 4
    assert current_revision(sqlite_url) == current_revision(postgres_url) == newest_revision()
