"""The terms of text-match tags as one tree, word by word, and what a word of a text is to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rejoinder.text.folding import folded, plain, words
from rejoinder.text.numbering import Lists, Numbering

BITS, ROOT = 32, 0


class Tree:
    """A tree of terms: `steps` leads from a state and a word to the next state.

    States and words are numbers. A word has a number for each way in which terms write it: with its
    diacritics or without, whole or as the beginning of words. `tags`: by state, those whose terms end there;
    `leads`: whether terms go on behind a state.

    Parameters: `tags` — the terms of each tag; a tag's number is its place here.
    """

    def __init__(self, tags: Iterable[Sequence[str]]) -> None:
        self._numbers: dict[tuple[str, bool, bool], int] = {}
        self._lengths: dict[bool, list[int]] = {True: [], False: []}
        self._roots: dict[int, int] = {}
        self.tags = Lists()
        ends: list[list[int]] = [[]]
        steps: dict[int, int] = {}
        leading: set[int] = set()
        for tag, terms in enumerate(tags):
            for term in terms:
                self._add(_read(term), tag, steps, leading, ends)
        self.steps = Numbering()
        self.steps.add(np.fromiter(steps, np.uint64), np.fromiter(steps.values(), np.int64))
        self.leads = np.zeros(len(ends), dtype=bool)
        self.leads[list(leading)] = True
        for tags_here in ends:
            self.tags.add(tags_here)

    def _add(
        self, term: _Term, tag: int, steps: dict[int, int], leading: set[int], ends: list[list[int]]
    ) -> None:
        """Put a term in; one without words leaves no trace."""
        state, last = ROOT, len(term.words) - 1
        for place, word in enumerate(term.words):
            number = self._number(word, term.exact, term.prefix and place == last)
            known, key = (self._roots, number) if state == ROOT else (steps, state << BITS | number)
            state = known.setdefault(key, len(ends))
            if state == len(ends):
                ends.append([])
            if place < last:
                leading.add(state)
        if state != ROOT and tag not in ends[state][-1:]:
            ends[state].append(tag)

    def _number(self, word: str, exact: bool, prefix: bool) -> int:
        lengths = self._lengths[exact]
        if prefix and len(word) not in lengths:
            lengths.append(len(word))
        return self._numbers.setdefault((word, exact, prefix), len(self._numbers))

    def meant(self, word: str) -> tuple[int, ...]:
        """The numbers of what the terms could mean by this word of a text."""
        return tuple(self._meant(word))

    def _meant(self, word: str) -> Iterator[int]:
        form = folded(word)
        known = self._numbers.get
        for exact, written in ((True, form), (False, plain(form))):
            if (number := known((written, exact, False))) is not None:
                yield number
            for size in self._lengths[exact]:
                if size <= len(written) and (number := known((written[:size], exact, True))) is not None:
                    yield number

    def begun(self, numbers: Sequence[int]) -> list[int]:
        """The states of the terms that begin with a word of these numbers."""
        return [self._roots[number] for number in numbers if number in self._roots]

    def ending(self, states: Sequence[int]) -> list[int]:
        """The tags with a term that ends in one of these states, each once."""
        return list(dict.fromkeys(tag for state in states for tag in self.tags.list(state)))


class _Term(NamedTuple):
    words: tuple[str, ...]
    exact: bool
    """Whether it was written with diacritics."""
    prefix: bool


def _read(term: str) -> _Term:
    """A term as it is looked for."""
    written = term.rstrip()
    bare = written.rstrip("*")
    found = words(bare)
    forms = tuple(map(folded, found))
    plainly = tuple(map(plain, forms))
    exact = forms != plainly
    prefix = bare != written and bool(forms) and bare.endswith(found[-1])
    return _Term(forms if exact else plainly, exact, prefix)


class Meanings:
    """What words of texts are to a tree, by a number: the words' own numbers there, the states that they
    begin and the tags of terms that are just this word. Number 0: no term has it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[tuple[int, ...], int] = {}
        self.numbers, self.states, self.tags = Lists(), Lists(), Lists()
        self.number(())

    def of(self, word: str) -> int:
        """The number of what a word means."""
        return self.number(self._tree.meant(word))

    def number(self, numbers: tuple[int, ...]) -> int:
        """The number of a meaning, which it is given when it is first met."""
        found = self._known.get(numbers)
        if found is None:
            found = self._known[numbers] = len(self._known)
            states = self._tree.begun(numbers)
            self.numbers.add(numbers)
            self.states.add([state for state in states if self._tree.leads[state]])
            self.tags.add(self._tree.ending(states))
        return found
