"""Contacts: addresses of the workspace that may become respondents of any survey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from rejoinder.core.panel.entries import checked_address, checked_entries, checked_labels
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import fold, key_text
from rejoinder.model.panel import Contact, Entry
from rejoinder.model.problems import AlreadyExists, NotFound
from rejoinder.store import contacts as store
from rejoinder.store.contacts import ADDRESS, LABEL, Membership, NewContact, Spot

__all__ = ["ADDRESS", "LABEL", "Membership", "Spot"]


class Kept(NamedTuple):
    """What became of entries that were kept as contacts: how many are new, got other labels, stayed alike."""

    added: int
    changed: int
    alike: int


class ContactPage(NamedTuple):
    """Some contacts in order, and the places before and behind them; None where there are no more."""

    contacts: list[Contact]
    before: Spot | None
    after: Spot | None


def add_contact(unit: Unit, email: str, labels: Mapping[int, str]) -> Contact:
    """Keep an address with its labels.

    Raises Invalid, AlreadyExists for an address that is there, in any case.
    """
    address, texts = checked_address(email), checked_labels(labels)
    folded = key_text(address)
    store.lock_contacts(unit.session, unit.workspace_id)
    if store.contacts_with(unit.session, unit.workspace_id, [folded]):
        raise AlreadyExists(f"A contact with the address {address!r} exists already.")
    fresh = [NewContact(address, folded, texts)]
    return store.add_contacts(unit.session, unit.workspace_id, fresh, unit.now)[0]


def keep_contacts(unit: Unit, entries: Sequence[Entry]) -> Kept:
    """Keep many addresses with their labels; those that are there get the labels that come.

    Parameters: `entries` — of one address that comes twice the last holds. Raises Invalid, which names the
    bad ones by their place; then nothing is stored.
    """
    wanted = {key_text(entry.email): entry for entry in checked_entries(entries)}
    where = (unit.session, unit.workspace_id)
    store.lock_contacts(*where)
    known = {key_text(one.email): one for one in store.contacts_with(*where, list(wanted))}
    changed = []
    for folded, one in known.items():
        labels = one.labels | dict(wanted[folded].labels)
        if labels != one.labels:
            changed.append(msgspec.structs.replace(one, labels=labels, updated_at=unit.now))
    store.change_contacts(*where, changed)
    fresh = [
        NewContact(new.email, folded, new.labels) for folded, new in wanted.items() if folded not in known
    ]
    store.add_contacts(*where, fresh, unit.now)
    return Kept(len(fresh), len(changed), len(known) - len(changed))


def change_contact(unit: Unit, number: int, email: str, labels: Mapping[int, str]) -> Contact:
    """Give a contact another address or other labels; respondents made of it stay as they are.

    Raises NotFound, Invalid, AlreadyExists for an address that another contact has.
    """
    store.lock_contacts(unit.session, unit.workspace_id)
    found = find_contact(unit, number)
    address, texts = checked_address(email), checked_labels(labels)
    others = store.contacts_with(unit.session, unit.workspace_id, [key_text(address)])
    if any(other.id != found.id for other in others):
        raise AlreadyExists(f"A contact with the address {address!r} exists already.")
    changed = Contact(found.id, address, texts, found.created_at, unit.now)
    store.change_contacts(unit.session, unit.workspace_id, [changed])
    return changed


def find_contact(unit: Unit, number: int) -> Contact:
    """A contact by its number. Raises NotFound."""
    found = store.contact_by_id(unit.session, unit.workspace_id, number) if 0 < number < 1 << 62 else None
    if found is None:
        raise NotFound(f"There is no contact {number} in this workspace.")
    return found


def list_contacts(unit: Unit, skip: int, limit: int, email: str | None = None) -> tuple[list[Contact], int]:
    """Some contacts by address, and how many there are; `email` — only this one."""
    folded = None if email is None else key_text(email.strip())
    with unit.session.snapshot():
        return store.page_of_contacts(unit.session, unit.workspace_id, folded, skip, limit)


def count_contacts(unit: Unit) -> int:
    """How many contacts the workspace has, as it is counted with each change."""
    return store.count_contacts(unit.session, unit.workspace_id)


def browse_contacts(
    unit: Unit,
    begins: str = "",
    part: int = ADDRESS,
    *,
    after: Spot | None = None,
    before: Spot | None = None,
    limit: int = 50,
) -> ContactPage:
    """Contacts whose address, or one of whose labels, begins with a text; in its order.

    Parameters: `part` — ADDRESS or LABEL; `after`, `before` — a place that another page gave.
    """
    prefix = fold(begins.strip().replace("\0", ""))
    with unit.session.snapshot():
        found = store.walk_contacts(
            unit.session, unit.workspace_id, part, prefix, after=after, before=before, limit=limit + 1
        )
    more = len(found) > limit
    if before is not None:
        shown = found[-limit:]
        back, on = more, True
    else:
        shown = found[:limit]
        back, on = after is not None, more
    seen = {one.id: one for _, one in shown}
    return ContactPage(
        list(seen.values()),
        shown[0][0] if shown and back else None,
        shown[-1][0] if shown and on else None,
    )


def memberships(unit: Unit, number: int) -> list[Membership]:
    """The surveys that a contact is in, the newest first. Raises NotFound."""
    return store.memberships(unit.session, unit.workspace_id, find_contact(unit, number).id)
