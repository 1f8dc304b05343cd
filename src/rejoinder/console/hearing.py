"""Tell what verbs say in English in the visitor's language.

A problem's message is a finished sentence. Catalogues hold those sentences with the context "problem", their
values as `%(v1)s`, `%(v2)s`, …; the values are found again in the sentence that was raised.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import re2

from rejoinder.console.speech import VOICE, catalogue_of

PLACE = re.compile(r"%\((v[0-9]+)\)s")
LONGEST = 5000
"""Letters of a sentence that is looked at; longer ones stay in English."""


class _Form(NamedTuple):
    """A sentence with values: how it is recognised, and how it is said."""

    english: Any
    said: str
    weight: int


@cache
def _known(language: str) -> tuple[dict[str, str], tuple[_Form, ...]]:
    """A language's sentences: those without values, and those with some, the most telling first."""
    plain: dict[str, str] = {}
    forms: list[_Form] = []
    for english, said in catalogue_of(language).items():
        if PLACE.search(english):
            forms.append(_Form(_pattern(english), said, len(PLACE.sub("", english))))
        else:
            plain[english] = said
    return plain, tuple(sorted(forms, key=lambda form: -form.weight))


def _pattern(english: str) -> Any:
    """As RE2 has it: it takes linear time, whatever stands in a sentence."""
    parts = PLACE.split(english)
    literal = [re2.escape(part.replace("%%", "%")) for part in parts[::2]]
    names = [f"(?P<{name}>.*?)" for name in parts[1::2]]
    body = "".join(text for pair in zip(literal, [*names, ""], strict=True) for text in pair)
    return re2.compile(f"(?s){body}")


def heard(sentence: str | None) -> str:
    """A sentence of ours in the visitor's language; as it is where nobody has translated it."""
    language = VOICE.get().language
    if not sentence or language == "en" or len(sentence) > LONGEST:
        return sentence or ""
    return _heard(sentence, language)


def _heard(sentence: str, language: str) -> str:
    plain, forms = _known(language)
    if sentence in plain:
        return plain[sentence]
    for form in forms:
        found = form.english.fullmatch(sentence)
        if found:
            said: str = form.said % found.groupdict()
            return said
    return sentence
