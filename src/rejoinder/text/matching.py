"""Text-match tags: which of an account's terms stand in a text, and where (CXI 004, "Tags").

All terms of all tags are one index, so that a text is read once whether there is one tag or a thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from itertools import accumulate
from typing import NamedTuple

from rejoinder.text.folding import WORD, folded, plain, words

_REMEMBERED = 200_000
"""Words of texts whose meaning is kept; when there are more, all are forgotten, which costs time only."""
_BITS, _ROOT = 32, 0
_LONG = 64
"""Words longer than this are not kept."""

_split = re.compile(f"({WORD})").split


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
        self._index, self._entries = index, _Entries(index)

    def match(self, texts: Iterable[str]) -> list[list[Hit]]:
        """For each text the tags that it carries, in the order in which they are first met."""
        entry_of = self._entries.__getitem__
        hits: list[list[Hit]] = []
        for text in texts:
            parts = _split(text)
            entries = list(map(entry_of, parts[1::2]))
            hits.append(_hits(self._index, parts, entries) if any(entries) else [])
        return hits


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
        self.after: dict[int, set[int]] = {}
        """By state: the words that lead further."""
        self.tags: list[tuple[int, ...]] = [()]
        """By state: the tags of the terms that end there."""
        self._numbers: dict[tuple[str, bool, bool], int] = {}
        self._lengths: dict[bool, list[int]] = {True: [], False: []}

    def add(self, term: _Term, tag: int) -> None:
        """Put a term in; one without words leaves no trace."""
        state, last = _ROOT, len(term.words) - 1
        for place, word in enumerate(term.words):
            number = self._number(word, term.exact, term.prefix and place == last)
            if state != _ROOT:
                self.after.setdefault(state, set()).add(number)
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

    def numbers(self, word: str) -> tuple[int, ...]:
        """The numbers of what the terms could mean by this word of a text."""
        form = folded(word)
        keys = []
        for exact, written in ((True, form), (False, plain(form))):
            keys.append((written, exact, False))
            keys += [(written[:n], exact, True) for n in self._lengths[exact] if n <= len(written)]
        return tuple(self._numbers[key] for key in keys if key in self._numbers)

    def tags_at(self, states: Iterable[int]) -> tuple[int, ...]:
        """The tags of all terms that end in these states, each once."""
        return tuple(dict.fromkeys(tag for state in states for tag in self.tags[state >> _BITS]))


_Entry = tuple[tuple[int, ...], Set[int], tuple[int, ...], tuple[int, ...]]
"""What a word of a text is to the terms: the tags with a term that is just this word; the words that may
follow in longer terms, and the states to go on from; the word's own numbers."""


class _Entries(dict[str, _Entry | None]):
    """The entry of each word that was met, as it is written there; None for words of no term."""

    def __init__(self, index: _Index) -> None:
        super().__init__()
        self._index = index

    def __missing__(self, word: str) -> _Entry | None:
        entry = self._made(word)
        if len(word) <= _LONG:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = entry
        return entry

    def _made(self, word: str) -> _Entry | None:
        index, numbers = self._index, self._index.numbers(word)
        if not numbers:
            return None
        states = [index.steps[number] for number in numbers if number in index.steps]
        further = [index.after[state] for state in states if state in index.after]
        after = further[0] if len(further) == 1 else frozenset().union(*further)
        return index.tags_at(states), after, tuple(states), numbers


def _hits(index: _Index, parts: list[str], entries: list[_Entry | None]) -> list[Hit]:
    """The hits in a text that is cut up: gap, word, gap, word, …, gap. `entries`: of its words."""
    found: dict[int, _Spans] = {}
    ends = list(accumulate(map(len, parts)))
    for place, (entry, following) in enumerate(zip(entries, [*entries[1:], None], strict=True)):
        if entry is None:
            continue
        tags, after, states, _ = entry
        if tags:
            here = (ends[2 * place], ends[2 * place + 1])
            for tag in tags:
                if tag in found:
                    found[tag].append(here)
                else:
                    found[tag] = [here]
        if after and following is not None and not after.isdisjoint(following[3]):
            _phrases(found, index, states, ends, entries, place)
    return list(found.items())


def _phrases(
    found: dict[int, _Spans],
    index: _Index,
    states: Sequence[int],
    ends: list[int],
    entries: list[_Entry | None],
    first: int,
) -> None:
    """Add the phrases that begin with the word at `first`, short ones before long ones."""
    step = index.steps.get
    for place in range(first + 1, len(entries)):
        if (entry := entries[place]) is None:
            return
        states = [reached for state in states for word in entry[3] if (reached := step(state | word))]
        if not states:
            return
        here = (ends[2 * first], ends[2 * place + 1])
        for state in states:
            for tag in index.tags[state >> _BITS]:
                known = found.setdefault(tag, [])
                if known[-1:] != [here]:  # else a term in two ways of writing
                    known.append(here)


def _read(term: str) -> _Term:
    """A term as it is looked for."""
    written = term.rstrip()
    bare = written.rstrip("*")
    forms = tuple(folded(word) for word in words(bare))
    plainly = tuple(plain(form) for form in forms)
    exact = forms != plainly
    prefix = bare != written and bool(forms) and bare.endswith(words(bare)[-1])
    return _Term(forms if exact else plainly, exact, prefix)
