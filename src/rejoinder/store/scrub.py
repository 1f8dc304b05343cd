"""Take what was deleted out of the database's files, too.

A deleted row leaves its bytes behind: in free pages, in gaps that a page keeps when rows move between pages,
in the write-ahead log. SQLite's `secure_delete` misses the gaps; writing the file anew leaves nothing.
"""

from __future__ import annotations

from rejoinder.model.problems import Unavailable
from rejoinder.store.engine import Database
from rejoinder.store.failures import as_problem
from rejoinder.store.tables.everything import metadata


def scrub(database: Database) -> None:
    """Write the SQLite file anew and empty its log; on PostgreSQL let every table's dead rows be reclaimed.

    Readers go on meanwhile; on SQLite writes wait (some seconds for each gigabyte), and the disk needs room
    for a second copy. Raises Unavailable when somebody reads for so long that the log cannot be emptied:
    another try may do.
    """
    session = database.session()
    try:
        if session.engine != "sqlite":
            for table in metadata.sorted_tables:
                session.raw.execute(f'VACUUM (INDEX_CLEANUP ON) "{table.name}"')
            return
        session.raw.execute("VACUUM")
        busy, *_ = session.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except Exception as error:
        raise as_problem(error) from error
    finally:
        session.close()
    if busy:
        raise Unavailable("Somebody is reading from the database; its log could not be emptied now.")
