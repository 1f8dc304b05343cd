"""Samples of Webankieta's document, as it prints them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

PATH = Path(__file__).parents[3] / ".." / "shared" / "seeds" / "002_e9fce27e2242d33a.txt"
MASK = "[email\u00a0protected]"
"""What the document's publisher has put in place of each address."""


def lines() -> list[str]:
    """The document without its empty lines."""
    return [line for line in PATH.read_text().splitlines() if line.strip()]


def objects() -> Iterator[list[str]]:
    """Every JSON object that the document prints."""
    found: list[str] = []
    depth = 0
    for line in lines():
        if found or line.strip() == "{":
            found.append(line)
            depth += line.count("{") - line.count("}")
            if depth == 0:
                yield found
                found = []


def errors() -> list[str]:
    """Every error that the document lists, in its order."""
    return [line for line in lines() if line.startswith(" • 4")]


def restored(block: Sequence[str], addresses: Sequence[str]) -> Any:
    """A printed object as JSON:

    addresses unmasked, typographic quotes made plain, what is left out left out.
    """
    text = "\n".join(block).replace("„", '"').replace(",{\n...\n}", "")
    for address in addresses:
        text = text.replace(MASK, address, 1)
    assert MASK not in text
    return msgspec.json.decode(text)


def differences(documented: Any, checked: Any, at: str = "") -> set[str]:
    """The places (`/list/0/id`) where two JSON values differ."""
    if isinstance(documented, dict) and isinstance(checked, dict):
        names = documented.keys() | checked.keys()
        pairs = [(name, documented.get(name, ...), checked.get(name, ...)) for name in names]
    elif isinstance(documented, list) and isinstance(checked, list) and len(documented) == len(checked):
        pairs = [(n, *pair) for n, pair in enumerate(zip(documented, checked, strict=True))]
    else:
        return set() if documented == checked and type(documented) is type(checked) else {at}
    return set().union(*(differences(was, now, f"{at}/{name}") for name, was, now in pairs))
