"""Load many people: the page sends them part by part, so that it can tell how far it is and stop."""

from __future__ import annotations

import msgspec

from rejoinder.console.panel.contacts import PARTS
from rejoinder.console.panel.paging import packed, unpacked
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.surveys import asking_surveys
from rejoinder.core.panel.batches import add_contacts, add_patch, create_batch
from rejoinder.core.panel.contacts import Spot, browse_contacts, count_contacts, keep_contacts
from rejoinder.core.panel.entries import sound_entries
from rejoinder.core.surveys import describe_survey
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.panel import Entry
from rejoinder.model.problems import Invalid

MAX_PART = 4_000_000
"""Bytes of one part."""
MOST_ROWS = 2000
"""People in one part."""


class _Row(msgspec.Struct):
    email: str
    labels: dict[int, str] = {}


_decode = msgspec.json.Decoder(list[_Row], strict=False).decode


def import_page(visit: Visit) -> Reply:
    """Where contacts are pasted or a file is chosen."""
    return visit.page("panel/import.html", words=_words())


def new_batch(visit: Visit) -> Reply:
    """Where people are put into a survey."""
    return visit.page(
        "panel/new_batch.html",
        surveys=[(one.id, one.name) for one in reversed(asking_surveys(visit.unit))],
        chosen=visit.asked("survey"),
        total=count_contacts(visit.unit),
        words=_words(),
        source=visit.asked("from") if visit.asked("from") == "contacts" else "rows",
    )


def _words() -> dict[str, str]:
    """What the page's script says; it puts the values in."""
    return {
        "column": _("Column %(n)s"),
        "rows": _("Rows with an address: %(n)s"),
        "noAddress": _("Say which column holds the addresses."),
        "empty": _("Paste a list or choose a file first."),
        "large": _("The file is larger than 50 MB; divide it."),
        "part": _("%(done)s of %(all)s rows, about %(left)s s left."),
        "some": _("%(done)s so far."),
        "title": _("Finished"),
        "stopped": _("Stopped. What was loaded before stays."),
        "finished": _("Loaded: %(added)s. There already: %(alike)s. Left out: %(wrong)s."),
        "twice": _("Addresses that came twice: %(n)s."),
        "line": _("Line %(n)s: %(why)s"),
    }


def _rows(visit: Visit) -> tuple[list[Entry], dict[int, str]]:
    """The people of a part that can be stored, and why others cannot, by their place in it."""
    try:
        rows = _decode(visit.field("rows", MAX_PART))
    except msgspec.DecodeError:
        raise Invalid(_("The part was not complete. Load the page again.")) from None
    if len(rows) > MOST_ROWS:
        raise Invalid(_("The part is too large. Load the page again."))
    return sound_entries([Entry(row.email, row.labels) for row in rows])


def keep_part(visit: Visit) -> Reply:
    """Keep a part of a list as contacts."""
    entries, wrong = _rows(visit)
    kept = keep_contacts(visit.unit, entries) if entries else (0, 0, 0)
    return json_reply({"added": kept[0], "changed": kept[1], "alike": kept[2], "wrong": wrong})


def begin_batch(visit: Visit) -> Reply:
    """Begin a batch; the page then sends its people."""
    survey = visit.field("survey", 40, required=True)
    made = create_batch(visit.unit, str(describe_survey(visit.unit, survey).id))
    address = f"/panel/batches/{made.uuid}"
    return json_reply(
        {
            "rows": visit.to(f"{address}/rows"),
            "contacts": visit.to(f"{address}/contacts"),
            "done": visit.to(address),
        }
    )


def add_rows(visit: Visit) -> Reply:
    """Put a part of a list into a batch."""
    entries, wrong = _rows(visit)
    repeated = 0
    if entries:
        repeated = len(add_patch(visit.unit, visit.text("batch"), entries).repeated)
    return json_reply({"added": len(entries), "repeated": repeated, "wrong": wrong})


def add_some_contacts(visit: Visit) -> Reply:
    """Put some contacts into a batch, and say behind which one it goes on."""
    part = visit.field("by", 20)
    found = browse_contacts(
        visit.unit,
        visit.field("q", 200),
        PARTS.get(part, 0),
        after=unpacked(visit.field("after", 4000), Spot),
        limit=500,
    )
    added, there = add_contacts(visit.unit, visit.text("batch"), found.contacts)
    return json_reply(
        {"added": added.received if added else 0, "alike": there, "after": packed(found.after), "wrong": {}}
    )
