"""The product categories and their smart tags, from the text engine's data (004, "Onboarding")."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import msgspec

from rejoinder.model.feedback import Category, Tag, TagMode
from rejoinder.model.problems import Invalid


class _Shown(msgspec.Struct, frozen=True):
    display_name: str
    description: str | None = None


class _File(msgspec.Struct, frozen=True):
    tags: dict[str, _Shown]
    categories: tuple[Category, ...]


@lru_cache(maxsize=1)
def _read() -> _File:
    data = files("rejoinder.text").joinpath("tagsets.json").read_bytes()
    return msgspec.json.decode(data, type=_File)


def categories() -> tuple[Category, ...]:
    """All categories, in the document's order."""
    return _read().categories


def category(number: int) -> Category:
    """A category. Raises Invalid."""
    for found in categories():
        if found.id == number:
            return found
    why = f"There is no product category {number}; there are 1 to {len(categories())}."
    raise Invalid(why, fields={"product_category_id": why})


def smart_tags(of: Category) -> list[Tag]:
    """The smart tags that a category brings, without numbers yet."""
    shown = _read().tags
    return [
        Tag(
            id=0,
            name=name,
            display_name=shown[name].display_name,
            description=None,
            mode=TagMode.SMART,
        )
        for name in of.tags
    ]
