"""Walk through responses from the newest to the oldest, by place and not by page number.

What no index knows (language, sentiment, project, words) is looked for among a number of responses at a time:
whoever finds too little there can go on from where that ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from rejoinder.core.feedback.responses import Wanted, filled, reader_of, which_of
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import FeedbackResponse, Tag
from rejoinder.model.problems import Invalid
from rejoinder.store.feedback import applied, newest, tags
from rejoinder.store.feedback import responses as store
from rejoinder.store.feedback.responses import Place as Place
from rejoinder.text.folding import folded, plain, words

LOOKED_THROUGH = 5000
"""Responses among which one step looks."""
READ = 2000
"""Responses whose comments one step reads when it searches for words."""
CHUNK = 500
MAX_SEARCH = 200
"""Characters of what is searched for."""


class Stretch(msgspec.Struct, frozen=True):
    """Some responses. `after` — where to go on, None at the end; `cut` — it ended because it had looked
    through as many responses as one step does, not because it was full."""

    items: list[FeedbackResponse]
    after: Place | None = None
    cut: bool = False


def browse(
    unit: Unit, wanted: Wanted, *, search: str = "", before: Place | None = None, limit: int = 25
) -> Stretch:
    """The newest responses behind a place.

    Parameters: `search` — words, each of which must begin a word of the comment; case and diacritics do not
    count. Raises NotOnboarded, Invalid for a search without a word.
    """
    require_onboarded(unit)
    begins = _begins(search)
    with unit.session.snapshot():
        which = which_of(unit, wanted)._replace(before=before)
        floor = newest.edge(unit.session, unit.workspace_id, which, READ if begins else LOOKED_THROUGH)
        which = which._replace(floor=floor)
        rows = _having(unit, which, begins, limit + 1) if begins else _page(unit, which, limit + 1)
        items = filled(unit, rows[:limit])
    if len(rows) > limit:
        return Stretch(items, Place(rows[limit - 1].at, rows[limit - 1].id))
    return Stretch(items, floor, floor is not None)


def taken_off(unit: Unit, responses: Sequence[FeedbackResponse]) -> dict[int, list[Tag]]:
    """Response → the tags that people took off it. Raises NotOnboarded."""
    require_onboarded(unit)
    found = applied.taken_off(unit.session, unit.workspace_id, [one.id for one in responses])
    named = sorted({tag for some in found.values() for tag in some})
    known = tags.tags_by_id(unit.session, unit.workspace_id, named)
    return {number: [known[tag] for tag in some if tag in known] for number, some in found.items()}


def _page(unit: Unit, which: store.Which, limit: int) -> list[store.Row]:
    return store.page(unit.session, unit.workspace_id, which, descending=True, skip=0, limit=limit)


def _begins(search: str) -> list[str]:
    """What is searched for, as words are compared. Raises Invalid."""
    if not search:
        return []
    begins = [plain(folded(word)) for word in words(search)]
    if not begins or len(search) > MAX_SEARCH:
        why = f"Search for words: at least one letter or digit, and at most {MAX_SEARCH} characters."
        raise Invalid(why, fields={"q": why})
    return begins


def _having(unit: Unit, which: store.Which, begins: Sequence[str], limit: int) -> list[store.Row]:
    """The first rows whose comments have words that begin so."""
    found: list[store.Row] = []
    while len(found) < limit:
        rows = _page(unit, which, CHUNK)
        readers = {number: reader_of(unit, number)[1] for number in {row.survey_id for row in rows}}
        found += [row for row in rows if _has(readers[row.survey_id].comment, row.doc, begins)]
        if len(rows) < CHUNK:
            break
        which = which._replace(before=Place(rows[-1].at, rows[-1].id))
    return found[:limit]


def _has(comment: Callable[[dict[str, object]], str | None], doc: str, begins: Sequence[str]) -> bool:
    if doc.isascii():
        low = doc.lower()  # as such words are folded; what is not in the whole record is not in a part of it
        if not all(begin in low for begin in begins):
            return False
    text = comment(msgspec.json.decode(doc))
    said = [plain(folded(word)) for word in words(text or "")]
    return all(any(word.startswith(begin) for word in said) for begin in begins)
