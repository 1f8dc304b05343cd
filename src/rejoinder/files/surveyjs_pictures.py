"""Pictures of a definition that lie on other servers, which survey pages do not load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PICTURES = ("imageLink", "logo", "backgroundImage")
"""The properties that hold a picture's or a film's address, plain or by language."""


def picture_notes(document: Any) -> list[str]:
    """A note when there are pictures that pages will not show, with the first addresses."""
    found = sorted(set(_elsewhere(document)))
    if not found:
        return []
    some = ", ".join(address[:100] for address in found[:3])
    return [
        f"{len(found)} picture{'s' if len(found) > 1 else ''} on other servers ({some}) will not be shown: "
        "pages load nothing from elsewhere. Put pictures into the definition as data: addresses."
    ]


def _elsewhere(document: Any) -> Iterator[str]:
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            for name in PICTURES:
                yield from _addresses(part.get(name))
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _addresses(value: Any) -> Iterator[str]:
    texts = value.values() if isinstance(value, Mapping) else (value,)
    for text in texts:
        if isinstance(text, str) and text.strip().lower().startswith(("http:", "https:", "//")):
            yield text.strip()
