"""Who wants no more mail: hashes of addresses, for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from rejoinder.store.chunks import chunks
from rejoinder.store.session import Session
from rejoinder.store.tables.panel import opt_out


class OptOut(NamedTuple):
    """One address that wants no mail, by its hash; `created_at` in µs."""

    address_hash: str
    created_at: int


def add_opt_outs(session: Session, workspace: int, hashes: Iterable[str], now: int) -> int:
    """Keep hashes, each once; gives how many are new."""
    insert = sqlite.insert if session.engine == "sqlite" else postgresql.insert
    wanted, added = sorted(set(hashes)), 0
    for some in chunks(wanted):
        rows = [{"workspace_id": workspace, "address_hash": found, "created_at": now} for found in some]
        added += session.run(insert(opt_out).values(rows).on_conflict_do_nothing())
    return added


def remove_opt_out(session: Session, workspace: int, address_hash: str) -> bool:
    """Forget a hash; False when it was not kept."""
    mine = (opt_out.c.workspace_id == workspace, opt_out.c.address_hash == address_hash)
    return bool(session.run(delete(opt_out).where(*mine)))


def has_opt_outs(session: Session, workspace: int) -> bool:
    """Whether anybody of a workspace wants no mail."""
    mine = opt_out.c.workspace_id == workspace
    return session.row(select(opt_out.c.created_at).where(mine).limit(1)) is not None


def opted_out(session: Session, workspace: int, hashes: Sequence[str]) -> set[str]:
    """Which of these hashes are kept."""
    found: set[str] = set()
    for some in chunks(hashes):
        mine = (opt_out.c.workspace_id == workspace, opt_out.c.address_hash.in_(some))
        rows = session.rows(select(opt_out.c.address_hash).where(*mine))
        found.update(row.address_hash for row in rows)
    return found


def page_of_opt_outs(
    session: Session, workspace: int, limit: int, after: OptOut | None = None
) -> tuple[list[OptOut], int]:
    """The newest ones, or those behind one of them, and how many there are."""
    mine = opt_out.c.workspace_id == workspace
    total = session.row(select(func.count().label("n")).select_from(opt_out).where(mine))
    newest = select(opt_out.c.address_hash, opt_out.c.created_at).where(mine)
    if after is not None:
        alike = and_(opt_out.c.created_at == after.created_at, opt_out.c.address_hash < after.address_hash)
        older = or_(opt_out.c.created_at < after.created_at, alike)
        newest = newest.where(opt_out.c.created_at <= after.created_at, older)
    newest = newest.order_by(opt_out.c.created_at.desc(), opt_out.c.address_hash.desc()).limit(limit)
    return [OptOut(*row) for row in session.rows(newest)], int(total.n) if total else 0
