"""What words say together, clause by clause: negation, emphasis, contrast, concession, irony."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import exp, log1p

from rejoinder.text.entries import (
    ASKS,
    BOOST,
    COMMA,
    CONCESSION,
    CONTRAST,
    IRONY,
    MISSED,
    NEGATOR,
    NEUTRAL,
    POLAR,
    QUESTION,
    QUOTE,
    SHOUTS,
    STOP,
    WISH,
    Entry,
    turned_weight,
)

Hit = tuple[int, int, Entry]
"""The first and the last word of an entry that was found, and the entry."""
_REACH = {"de": (3, 4), "fr": (3, 2), "tr": (0, 2), "kk": (0, 2)}
"""Language → how many words a negator reaches ahead and back; back only where nothing stood ahead."""
_BOOST_REACH = 2
_MOST_BOOST = 2.5
_IN_QUOTES = -0.6
_COMMA_AHEAD = frozenset(("de", "pl", "ru"))
"""Languages with a comma between "I wish" and what is wished."""
_BEFORE_CONTRAST, _BEHIND_CONTRAST, _CONCEDED = 0.7, 1.4, 0.6
_BORDERS = STOP | COMMA | CONTRAST | CONCESSION
_COUNTED = WISH | IRONY | QUESTION | NEUTRAL


@dataclass(slots=True)
class Clause:
    """What one clause says.

    `start`: its first word; `sentence`: the number of its sentence; `words`: those with a polarity; `missed`:
    whether what it calls good was not so.
    """

    start: int
    sentence: int
    weight: float = 1.0
    glad: float = 0.0
    sad: float = 0.0
    denied: int = 0
    wishes: int = 0
    missed: bool = False
    ironies: int = 0
    neutral: int = 0
    words: list[tuple[int, float]] = field(default_factory=list)

    def near(self, places: Sequence[int]) -> Clause:
        """The clause as some of its words hear it: of good and bad, what stands nearer counts more."""
        if not self.glad or not self.sad:
            return self
        heard = replace(self, glad=0.0, sad=0.0)
        for word, weight in self.words:
            share = 1.0 / (1.0 + min(abs(word - place) for place in places)) ** 2
            if weight > 0:
                heard.glad += share * weight
            else:
                heard.sad -= share * weight
        total = (self.glad + self.sad) / (heard.glad + heard.sad)
        heard.glad, heard.sad = heard.glad * total, heard.sad * total
        return heard


@dataclass(slots=True)
class Reading:
    """The clauses of a text, and what the whole text has."""

    clauses: list[Clause]
    words: int
    asks: int = 0
    shouts: int = 0


class _Reader:
    """Reads the hits of one text in order."""

    def __init__(self, lang: str | None, words: int) -> None:
        self.ahead, self.back = _REACH.get(lang or "", (3, 0))
        self.comma_ahead = lang in _COMMA_AHEAD
        self.clause = Clause(0, 0)
        self.reading = Reading([self.clause], words)
        self.boost, self.boosted = 1.0, -9
        self.negator: int | None = None
        self.polar: tuple[int, float] | None = None  # the latest polarity of the clause, not turned
        self.before: tuple[int, float] | None = None  # the one before the negator

    def begin(self, start: int, *, stop: bool, weight: float) -> None:
        """End the clause at a word and begin the next; nothing when this one has no words yet."""
        self.settle()
        self.boost, self.polar = 1.0, None
        now = self.clause
        if start == now.start and not stop:
            now.weight = weight
            return
        self.clause = Clause(start, now.sentence + stop, weight)
        self.reading.clauses.append(self.clause)

    def settle(self) -> None:
        """A negator that met nothing ahead turns what stood before it, or just denies."""
        if self.negator is None:
            return
        if self.before is not None and 0 < self.negator - self.before[0] <= self.back:
            self.uncount(self.before[1])
            self.count(self.before[0], turned_weight(self.before[1]))
            self.polar = None  # a second negator does not turn it again
        else:
            self.clause.denied += 1
        self.negator = self.before = None

    def count(self, place: int, weight: float) -> None:
        """Add a word's polarity to the side it belongs to."""
        self.clause.words.append((place, weight))
        if weight > 0:
            self.clause.glad += weight
        else:
            self.clause.sad -= weight

    def uncount(self, weight: float) -> None:
        """Take a polarity away that was added last."""
        self.clause.words.pop()
        if weight > 0:
            self.clause.glad = max(0.0, round(self.clause.glad - weight, 9))
        else:
            self.clause.sad = max(0.0, round(self.clause.sad + weight, 9))

    def polarity(self, first: int, last: int, weight: float) -> None:
        """Take a word with a polarity."""
        if self.boost != 1.0 and first - self.boosted <= _BOOST_REACH:
            weight *= self.boost
            self.boost = 1.0
        if self.negator is not None and first - self.negator <= self.ahead:
            weight = turned_weight(weight)
            self.negator = self.before = None
            self.polar = None
        else:
            self.settle()
            self.polar = (last, weight)
        self.count(last, weight)


