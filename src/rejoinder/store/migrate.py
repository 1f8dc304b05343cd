"""Bring a database to the schema this version needs."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from rejoinder.model.problems import Unavailable
from rejoinder.store.connect import open_engine

# Alembic tells of every look at the revision, which `/readyz` takes often.
logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)

LOCK = 0x52_45_4A_4F
"""PostgreSQL advisory lock held while migrating, so that servers started together migrate once."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision this version of the program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def current_revision(url: str) -> str | None:
    """The revision a database stands at; None for an empty one."""
    with open_engine(url).connect() as connection:
        return _current(connection)


def migrate(url: str) -> tuple[str | None, str]:
    """Upgrade a database, all or nothing; safe to run twice and from several machines at once.

    Returns: the revision before and after. Raises Unavailable when the database belongs to a newer version.
    """
    engine = open_engine(url)
    with engine.connect() as connection:
        lite = engine.dialect.name == "sqlite"
        connection.execute(text("BEGIN IMMEDIATE" if lite else "BEGIN"))
        try:
            if not lite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            before, newest = _current(connection), newest_revision()
            _refuse_newer(before)
            if before != newest:
                command.upgrade(_config(connection), "head")
            connection.execute(text("COMMIT"))
        except BaseException:
            connection.execute(text("ROLLBACK"))
            raise
    engine.dispose()
    return before, newest


def _refuse_newer(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise Unavailable(
            f"The database is at revision {revision}, which this version of Rejoinder does not know; "
            "run the newer version, or restore a backup made by this one."
        )
