"""The labelled texts that heads are trained on: `../shared/data/text`, and what `synthetic/` makes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

SYNTHETIC = Path(__file__).parent / "synthetic"
ASPECTS = {"food": "FOOD", "menu": "FOOD", "staff": "PEOPLE", "service": "PEOPLE", "price": "PRICE"}
"""Aspects of MAMS that are tags of ours."""
_OF_EACH_TEMPLATE = 12
_MOST_TRIES = 40


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its language, where it comes from, and what is known of it."""

    lang: str
    text: str
    source: str
    sentiment: str | None
    tags: Mapping[str, str] | None = field(default=None)


class Template(msgspec.Struct, frozen=True):
    """A sentence with slots."""

    text: str
    sentiment: str
    tags: dict[str, str] = {}


class Templates(msgspec.Struct, frozen=True):
    """What one file of `synthetic/` holds."""

    slots: dict[str, list[str]]
    templates: list[Template]


def corpora(data: Path) -> Iterator[Labelled]:
    """Every labelled text, always in the same order."""
    yield from _plain(data / "pl_polemo_hotels.tsv", "pl_hotels")
    yield from _plain(data / "pl_polemo_medicine.tsv", "pl_medicine")
    yield from _plain(data / "kk_kazsandra.tsv", "kk_reviews")
    yield from _aspects(data / "en_mams_topics.tsv")
    for file in sorted(SYNTHETIC.glob("*.json")):
        yield from synthetic(file)


def _rows(file: Path) -> Iterator[tuple[str, str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        next(lines)
        for line in lines:
            lang, text, label = line.rstrip("\r\n").split("\t")
            yield lang, text, label


def _plain(file: Path, source: str) -> Iterator[Labelled]:
    for lang, text, label in _rows(file):
        yield Labelled(lang, text, source, label)


def _aspects(file: Path) -> Iterator[Labelled]:
    """Sentences with aspects; one whose aspects do not contradict each other has a polarity itself."""
    for lang, text, label in _rows(file):
        aspects = [part.split(":") for part in label.split("|")]
        sides = {polarity for _, polarity in aspects} - {"neutral"}
        whole = None if len(sides) > 1 else next(iter(sides), "neutral")
        tags: dict[str, str] = {}
        for name, polarity in aspects:
            if name in ASPECTS and tags.get(ASPECTS[name], "neutral") == "neutral":
                tags[ASPECTS[name]] = polarity
        yield Labelled(lang, text, "en_restaurants", whole, tags)


def synthetic(file: Path) -> Iterator[Labelled]:
    """Fill a file's templates, each in some ways; always the same."""
    found = msgspec.json.decode(file.read_bytes(), type=Templates)
    lang = file.stem
    chance = random.Random(f"synthetic {lang}")
    for template in found.templates:
        texts: dict[str, None] = {}
        for _ in range(_MOST_TRIES):
            texts.setdefault(_filled(template.text, found.slots, chance))
            if len(texts) == _OF_EACH_TEMPLATE:
                break
        for text in texts:
            yield Labelled(lang, text, f"{lang}_synthetic", template.sentiment, template.tags)


def _filled(text: str, slots: Mapping[str, list[str]], chance: random.Random) -> str:
    for _ in range(10):  # what fills a slot may have slots
        start = text.find("{")
        end = text.find("}", start)
        if start < 0 or end < 0:
            break
        text = text[:start] + chance.choice(slots[text[start + 1 : end]]) + text[end + 1 :]
    return text
