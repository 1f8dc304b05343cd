"""Contacts: addresses of the workspace that may become respondents of any survey."""

from __future__ import annotations

from collections.abc import Mapping

from rejoinder.core.panel.entries import checked_address, checked_labels
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import key_text
from rejoinder.model.panel import Contact
from rejoinder.model.problems import AlreadyExists, NotFound
from rejoinder.store import contacts as store


def add_contact(unit: Unit, email: str, labels: Mapping[int, str]) -> Contact:
    """Keep an address with its labels.

    Raises Invalid, AlreadyExists for an address that is there, in any case.
    """
    address, texts = checked_address(email), checked_labels(labels)
    folded = key_text(address)
    store.lock_contacts(unit.session, unit.workspace_id)
    if store.page_of_contacts(unit.session, unit.workspace_id, folded, 0, 1)[1]:
        raise AlreadyExists(f"A contact with the address {address!r} exists already.")
    return store.add_contact(unit.session, unit.workspace_id, address, folded, texts, unit.now)


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
