"""What is wrong with an answer, in the languages of the pages. The sentences are in `messages.json`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

FALLBACK = "en"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All sentences: language → key → sentence, `{0}` standing for a number or name."""
    text = resources.files("rejoinder.files.answers").joinpath("messages.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, dict[str, str]])


def sentence(language: str, key: str, value: object = "") -> str:
    """One sentence; a language that is not there is tried without its country, then English is taken."""
    known = catalogue()
    words = known.get(language) or known.get(language[:2].lower()) or known[FALLBACK]
    return (words.get(key) or known[FALLBACK][key]).replace("{0}", str(value))


def own_sentence(texts: Mapping[str, str], language: str, own: str) -> str:
    """The survey's own sentence in a language, else in the survey's, else in any."""
    return texts.get(language) or texts.get(language[:2]) or texts.get(own) or next(iter(texts.values()), "")
