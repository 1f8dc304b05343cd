"""What works on feedback right now, as a part of pages that watches itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from rejoinder.console.feedback.frame import onboarded
from rejoinder.console.speech import _, number_text, span_text
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.queueing import ANALYSE, INDEX, REANALYSE, RETAG, TRAIN
from rejoinder.core.feedback.working import Work, stop_work, works
from rejoinder.kernel.reply import Reply


@onboarded
def progress(visit: Visit) -> Reply:
    """The part alone. When what was watched has ended, pages of numbers are shown anew, others told."""
    told = watched(visit)
    if not told["works"] and urlsplit(visit.call.header("hx-current-url") or "").path in _numbers(visit):
        visit.headers += ((b"hx-refresh", b"true"),)
    return visit.fragment("feedback/working.html", **told, may_edit=visit.who.may("editor"), ended=True)


def _numbers(visit: Visit) -> set[str]:
    """Pages on which nobody writes anything that could be lost."""
    return {visit.to(path) for path in ("/feedback", "/feedback/tags", "/feedback/imports")}


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
