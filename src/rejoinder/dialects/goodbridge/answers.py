"""Values of records as the `answers` of a question, in pieces of JSON that were made beforehand.

Texts, numbers and dates are copied from the record as they stand there: both are JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from math import factorial
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

import msgspec
from msgspec import Raw, structs

from rejoinder.dialects.goodbridge.words import Words
from rejoinder.model.filters.text import fold, number_text
from rejoinder.model.survey import Option, Variable

encode = msgspec.json.encode

BASE = b"\x01"
"""Stands for the address of our own server; no JSON text holds the byte."""
FILES = "/rejoinder/v1/files/"
OTHER = "other"
"""The code of the choice beside which people write."""
_NO_COMMENT = b'"comment":null,"data_type":'
_MIDNIGHT = "T00:00:00"
_MOST_KEPT = 100_000
"""Bytes that the options of one question may repeat of the JSON behind them."""
_QUESTION_NUMBER = re.compile(r"Q\d", re.ASCII)


class Fill(NamedTuple):
    """Writes values (None for a blank) and the constant JSON behind each of them.

    `one` — a single value; `many` — a page's values, as one iterable of pieces or several side by side.
    """

    one: Callable[[Any], bytes]
    many: Callable[[Sequence[Any]], Sequence[Iterable[Any]]]


def one_by_one(one: Callable[[Any], bytes]) -> Fill:
    """Write each value on its own; what is done for each of them should be done in C."""
    return Fill(one, lambda values: (map(one, values),))


class Form(NamedTuple):
    """How the values of one question are read and written.

    `kind` — the msgspec type of a value; `listed` — a value's answers, `codes` — their codes, in the same
    order; `before` — what writes values in front of other JSON; `variety` — how many different values there
    can be, 0 for no end of them.
    """

    kind: Any
    listed: Callable[[Any], list[bytes]]
    codes: Callable[[Any], Sequence[str]]
    before: Callable[[bytes], Fill]
    variety: int = 0


class Stem(NamedTuple):
    """The beginning of the ids of a question's answers; `prefix` is filled in later, inside loops."""

    prefix: bytes
    name: str

    def id(self, code: str) -> bytes:
        """The id of one answer as JSON: `A1_5` for code 5 of `Q1`, `A_visit_5` of `visit`."""
        if not self.prefix and _QUESTION_NUMBER.match(self.name):
            return encode(f"A{self.name[1:]}_{code}")
        return b'"A_%b%b' % (self.prefix, encode(f"{self.name}_{code}")[1:])


def answer(stem: Stem, code: str, label: str | None, value: bytes, data_type: str) -> bytes:
    """One answer; `value` is JSON."""
    head, tail = around(stem, code, label, data_type)
    return head + value + tail


def around(stem: Stem, code: str, label: str | None, data_type: str) -> tuple[bytes, bytes]:
    """What stands before and behind the value of an answer."""
    head = b'{"id":%b,"label":%b,"answer":' % (stem.id(code), encode(label))
    return head, b',"comment":null,"data_type":"%b"}' % data_type.encode()


def commented(piece: bytes, text: Any) -> bytes:
    """An answer with a comment, which is JSON."""
    at = piece.rindex(_NO_COMMENT)
    return b'%b"comment":%b,"data_type":%b' % (piece[:at], text, piece[at + len(_NO_COMMENT) :])


class _Choices(dict[Any, bytes]):
    """Code → answer and what stands behind it. A code that is no option (any more) is its own label."""

    def __init__(self, known: dict[Any, bytes], stem: Stem, after: bytes = b"") -> None:
        super().__init__({code: piece + after for code, piece in known.items()})
        self._stem = stem
        self._after = after

    def __missing__(self, code: str) -> bytes:
        return answer(self._stem, code, code, encode(code), "string") + self._after

    def before(self, after: bytes) -> Fill:
        """The same in front of other JSON; kept ready for each option where that takes little memory."""
        if len(self) * len(after) <= _MOST_KEPT:
            # The bound method of the dictionary itself: a page calls nothing as often as this.
            return one_by_one(_Choices(self, self._stem, after).__getitem__)
        return one_by_one(lambda code: self[code] + after)


