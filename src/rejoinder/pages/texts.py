"""The pages' own words, in every language that we speak."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.negotiation import preferred_language

Words = dict[str, str]
FALLBACK = "en"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@cache
def catalogue() -> dict[str, Words]:
    """Language → key → words. Every language has every key."""
    text = (files("rejoinder.pages") / "texts.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Words])


def words(language: str) -> Words:
    """The words of a language, or of the one that it is a dialect of; English for those we do not speak."""
    spoken = catalogue()
    return spoken.get(language) or spoken.get(stem(language)) or spoken[FALLBACK]


def stem(language: str) -> str:
    """The language without its region or script: `pt` of `pt-br`."""
    return language.replace("_", "-").partition("-")[0].lower()


def direction(language: str) -> str:
    """Which way the language is written, as HTML has it."""
    return "rtl" if stem(language) in RIGHT_TO_LEFT else "ltr"


def chosen_language(call: Call, offers: Sequence[str], known: str | None = None) -> str:
    """The language of a page: what `?lang=` asks for, then what is `known` of the respondent, then what the
    browser likes best, then the first offer."""
    asked = next((value for name, value in call.query if name == "lang"), "")
    return (
        _same(asked, offers)
        or _same(known or "", offers)
        or preferred_language(call.header("accept-language"), offers)
        or offers[0]
    )


def _same(asked: str, offers: Sequence[str]) -> str | None:
    """The offer that is called so, or that has the same stem. `kz` is how some spell Kazakh."""
    wanted = {"kz": "kk"}.get(asked.lower(), asked.lower())
    exact = next((offer for offer in offers if offer.lower() == wanted), None)
    return exact or next((offer for offer in offers if stem(offer) == stem(wanted)), None)
