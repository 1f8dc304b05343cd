"""Try terms on real comments before a tag has them: how many they find, and where they stand."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rejoinder.core.feedback.finding import follows
from rejoinder.core.feedback.responses import reader_of
from rejoinder.core.feedback.slices import Item
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.feedback.tag_rules import checked_rules, checked_terms
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import FilterRules
from rejoinder.store.feedback import applied, projects
from rejoinder.store.feedback import responses as store
from rejoinder.store.feedback.states import State

SAMPLE = 2000
"""The newest responses, on which terms are tried."""
SECONDS = 0.05
"""So long at the most: somebody is typing, and what was looked through until then says enough."""
SHOWN = 5
_PIECE = 250


class Trial(NamedTuple):
    """What terms would find. `looked` — responses with a comment that were looked through, the newest, of
    which `found` have a term; `whole` — there are no more; `examples` — comments with the places of terms."""

    found: int
    looked: int
    whole: bool
    examples: list[tuple[str, Sequence[tuple[int, int]]]]


def try_terms(
    unit: Unit,
    terms: Sequence[str],
    rules: Mapping[str, Any] | None = None,
    parent: int | None = None,
) -> Trial:
    """Look for terms in the newest comments.

    Parameters: `rules` — as a tag's filter rules; `parent` — count only where this tag is. Raises
    NotOnboarded, Invalid for terms and rules that no tag can have.
    """
    require_onboarded(unit)
    checked = checked_terms(terms)
    from rejoinder.text.matching import Matcher  # it brings numpy along

    matcher, until = Matcher([(1, checked)]), time.perf_counter() + SECONDS
    found, looked, whole = 0, 0, True
    examples: list[tuple[str, Sequence[tuple[int, int]]]] = []
    with unit.session.snapshot():
        numbers = {one.id for one in projects.projects(unit.session, unit.workspace_id)} if rules else set()
        filters = checked_rules(rules or {}, numbers)
        for piece, rows in enumerate(_newest(unit)):
            if piece and time.perf_counter() > until:
                whole = False
                break
            comments = _comments(unit, rows[:_PIECE], filters if rules else None, parent)
            places = matcher.match(comments).by_text(len(comments))
            hits = [(text, some[1]) for text, some in zip(comments, places, strict=True) if some]
            found, looked = found + len(hits), looked + len(comments)
            examples += hits[: SHOWN - len(examples)]
            whole = len(rows) <= _PIECE
    return Trial(found, looked, whole, examples)


def _newest(unit: Unit) -> Iterator[list[store.Row]]:
    """The newest responses in pieces, to each of which the first of the next one is added."""
    which = store.Which()
    for _ in range(0, SAMPLE, _PIECE):
        where = (unit.session, unit.workspace_id, which)
        rows = store.page(*where, descending=True, skip=0, limit=_PIECE + 1)
        yield rows
        if len(rows) <= _PIECE:
            return
        which = which._replace(before=store.Place(rows[-2].at, rows[-2].id))


def _comments(
    unit: Unit, rows: Sequence[store.Row], rules: FilterRules | None, parent: int | None
) -> list[str]:
    """The comments of responses that rules and a parent admit."""
    session, workspace = unit.session, unit.workspace_id
    readers = {number: reader_of(unit, number) for number in {row.survey_id for row in rows}}
    if parent is not None:
        carrying = applied.carrying(session, workspace, parent, [row.id for row in rows])
        rows = [row for row in rows if row.id in carrying]
    within = {}
    if rules and rules.project_ids:
        within = projects.projects_of(session, workspace, [row.id for row in rows])
    found = []
    for row in rows:
        survey, reader = readers[row.survey_id]
        record = reader.decode(row.doc)
        comment = reader.comment(record)
        if comment and rules is not None:
            state = State(row.id, row.survey_id, row.respid, row.at, sentiment=row.sentiment)
            item = Item(state, survey, reader, record, comment, 0, within.get(row.id, ()))
            comment = comment if follows(rules, item, row.sentiment) else None
        if comment:
            found.append(comment)
    return found
