"""The smart tags, and which of them each product category has (CXI API, Onboarding and Tags)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import msgspec

from rejoinder.model.problems import NotFound


class SmartTag(msgspec.Struct, frozen=True):
    """A tag that the engine finds by itself."""

    display_name: str
    description: str = ""


class Category(msgspec.Struct, frozen=True):
    """A product category: the tags that make sense for what a customer sells."""

    id: int
    name: str
    tags: tuple[str, ...] = ()


class TagSets(msgspec.Struct, frozen=True):
    """All tags by name, and all categories in the order of the CXI document."""

    tags: dict[str, SmartTag]
    categories: tuple[Category, ...]


class TagSet(msgspec.Struct, frozen=True):
    """The tags that may be found in a text, each once."""

    tags: tuple[str, ...] = ()


@cache
def tagsets() -> TagSets:
    """Read `tagsets.json`, once in a process."""
    return msgspec.json.decode((files(__package__) / "tagsets.json").read_bytes(), type=TagSets)


def category(id: int) -> Category:
    """Give a product category. Raises NotFound for a number that none has."""
    for found in tagsets().categories:
        if found.id == id:
            return found
    raise NotFound(f"There is no product category {id}.")


def tagset(ids: Iterable[int]) -> TagSet:
    """Give the tags of some categories together (a first and a secondary one). Raises NotFound."""
    return TagSet(tuple(dict.fromkeys(tag for id in ids for tag in category(id).tags)))


@cache
def every_tag() -> TagSet:
    """All tags of all categories."""
    return TagSet(tuple(tagsets().tags))
