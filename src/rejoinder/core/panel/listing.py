"""List a survey's respondents by address (Webankieta 002, "Lista respondentów").

The list is sorted by folded address, then id; those without an address come last. A page is a walk over
the index of addresses. As long as the survey does not change, the places where pages ended are remembered,
so that a client that reads the list page by page never walks the same way twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rejoinder.core.panel.view import in_order, people_of, with_invitations
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.panel import Person
from rejoinder.model.system import EMAIL
from rejoinder.store import panel as store
from rejoinder.store.hot import LEVELS
from rejoinder.store.panel import Place

REMEMBERED = 64
"""Places of one survey."""


class Places:
    """Where pages of one survey's list ended, good for one state of the survey.

    `blank` — (block, how many of its rows have no address), once it was asked for.
    """

    def __init__(self, updated_at: int) -> None:
        self.updated_at = updated_at
        self.ends: dict[int, store.Entry] = {}
        self.blank: list[tuple[int, int]] | None = None

    def before(self, skip: int) -> tuple[int, store.Entry | None]:
        """The nearest known place at or before an offset: how many stand before it, and what was there."""
        known = max((offset for offset in list(self.ends) if offset <= skip), default=0)
        return known, self.ends.get(known)

    def keep(self, offset: int, end: store.Entry) -> None:
        """Remember what stood at the end of `offset` places."""
        while len(self.ends) >= REMEMBERED:
            self.ends.pop(next(iter(self.ends)), None)
        self.ends[offset] = end


def place_of(unit: Unit, survey: OpenSurvey) -> Place:
    """Where a survey's rows and addresses are."""
    lookup = survey.lookup((EMAIL,))
    return Place(unit.workspace_id, survey.id, lookup.id if lookup else 0)


def list_people(unit: Unit, reference: str, skip: int, limit: int) -> tuple[list[Person], int]:
    """Some respondents of a survey, and how many there are.

    Behind the end the list is empty. Raises NotFound.
    """
    with unit.session.snapshot():
        survey = open_survey(unit, reference)
        total = count_people(unit, survey)
        if skip >= total:
            return [], total
        place, places = place_of(unit, survey), places_of(unit, survey)
        respids = _walk(unit, survey, place, places, skip, limit)
        rows = in_order(store.rows_of(unit.session, place, respids), respids)
        people = people_of(rows)
        if len(people) < limit and skip + len(people) < total:
            people += _without_address(unit, survey, places, skip, len(people), limit)
        return with_invitations(unit, people), total


def count_people(unit: Unit, survey: OpenSurvey) -> int:
    """How many respondents a survey has, from the counts of its blocks."""
    session = unit.session
    blocks = session.hot.blocks(session.raw, unit.workspace_id, survey.id, LEVELS[0])
    return sum(respondents for _, respondents, _ in blocks)


def places_of(unit: Unit, survey: OpenSurvey) -> Places:
    """What is remembered of a survey in its present state;

    every write of rows or keys changes `updated_at`.
    """
    cache: dict[Any, Any] = unit.session.cache
    key = ("places", survey.id)
    found = cache.get(key)
    if not isinstance(found, Places) or found.updated_at != survey.row.updated_at:
        found = cache[key] = Places(survey.row.updated_at)
    return found


def _walk(unit: Unit, survey: OpenSurvey, place: Place, places: Places, skip: int, limit: int) -> list[int]:
    """Respids of one page, of those with an address."""
    if survey.row.shuffled:
        return store.walk_by_id(unit.session, place, skip, limit)
    known, after = places.before(skip)
    entries = store.walk(unit.session, place, after, skip - known, limit)
    if len(entries) == limit:
        places.keep(skip + limit, entries[-1])
    return [respid for _, respid in entries]


def _without_address(
    unit: Unit, survey: OpenSurvey, places: Places, skip: int, taken: int, limit: int
) -> list[Person]:
    """What follows on a page behind the last address; `taken` are on it already."""
    blank = blank_blocks(unit, survey, places)
    with_address = count_people(unit, survey) - sum(count for _, count in blank)
    left = max(0, skip + taken - with_address)
    if survey.row.shuffled:
        everybody = sorted(people_without_address(unit, survey, blank), key=lambda person: person.row.id)
        return everybody[left : left + limit - taken]
    first = 0
    while first < len(blank) and left >= blank[first][1]:
        left -= blank[first][1]
        first += 1
    found: list[Person] = []
    for person in people_without_address(unit, survey, blank[first:]):
        if left:
            left -= 1
            continue
        found.append(person)
        if len(found) == limit - taken:
            break
    return found


def blank_blocks(unit: Unit, survey: OpenSurvey, places: Places) -> list[tuple[int, int]]:
    """Blocks with rows that have no address, and how many: the counts less the entries of the index."""
    if places.blank is None:
        session, place = unit.session, place_of(unit, survey)
        keyed = store.keyed_blocks(session, place)
        blocks = session.hot.blocks(session.raw, unit.workspace_id, survey.id, LEVELS[-1])
        counts = [(block, respondents - keyed.get(block, 0)) for block, respondents, _ in blocks]
        places.blank = [count for count in counts if count[1] > 0]
    return places.blank


def people_without_address(
    unit: Unit,
    survey: OpenSurvey,
    blank: list[tuple[int, int]],
    test: Callable[[Person], bool] = lambda person: True,
) -> Iterator[Person]:
    """Respondents without an address, by respid, read block by block."""
    place = place_of(unit, survey)
    for block, _ in blank:
        first = block << LEVELS[-1]
        rows = store.rows_between(unit.session, place, first, first + (1 << LEVELS[-1]) - 1)
        yield from (person for person in people_of(rows) if not person.email and test(person))
