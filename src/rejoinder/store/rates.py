"""Counters of rate limits, shared by every process of the store.

On SQLite they live in a file of their own beside the database, without syncing: counting a request must
not wait for the writer, and a counter that is lost with the power costs nothing. On PostgreSQL they are
an unlogged table.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from sqlalchemy import make_url

from rejoinder.model.problems import Unavailable
from rejoinder.store.connect import keep_private
from rejoinder.store.failures import as_problem
from rejoinder.store.session import Session
from rejoinder.store.sqlite import HOT

KEEP = 600
"""Seconds for which old windows are kept."""
_TABLE = """
CREATE TABLE IF NOT EXISTS rate (workspace_id INTEGER, client_id INTEGER, dialect TEXT, window_start INTEGER,
used INTEGER NOT NULL, PRIMARY KEY (workspace_id, client_id, dialect, window_start)) WITHOUT ROWID"""


class Rates:
    """Counts calls per workspace, client and dialect in windows of time."""

    def __init__(self, url: str) -> None:
        self._lock = threading.Lock()
        self._own = _open(url)
        self._swept = 0

    def take(
        self, session: Session, workspace: int, client: int, dialect: str, window: int, wanted: int
    ) -> int:
        """Add `wanted` calls to the window's count; gives the count with them.

        Parameters: `window` — its start in unix seconds. Raises Unavailable when the counters cannot be
        reached: nobody passes uncounted.
        """
        try:
            if self._own is None:
                return session.hot.take_rate(session.raw, workspace, client, dialect, window, wanted)
            with self._lock:
                if window > self._swept:
                    self._swept = window
                    self._own.execute("DELETE FROM rate WHERE window_start < ?", (window - KEEP,))
                return HOT.take_rate(self._own, workspace, client, dialect, window, wanted)
        except Exception as error:
            problem = as_problem(error)
            raise (
                problem if problem is not error else Unavailable("The rate limiter is not available.")
            ) from error

    def close(self) -> None:
        """Close the file."""
        if self._own is not None:
            self._own.close()


def _open(url: str) -> sqlite3.Connection | None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    path = Path(f"{parsed.database}-rates")
    keep_private(path)
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = OFF")
    raw.execute(_TABLE)
    return raw