def _choices(variable: Variable, stem: Stem, words: Words, *, scored: bool) -> _Choices:
    return _Choices({o.code: _choice(o, stem, words, scored=scored) for o in variable.options}, stem)


def _choice(option: Option, stem: Stem, words: Words, *, scored: bool) -> bytes:
    """A chosen option: a number where its code is one, and on a scale where it has a score."""
    value = option.score if scored and option.score is not None else as_number(option.code)
    label = words.of(option.texts, option.code)
    if value is None:
        return answer(stem, option.code, label, encode(option.code), "string")
    return answer(stem, option.code, label, number_text(value).encode(), "number")


_NUMERIC = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{0,14}[1-9])?", re.ASCII)


def as_number(code: str) -> float | None:
    """A code that is a number and would be written just so."""
    if not _NUMERIC.fullmatch(code) or code == "-0":
        return None
    return float(code) if "." in code else int(code)


def single(variable: Variable, stem: Stem, words: Words, *, scored: bool) -> Form:
    """One option."""
    pieces = _choices(variable, stem, words, scored=scored)
    pieces[None] = b""
    return Form(
        str | None,
        lambda code: [] if code is None else [pieces[code]],
        lambda code: [] if code is None else [code],
        pieces.before,
        len(pieces),
    )


class Chosen(msgspec.Struct, gc=False):
    """The side of a multiple choice that counts."""

    true: list[str] = []


def multiple(variable: Variable, stem: Stem, words: Words) -> Form:
    """Any number of options."""
    pieces = _choices(variable, stem, words, scored=False)

    def codes(value: Chosen | None) -> list[str]:
        return value.true if value else []

    def listed(value: Chosen | None) -> list[bytes]:
        return [pieces[code] for code in codes(value)]

    return Form(Chosen | None, listed, codes, joined(listed), 2 ** len(pieces))


def joined(listed: Callable[[Any], list[bytes]]) -> Callable[[bytes], Fill]:
    """Writes all of a value's answers."""

    def before(after: bytes) -> Fill:
        return one_by_one(lambda value: after if value is None else b",".join(listed(value)) + after)

    return before


def ranking(variable: Variable, stem: Stem, words: Words) -> Form:
    """Items in the order of their ranks; each answer is a rank."""
    items = [around(stem, f.code, words.of(f.texts, f.code), "number") for f in variable.fields]
    codes = {f"f{n}": field.code for n, field in enumerate(variable.fields)}
    fields: list[Any] = [(name, int | None, None) for name in codes]
    kind: Any = msgspec.defstruct("Ranks", fields, rename=codes, gc=False)

    def ranked(ranks: Sequence[int | None]) -> list[tuple[int, int]]:
        return sorted((rank, n) for n, rank in enumerate(ranks) if rank is not None)

    def listed(value: Any) -> list[bytes]:
        ranks = () if value is None else structs.astuple(value)
        return [b"%b%d%b" % (items[n][0], rank, items[n][1]) for rank, n in ranked(ranks)]

    return Form(
        kind | None,
        listed,
        lambda value: [variable.fields[n].code for _, n in ranked(structs.astuple(value))],
        joined(listed),
        factorial(len(items)),
    )


def boolean(stem: Stem, words: Words) -> Form:
    """Yes or no."""
    yes, no = words.yes_no()
    pieces = _Choices(
        {
            None: b"",
            1: answer(stem, "1", yes, b"true", "boolean"),
            0: answer(stem, "0", no, b"false", "boolean"),
        },
        stem,
    )
    return Form(
        int | None,
        lambda value: [] if value is None else [pieces[value]],
        lambda value: [] if value is None else [str(value)],
        pieces.before,
        len(pieces),
    )


def plain(stem: Stem, data_type: str) -> Form:
    """A text or a number: the record's own JSON."""
    head, tail = around(stem, "1", None, data_type)

    def before(after: bytes) -> Fill:
        behind = tail + after

        def one(value: Raw | None) -> bytes:
            return after if value is None else head + value + behind

        def many(values: Sequence[Raw | None]) -> Sequence[Iterable[Any]]:
            if None in values:
                return (map(one, values),)
            return repeat(head), values, repeat(behind)

        return Fill(one, many)

    return Form(Raw, _alone(before(b"").one), _the_one, before)


