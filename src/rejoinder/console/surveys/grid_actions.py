"""What is done with chosen respondents: which columns to show of them, anonymise them, erase them."""

from __future__ import annotations

import unicodedata

from rejoinder.console.speech import _, ngettext
from rejoinder.console.surveys.tabs import survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.anonymise import anonymise_chosen
from rejoinder.core.erasing import erase_chosen
from rejoinder.core.views import choose_columns
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid

MOST = 200
"""Respondents chosen at a time: no more are on a page."""


def keep_columns(visit: Visit) -> Reply:
    """Show other columns from now on."""
    survey = survey_of(visit)
    choose_columns(visit.unit, visit.who.user_id, survey.id, visit.fields("column"))
    return visit.go(f"/surveys/{survey.id}/respondents", _("The columns are chosen."))


def erase_some(visit: Visit) -> Reply:
    """Erase those who were ticked, at once."""
    survey = survey_of(visit)
    respids = _chosen(visit)
    confirmed(visit, "erase")
    gone = erase_chosen(visit.unit, survey, respids)
    said = ngettext("%(num)s respondent was erased.", "%(num)s respondents were erased.", gone)
    return visit.go(f"/surveys/{survey.id}/respondents", said)


def anonymise_some(visit: Visit) -> Reply:
    """Take addresses and labels from those who were ticked, at once."""
    survey = survey_of(visit)
    respids = _chosen(visit)
    confirmed(visit, "anonymise")
    done = anonymise_chosen(visit.unit, survey, respids)
    said = ngettext("%(num)s respondent was anonymised.", "%(num)s respondents were anonymised.", done)
    return visit.go(f"/surveys/{survey.id}/respondents", said)


def confirmed(visit: Visit, word: str) -> None:
    """Raises Invalid where the word was typed neither in English nor in the visitor's language."""
    said = _(word)
    if _folded(visit.field("confirmation", 40)) not in (_folded(word), _folded(said)):
        problem = _("Type %(word)s here to confirm.", word=said)
        raise Invalid(problem, fields={"confirmation": problem})


def _folded(word: str) -> str:
    """A word in any case, also where a Turkish keyboard wrote capitals."""
    return unicodedata.normalize("NFC", word).casefold().replace("i\u0307", "i")


def _chosen(visit: Visit) -> list[int]:
    respids = [int(text) for text in visit.fields("respid") if text.isascii() and text.isdecimal()]
    if not respids:
        raise Invalid(_("Tick the respondents first."))
    return sorted({n for n in respids if 0 < n < 1 << 32})[:MOST]
