"""What one variable's stored value is in an answer: the answer in words, and the options that it chose.

Everything is JSON already: what can be chosen is encoded once, and answers are put together from pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from rejoinder.dialects.surveykiwi.kinds import SCALES, is_day, is_file, type_word
from rejoinder.dialects.surveykiwi.questions import choices_of, option_id, scores_of, text_in
from rejoinder.model.survey import Kind, Variable

_encode = msgspec.json.Encoder().encode
_FILE = re.compile(r"[A-Za-z0-9_-]{8,200}/[^/\n]+")
_MEMO = 10_000
"""Rows of a grid that are kept, by row and value."""


class Answer(NamedTuple):
    """An answer as JSON, and the numbers of the options it chose, in its order, with commas between them."""

    said: bytes
    ids: bytes = b""


class Row(NamedTuple):
    """One row of what was answered in rows, as JSON, and the options it chose."""

    said: bytes
    ids: bytes


Reader = Callable[[Any], Answer]
"""From a stored value that is not blank."""


def row_of(title: bytes, answer: Answer, comment: bytes = b"null") -> Row:
    """One row; `title` and `comment` are JSON."""
    said = b'{"row":%b,"answer":%b,"option_ids":[%b],"comment":%b}' % (title, *answer, comment)
    return Row(said, answer.ids)


def in_rows(rows: Iterable[Row]) -> Answer:
    """Rows as one answer, with all that was chosen in them."""
    kept = list(rows)
    return Answer(b"[%b]" % b",".join([row.said for row in kept]), _joined([row.ids for row in kept]))


def _joined(ids: Iterable[bytes]) -> bytes:
    return b",".join([one for one in ids if one])


def reader_of(variable: Variable, language: str, base_url: str) -> Reader:
    """How values of a variable are read. `base_url` — where uploaded files are served."""
    if variable.kind is Kind.RANKING:
        return _ranking(_Choices(variable, language))
    if not variable.fields:
        return _one(variable, language, base_url)
    if not variable.options:
        return _boxes(variable, language)
    one, rows = _one(variable, language, base_url), RowTitles(variable, language)
    if variable.kind is Kind.RATING:
        memo = _Cells(rows, one)
        return lambda value: in_rows([memo[cell] for cell in value.items() if cell[1]])
    return lambda value: in_rows([row_of(rows[code], one(part)) for code, part in value.items() if part])


class RowTitles(dict[str, bytes]):
    """The title of each row of a variable by its code; a code that it has no more is its own title."""

    def __init__(self, variable: Variable, language: str) -> None:
        for field in variable.fields:
            self[field.code] = _encode(text_in(field.texts, language, field.code))

    def __missing__(self, code: str) -> bytes:
        return _encode(code)


class _Cells(dict[tuple[str, str], Row]):
    """Rows of a grid by row and choice, made when they first come."""

    def __init__(self, titles: RowTitles, one: Reader) -> None:
        self._titles, self._one = titles, one

    def __missing__(self, cell: tuple[str, str]) -> Row:
        if len(self) >= _MEMO:
            self.clear()
        self[cell] = found = row_of(self._titles[cell[0]], self._one(cell[1]))
        return found


class _Choices(dict[str, Answer]):
    """The answer that each code is; a code without an option is its own title and has no number.

    A choice on a scale is answered by its score, a number.
    """

    def __init__(self, variable: Variable, language: str) -> None:
        scores = scores_of(variable) if type_word(variable) in SCALES else {}
        for place, choice in enumerate(choices_of(variable), start=1):
            title = scores.get(choice.code, text_in(choice.texts, language, choice.code))
            self[choice.code] = Answer(_encode(title), b"%d" % option_id(variable, place))

    def __missing__(self, code: str) -> Answer:
        return Answer(_encode(code))

    def several(self, codes: Iterable[str]) -> Answer:
        """Several choices in the order of their codes."""
        chosen = [self[code] for code in codes]
        return Answer(b"[%b]" % b",".join([one.said for one in chosen]), _joined([one.ids for one in chosen]))


def _one(variable: Variable, language: str, base_url: str) -> Reader:
    match variable.kind:
        case Kind.SINGLE | Kind.RATING:
            return _Choices(variable, language).__getitem__
        case Kind.MULTI | Kind.MULTI_GRID:
            choices = _Choices(variable, language)
            return lambda value: choices.several(value.get("true") or ())
        case Kind.BOOLEAN:
            return lambda value: Answer(b"true" if value else b"false")
        case Kind.DATETIME if is_day(variable):
            return lambda value: Answer(_encode(value[:10]))
        case Kind.TEXT if is_file(variable):
            return lambda value: Answer(_encode(file_links(value, base_url)))
    return lambda value: Answer(_encode(value))


def _ranking(choices: _Choices) -> Reader:
    def read(ranks: Mapping[str, int]) -> Answer:
        return choices.several(sorted(ranks, key=lambda code: ranks[code]))

    return read


def _boxes(variable: Variable, language: str) -> Reader:
    """Several boxes under one title; each is an option, so that it can be told which was filled."""
    one, choices = _one(variable, language, ""), _Choices(variable, language)

    def read(value: Mapping[str, Any]) -> Answer:
        boxes = [(choices[code], part) for code, part in value.items() if part is not None]
        return in_rows([row_of(box.said, Answer(one(part).said, box.ids)) for box, part in boxes])

    return read


def file_links(value: str, base_url: str) -> list[str]:
    """The addresses of uploaded files; the record has a line `KEY/NAME` for each. Other texts stay."""
    return [
        f"{base_url}/rejoinder/v1/files/{quote(line)}" if _FILE.fullmatch(line) else line
        for line in value.split("\n")
        if line
    ]
