"""What one variable's stored value is in an answer: the answer in words, and the options that it chose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from rejoinder.dialects.surveykiwi.kinds import SCALES, is_day, is_file, type_word
from rejoinder.dialects.surveykiwi.questions import choices_of, option_id, scores_of, text_in
from rejoinder.model.survey import Kind, Variable

Row = dict[str, Any]
_FILE = re.compile(r"[A-Za-z0-9_-]{8,200}/[^/\n]+")


class Answer(NamedTuple):
    """An answer in words, and the numbers of the options it chose, in its order."""

    answer: Any
    option_ids: list[int]


Reader = Callable[[Any], Answer]
"""From a stored value that is not blank."""


def row_of(title: str, answer: Answer, comment: str | None = None) -> Row:
    """One row of what was answered in rows."""
    return {"row": title, "answer": answer.answer, "option_ids": answer.option_ids, "comment": comment}


def in_rows(rows: Iterable[Row]) -> Answer:
    """Rows as one answer, with all that was chosen in them."""
    kept = list(rows)
    return Answer(kept, [number for row in kept for number in row["option_ids"]])


def reader_of(variable: Variable, language: str, base_url: str) -> Reader:
    """How values of a variable are read. `base_url` — where uploaded files are served."""
    if variable.kind is Kind.RANKING:
        return _ranking(_Choices(variable, language))
    if not variable.fields:
        return _one(variable, language, base_url)
    if not variable.options:
        return _boxes(variable, language)
    one, titles = _one(variable, language, base_url), row_titles(variable, language)
    return lambda value: in_rows(
        row_of(titles.get(code, code), one(part)) for code, part in value.items() if part
    )


def row_titles(variable: Variable, language: str) -> dict[str, str]:
    """The title of each row by its code."""
    return {field.code: text_in(field.texts, language, field.code) for field in variable.fields}


class _Choices:
    """Titles and numbers by code; a code without an option is its own title and has no number.

    A choice on a scale is answered by its score, a number.
    """

    def __init__(self, variable: Variable, language: str) -> None:
        self._titles: dict[str, Any] = {}
        self._numbers: dict[str, int] = {}
        for place, choice in enumerate(choices_of(variable), start=1):
            self._titles[choice.code] = text_in(choice.texts, language, choice.code)
            self._numbers[choice.code] = option_id(variable, place)
        if type_word(variable) in SCALES:
            self._titles |= scores_of(variable)

    def titles(self, codes: Iterable[str]) -> list[Any]:
        return [self._titles.get(code, code) for code in codes]

    def numbers(self, codes: Iterable[str]) -> list[int]:
        return [self._numbers[code] for code in codes if code in self._numbers]

    def one(self, code: str) -> Answer:
        return Answer(self._titles.get(code, code), self.numbers([code]))

    def several(self, value: Mapping[str, list[str]]) -> Answer:
        codes = value.get("true") or []
        return Answer(self.titles(codes), self.numbers(codes))


def _one(variable: Variable, language: str, base_url: str) -> Reader:
    match variable.kind:
        case Kind.SINGLE | Kind.RATING:
            return _Choices(variable, language).one
        case Kind.MULTI | Kind.MULTI_GRID:
            return _Choices(variable, language).several
        case Kind.BOOLEAN:
            return lambda value: Answer(bool(value), [])
        case Kind.DATETIME if is_day(variable):
            return lambda value: Answer(value[:10], [])
        case Kind.TEXT if is_file(variable):
            return lambda value: Answer(file_links(value, base_url), [])
    return lambda value: Answer(value, [])


def _ranking(choices: _Choices) -> Reader:
    def read(ranks: Mapping[str, int]) -> Answer:
        codes = sorted(ranks, key=lambda code: ranks[code])
        return Answer(choices.titles(codes), choices.numbers(codes))

    return read


def _boxes(variable: Variable, language: str) -> Reader:
    """Several boxes under one title; each is an option, so that it can be told which was filled."""
    one, choices = _one(variable, language, ""), _Choices(variable, language)

    def read(value: Mapping[str, Any]) -> Answer:
        return in_rows(
            row_of(box.answer, Answer(one(part).answer, box.option_ids))
            for code, part in value.items()
            if part is not None and (box := choices.one(code))
        )

    return read


def file_links(value: str, base_url: str) -> list[str]:
    """The addresses of uploaded files; the record has a line `KEY/NAME` for each. Other texts stay."""
    return [
        f"{base_url}/rejoinder/v1/files/{quote(line)}" if _FILE.fullmatch(line) else line
        for line in value.split("\n")
        if line
    ]
