"""Numbers for new rows: counted per workspace and noun, alike on both engines."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from rejoinder.store.session import Session
from rejoinder.store.tables.access import counter

EVERYWHERE = 0
"""The workspace under which ids are counted that are unique in the whole store."""


def next_ids(session: Session, workspace: int, noun: str, count: int = 1) -> range:
    """Take `count` new ids of a noun, such as `"client"`."""
    insert = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    statement = insert(counter).values(workspace_id=workspace, name=noun, value=count)
    counted = statement.on_conflict_do_update(
        index_elements=["workspace_id", "name"], set_={"value": counter.c.value + count}
    )
    found = session.row(counted.returning(counter.c.value))
    assert found is not None
    return range(found.value - count + 1, found.value + 1)


def next_id(session: Session, workspace: int, noun: str) -> int:
    """Take one new id."""
    return next_ids(session, workspace, noun)[0]


def at_least(session: Session, workspace: int, noun: str, value: int) -> None:
    """Make sure that later ids are greater than `value`."""
    insert = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    statement = insert(counter).values(workspace_id=workspace, name=noun, value=value)
    session.run(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "name"],
            set_={"value": statement.excluded.value},
            where=counter.c.value < statement.excluded.value,
        )
    )
