"""What is analysed together: some responses with all that their analysis depends on, read in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rejoinder.core.feedback.categories import category
from rejoinder.core.feedback.reading import Reader, Record
from rejoinder.core.feedback.responses import reader_of
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import FeedbackSurvey, Tag, TagMode
from rejoinder.store.feedback import responses, tags, workspaces
from rejoinder.store.feedback.projects import projects_of
from rejoinder.store.feedback.states import State, states

if TYPE_CHECKING:  # it brings numpy along, which only who looks for terms needs
    from rejoinder.text.matching import Matcher

_MATCHERS = 3
"""Choices of tags that are kept ready to be looked for."""


class TagBook:
    """The tags of a workspace as they were at one version, ready to be looked for."""

    def __init__(self, known: Sequence[Tag], category_id: int | None) -> None:
        self.by_id = {tag.id: tag for tag in known}
        self.smart = {tag.name: tag.id for tag in known if tag.mode is TagMode.SMART and tag.enabled}
        self.disabled = frozenset(tag.id for tag in known if not tag.enabled)
        self.texts = [
            tag for tag in self._parents_first(known) if tag.mode is TagMode.TEXT_MATCH and tag.enabled
        ]
        self._matchers: dict[frozenset[int] | None, Matcher] = {}
        self.ruled = any(tag.filter_rules != type(tag.filter_rules)() for tag in self.texts)
        self._category = category(category_id).tags if category_id else ()

    def matcher(self, only: frozenset[int] | None) -> Matcher:
        """What looks for the terms of some tags, None for all; made when it is first needed, and kept."""
        found = self._matchers.get(only)
        if found is None:
            from rejoinder.text.matching import Matcher

            if len(self._matchers) >= _MATCHERS:
                self._matchers.clear()
            wanted = [tag for tag in self.texts if only is None or tag.id in only]
            found = self._matchers[only] = Matcher([(tag.id, tag.terms) for tag in wanted])
        return found

    def smart_of(self, survey: FeedbackSurvey) -> tuple[str, ...]:
        """The names of the smart tags that are looked for in a survey: the account's, and those of the
        survey's secondary category."""
        second = survey.chosen.secondary_product_category_id
        names = dict.fromkeys((*self._category, *(category(second).tags if second else ())))
        return tuple(name for name in names if name in self.smart)

    def family(self, number: int) -> frozenset[int]:
        """A tag with all below it that count only where their parent does."""
        found, size = {number}, 0
        while len(found) > size:
            size = len(found)
            found |= {t.id for t in self.by_id.values() if t.scope_by_parent and t.parent_id in found}
        return frozenset(found)

    def _parents_first(self, known: Sequence[Tag]) -> list[Tag]:
        def depth(tag: Tag) -> int:
            parent = self.by_id.get(tag.parent_id) if tag.parent_id is not None else None
            return 0 if parent is None else 1 + depth(parent)

        return sorted(known, key=lambda tag: (depth(tag), tag.id))


class Item(NamedTuple):
    """A response as it was read: `state` with the tags on it, `comment` None where there is none."""

    state: State
    survey: FeedbackSurvey
    reader: Reader
    record: Record
    comment: str | None
    fingerprint: int
    projects: tuple[int, ...]


class Slice(NamedTuple):
    """Responses to analyse; `version` of the tags, which must still be theirs when results are stored."""

    items: Sequence[Item]
    book: TagBook
    version: int


def read_slice(unit: Unit, numbers: Sequence[int]) -> Slice:
    """Read responses by their numbers, those that are there."""
    session, workspace = unit.session, unit.workspace_id
    standing = workspaces.standing(session, workspace)
    book = _book(unit, standing)
    rows = responses.by_ids(session, workspace, numbers)
    known = states(session, workspace, [row.id for row in rows])
    projects = projects_of(session, workspace, [row.id for row in rows]) if book.ruled else {}
    readers = {number: reader_of(unit, number) for number in {row.survey_id for row in rows}}
    items = [_item(row, known[row.id], *readers[row.survey_id], projects.get(row.id, ())) for row in rows]
    return Slice(items, book, standing.tags_version)


def _item(
    row: responses.Row, state: State, survey: FeedbackSurvey, reader: Reader, projects: tuple[int, ...]
) -> Item:
    record = reader.decode(row.doc)
    return Item(state, survey, reader, record, reader.comment(record), reader.fingerprint(record), projects)


def _book(unit: Unit, standing: workspaces.Standing) -> TagBook:
    """The tags at this version, from memory where they are known."""
    cache, key = unit.session.cache, ("tags", unit.workspace_id)
    kept = cache.get(key)
    if kept is None or kept[0] != standing.tags_version:
        book = TagBook(tags.tags(unit.session, unit.workspace_id), standing.category_id)
        if unit.session.writing:
            return book
        kept = cache[key] = (standing.tags_version, book)
    found: TagBook = kept[1]
    return found
