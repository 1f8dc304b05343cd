"""The audit log: note what was done, read it, and prove that nobody changed it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rejoinder.core.unit import Unit
from rejoinder.model.audit import Entry, Verdict
from rejoinder.store import audit as store


def record(unit: Unit, action: str, subject: str, /, **detail: Any) -> int:
    """Note something in the unit's transaction: no commit, no entry; gives its number.

    Parameters: `action` — noun and verb, `client.create`; `subject` — kind and number, `survey:12`; `detail`
    — names, counts, scopes. No data about a person may stand in any of them: the log outlives an erasure.
    """
    return store.add_entry(
        unit.session, unit.workspace_id, unit.actor, action, subject, dict(detail), unit.now
    )


def list_entries(
    unit: Unit,
    limit: int = 100,
    before: int | None = None,
    *,
    about: str = "",
    actor: str = "",
    subjects: Sequence[str] = (),
) -> list[Entry]:
    """The workspace's entries, the newest first.

    Parameters: `before` — only those with a lower number; `about` — only actions of this noun, such as
    `webhook`; `actor` — only what this one did; `subjects` — only what was done to these, such
    as `survey:12`.
    """
    return store.newest(
        unit.session, unit.workspace_id, limit, before, about=about, actor=actor, subjects=subjects
    )


def verify(unit: Unit, tip: str | None = None) -> Verdict:
    """Read the whole log and work out every hash again.

    An entry that was changed, removed or put in is found, wherever it stands. Who can write to the database
    can also work out all hashes anew; therefore note the tip elsewhere from time to time, and give it here as
    `tip`: it must still be in the chain.
    """
    with unit.session.snapshot():
        return _walk(unit, tip)


def _walk(unit: Unit, tip: str | None) -> Verdict:
    before, count, met = "", 0, tip is None
    fault: str | None = None
    for entry in store.columns(unit.session, unit.workspace_id):  # to its end, which closes the cursor
        number, *_, found = entry[1:]
        if fault:
            continue
        if number != count + 1:
            fault = f"Entry {count + 1} is missing; the next one is {number}."
        elif store.chained(before, entry[:-1]) != found:
            fault = f"Entry {number} is not as it was written."
        else:
            before, count, met = found, number, met or found == tip
    if fault:
        return Verdict(count, before, fault)
    issued = store.issued(unit.session, unit.workspace_id)
    if issued != count:
        return Verdict(count, before, f"There are {count} entries, and {issued} were written.")
    if not met:
        return Verdict(count, before, f"The tip {tip} is not in the log: its entries were written anew.")
    return Verdict(count, before)
