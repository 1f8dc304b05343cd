"""Rows as the panel sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from rejoinder.core.mailings import waiting_invitations
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import key_text
from rejoinder.model.panel import PanelRow, Person
from rejoinder.model.system import EMAIL, LABELS

_Record = msgspec.defstruct("Record", [(name, str, "") for name in (EMAIL, *LABELS)], gc=False)
_decode = msgspec.json.Decoder(list[_Record]).decode  # type: ignore[valid-type]
_labels = attrgetter(*LABELS)


def people_of(rows: Sequence[PanelRow]) -> list[Person]:
    """Rows with the address and the labels of their records, in their order."""
    records: list[Any] = _decode(f"[{','.join(row.doc for row in rows)}]")
    return [Person(row, r.email, _labels(r)) for row, r in zip(rows, records, strict=True)]


def in_order(rows: Iterable[PanelRow], respids: Sequence[int]) -> list[PanelRow]:
    """Rows in the order of their respids' list."""
    found = {row.respid: row for row in rows}
    return [found[respid] for respid in respids if respid in found]


def place_in_list(person: Person) -> tuple[bool, str, int]:
    """What a list is sorted by: the folded address, none last, then the id."""
    return not person.email, key_text(person.email), person.row.id


def with_invitations(unit: Unit, people: Sequence[Person]) -> list[Person]:
    """The same people, marked where an invitation has not gone out yet."""
    waiting = waiting_invitations(unit, [person.row.id for person in people])
    return [person._replace(waiting=person.row.id in waiting) for person in people] if waiting else [*people]
