"""A language's word file, compiled for looking up: what each word, beginning of a word and phrase means."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from rejoinder.text.emoji import EMOJI
from rejoinder.text.letters import entry_form
from rejoinder.text.words import WordFile, words_of

POLAR, NEUTRAL, NEGATOR, BOOST, CONTRAST, CONCESSION, IRONY, WISH, QUESTION = (1 << n for n in range(9))
STOP, COMMA, ASKS, SHOUTS, QUOTE, MISSED = (1 << n for n in range(9, 15))
MOST_WORDS = 7
"""A longer phrase of a word file is not looked for."""
KAZAKH = str.maketrans("құүөәіғңһ", "кууоаигнх")
"""How Kazakh is typed on a Russian keyboard."""
_UNMARKED = str.maketrans("łøæœß", "loaos")
_MARKS = {".": STOP, "¶": STOP, ";": STOP, "!": STOP | SHOUTS, "?": STOP | ASKS} | dict.fromkeys(
    (",", ":", "(", ")", "-", "/"), COMMA
)
_MARKS |= {'"': QUOTE}


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry does. `weight`: its polarity, below 0 bad; `factor`: for the next polarity."""

    roles: int = 0
    weight: float = 0.0
    factor: float = 1.0
    tags: tuple[str, ...] = ()

    def with_(self, other: Entry) -> Entry:
        """Both together; the other's polarity and factor count where it has them."""
        return Entry(
            self.roles | other.roles,
            other.weight if other.roles & (POLAR | NEUTRAL) else self.weight,
            other.factor if other.roles & BOOST else self.factor,
            tuple(dict.fromkeys((*self.tags, *other.tags))),
        )


@dataclass(frozen=True, slots=True)
class Entries:
    """Whole words and phrases, those that stand for any ending, and the beginnings of phrases."""

    exact: Mapping[str, Entry]
    prefixes: Mapping[str, Entry]
    starters: frozenset[str]


@cache
def entries_of(lang: str | None) -> Entries:
    """A language's entries, compiled once in a process; those of no language for None."""
    return compiled(words_of(lang), lang) if lang is not None else compiled(WordFile(), "")


def compiled(words: WordFile, lang: str) -> Entries:
    """Compile a word file; marks and emoji are in every language."""
    found = dict(_signs())
    for text, entry in _listed(words):
        form = entry_form(text)
        if form.strip("*"):
            found[form] = found.get(form, Entry()).with_(entry)
    _turn_suffixed(found, words)
    _add_unmarked(found, lang)
    _lend_polarity(found)
    return _looked_up(found)


def _signs() -> Iterator[tuple[str, Entry]]:
    for mark, roles in _MARKS.items():
        yield mark, Entry(roles)
    for emoji, weight in EMOJI.items():
        yield entry_form(emoji), Entry(POLAR, weight)


def _listed(words: WordFile) -> Iterator[tuple[str, Entry]]:
    """Every entry of a word file; what comes later overrides the polarity of what came before."""
    for sign, lists in ((1.0, words.positive), (-1.0, words.negative)):
        for weight, texts in lists.items():
            yield from _each(texts, Entry(POLAR, sign * float(weight)))
    yield from _each(words.wishes, Entry(WISH))
    yield from _each(words.missed, Entry(WISH | MISSED))
    yield from _each(words.questions, Entry(QUESTION))
    yield from _each((*words.negators, *words.negating_words), Entry(NEGATOR))
    for factors in (words.intensifiers, words.diminishers):
        yield from ((text, Entry(BOOST, factor=factor)) for text, factor in factors.items())
    yield from _each(words.contrast, Entry(CONTRAST))
    yield from _each(words.concession, Entry(CONCESSION))
    yield from _each(words.irony, Entry(IRONY))
    yield from _each(words.neutral_phrases, Entry(NEUTRAL))
    for text, worth in words.phrases.items():
        yield text, Entry(POLAR if worth else NEUTRAL, float(worth))
    for tag, texts in words.tags.items():
        yield from _each(texts, Entry(tags=(tag,)))


def _each(texts: Iterable[str], entry: Entry) -> Iterator[tuple[str, Entry]]:
    return ((text, entry) for text in texts)


def _turn_suffixed(found: dict[str, Entry], words: WordFile) -> None:
    """Turn the polarity of stems with a negating ending: `beğen*` gives `beğenme*`."""
    endings = sorted({entry_form(one) for group in words.negated_suffixes for one in group} - {""})
    stems = [(text, entry) for text, entry in found.items() if text.endswith("*") and entry.roles & POLAR]
    for text, entry in stems:
        turned = replace(entry, weight=turned_weight(entry.weight), tags=())
        for ending in endings:
            found.setdefault(f"{text[:-1]}{ending}*", turned)


def turned_weight(weight: float) -> float:
    """What a negated polarity is worth: "not good" is nearly bad, "not bad" barely good."""
    return -0.8 * weight if weight > 0 else -0.5 * weight


def _add_unmarked(found: dict[str, Entry], lang: str) -> None:
    """Let every entry also be found as it is typed without its marks."""
    for text, entry in list(found.items()):
        for plain in unmarked(text, lang):
            found.setdefault(plain, entry)


def unmarked(text: str, lang: str) -> set[str]:
    """The forms of a text without diacritics; Kazakh in Russian letters."""
    if lang == "kk":
        return {text.translate(KAZAKH)}
    if lang == "ru" or text.isascii():
        return set()
    letters = unicodedata.normalize("NFD", text.translate(_UNMARKED))
    forms = {"".join(letter for letter in letters if not unicodedata.combining(letter))}
    if lang == "de":
        forms.add(text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss"))
    return forms


def _lend_polarity(found: dict[str, Entry]) -> None:
    """Give a factor's word the polarity of its stem: "terribly late" is stronger, "terribly" alone is bad."""
    for text, entry in found.items():
        if entry.roles & BOOST and not entry.roles & (POLAR | NEUTRAL):
            for end in range(len(text), 2, -1):
                stem = found.get(f"{text[:end]}*")
                if stem and stem.roles & POLAR:
                    found[text] = replace(entry, roles=entry.roles | POLAR, weight=stem.weight)
                    break


def _looked_up(found: Mapping[str, Entry]) -> Entries:
    kept = {text: entry for text, entry in found.items() if text.count(" ") < MOST_WORDS}
    return Entries(
        {text: entry for text, entry in kept.items() if not text.endswith("*")},
        {text[:-1]: entry for text, entry in kept.items() if text.endswith("*")},
        frozenset(start for text in kept for start in _starts(text)),
    )


def _starts(text: str) -> Iterator[str]:
    """The beginnings of a phrase, up to each of its words but the last."""
    place = text.find(" ")
    while place >= 0:
        yield text[:place]
        place = text.find(" ", place + 1)
