"""Places of a JSON text are found on the line on which they stand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.files.json_places import line_of_byte, line_of_place

NAMES = st.text(st.characters(blacklist_characters='.[]"\\', blacklist_categories=("Cs", "Cc")), min_size=1)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)
)


def places(node: Any, place: str = "") -> list[tuple[str, Any]]:
    """Every place of a tree with what stands there."""
    found = [(place, node)]
    if isinstance(node, dict):
        for name, inner in node.items():
            found += places(inner, f"{place}.{name}" if place else name)
    if isinstance(node, list):
        for number, inner in enumerate(node):
            found += places(inner, f"{place}[{number}]")
    return found


@given(TREES)
def test_every_place_is_found(tree: Any) -> None:
    text = json.dumps(tree, indent=1, ensure_ascii=False)
    lines = text.split("\n")
    for place, node in places(tree):
        line = line_of_place(text, place)
        assert line is not None
        start = json.dumps(node, indent=1, ensure_ascii=False).split("\n")[0]
        assert start in lines[line - 1]


def test_the_innermost_part_that_is_there_is_shown() -> None:
    text = '{\n "pages": [\n  {"elements": [\n   {"type": "text"}]}]}'
    assert line_of_place(text, "pages[0].elements[0].name") == 4
    assert line_of_place(text, "pages[3].elements[0]") == 2
    assert line_of_place(text, "survey") == 1


@pytest.mark.parametrize("text", ["", "{", '{"a"', '{"a": tru', "[1, 2"])
def test_what_is_no_json_has_no_place_or_an_early_one(text: str) -> None:
    assert line_of_place(text, "a[2].b") in (None, 1)


def test_bytes_are_not_characters() -> None:
    text = '{"a": "ż",\n"b": }'
    assert line_of_byte(text, len(text.encode()) - 1) == 2
