"""Feedback as a whole; before there is any, the choice of a category with which it begins."""

from __future__ import annotations

from typing import Any

from rejoinder.console.feedback.drawing import over_time, parts
from rejoinder.console.feedback.frame import asked_wanted, choices, framed, kept
from rejoinder.console.speech import _, language_name
from rejoinder.console.visit import Visit
from rejoinder.core.feedback import onboarding
from rejoinder.core.feedback.categories import categories, smart_tags
from rejoinder.core.feedback.summary import SAMPLE, Summary, summarise
from rejoinder.core.feedback.tags import every_tag
from rejoinder.core.feedback.working import works
from rejoinder.kernel.reply import Reply
from rejoinder.model.feedback import Counts
from rejoinder.model.problems import Invalid

FILTERS = ("survey", "project", "language", "since", "until")
TOP = 12
"""Tags that are drawn unless all are asked for."""


def landing(visit: Visit) -> Reply:
    """The category to begin with, or what people say."""
    if not onboarding.is_onboarded(visit.unit):
        return _first(visit)
    found = summarise(visit.unit, asked_wanted(visit))
    query = kept(visit, FILTERS)
    return visit.page(
        "feedback/overview.html",
        **framed(visit, ""),
        **choices(visit),
        **_tags(visit, found),
        query=query,
        counts=found.counts,
        chart=over_time(found.days),
        languages=_languages(found),
        whole=found.whole,
        sampled=found.sampled,
        sample=SAMPLE,
        busy=bool(works(visit.unit)),
    )


def _first(visit: Visit) -> Reply:
    standing = onboarding.status(visit.unit)
    return visit.page(
        "feedback/begin.html",
        **framed(visit, ""),
        standing=standing,
        may_begin=visit.who.may("owner"),
        categories=[(one, [tag.display_name for tag in smart_tags(one)]) for one in categories()],
    )


def begin(visit: Visit) -> Reply:
    """Choose a category, and let feedback be analysed from now on."""
    number = visit.field("category", 4)
    if not (number.isascii() and number.isdecimal()):
        sentence = _("Choose what your product is.")
        raise Invalid(sentence, fields={"category": sentence})
    onboarding.choose_category(visit.unit, int(number))
    onboarding.complete(visit.unit)
    return visit.go("/feedback", _("Feedback is read from now on."))


def _tags(visit: Visit, found: Summary) -> dict[str, Any]:
    """The tags that are spoken of most, with their bars."""
    named = {tag.id: tag for tag in every_tag(visit.unit)}
    spoken = [(named[number], counts) for number, counts in found.tags.items() if number in named]
    spoken.sort(key=lambda one: (-one[1].responses, one[0].id))
    every = bool(visit.asked("all"))
    shown = spoken if every else spoken[:TOP]
    most = max((counts.responses for _tag, counts in spoken), default=1)
    rows = [(tag, counts, parts(counts, 100 * counts.responses / most)) for tag, counts in shown]
    return {"tags": rows, "more_tags": len(spoken) - len(shown), "every_tag": every}


def _languages(found: Summary) -> list[tuple[str, str, int, float, list[Any]]]:
    """(code, name, how many, share, bar), the most frequent first."""
    rows = []
    for code, n in found.languages:
        share = n / found.sampled if found.sampled else 0.0
        name = language_name(code) if code else _("No language")
        rows.append((code or "", name, n, share, parts(Counts(n, n), 100 * share)))
    return rows
