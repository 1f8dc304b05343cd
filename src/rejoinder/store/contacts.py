"""Contacts of a workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import json
from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from rejoinder.model.filters.text import key_text
from rejoinder.model.panel import Contact
from rejoinder.store.chunks import chunks
from rejoinder.store.counters import next_ids
from rejoinder.store.session import Session
from rejoinder.store.tables.access import counter
from rejoinder.store.tables.panel import contact, contact_word
from rejoinder.store.tables.respondents import respondent
from rejoinder.store.tables.surveys import survey

ADDRESS, LABEL = 0, 1
"""Parts of a contact that are searched."""
_THERE = "contacts"
"""The counter of the contacts that are there."""
_LAST = "\U0010ffff"


class Spot(NamedTuple):
    """Where a page of a list begins: behind this word of this contact."""

    folded: str
    contact_id: int


class NewContact(NamedTuple):
    """A contact to keep, its address also folded."""

    email: str
    folded: str
    labels: Mapping[int, str]


class Membership(NamedTuple):
    """A survey that a contact is in, and how far the respondent is; times in µs."""

    survey_id: int
    survey: str
    respid: int
    respondent_id: int
    invited_at: int | None
    opened_at: int | None
    completed_at: int | None


def lock_contacts(session: Session, workspace: int) -> None:
    """Let nobody else add contacts to this workspace until the transaction ends."""
    next_ids(session, workspace, "contact", 0)


def add_contacts(session: Session, workspace: int, fresh: Sequence[NewContact], now: int) -> list[Contact]:
    """Insert contacts, whose addresses are not there yet."""
    if not fresh:
        return []
    numbers = next_ids(session, workspace, "contact", len(fresh))
    made = [
        Contact(number, one.email, dict(one.labels), now, now)
        for number, one in zip(numbers, fresh, strict=True)
    ]
    rows = [
        {
            "workspace_id": workspace,
            "id": one.id,
            "email": one.email,
            "folded_email": new.folded,
            "labels": json.encode(one.labels).decode(),
            "created_at": now,
            "updated_at": now,
        }
        for one, new in zip(made, fresh, strict=True)
    ]
    session.run(insert(contact), rows)
    _add_words(session, workspace, made)
    next_ids(session, workspace, _THERE, len(made))
    return made


def change_contacts(session: Session, workspace: int, changed: Sequence[Contact]) -> None:
    """Write contacts that are there as they are now."""
    for one in changed:
        mine = (contact.c.workspace_id == workspace, contact.c.id == one.id)
        values = {
            "email": one.email,
            "folded_email": key_text(one.email),
            "labels": json.encode(one.labels).decode(),
            "updated_at": one.updated_at,
        }
        session.run(update(contact).where(*mine).values(values))
    _forget_words(session, workspace, [one.id for one in changed])
    _add_words(session, workspace, changed)


def forget_contacts(session: Session, workspace: int, contacts: Sequence[int]) -> int:
    """Delete contacts; gives how many there were."""
    mine, gone = contact.c.workspace_id == workspace, 0
    for some in chunks(contacts):
        gone += session.run(delete(contact).where(mine, contact.c.id.in_(some)))
    _forget_words(session, workspace, contacts)
    if gone:
        next_ids(session, workspace, _THERE, -gone)
    return gone


def _add_words(session: Session, workspace: int, made: Sequence[Contact]) -> None:
    rows = [
        {"workspace_id": workspace, "part": part, "folded": folded, "contact_id": one.id}
        for one in made
        for part, folded in sorted(_words(one))
    ]
    if rows:
        session.run(insert(contact_word), rows)


def _words(one: Contact) -> set[tuple[int, str]]:
    return {(ADDRESS, key_text(one.email)), *((LABEL, key_text(text)) for text in one.labels.values())}


def _forget_words(session: Session, workspace: int, contacts: Sequence[int]) -> None:
    mine = contact_word.c.workspace_id == workspace
    for some in chunks(contacts):
        session.run(delete(contact_word).where(mine, contact_word.c.contact_id.in_(some)))


def count_contacts(session: Session, workspace: int) -> int:
    """How many contacts there are."""
    mine = (counter.c.workspace_id == workspace, counter.c.name == _THERE)
    row = session.row(select(counter.c.value).where(*mine))
    return int(row.value) if row else 0


def contacts_with(session: Session, workspace: int, folded: Sequence[str]) -> list[Contact]:
    """The contacts that have one of these folded addresses."""
    found: list[Contact] = []
    for some in chunks(folded):
        mine = (contact.c.workspace_id == workspace, contact.c.folded_email.in_(some))
        found += map(_contact, session.rows(select(contact).where(*mine)))
    return found


def walk_contacts(
    session: Session,
    workspace: int,
    part: int,
    prefix: str,
    *,
    after: Spot | None = None,
    before: Spot | None = None,
    limit: int,
) -> list[tuple[Spot, Contact]]:
    """Contacts by a word that begins with `prefix`, in its order; behind a place, or the last before one."""
    word = contact_word.c
    mine = [word.workspace_id == workspace, word.part == part]
    if prefix:
        mine += [word.folded >= prefix, word.folded < prefix + _LAST]
    if after is not None:
        mine.append(_beyond(after, forward=True))
    if before is not None:
        mine.append(_beyond(before, forward=False))
    order = (word.folded.desc(), word.contact_id.desc()) if before else (word.folded, word.contact_id)
    places = select(word.folded, word.contact_id).where(*mine).order_by(*order).limit(limit)
    spots = [Spot(*row) for row in session.rows(places)]
    known = {one.id: one for one in contacts_by_ids(session, workspace, [spot.contact_id for spot in spots])}
    found = [(spot, known[spot.contact_id]) for spot in spots if spot.contact_id in known]
    return found[::-1] if before else found


def _beyond(spot: Spot, *, forward: bool) -> ColumnElement[bool]:
    word = contact_word.c
    if forward:
        later = and_(word.folded == spot.folded, word.contact_id > spot.contact_id)
        return and_(word.folded >= spot.folded, or_(word.folded > spot.folded, later))
    earlier = and_(word.folded == spot.folded, word.contact_id < spot.contact_id)
    return and_(word.folded <= spot.folded, or_(word.folded < spot.folded, earlier))


def contacts_by_ids(session: Session, workspace: int, numbers: Sequence[int]) -> list[Contact]:
    """Contacts by their numbers."""
    statement = select(contact).where(contact.c.workspace_id == workspace, contact.c.id.in_(numbers))
    return list(map(_contact, session.rows(statement)))


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


def memberships(session: Session, workspace: int, number: int) -> list[Membership]:
    """The surveys that a contact is in, the newest first: one search of an index for each survey."""
    found = select(
        survey.c.id,
        survey.c.name,
        respondent.c.respid,
        respondent.c.id,
        respondent.c.invited_at,
        respondent.c.opened_at,
        respondent.c.completed_at,
    ).where(
        survey.c.workspace_id == workspace,
        respondent.c.workspace_id == workspace,
        respondent.c.survey_id == survey.c.id,
        respondent.c.contact_id == number,
    )
    return [Membership(*row) for row in session.rows(found.order_by(survey.c.id.desc()))]
