"""Who wants no more mail."""

from __future__ import annotations

from rejoinder.console.panel.paging import PAGE, packed, unpacked
from rejoinder.console.speech import _, ngettext
from rejoinder.console.visit import Visit
from rejoinder.core.audit import record
from rejoinder.core.opt_outs import OptOut, add_opt_outs, is_opted_out, list_opt_outs, remove_opt_out
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid, NotFound

MOST = 5000
"""Addresses added at once."""


def opt_outs(visit: Visit) -> Reply:
    """The newest opt-outs, and whether an address is among them."""
    found, total = list_opt_outs(visit.unit, PAGE + 1, unpacked(visit.asked("after"), OptOut))
    address = visit.asked("address", longest=400).strip()
    return visit.page(
        "panel/opt_outs.html",
        opt_outs=found[:PAGE],
        total=total,
        after=packed(found[PAGE - 1]) if len(found) > PAGE else None,
        first=not visit.asked("after"),
        address=address,
        is_out=is_opted_out(visit.unit, address) if address else None,
    )


def add(visit: Visit) -> Reply:
    """Send no more mail to these addresses."""
    text = visit.field("addresses", 400 * MOST, required=True)
    addresses = [
        part for line in text.replace(";", "\n").replace(",", "\n").split("\n") if (part := line.strip())
    ]
    reason = visit.field("reason", 200)
    if len(addresses) > MOST:
        sentence = _("These are more than %(most)s addresses; add them in parts.", most=MOST)
        raise Invalid(sentence, fields={"addresses": sentence})
    try:
        count = add_opt_outs(visit.unit, addresses)
    except Invalid as problem:
        raise Invalid(problem.message, fields={"addresses": problem.message}) from None
    record(visit.unit, "opt_out.add", "workspace", addresses=count, reason=_without_addresses(reason))
    return visit.go(
        "/panel/opt-outs",
        ngettext("%(num)s address gets no more mail.", "%(num)s addresses get no more mail.", count),
    )


def remove(visit: Visit) -> Reply:
    """Let an address be written to again."""
    address = visit.field("address", 400, required=True)
    reason = visit.field("reason", 200, required=True)
    try:
        remove_opt_out(visit.unit, address)
    except NotFound as problem:
        raise Invalid(problem.message, fields={"address": problem.message}) from None
    record(visit.unit, "opt_out.remove", "workspace", reason=_without_addresses(reason))
    return visit.go("/panel/opt-outs", _("The address may be written to again."))


def _without_addresses(reason: str) -> str:
    """A reason as the audit log may keep it: it outlives an erasure, so no address stands in it."""
    return " ".join("…" if "@" in word else word for word in reason.split())
