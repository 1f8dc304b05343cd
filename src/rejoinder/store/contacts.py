"""Contacts of a workspace."""

from __future__ import annotations

from typing import Any

from msgspec import json
from sqlalchemy import ColumnElement, func, insert, select

from rejoinder.model.panel import Contact
from rejoinder.store.counters import next_id, next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.panel import contact


def lock_contacts(session: Session, workspace: int) -> None:
    """Let nobody else add contacts to this workspace until the transaction ends."""
    next_ids(session, workspace, "contact", 0)


def add_contact(
    session: Session, workspace: int, email: str, folded: str, labels: dict[int, str], now: int
) -> Contact:
    """Insert a contact."""
    number = next_id(session, workspace, "contact")
    session.run(
        insert(contact).values(
            workspace_id=workspace,
            id=number,
            email=email,
            folded_email=folded,
            labels=json.encode(labels).decode(),
            created_at=now,
            updated_at=now,
        )
    )
    return Contact(number, email, labels, now, now)


def contact_by_id(session: Session, workspace: int, number: int) -> Contact | None:
    """A contact by its number."""
    row = session.row(select(contact).where(contact.c.workspace_id == workspace, contact.c.id == number))
    return row and _contact(row)


def page_of_contacts(
    session: Session, workspace: int, folded: str | None, skip: int, limit: int
) -> tuple[list[Contact], int]:
    """Some contacts by folded address, and how many there are; only those of one address when it is given."""
    mine: list[ColumnElement[bool]] = [contact.c.workspace_id == workspace]
    if folded is not None:
        mine.append(contact.c.folded_email == folded)
    total = session.row(select(func.count().label("n")).select_from(contact).where(*mine))
    order = (contact.c.folded_email, contact.c.id)
    rows = session.rows(select(contact).where(*mine).order_by(*order).offset(skip).limit(limit))
    return list(map(_contact, rows)), int(total.n) if total else 0


def _contact(row: Any) -> Contact:
    labels = json.decode(row.labels, type=dict[int, str])
    return Contact(row.id, row.email, labels, row.created_at, row.updated_at)
