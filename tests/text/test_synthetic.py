"""The feedback the project writes itself to train on, as templates and slots."""

from __future__ import annotations

import collections
import json
import re
from pathlib import Path
from typing import Any

import pytest

import rejoinder.text

FILES = sorted((Path(__file__).parents[2] / "training" / "synthetic").glob("*.json"))
TAGS = json.loads((Path(rejoinder.text.__file__).parent / "tagsets.json").read_text(encoding="utf-8"))["tags"]
SENTIMENTS = {"positive", "neutral", "negative"}
SLOT = re.compile(r"\{([^{}]*)\}")
TEMPLATES_AT_LEAST, SLOTS_AT_LEAST, FILLERS_AT_LEAST = 150, 60, 4

each_language = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def read(file: Path) -> dict[str, Any]:
    feedback: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return feedback


@each_language
def test_says_that_it_is_synthetic(file: Path) -> None:
    feedback = read(file)
    assert feedback["synthetic"] is True
    assert set(feedback) == {"synthetic", "slots", "templates"}


@each_language
def test_every_slot_resolves_and_every_filler_is_used(file: Path) -> None:
    feedback = read(file)
    used = {name for template in feedback["templates"] for name in SLOT.findall(template["text"])}
    assert used - set(feedback["slots"]) == set()
    assert set(feedback["slots"]) - used == set()
    fillers = [filler for slot in feedback["slots"].values() for filler in slot]
    assert [filler for filler in fillers if SLOT.search(filler) or filler != filler.strip()] == []


@each_language
def test_no_filler_or_template_stands_twice(file: Path) -> None:
    feedback = read(file)
    lists = [*feedback["slots"].values(), [template["text"] for template in feedback["templates"]]]
    assert [text for texts in lists for text, count in collections.Counter(texts).items() if count > 1] == []


@each_language
def test_sentiments_and_tags_are_known(file: Path) -> None:
    for template in read(file)["templates"]:
        assert set(template) == {"text", "sentiment", "tags"}, template
        assert template["sentiment"] in SENTIMENTS, template
        assert set(template["tags"].values()) <= SENTIMENTS, template
        assert set(template["tags"]) <= set(TAGS), template


@each_language
def test_is_broad_enough(file: Path) -> None:
    feedback = read(file)
    templates = feedback["templates"]
    sentiments = collections.Counter(template["sentiment"] for template in templates)
    assert len(templates) >= TEMPLATES_AT_LEAST
    assert len(feedback["slots"]) >= SLOTS_AT_LEAST
    assert min(len(fillers) for fillers in feedback["slots"].values()) >= FILLERS_AT_LEAST
    assert all(sentiments[sentiment] * 5 >= len(templates) for sentiment in SENTIMENTS)
    assert {tag for template in templates for tag in template["tags"]} == set(TAGS)
