"""Try terms on real comments before a tag has them: how many they find, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rejoinder.core.feedback.finding import follows
from rejoinder.core.feedback.slices import Item, read_slice
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.feedback.tag_rules import checked_rules, checked_terms
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import FilterRules
from rejoinder.store.chunks import chunks
from rejoinder.store.feedback import projects
from rejoinder.store.feedback import responses as store

SAMPLE = 2000
"""The newest responses, on which terms are tried."""
SHOWN = 5
_CHUNK = 500


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
    with unit.session.snapshot():
        numbers = {one.id for one in projects.projects(unit.session, unit.workspace_id)} if rules else set()
        filters = checked_rules(rules or {}, numbers)
        items, whole = _newest(unit, filters, parent)
    from rejoinder.text.matching import Matcher  # it brings numpy along

    places = Matcher([(1, checked)]).match([one.comment or "" for one in items])
    found = 0
    examples: list[tuple[str, Sequence[tuple[int, int]]]] = []
    for item, hits in zip(items, places.by_text(len(items)), strict=True):
        if hits:
            found += 1
            if len(examples) < SHOWN:
                examples.append((item.comment or "", hits[1]))
    return Trial(found, len(items), whole, examples)


def _newest(unit: Unit, rules: FilterRules, parent: int | None) -> tuple[list[Item], bool]:
    """The newest responses with a comment that rules and a parent admit, and whether these are all."""
    session, workspace = unit.session, unit.workspace_id
    numbers = store.newest_ids(session, workspace, SAMPLE + 1)
    order = {number: n for n, number in enumerate(numbers)}
    items: list[Item] = []
    for part in chunks(numbers[:SAMPLE], _CHUNK):
        some = read_slice(unit, part).items
        items += sorted((one for one in some if one.comment), key=lambda one: order[one.state.id])
    if parent is not None:
        items = [one for one in items if (mark := one.state.tags.get(parent)) and mark.present]
    return [one for one in items if follows(rules, one, one.state.sentiment)], len(numbers) <= SAMPLE
