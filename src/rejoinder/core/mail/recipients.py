"""Whether somebody can be written to, and what a letter may say of them."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from rejoinder.model.mail import Skip
from rejoinder.model.mailbox import parse_address, reaches_nobody
from rejoinder.model.system import EMAIL, LABELS, LANGUAGE

_NAMES = (EMAIL, LANGUAGE, *LABELS)
_Facts = msgspec.defstruct("_Facts", [(name, str | None, None) for name in _NAMES])
_decode = msgspec.json.Decoder(_Facts).decode


def facts_of(doc: str) -> dict[str, str]:
    """The address, the language and labels in a record, empty where there are none."""
    found = _decode(doc)
    return {name: getattr(found, name) or "" for name in _NAMES}


def address_of(doc: str) -> str:
    """The address in a record, as it was given."""
    return facts_of(doc)[EMAIL]


def hindrance(address: str, left: Collection[str]) -> Skip | None:
    """Why an address cannot be written to; `left` — those who have opted out."""
    if not address.strip():
        return Skip.NO_ADDRESS
    found = parse_address(address)
    if found is None:
        return Skip.BAD_ADDRESS
    if reaches_nobody(found):
        return Skip.NO_ADDRESS
    return Skip.OPTED_OUT if address in left else None
