"""Tell what verbs say in English in the visitor's language.

A problem's message is a finished sentence. Catalogues hold those sentences with the context "problem", their
values as `%(v1)s`, `%(v2)s`, …; the values are found again in the sentence that was raised. Values that are
words themselves ("a number", " at position 3") stand in the catalogues with the context "piece".
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import re2

from rejoinder.console.speech import VOICE, catalogue_of

PLACE = re.compile(r"%\((v[0-9]+)\)s")
DEPTH = 2
"""How deep words stand in words: a piece in a sentence, and one more in that."""
LONGEST = 5000
"""Letters of a sentence that is looked at; longer ones stay in English."""


class _Form(NamedTuple):
    """A sentence with values: how it is recognised, and how it is said."""

    english: Any
    said: str
    weight: int


class _Words(NamedTuple):
    """What is known in a language: texts without values, and those with some, the most telling first."""

    plain: dict[str, str]
    forms: tuple[_Form, ...]


@cache
def _known(language: str) -> _Words:
    """A language's sentences. Where values touch, pieces are tried in the second place first."""
    tails = [_inner(piece) for piece in catalogue_of(language, "piece") if piece.startswith((" ", ";"))]
    return _words(catalogue_of(language), tails)


@cache
def _pieces(language: str) -> _Words:
    """Also what problems are raised with that begins small: others put it into their sentences."""
    small = {english: said for english, said in catalogue_of(language).items() if english[:1].islower()}
    return _words(small | catalogue_of(language, "piece"), [])


def _words(catalogue: dict[str, str], tails: list[str]) -> _Words:
    plain: dict[str, str] = {}
    forms: list[_Form] = []
    for english, said in catalogue.items():
        if not PLACE.search(english):
            plain[english] = said
            continue
        weight = len(PLACE.sub("", english))
        if tails and ")s%(" in english:
            forms.append(_Form(_pattern(english, tails), said, weight))
        forms.append(_Form(_pattern(english, []), said, weight))
    return _Words(plain, tuple(sorted(forms, key=lambda form: -form.weight)))


def _pattern(english: str, tails: list[str]) -> Any:
    """As RE2 has it: it takes linear time, whatever stands in a sentence.

    Parameters: `tails` — patterns of what a value that touches the one before it can be, if not blank.
    """
    parts = PLACE.split(english)
    literal = [re2.escape(part.replace("%%", "%")) for part in parts[::2]]
    out = literal[0]
    for place, name in enumerate(parts[1::2]):
        touches = tails and place > 0 and not literal[place]
        value = "|".join((*tails, "")) if touches else ".*?"
        out += f"(?P<{name}>{value}){literal[place + 1]}"
    return re2.compile(f"(?s){out}")


def _inner(piece: str) -> str:
    """A piece as a part of a pattern; its own values are single words."""
    return "[^ ]+?".join(re2.escape(part.replace("%%", "%")) for part in PLACE.split(piece)[::2])


def heard(sentence: str | None) -> str:
    """A sentence of ours in the visitor's language; as it is where nobody has translated it."""
    language = VOICE.get().language
    if not sentence or language == "en" or len(sentence) > LONGEST:
        return sentence or ""
    said = _said(sentence, _known(language), language)
    return said if said != sentence else _said(sentence, _pieces(language), language)


def _said(text: str, words: _Words, language: str, depth: int = DEPTH) -> str:
    if text in words.plain:
        return words.plain[text]
    for form in words.forms:
        found = form.english.fullmatch(text)
        if found:
            known = _pieces(language)
            values = found.groupdict()
            if depth:
                values = {name: _said(value, known, language, depth - 1) for name, value in values.items()}
            said: str = form.said % values
            return said
    return text
