"""Search comments for words: the newest responses are looked through, up to a number of them.

There is no index of words: it would cost every write of feedback more than the rest of its upkeep together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rejoinder.core.feedback.responses import ALL, ResponsePage, Wanted, filled, reader_of, which_of
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.problems import Invalid
from rejoinder.store.feedback import responses as store
from rejoinder.text.folding import folded, plain, words

LOOKED_THROUGH = 20_000
"""Responses that one search reads at the most."""
CHUNK = 2000
MAX_SEARCH = 200
"""Characters of what is searched for."""


def search_responses(
    unit: Unit, search: str, wanted: Wanted = ALL, *, skip: int = 0, limit: int = 25, descending: bool = True
) -> ResponsePage:
    """Some responses by date whose comment has, for each word searched for, a word that begins with it.

    Case and diacritics do not count. The total is not `exact` where there are more responses than one search
    looks through. Raises NotOnboarded, Invalid for a search without a word.
    """
    require_onboarded(unit)
    begins = [plain(folded(word)) for word in words(search)]
    if not begins or len(search) > MAX_SEARCH:
        why = f"Search for words: at least one letter or digit, and at most {MAX_SEARCH} characters."
        raise Invalid(why, fields={"search": why})
    with unit.session.snapshot():
        found: list[store.Row] = []
        looked = 0
        for rows in _chunks(unit, wanted, descending):
            looked += len(rows)
            found += _having(unit, rows, begins)
        return ResponsePage(filled(unit, found[skip : skip + limit]), len(found), looked < LOOKED_THROUGH)


def _chunks(unit: Unit, wanted: Wanted, descending: bool) -> Iterator[list[store.Row]]:
    which = which_of(unit, wanted)
    for skip in range(0, LOOKED_THROUGH, CHUNK):
        rows = store.page(
            unit.session, unit.workspace_id, which, descending=descending, skip=skip, limit=CHUNK
        )
        yield rows
        if len(rows) < CHUNK:
            return


def _having(unit: Unit, rows: Sequence[store.Row], begins: Sequence[str]) -> list[store.Row]:
    """Those of the rows whose comments have words that begin so."""
    readers = {number: reader_of(unit, number)[1] for number in {row.survey_id for row in rows}}
    found = []
    for row in rows:
        reader = readers[row.survey_id]
        said = [plain(folded(word)) for word in words(reader.comment(reader.decode(row.doc)) or "")]
        if all(any(word.startswith(begin) for word in said) for begin in begins):
            found.append(row)
    return found
