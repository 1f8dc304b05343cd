"""List tags: as a hierarchy or flat, searched, sorted, paged, with their statistics (004, "Get tags")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from rejoinder.core.feedback.tags import every_tag
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Tag, TagNode, breakdown
from rejoinder.model.filters.text import fold
from rejoinder.store.feedback.surveys import count_responses

Sort = Literal["responses_desc", "responses_asc", "name_asc", "name_desc"]
_WORDS = re.compile(r"[^\W_]+")


class Wanted(NamedTuple):
    """Which tags, in what order. `search` — words, each of which begins a word of the name."""

    sort: Sort = "responses_desc"
    search: str = ""
    exclude_disabled: bool = False
    flat: bool = False


def list_tags(
    unit: Unit, wanted: Wanted, skip: int = 0, limit: int | None = None
) -> tuple[list[TagNode], int]:
    """Some tags, and how many there are in all. Raises NotOnboarded.

    In a hierarchy the roots are counted and paged. A child that a search finds shows its parent; a parent
    that is found shows all its children. The children of a disabled parent that is left out are roots.
    """
    with unit.session.snapshot():
        known = every_tag(unit)
        total = count_responses(unit.session, unit.workspace_id)
    if wanted.exclude_disabled:
        known = [tag for tag in known if tag.enabled]
    nodes = _Forest(known, wanted, total).nodes()
    return nodes[skip : None if limit is None else skip + limit], len(nodes)


def usage(tag: Tag, total: int) -> float:
    """The percentage of all responses that carry a tag."""
    return tag.counts.responses * 100 / total if total else 0.0


def found_by(search: str, name: str) -> bool:
    """Whether each word of a search begins a word of a name; case does not count."""
    names = _WORDS.findall(fold(name))
    return all(any(word.startswith(begin) for word in names) for begin in _WORDS.findall(fold(search)))


class _Forest:
    """The tags of a list, put together."""

    def __init__(self, known: Sequence[Tag], wanted: Wanted, total: int) -> None:
        self._wanted, self._total, self._known = wanted, total, known
        numbers = {tag.id for tag in known}
        self._children: dict[int | None, list[Tag]] = {}
        for tag in known:
            parent = tag.parent_id if tag.parent_id in numbers else None
            self._children.setdefault(parent, []).append(tag)

    def nodes(self) -> list[TagNode]:
        """What is listed, sorted."""
        if self._wanted.flat:
            return [self._node(tag, ()) for tag in self._sorted(t for t in self._known if self._found(t))]
        return self._below(None, all_of_them=not self._wanted.search)

    def _below(self, parent: int | None, *, all_of_them: bool) -> list[TagNode]:
        nodes = []
        for tag in self._sorted(self._children.get(parent, ())):
            whole = all_of_them or self._found(tag)
            children = self._below(tag.id, all_of_them=whole)
            if whole or children:
                nodes.append(self._node(tag, children))
        return nodes

    def _found(self, tag: Tag) -> bool:
        return not self._wanted.search or found_by(self._wanted.search, tag.name)

    def _node(self, tag: Tag, children: Sequence[TagNode]) -> TagNode:
        return TagNode(tag, usage(tag, self._total), breakdown(tag.counts), tuple(children))

    def _sorted(self, some: Iterable[Tag]) -> list[Tag]:
        """In the order that is wanted, ties by number."""
        by_number = sorted(some, key=lambda tag: tag.id)
        match self._wanted.sort:
            case "name_asc" | "name_desc":
                down = self._wanted.sort == "name_desc"
                return sorted(by_number, key=lambda tag: fold(tag.name), reverse=down)
            case "responses_asc":
                return sorted(by_number, key=lambda tag: tag.counts.responses)
        return sorted(by_number, key=lambda tag: -tag.counts.responses)


def tag_names(unit: Unit) -> dict[int, str]:
    """What each tag of the workspace is called, by number."""
    return {tag.id: tag.display_name or tag.name for tag in every_tag(unit)}