def read(hits: Sequence[Hit], words: int, lang: str | None) -> Reading:
    """Read the entries found in a text, in order and without overlaps, as clauses."""
    reader = _Reader(lang, words)
    for place, (first, last, entry) in enumerate(hits):
        roles = entry.roles
        if roles & _BORDERS:
            _border(reader, first, last, roles)
        if roles & POLAR and not roles & NEUTRAL and not (roles & BOOST and _boosts(hits, place)):
            ironic = entry.weight > 0 and _quoted(hits, place)
            reader.polarity(first, last, _IN_QUOTES * entry.weight if ironic else entry.weight)
        elif roles & BOOST:
            near = first - reader.boosted <= _BOOST_REACH
            reader.boost = min(reader.boost * entry.factor, _MOST_BOOST) if near else entry.factor
            reader.boosted = last
        if roles & NEGATOR:
            reader.settle()
            reader.negator, reader.before = last, reader.polar
        if roles & _COUNTED:
            reader.clause.wishes += bool(roles & WISH)
            reader.clause.missed |= bool(roles & MISSED)
            reader.clause.ironies += bool(roles & IRONY)
            reader.clause.neutral += bool(roles & NEUTRAL)
            reader.reading.asks += bool(roles & QUESTION)
    reader.settle()
    for clause in reader.reading.clauses:
        if clause.missed:
            _turn(clause)
    return reader.reading


def _turn(clause: Clause) -> None:
    """What a clause calls good was not so."""
    clause.sad -= turned_weight(clause.glad) if clause.glad else 0.0
    clause.glad = 0.0
    clause.words = [(word, turned_weight(weight) if weight > 0 else weight) for word, weight in clause.words]


def _boosts(hits: Sequence[Hit], place: int) -> bool:
    """Whether a polarity follows closely: then "terribly" only makes it stronger."""
    if place + 1 == len(hits):
        return False
    first, _, entry = hits[place + 1]
    return bool(entry.roles & POLAR) and first - hits[place][1] <= _BOOST_REACH


def _quoted(hits: Sequence[Hit], place: int) -> bool:
    """Whether an entry stands alone in quotation marks: a "great" service is none."""
    if not 0 < place < len(hits) - 1:
        return False
    before, behind = hits[place - 1], hits[place + 1]
    marks = before[2].roles & behind[2].roles & QUOTE
    return bool(marks) and before[1] + 1 == hits[place][0] and hits[place][1] + 1 == behind[0]


def _border(reader: _Reader, first: int, last: int, roles: int) -> None:
    """Begin a new clause at a mark or word that parts two."""
    if roles & CONCESSION:
        reader.begin(first, stop=False, weight=_CONCEDED)
    elif roles & CONTRAST:
        for clause in reversed(reader.reading.clauses):
            if clause.sentence != reader.clause.sentence:
                break
            clause.weight *= _BEFORE_CONTRAST
        reader.begin(first, stop=False, weight=_BEHIND_CONTRAST)
    else:
        behind = not roles & STOP and reader.clause.weight == _BEHIND_CONTRAST
        wished = reader.comma_ahead and not roles & STOP and reader.clause.missed and not reader.clause.words
        reader.begin(last + 1, stop=bool(roles & STOP), weight=_BEHIND_CONTRAST if behind else 1.0)
        reader.clause.missed |= wished
        reader.reading.asks += bool(roles & ASKS)
        reader.reading.shouts += bool(roles & SHOUTS)


def features(reading: Reading, clauses: Sequence[Clause]) -> list[float]:
    """What some clauses of a text say, as numbers that mean the same in every language."""
    glad = sad = 0.0
    denied = wishes = ironies = neutral = 0
    end = 0.0
    for clause in clauses:
        glad += clause.weight * clause.glad
        sad += clause.weight * clause.sad
        denied += clause.denied
        wishes += clause.wishes
        ironies += clause.ironies
        neutral += clause.neutral
        if clause.glad or clause.sad:
            end = (clause.glad - clause.sad) / (clause.glad + clause.sad)
    both = glad + sad
    balance = (glad - sad) / (both + 1.0)
    return [
        1.0,
        glad / (glad + 2.0),
        sad / (sad + 2.0),
        balance,
        2 * min(glad, sad) / (both + 1.0),
        abs(balance),
        float(both == 0.0),
        end,
        min(denied, 3) / 3,
        min(wishes, 2) / 2,
        float(ironies > 0),
        min(neutral, 2) / 2,
        min(reading.asks, 2) / 2,
        min(reading.shouts, 3) / 3 * (0.5 + balance),
        log1p(reading.words) / 4,
    ]


def opinionated(reading: Reading) -> bool:
    """Whether anything in a text is glad or sad."""
    return any(clause.glad or clause.sad for clause in reading.clauses)


def chances(logits: Sequence[float]) -> tuple[float, ...]:
    """Shares of 1 from logits."""
    most = max(logits)
    raised = [exp(logit - most) for logit in logits]
    total = sum(raised)
    return tuple(one / total for one in raised)
