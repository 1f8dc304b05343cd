"""What works on feedback right now, as a part of pages that watches itself."""

from __future__ import annotations

from typing import Any

from rejoinder.console.feedback.frame import onboarded
from rejoinder.console.speech import _, number_text, span_text
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.queueing import ANALYSE, INDEX, REANALYSE, RETAG, TRAIN
from rejoinder.core.feedback.working import Work, stop_work, works
from rejoinder.kernel.reply import Reply


@onboarded
def progress(visit: Visit) -> Reply:
    """The part alone. It says so when what was watched has ended."""
    return visit.fragment(
        "feedback/working.html", **watched(visit), may_edit=visit.who.may("editor"), ended=True
    )


def watched(visit: Visit) -> dict[str, Any]:
    """What `feedback/working.html` shows."""
    return {"works": [(one, title(one), note(one)) for one in works(visit.unit)]}


def title(work: Work) -> str:
    """What a job does, for people."""
    return {
        INDEX: _("Looking for texts in surveys"),
        ANALYSE: _("Reading new texts"),
        RETAG: _("Looking for changed tags in all texts"),
        REANALYSE: _("Reading texts again"),
        TRAIN: _("Learning from corrections"),
    }[work.kind]


def note(work: Work) -> str:
    """How far it is."""
    if not work.running:
        return _("Waiting for its turn.")
    if work.total is None:
        return _("This takes seconds, rarely minutes.")
    done, total = number_text(work.done), number_text(work.total)
    if work.left is None:
        return _("%(done)s of %(total)s texts", done=done, total=total)
    left = span_text(max(1.0, work.left))
    return _("%(done)s of %(total)s texts. About %(time)s left.", done=done, total=total, time=left)


def stop(visit: Visit) -> Reply:
    """End what may be ended."""
    stop_work(visit.unit, visit.number("job"))
    return visit.go("/feedback/learning", _("It is cancelled. What was read until then stays."))
