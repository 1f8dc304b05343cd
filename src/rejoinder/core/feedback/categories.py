"""The product categories and their smart tags, from the text engine's data (004, "Onboarding")."""

from __future__ import annotations

from rejoinder.model.feedback import Tag, TagMode
from rejoinder.model.problems import Invalid
from rejoinder.text.tagset import Category, tagsets


def categories() -> tuple[Category, ...]:
    """All categories, in the document's order."""
    return tagsets().categories


def category(number: int) -> Category:
    """A category. Raises Invalid."""
    for found in categories():
        if found.id == number:
            return found
    why = f"There is no product category {number}; there are 1 to {len(categories())}."
    raise Invalid(why, fields={"product_category_id": why})


def smart_tags(of: Category) -> list[Tag]:
    """The smart tags that a category brings, without numbers yet."""
    shown = tagsets().tags
    return [Tag(id=0, name=n, display_name=shown[n].display_name, mode=TagMode.SMART) for n in of.tags]
