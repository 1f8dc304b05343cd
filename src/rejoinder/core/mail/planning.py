"""Look ahead at a mailing: whom it would be for, and how a letter of it would look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from rejoinder.core.mail.keyring import known_key
from rejoinder.core.mail.message import Letter
from rejoinder.core.mail.placeholders import check_content, compiled, fill
from rejoinder.core.mail.recipients import address_of, hindrance
from rejoinder.core.mailings import MAX_COUNTED, Recipients, asked_for
from rejoinder.core.opt_outs import opted_out
from rejoinder.core.respondents.filtered import filtered_page, matcher
from rejoinder.core.surveys import describe_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.mail import Variant
from rejoinder.model.mailbox import Address
from rejoinder.model.problems import Invalid
from rejoinder.store import mailing_control as control
from rejoinder.store import mailings as store

MAX_LOOKED_AT = 5000
"""Up to here each recipient is looked at; beyond, nobody knows yet who has no address or has opted out."""
MAX_FILTERED = 20_000
"""Respondents that a filter may name."""


class Plan(NamedTuple):
    """Whom a mailing would be for: `asked` respondents (counted up to `MAX_COUNTED`), of whom `letters` would
    be written to; `left_out` — why others would not. `sure` — each of them was looked at.
    """

    asked: int
    letters: int
    left_out: dict[str, int]
    sure: bool


class _Number(msgspec.Struct):
    respid: int


_numbers = msgspec.json.Decoder(list[_Number]).decode


def plan_mailing(unit: Unit, survey: str, recipients: Recipients) -> Plan:
    """Whom `queue_mailing` would write to now. Raises NotFound, Invalid."""
    found = open_survey(unit, survey)
    session, workspace = unit.session, unit.workspace_id
    with session.snapshot():
        who = asked_for(unit, found.id, recipients)
        people = store.invitable(session, workspace, found.id, who)
        asked = control.count_up_to(session, people, MAX_COUNTED)
        if asked > MAX_LOOKED_AT:
            return Plan(asked, asked, {}, sure=False)
        rows = control.some_of(session, workspace, people, MAX_LOOKED_AT)
        addresses = [address_of(doc) for _, doc in rows]
        key = known_key(session)
        left = opted_out(unit, key, addresses) if key else set()
    why: Counter[str] = Counter()
    for (reason, _), address in zip(rows, addresses, strict=True):
        other = hindrance(address, left)
        if reason or other:
            why[reason or (other.value if other else "")] += 1
    return Plan(asked, asked - sum(why.values()), dict(why), sure=True)


def respids_of_filter(unit: Unit, survey: str, expression: str) -> list[int]:
    """The respondents that a filter expression names. Raises NotFound, Invalid for a bad one and too many."""
    found = open_survey(unit, survey)
    aliases = describe_survey(unit, survey).aliases
    test = matcher(unit, found, expression, aliases)
    records, total = filtered_page(unit, found, test, "respondent", 0, MAX_FILTERED + 1)
    if total > MAX_FILTERED:
        raise Invalid(
            f"The filter names {total:,} respondents; a mailing by filter is for at most {MAX_FILTERED:,}."
        )
    return [one.respid for one in _numbers(f"[{','.join(records)}]")]


def preview_letter(said: Variant, values: Mapping[str, str]) -> Letter:
    """A template as a recipient would read it. Raises Invalid for placeholders that cannot stand there.

    Parameters: `values` — what stands in place of the placeholders.
    """
    check_content(said.subject, said.content)
    made = compiled(said.subject, said.content)
    return Letter(
        Address("someone", "example.org"),
        fill(made.subject, values),
        fill(made.text, values),
        fill(made.html, values, escaped=True),
    )
