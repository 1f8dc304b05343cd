"""What the text engine learnt from corrections; reading texts again."""

from __future__ import annotations

from rejoinder.console.feedback.frame import framed, onboarded
from rejoinder.console.feedback.progress import watched
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.learning import count_decisions, learnt_lately
from rejoinder.core.feedback.onboarding import require_onboarded
from rejoinder.core.feedback.queueing import ask_for_reanalysis, ask_for_training
from rejoinder.core.feedback.summary import SAMPLE, engines
from rejoinder.core.feedback.tags import every_tag
from rejoinder.kernel.reply import Reply

ENOUGH_SENTIMENTS, ENOUGH_TAGS = 50, 30
"""Corrections from which learning is worth a try (`text.learning`)."""


@onboarded
def learning(visit: Visit) -> Reply:
    """How many corrections there are, and what came of them."""
    sentiments, tags = count_decisions(visit.unit)
    found = engines(visit.unit)
    titles = {tag.name: tag.display_name for tag in every_tag(visit.unit)}
    return visit.page(
        "feedback/learning.html",
        **framed(visit, "/learning"),
        **watched(visit),
        sentiments=sentiments,
        tags=tags,
        enough=ENOUGH_SENTIMENTS,
        enough_tags=ENOUGH_TAGS,
        lately=learnt_lately(visit.unit),
        titles={"sentiment": _("Sentiment"), **titles},
        engines=found,
        sampled=min(SAMPLE, sum(n for _name, n in found)),
        engine=visit.shell.outside.settings.text_engine,
    )


def train(visit: Visit) -> Reply:
    """Let a job learn."""
    require_onboarded(visit.unit)
    ask_for_training(visit.unit)
    return visit.go("/feedback/learning", _("Learning begins. What is better than before is used by itself."))


def reread(visit: Visit) -> Reply:
    """Let all texts be read again."""
    require_onboarded(visit.unit)
    ask_for_reanalysis(visit.unit, every=visit.ticked("every"))
    return visit.go("/feedback/learning", _("Texts are read again. What people corrected stays."))
