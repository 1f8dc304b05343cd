"""Every table, once, for both engines.

Rules that hold for all of them:

- `workspace_id` leads each primary key of what belongs to a workspace, and no constraint crosses
  workspaces: on PostgreSQL the large tables (`respondent`, `respondent_key`, `respondent_block`,
  `delivery`, `job`) can be distributed or partitioned by it.
- Times are microseconds since 1970 in UTC (`BigInteger`); JSON is canonical text; flags are 0 or 1.
- Ids come from `counter`, not from the engine, so that both engines number alike.

`respondent` differs in one physical point: SQLite clusters it by `row = survey_id << 32 | respid`
(an integer primary key keeps whole records in the leaf pages, however wide they are), where
PostgreSQL has the primary key `(workspace_id, survey_id, respid)`. Only `store/sqlite.py` knows.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def key(name: str, kind: type[BigInteger] | type[Text] | type[Integer] = BigInteger) -> Column[object]:
    """A column of the primary key, never numbered by the engine."""
    return Column(name, kind, primary_key=True, autoincrement=False, nullable=False)


def required_int(name: str, default: int | None = None) -> Column[object]:
    """A required whole number."""
    return Column(name, BigInteger, nullable=False, server_default=None if default is None else str(default))


def optional_int(name: str) -> Column[object]:
    """An optional whole number."""
    return Column(name, BigInteger)


def required_text(name: str, default: str | None = None) -> Column[object]:
    """A required text."""
    return Column(name, Text, nullable=False, server_default=default)


def bytewise_key(name: str) -> Column[object]:
    """A text column of the primary key that is ordered by its bytes, whatever the database's own order."""
    kind = Text().with_variant(Text(collation="C"), "postgresql")
    return Column(name, kind, primary_key=True, nullable=False)


def own_table(name: str, *columns: Column[object] | UniqueConstraint | Index) -> Table:
    """A table of a workspace with the key `(workspace_id, id)`."""
    return Table(name, metadata, key("workspace_id"), key("id"), *columns, sqlite_with_rowid=False)
