"""Search a survey's respondents (Webankieta 002, "Wyszukiwanie respondentów").

Every criterion has an index of its own: tokens and days in the table of respondents, addresses and labels in
the table of keys. When one of them leaves few rows, these are read and tested. When all leave many, the list
is walked in its order and each row is looked up, so that a page among many hits is found early.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rejoinder.core.panel.listing import (
    blank_blocks,
    count_people,
    people_without_address,
    place_of,
    places_of,
)
from rejoinder.core.panel.scanning import scan_labels
from rejoinder.core.panel.view import in_order, people_of, place_in_list, with_invitations
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import key_text
from rejoinder.model.panel import Criteria, PanelRow, Person, label_name
from rejoinder.store import panel as rows_store
from rejoinder.store import panel_search as store
from rejoinder.store.panel_search import Day, Key, Need, Token

FEW = 10_000
"""Rows that are read and sorted rather than walked to."""
WORTH_INDEXING = 1000
"""Respondents of a survey from which an index saves more than it costs."""


class Found(NamedTuple):
    """One page of what was found, how many there are, and the labels that should have an index."""

    people: list[Person]
    total: int
    unindexed: tuple[str, ...] = ()


def search_people(unit: Unit, reference: str, criteria: Criteria, skip: int, limit: int) -> Found:
    """The respondents for whom everything holds that is asked, in the order of the list. Raises NotFound.

    Texts are compared without case. Labels without an index are searched record by record.
    """
    with unit.session.snapshot():
        survey = open_survey(unit, reference)
        unknown = any(survey.shape.find(label_name(number)) is None for number in criteria.labels)
        if unknown or "\0" in (criteria.token or ""):
            return Found([], 0)  # nobody in this survey has such a label, and no token is like that
        needs, unindexed = _needs(unit, survey, criteria)
        search = _Search(unit, survey, criteria, needs)
        people, total = search.page(unindexed, skip, limit)
        wanted = unindexed if count_people(unit, survey) >= WORTH_INDEXING else ()
        return Found(with_invitations(unit, people), total, tuple(map(label_name, wanted)))


def _needs(unit: Unit, survey: OpenSurvey, criteria: Criteria) -> tuple[list[Need], list[int]]:
    """The criteria that an index answers, and the labels that have none."""
    needs: list[Need] = []
    unindexed = []
    if criteria.token is not None:
        needs.append(Token(criteria.token))
    if criteria.email is not None:
        needs.append(Key(place_of(unit, survey).lookup, key_text(criteria.email)))
    for number, text in criteria.labels.items():
        lookup = survey.lookup((label_name(number),))
        if lookup:
            needs.append(Key(lookup.id, key_text(text)))
        else:
            unindexed.append(number)
    needs += (Day(column, *limits) for column, limits in criteria.days.items())
    return needs, unindexed


class _Search(NamedTuple):
    """One search."""

    unit: Unit
    survey: OpenSurvey
    criteria: Criteria
    needs: list[Need]

    def page(self, unindexed: Sequence[int], skip: int, limit: int) -> tuple[list[Person], int]:
        """One page, and how many fit in all."""
        session, place = self.unit.session, place_of(self.unit, self.survey)
        candidates: list[int] | None = None
        for need in self.needs:
            found = store.respids(session, place, need, FEW + 1)
            if len(found) <= FEW and (candidates is None or len(found) < len(candidates)):
                candidates = found
        if candidates is not None:
            people = self._tested(rows_store.rows_of(session, place, candidates))
            people.sort(key=place_in_list)
            return people[skip : skip + limit], len(people)
        if unindexed:
            labels = {number: self.criteria.labels[number] for number in unindexed}
            respids, total = scan_labels(self.unit, self.survey, labels, self._fits, skip, limit)
            return people_of(in_order(rows_store.rows_of(session, place, respids), respids)), total
        return self._walk(skip, limit)

    def _tested(self, rows: Iterable[PanelRow]) -> list[Person]:
        return [person for person in people_of(list(rows)) if self._fits(person)]

    def _fits(self, person: Person) -> bool:
        wanted = self.criteria
        if wanted.token is not None and person.row.token != wanted.token:
            return False
        if wanted.email is not None and not _same(person.email, wanted.email):
            return False
        if not all(_same(person.labels[number - 1], text) for number, text in wanted.labels.items()):
            return False
        return all(_within(getattr(person.row, column), limits) for column, limits in wanted.days.items())

    def _walk(self, skip: int, limit: int) -> tuple[list[Person], int]:
        session, place = self.unit.session, place_of(self.unit, self.survey)
        first, *others = self.needs
        total = store.count(session, place, first, others)
        respids = store.walk(session, place, self.needs, skip, limit) if skip < total else []
        people = people_of(in_order(rows_store.rows_of(session, place, respids), respids))
        if len(people) < limit and skip + len(people) < total:
            places = places_of(self.unit, self.survey)
            blank = blank_blocks(self.unit, self.survey, places)
            rest = list(people_without_address(self.unit, self.survey, blank, self._fits))
            start = max(0, skip - (total - len(rest)))
            people += rest[start : start + limit - len(people)]
        return people, total


def _same(one: str, other: str) -> bool:
    return bool(one) and key_text(one) == key_text(other)


def _within(at: int | None, limits: tuple[int, int]) -> bool:
    return at is not None and limits[0] <= at < limits[1]
