"""Facts about the database itself, for those who run it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from sqlalchemy import make_url, text

from rejoinder.store.session import Session

_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


def database_bytes(session: Session) -> int:
    """How much disk the data takes, indexes included, in bytes."""
    if session.engine == "sqlite":
        statement = "SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()"
    else:
        statement = "SELECT pg_database_size(current_database()) AS n"
    row = session.row(text(statement))
    return int(row.n) if row else 0


def journal(session: Session) -> tuple[str, str]:
    """SQLite's journal mode and synchronous setting, such as `("wal", "FULL")`."""
    mode = session.row(text("PRAGMA journal_mode"))
    level = session.row(text("PRAGMA synchronous"))
    return str(mode[0] if mode else ""), _SYNCHRONOUS.get(level[0] if level else -1, "")


def engine_version(session: Session) -> str:
    """The engine's version, such as `3.45.1` or `16.4`."""
    statement = "SELECT sqlite_version()" if session.engine == "sqlite" else "SHOW server_version"
    row = session.row(text(statement))
    return str(row[0]).partition(" ")[0] if row else ""


def clock_difference(session: Session) -> float:
    """Seconds by which the database's clock is ahead of this machine's; 0 on SQLite."""
    if session.engine == "sqlite":
        return 0.0
    before = time.time()
    row = session.row(text("SELECT extract(epoch FROM clock_timestamp())::float8 AS seconds"))
    return float(row.seconds) - (before + time.time()) / 2 if row else 0.0


def disk(url: str) -> tuple[int, int] | None:
    """(free, total) bytes of the disk that an SQLite file is on; None for a server elsewhere."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    usage = shutil.disk_usage(Path(parsed.database).absolute().parent)
    return usage.free, usage.total
