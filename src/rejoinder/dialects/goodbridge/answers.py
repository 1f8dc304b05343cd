"""Values of records as the `answers` of a question, in pieces of JSON that were made beforehand.

Texts, numbers and dates are copied from the record as they stand there: both are JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
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
_ORDERS = 1000
"""Orders of one ranking that are kept as JSON: all there are of up to six items."""
_QUESTION_NUMBER = re.compile(r"Q\d", re.ASCII)


class Form(NamedTuple):
    """How the values of one question are read and written.

    `kind` — the msgspec type of a value; `listed` — a value's answers, `codes` — their codes, in the same
    order; `fill` — the answers as JSON without brackets, for None too.
    """

    kind: Any
    listed: Callable[[Any], list[bytes]]
    codes: Callable[[Any], Sequence[str]]
    fill: Callable[[Any], Any]


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
    """Code → answer. A code that is no option (any more) is its own label."""

    def __init__(self, known: dict[Any, bytes], stem: Stem) -> None:
        super().__init__(known)
        self._stem = stem

    def __missing__(self, code: str) -> bytes:
        return answer(self._stem, code, code, encode(code), "string")


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
    # The bound method of the dictionary itself: a page calls nothing as often as this.
    return Form(
        str | None,
        lambda code: [] if code is None else [pieces[code]],
        lambda code: [] if code is None else [code],
        pieces.__getitem__,
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

    def fill(value: Chosen | None) -> bytes:
        return b"" if value is None else b",".join([pieces[code] for code in value.true])

    return Form(Chosen | None, listed, codes, fill)


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

    @lru_cache(maxsize=_ORDERS)
    def joined(ranks: tuple[int | None, ...]) -> bytes:
        return b",".join([b"%b%d%b" % (items[n][0], rank, items[n][1]) for rank, n in ranked(ranks)])

    return Form(
        kind | None,
        listed,
        lambda value: [variable.fields[n].code for _, n in ranked(structs.astuple(value))],
        lambda value: b"" if value is None else joined(structs.astuple(value)),
    )


def boolean(stem: Stem, words: Words) -> Form:
    """Yes or no."""
    yes, no = words.yes_no()
    pieces = {
        None: b"",
        1: answer(stem, "1", yes, b"true", "boolean"),
        0: answer(stem, "0", no, b"false", "boolean"),
    }
    return Form(
        int | None,
        lambda value: [] if value is None else [pieces[value]],
        lambda value: [] if value is None else [str(value)],
        pieces.__getitem__,
    )


def plain(stem: Stem, data_type: str) -> Form:
    """A text or a number: the record's own JSON."""
    head, tail = around(stem, "1", None, data_type)

    def fill(value: Raw | None) -> bytes:
        return b"" if value is None else b"%b%b%b" % (head, value, tail)

    return _open(fill)


def date(stem: Stem, *, only: bool) -> Form:
    """A moment as the record has it; `only` a date, where no time was asked for and none was given."""
    if not only:
        return plain(stem, "date")
    head, tail = (part.decode() for part in around(stem, "1", None, "date"))

    def fill(value: str | None) -> bytes:
        if value is None:
            return b""
        day = value[:10] if value[10:] == _MIDNIGHT else value
        return f'{head}"{day}"{tail}'.encode()

    return _open(fill)._replace(kind=str | None)


def _open(fill: Callable[[Any], bytes]) -> Form:
    def listed(value: Any) -> list[bytes]:
        return [] if value is None else [fill(value)]

    return Form(Raw, listed, lambda value: [] if value is None else ["1"], fill)


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

    return Form(str | None, listed, lines, lambda value: b",".join(listed(value)))


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