def date(stem: Stem, *, only: bool) -> Form:
    """A moment as the record has it; `only` a date, where no time was asked for and none was given."""
    if not only:
        return plain(stem, "date")
    head, tail = around(stem, "1", None, "date")

    def before(after: bytes) -> Fill:
        def write(value: str | None) -> bytes:
            if value is None:
                return after
            day = value[:10] if value[10:] == _MIDNIGHT else value
            return b'%b"%b"%b%b' % (head, day.encode(), tail, after)

        return one_by_one(Remembered(write).__getitem__)

    return Form(str | None, _alone(before(b"").one), _the_one, before)


class Remembered(dict[Any, Any]):
    """What a function gave for a few arguments; looked up without a call of ours."""

    def __init__(self, work: Callable[[Any], Any], most: int = 1000) -> None:
        super().__init__()
        self._work = work
        self._most = most

    def __missing__(self, argument: Any) -> Any:
        if len(self) >= self._most:
            self.clear()
        found = self[argument] = self._work(argument)
        return found


def _alone(fill: Callable[[Any], bytes]) -> Callable[[Any], list[bytes]]:
    return lambda value: [] if value is None else [fill(value)]


def _the_one(value: Any) -> list[str]:
    return [] if value is None else ["1"]


def files(stem: Stem) -> Form:
    """Uploaded files, one in each line of the text: `KEY/NAME`, which is answered with its address."""

    def one(number: int, line: str) -> bytes:
        key, slash, name = line.partition("/")
        if not slash:
            return answer(stem, str(number), line, encode(line), "file")
        address = encode(f"{FILES}{quote(key, safe='')}/{quote(name, safe='')}")
        return answer(stem, str(number), name, b'"%b%b' % (BASE, address[1:]), "file")

    def lines(value: str | None) -> list[str]:
        return [line for line in value.split("\n") if line] if value else []

    def listed(value: str | None) -> list[bytes]:
        return [one(n, line) for n, line in enumerate(lines(value), start=1)]

    return Form(str | None, listed, lines, joined(listed))


class Text(NamedTuple):
    """A text beside a question. `role` — beside which of its answers: that of the "other" option, the first
    that has none, or none at all; `code` — of the "other" option; `alone` — an answer of its own for it."""

    role: Literal["other", "comment", "alone"]
    alone: bytes
    code: str | None = None


class Beside(NamedTuple):
    """A question and all that is written beside its answers."""

    form: Form
    texts: tuple[Text, ...]

    def fill(self, value: Any, written: Sequence[Raw | None]) -> bytes:
        """The answers with what was written beside them; where there is no such answer, one of its own."""
        found = self.form.listed(value)
        for text, words in zip(self.texts, written, strict=True):
            if words is None:
                continue
            at = self._answer(text, value, found)
            if at is None:
                found.append(commented(text.alone, words))
            else:
                found[at] = commented(found[at], words)
        return b",".join(found)

    def _answer(self, text: Text, value: Any, found: Sequence[bytes]) -> int | None:
        """Which of the answers a text belongs to."""
        if text.role == "comment":
            return next((n for n, piece in enumerate(found) if _NO_COMMENT in piece), None)
        if text.role == "other" and text.code is not None:
            codes = self.form.codes(value)
            return codes.index(text.code) if text.code in codes else None
        return None


def other_text(variable: Variable, text: Variable, stem: Stem, words: Words) -> Text:
    """The text of a question's "other" option."""
    free = next((option.code for option in variable.options if fold(option.code) == OTHER), None)
    return Text("other", alone(stem, text, words), free)


def alone(stem: Stem, text: Variable, words: Words) -> bytes:
    """An answer that holds nothing but what was written beside the question."""
    return answer(stem, text.element or OTHER, words.of(text.titles, text.name), b"null", "string")
