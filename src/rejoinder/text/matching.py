"""Text-match tags: which of an account's terms stand in a text, and where (CXI 004, "Tags").

All terms of all tags are one index, so that a text is read once whether there is one tag or a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import Any, NamedTuple

from rejoinder.text.folding import cut, folded, plain, words

_REMEMBERED = 200_000
"""Words of texts whose meaning is kept; when there are more, all are forgotten, which costs time only."""
_BITS, _ROOT = 32, 0
_SIEVE = 1021
"""Bits that tell words apart before they are looked up: most pairs of words begin no phrase."""
_LONG = 64
"""Words longer than this are not kept."""


_Spans = list[tuple[int, int]]
Hit = tuple[int, _Spans]
"""A tag that a text carries, and where: (start, end) in the text as it was given, ascending."""


class Matcher:
    """The terms of all tags of an account, ready to be looked for.

    A term is found as whole words in a row, with any white space and punctuation between them; with `*` at
    its end the last word may go on. Case does not count. A term written without diacritics finds words with
    and without them, one written with them only itself. Terms that overlap are all found.

    Parameters: `tags` — each tag's id with its terms. A term that holds no word finds nothing.
    """

    def __init__(self, tags: Iterable[tuple[int, Sequence[str]]]) -> None:
        index = _Index()
        for tag, terms in tags:
            for term in terms:
                index.add(_read(term), tag)
        self._index = index
        self._entries: dict[str, _Entry | None] = {}

    def match(self, texts: Iterable[str]) -> list[list[Hit]]:
        """For each text the tags that it carries, in the order in which they are first met."""
        known = self._entries.get
        hits: list[list[Hit]] = []
        for text in texts:
            parts = cut(text)
            entries = list(map(known, parts[1::2]))
            if None in entries:
                entries = list(map(self._entry, parts[1::2]))
            hits.append(_hits(self._index, parts, entries))  # type: ignore[arg-type]  # there is no None left
        return hits

    def _entry(self, word: str) -> _Entry:
        """What a word is; kept, because most words come again."""
        if (entry := self._entries.get(word)) is None:
            entry = self._index.entry(word)
            if len(word) <= _LONG:
                if len(self._entries) >= _REMEMBERED:
                    self._entries.clear()
                self._entries[word] = entry
        return entry


class _Entry(NamedTuple):
    """What a word of a text is to the terms."""

    tags: tuple[int, ...]
    """Those with a term that is just this word."""
    bits: int
    numbers: tuple[int, ...]
    after: int
    """The bits of the words that may follow it in longer terms."""
    states: tuple[int, ...]
    """Where such terms go on."""


_NOTHING = _Entry((), 0, (), 0, ())


class _Term(NamedTuple):
    words: tuple[str, ...]
    exact: bool
    """Whether it was written with diacritics."""
    prefix: bool


class _Index:
    """A tree of terms, word by word: `steps` leads from a state and a word to the next state.

    States and words are numbers, and both together are one: a flat table has few objects for Python's
    collector to walk. Words have a number for each way in which terms write them.
    """

    def __init__(self) -> None:
        self.steps: dict[int, int] = {}
        self.after: dict[int, int] = {}
        """By state that leads further: the bits of the words that do."""
        self.tags: list[tuple[int, ...]] = [()]
        """By state: the tags of the terms that end there."""
        self._numbers: dict[tuple[str, bool, bool], int] = {}
        self._lengths: dict[bool, list[int]] = {True: [], False: []}
        self._shared: dict[Any, Any] = {}

    def add(self, term: _Term, tag: int) -> None:
        """Put a term in; one without words leaves no trace."""
        state, last = _ROOT, len(term.words) - 1
        for place, word in enumerate(term.words):
            number = self._number(word, term.exact, term.prefix and place == last)
            if state != _ROOT:
                self.after[state] = self.after.get(state, 0) | _bit(number)
            reached = self.steps.setdefault(state | number, len(self.tags) << _BITS)
            if reached >> _BITS == len(self.tags):
                self.tags.append(())
            state = reached
        if state != _ROOT and tag not in self.tags[state >> _BITS]:
            self.tags[state >> _BITS] += (tag,)

    def _number(self, word: str, exact: bool, prefix: bool) -> int:
        lengths = self._lengths[exact]
        if prefix and len(word) not in lengths:
            lengths.append(len(word))
        return self._numbers.setdefault((word, exact, prefix), len(self._numbers))

    def entry(self, word: str) -> _Entry:
        """What a word of a text is; equal parts are one object, to stay small."""
        numbers = self._meant(word)
        if not numbers:
            return _NOTHING
        states = tuple(self.steps[number] for number in numbers if number in self.steps)
        after = _together(self.after.get(state, 0) for state in states)
        parts = self._tags_at(states), _together(map(_bit, numbers)), numbers, after, states if after else ()
        return _Entry(*(self._shared.setdefault(part, part) for part in parts))

    def _meant(self, word: str) -> tuple[int, ...]:
        """The numbers of what the terms could mean by this word of a text."""
        form = folded(word)
        keys = []
        for exact, written in ((True, form), (False, plain(form))):
            keys.append((written, exact, False))
            keys += [(written[:n], exact, True) for n in self._lengths[exact] if n <= len(written)]
        return tuple(self._numbers[key] for key in keys if key in self._numbers)

    def _tags_at(self, states: Iterable[int]) -> tuple[int, ...]:
        """The tags of all terms that end in these states, each once."""
        return tuple(dict.fromkeys(tag for state in states for tag in self.tags[state >> _BITS]))


def _bit(number: int) -> int:
    return 1 << number % _SIEVE


def _together(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)


def _hits(index: _Index, parts: list[str], entries: list[_Entry]) -> list[Hit]:
    """The hits in a text that is cut up: gap, word, gap, word, …, gap. `entries`: of its words."""
    found: dict[int, _Spans] = {}
    ends = list(accumulate(map(len, parts)))
    rows = zip(entries, [*entries[1:], _NOTHING], ends[::2], ends[1::2], strict=False)
    for place, ((tags, _, _, after, states), following, start, end) in enumerate(rows):
        for tag in tags:
            if tag in found:
                found[tag].append((start, end))
            else:
                found[tag] = [(start, end)]
        if after and after & following[1]:
            _phrases(found, index, states, ends, entries, place)
    return list(found.items())


def _phrases(
    found: dict[int, _Spans],
    index: _Index,
    states: Sequence[int],
    ends: list[int],
    entries: list[_Entry],
    first: int,
) -> None:
    """Add the phrases that begin with the word at `first`, short ones before long ones."""
    step = index.steps.get
    for place in range(first + 1, len(entries)):
        _, _, numbers, _, _ = entries[place]
        states = [reached for state in states for word in numbers if (reached := step(state | word))]
        if not states:
            return
        here = (ends[2 * first], ends[2 * place + 1])
        for state in states:
            for tag in index.tags[state >> _BITS]:
                known = found.setdefault(tag, [])
                if known[-1:] != [here]:  # else a term in two ways of writing
                    known.append(here)
        if not any(map(index.after.get, states)):
            return


def _read(term: str) -> _Term:
    """A term as it is looked for."""
    written = term.rstrip()
    bare = written.rstrip("*")
    forms = tuple(folded(word) for word in words(bare))
    plainly = tuple(plain(form) for form in forms)
    exact = forms != plainly
    prefix = bare != written and bool(forms) and bare.endswith(words(bare)[-1])
    return _Term(forms if exact else plainly, exact, prefix)
