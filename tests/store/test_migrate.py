"""Migrations: from nothing to today's schema, the same on both engines, also when several begin at once."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from rejoinder.model.problems import Unavailable
from rejoinder.store.connect import open_engine
from rejoinder.store.migrate import current_revision, migrate, newest_revision
from rejoinder.store.tables.everything import metadata

TOGETHER = 4
MIGRATE = "import sys; from rejoinder.store.migrate import migrate; print(migrate(sys.argv[1])[1])"


def differences(url: str) -> list[Any]:
    """What Alembic would still change. On SQLite `respondent` has a clustering of its own."""

    def included(thing: Any, name: str | None, kind: str, *_: Any) -> bool:
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
        return not (lite and table == "respondent")

    engine = open_engine(url)
    lite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": included, "compare_type": True, "compare_server_default": True},
        )
        found = compare_metadata(context, metadata)
    engine.dispose()
    return list(found)


def test_from_nothing_to_todays_schema(bare_database_url: str) -> None:
    assert current_revision(bare_database_url) is None
    assert migrate(bare_database_url) == (None, newest_revision())
    assert current_revision(bare_database_url) == newest_revision()
    assert differences(bare_database_url) == []


def test_respondents_columns_are_the_same_on_sqlite(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        rows = connection.execute(text("PRAGMA table_xinfo(respondent)")).all()
    engine.dispose()
    table = metadata.tables["respondent"]
    assert {row.name for row in rows} == {column.name for column in table.columns} | {"row"}
    required = {row.name for row in rows if row.notnull} - {"row"}
    assert required == {c.name for c in table.columns if not c.nullable} - {"survey_id", "respid"}


def test_twice_changes_nothing(bare_database_url: str) -> None:
    migrate(bare_database_url)
    assert migrate(bare_database_url) == (newest_revision(), newest_revision())


def test_several_processes_at_once(bare_database_url: str) -> None:
    words = [sys.executable, "-c", MIGRATE, bare_database_url]
    running = [
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(TOGETHER)
    ]
    told = [process.communicate(timeout=60) for process in running]
    assert [out.strip() for out, _ in told] == [newest_revision()] * TOGETHER, told
    assert differences(bare_database_url) == []


def test_a_newer_database_is_refused(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    engine.dispose()
    with pytest.raises(Unavailable, match="9999_future"):
        migrate(database_url)
