"""Open SQLite files and PostgreSQL databases the way the store wants them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from rejoinder.model.problems import Invalid

BUSY_SECONDS = 30.0
"""How long a write waits for another process that is writing."""
READER_CACHE, WRITER_CACHE = 16_384, 65_536
"""KiB of pages that a connection keeps. The file is not mapped: the system caches it anyway, and a server's
memory shall not seem to grow with its data."""
PAGE_SIZE = 8192
"""Bytes; a record of a wide survey (2 to 8 KB) still lies in one leaf page."""


def open_engine(url: str, synchronous: str = "FULL") -> Engine:
    """Make an SQLAlchemy engine in driver autocommit: the store writes BEGIN and COMMIT itself.

    Parameters: `url` — `sqlite:///path` or `postgresql://…`; `synchronous` — SQLite's FULL or NORMAL.
    Raises Invalid for anything else.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Invalid(
            f"{shown_url(url)!r} is not a database address; use sqlite:///path or postgresql://…"
        ) from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            path = Path(parsed.database)
            keep_private(path)
            return _sqlite(path, synchronous)
        case "postgresql":
            return create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                poolclass=NullPool,
                hide_parameters=True,
                isolation_level="AUTOCOMMIT",
                connect_args={"connect_timeout": 10, "application_name": "rejoinder"},
            )
        case _:
            raise Invalid(
                f"{shown_url(url)!r} is not a database Rejoinder knows; use sqlite:///path or postgresql://…"
            )


def is_missing(url: str) -> bool:
    """Whether an address names an SQLite file that does not exist yet (or is empty). Raises nothing.

    Opening a database would create the file; whoever only looks asks this first.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        return False
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return False
    path = Path(parsed.database)
    return not path.is_file() or path.stat().st_size == 0


def shown_url(url: str) -> str:
    """The address without what may be a password."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def keep_private(path: Path) -> None:
    """Make a database file that is not there yet, for its owner alone; SQLite's other files take its mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)


def _sqlite(path: Path, synchronous: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "cached_statements": 256},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"page_size = {PAGE_SIZE}",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            f"cache_size = -{READER_CACHE}",
            "temp_store = MEMORY",
            "journal_size_limit = 67108864",
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine
