"""What is loaded into a panel, checked: addresses and labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from os import urandom
from typing import Any

from rejoinder.core.surveys import OpenSurvey
from rejoinder.model.panel import MAX_LABELS, Entry, label_name
from rejoinder.model.problems import Invalid
from rejoinder.model.system import EMAIL

MAX_ADDRESS = 320
"""Characters of an address: 64, the sign, 255 (RFC 5321)."""
MAX_LABEL = 4000
"""Characters of a label."""
_ADDRESS = re.compile(r"[^\s@\x00-\x1f\x7f]+@[^\s@\x00-\x1f\x7f]+")
_TOLD = 20
"""Bad entries that one refusal names."""
_TOKEN_BYTES = 12
"""Random bytes of a personal token: 96 bits, 24 hexadecimal digits."""


def checked_address(text: str) -> str:
    """An address without the blanks around it. Raises Invalid."""
    address = text.strip()
    if not _ADDRESS.fullmatch(address) or len(address) > MAX_ADDRESS:
        raise Invalid(f"{address[:80]!r} is not an email address.")
    return address


def checked_labels(labels: Mapping[int, str]) -> dict[int, str]:
    """Labels without the blank ones. Raises Invalid: a number beyond 15, a text too long."""
    for number, text in labels.items():
        if not 1 <= number <= MAX_LABELS:
            raise Invalid(f"There are labels 1 to {MAX_LABELS}; {number} is none of them.")
        if len(text) > MAX_LABEL:
            raise Invalid(f"Label {number} has more than {MAX_LABEL:,} characters.")
    return {number: text for number, text in labels.items() if text}


def checked_entries(entries: Sequence[Entry]) -> list[Entry]:
    """All entries as they are stored. Raises Invalid, which names the bad ones by their place, from 0."""
    found, wrong = [], {}
    for place, (email, labels) in enumerate(entries):
        try:
            found.append(Entry(checked_address(email), checked_labels(labels) if labels else labels))
        except Invalid as problem:
            wrong[f"respondents[{place}]"] = problem.message
            if len(wrong) == _TOLD:
                break
    if wrong:
        told = " ".join(f"{where}: {what}" for where, what in wrong.items())
        raise Invalid(f"Nothing was stored. {told}", fields=wrong)
    return found


def sound_entries(entries: Sequence[Entry]) -> tuple[list[Entry], dict[int, str]]:
    """The entries that can be stored, as they are stored; why the others cannot, by their place from 0."""
    found: list[Entry] = []
    wrong: dict[int, str] = {}
    for place, (email, labels) in enumerate(entries):
        try:
            found.append(Entry(checked_address(email), checked_labels(labels)))
        except Invalid as problem:
            wrong[place] = problem.message
    return found, wrong


def labels_used(entries: Sequence[Entry]) -> list[str]:
    """The variables of the labels that entries carry, in order."""
    return [label_name(number) for number in sorted({n for _, labels in entries for n in labels})]


def entry_rows(survey: OpenSurvey, entries: Sequence[Entry], names: Sequence[str]) -> list[Any]:
    """Rows to insert. `names` — of `labels_used`, all of which the survey has."""
    shape = survey.shape
    make = shape.new_rows((EMAIL, *names)).cls
    email = shape.attribute[EMAIL]
    attribute = {number: shape.attribute[label_name(number)] for number in map(_number, names)}
    return [
        make(**{email: address}, **{attribute[number]: text for number, text in labels.items()})
        for address, labels in entries
    ]


def _number(name: str) -> int:
    return int(name.removeprefix("label"))


def new_tokens(count: int, now: int) -> list[str]:
    """Tokens of personal links, which nobody can guess, all at once.

    They begin with the second of `now` (µs) and are in order, so that an index takes them at its end and not
    all over the place. Whoever knows a patch's order and the tokens of both neighbours still lacks 80 bits.
    """
    digits, width = urandom(_TOKEN_BYTES * count).hex().upper(), 2 * _TOKEN_BYTES
    lead = f"{now // 1_000_000:08X}"
    return sorted(lead + digits[place : place + width] for place in range(0, len(digits), width))
