"""The word lists that the engine reads, one file per language."""

from __future__ import annotations

import itertools
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rejoinder.text

ROOM = Path(rejoinder.text.__file__).parent
FILES = sorted((ROOM / "words").glob("*.json"))
TAGS = json.loads((ROOM / "tagsets.json").read_text(encoding="utf-8"))
LISTS = "neutral_phrases negators negated_suffixes negating_words contrast concession irony wishes questions"
LISTS_OF_WORDS = [*LISTS.split(), "missed", "function_words"]
NUMBERS = ["phrases", "intensifiers", "diminishers"]
POLAR_AT_LEAST, TAG_AT_LEAST, FUNCTION_AT_LEAST = 900, 20, 90
# Suffix languages may write a negation as one or two letters.
SHORTEST_PREFIX = 3

each_language = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def read(file: Path) -> dict[str, Any]:
    """One language's lists; a key written twice is refused, because the second would hide the first."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), [key for key in set(keys) if keys.count(key) > 1]
        return dict(pairs)

    lists: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=once)
    return lists


def lists(words: dict[str, Any]) -> Iterator[list[str]]:
    """Each list in which an entry may stand once only."""
    for side in ("positive", "negative"):
        yield [entry for weight in words[side].values() for entry in weight]
    yield from (words[key] for key in LISTS_OF_WORDS if key != "negated_suffixes")
    yield from words["negated_suffixes"]
    yield from (list(words[key]) for key in NUMBERS)
    yield from words["tags"].values()


@each_language
def test_has_every_part_and_no_other(file: Path) -> None:
    words = read(file)
    assert set(words) == {"positive", "negative", "tags", *LISTS_OF_WORDS, *NUMBERS}
    assert set(words["positive"]) == set(words["negative"]) == {"1", "2", "3"}
    assert all(-3 <= weight <= 3 and weight for weight in words["phrases"].values())
    assert all(1 < factor <= 2 for factor in words["intensifiers"].values())
    assert all(0 < factor < 1 for factor in words["diminishers"].values())


@each_language
def test_entries_are_written_as_texts_are_normalised(file: Path) -> None:
    entries = list(itertools.chain.from_iterable(lists(read(file))))
    normal = [
        unicodedata.normalize("NFC", " ".join(entry.split())).lower().replace("’", "'") for entry in entries
    ]
    assert [pair for pair in zip(entries, normal, strict=True) if len(set(pair)) > 1] == []
    assert [entry for entry in entries if not entry.rstrip("*") or "*" in entry[:-1]] == []


@each_language
def test_no_prefix_is_so_short_that_it_catches_other_words(file: Path) -> None:
    entries = itertools.chain.from_iterable(lists(read(file)))
    assert [entry for entry in entries if entry.endswith("*") and len(entry) <= SHORTEST_PREFIX] == []


@each_language
def test_no_entry_stands_twice_in_a_list(file: Path) -> None:
    twice = [entry for entries in lists(read(file)) for entry in set(entries) if entries.count(entry) > 1]
    assert twice == []


def swallowed(prefixes: set[str], entries: set[str]) -> list[tuple[str, str]]:
    """Entries that a prefix of the other side would catch, or that stand on both sides."""
    stems = {prefix.rstrip("*"): prefix for prefix in prefixes}
    caught = []
    for entry in entries:
        stem = entry.rstrip("*")
        for length in range(1, len(stem) + 1):
            prefix = stems.get(stem[:length])
            if prefix and (prefix == entry or prefix.endswith("*")):
                caught.append((prefix, entry))
    return caught


@each_language
def test_no_entry_is_both_positive_and_negative(file: Path) -> None:
    positive, negative, _ = (set(entries) for entries in itertools.islice(lists(read(file)), 3))
    assert swallowed(positive, negative) + swallowed(negative, positive) == []


@each_language
def test_an_expression_has_one_weight(file: Path) -> None:
    words = read(file)
    positive, negative, _ = itertools.islice(lists(words), 3)
    polar, phrases, neutral = {*positive, *negative}, set(words["phrases"]), set(words["neutral_phrases"])
    assert sorted(polar & phrases | polar & neutral | phrases & neutral) == []


@each_language
def test_every_tag_has_words_and_every_word_a_known_tag(file: Path) -> None:
    tags = read(file)["tags"]
    assert set(tags) == set(TAGS["tags"])
    assert {tag: len(words) for tag, words in tags.items() if len(words) < TAG_AT_LEAST} == {}


@each_language
def test_lists_are_long_enough(file: Path) -> None:
    words = read(file)
    positive, negative, _ = itertools.islice(lists(words), 3)
    assert len(positive) + len(negative) + len(words["phrases"]) >= POLAR_AT_LEAST
    assert len(words["function_words"]) >= FUNCTION_AT_LEAST
    assert all(words[key] for key in ("negators", "contrast", "irony", "wishes", "questions"))


def test_the_fifteen_categories_name_known_tags() -> None:
    categories = TAGS["categories"]
    assert sorted(category["id"] for category in categories) == list(range(1, 16))
    assert {tag for category in categories for tag in category["tags"]} == set(TAGS["tags"])
    assert all(len(category["tags"]) == len(set(category["tags"])) for category in categories)
    assert all(tag["display_name"] and tag["description"] for tag in TAGS["tags"].values())
