"""The word files: what people wrote down about a language, one file each (`words/<lang>.json`).

Every entry is lower case, NFC. A `*` at its end stands for any ending; words with single spaces between
them are a phrase. Weights go from 3 (strong) to 1 (weak); a phrase overrides its words.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

import msgspec


class WordFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's words.

    `negated_suffixes`: the allomorphs of endings that turn a stem's polarity (Turkish, Kazakh).
    `negating_words` turn what follows, as negators do ("without"). `wishes` tell what is missing; `missed`
    are those whose good words tell what was not ("I wish it worked better").
    """

    positive: dict[str, tuple[str, ...]] = {}
    negative: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, float] = {}
    neutral_phrases: tuple[str, ...] = ()
    negators: tuple[str, ...] = ()
    negated_suffixes: tuple[tuple[str, ...], ...] = ()
    negating_words: tuple[str, ...] = ()
    intensifiers: dict[str, float] = {}
    diminishers: dict[str, float] = {}
    contrast: tuple[str, ...] = ()
    concession: tuple[str, ...] = ()
    irony: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    function_words: tuple[str, ...] = ()
    tags: dict[str, tuple[str, ...]] = {}


@cache
def edition() -> str:
    """A digest of all word files, tag sets and weights: it changes with what an engine answers."""
    room = files(__package__)
    digest = sha256()
    places = [room / "tagsets.json", *(room / "words").iterdir(), *(room / "weights").iterdir()]
    for place in sorted(places, key=lambda place: place.name):
        digest.update(place.name.encode() + place.read_bytes())
    return digest.hexdigest()[:8]


@cache
def words_of(lang: str) -> WordFile:
    """Read a language's word file, once in a process; an empty one where there is none."""
    file = files(__package__) / "words" / f"{lang}.json"
    return msgspec.json.decode(file.read_bytes(), type=WordFile) if file.is_file() else WordFile()
