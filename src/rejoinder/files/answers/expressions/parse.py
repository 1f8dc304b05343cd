"""The text of a SurveyJS expression → its tree.

Operators from loose to tight: or; and; comparisons; + -; * / %; ^; contains, anyof and their like. All
bind from the left. SurveyJS's older spellings (`=>`, `<>`, `equals`) are read too.
"""

from __future__ import annotations

import re
from typing import NoReturn

from rejoinder.files.answers.expressions.tree import Binary, Call, Constant, Listed, Name, Node, Unary
from rejoinder.files.answers.expressions.values import plain_number

LONGEST = 20_000
"""Characters of one expression."""
DEEPEST = 40
"""Brackets, functions and signs inside each other."""
MOST_NODES = 2_000
"""Names, constants and operators of one expression."""

_LEVELS: tuple[tuple[tuple[str, str], ...], ...] = (
    ((r"\|\|", "or"), (r"or(?!\w)", "or")),
    ((r"&&", "and"), (r"and(?!\w)", "and")),
    (
        (r"<=|=<|lessorequal(?!\w)", "lessorequal"),
        (r">=|=>|greaterorequal(?!\w)", "greaterorequal"),
        (r"!=|<>|notequals?(?!\w)", "notequal"),
        (r"==?|equals?(?!\w)", "equal"),
        (r"<|less(?!\w)", "less"),
        (r">|greater(?!\w)", "greater"),
    ),
    ((r"\+", "plus"), (r"-", "minus")),
    ((r"\*(?!=)", "mul"), (r"/", "div"), (r"%", "mod")),
    ((r"\^|power(?!\w)", "power"),),
    (
        (r"\*=|contains?(?!\w)", "contains"),
        (r"notcontains?(?!\w)", "notcontains"),
        (r"anyof(?!\w)", "anyof"),
        (r"allof(?!\w)", "allof"),
        (r"noneof(?!\w)", "noneof"),
    ),
)
_OPERATORS = tuple(
    (re.compile("|".join(f"({pattern})" for pattern, _ in level), re.IGNORECASE), [w for _, w in level])
    for level in _LEVELS
)
_SPACE = re.compile(r"[ \t\n\r]*")
_NAME = re.compile(r"\{([^{}]+)\}")
_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\(")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"0x[0-9A-Fa-f]{1,16}|-?\d+(\.\d+)?", re.ASCII)
_NOT = re.compile(r"!(?!=)|negate(?!\w)", re.IGNORECASE)
_EMPTY = re.compile(r"(notempty|empty)(?!\w)", re.IGNORECASE)
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}


class Unreadable(Exception):
    """An expression that cannot be read; the argument says why."""


def parse(text: str) -> Node:
    """The tree of an expression. Raises Unreadable for bad syntax and for what is too long or too deep."""
    if len(text) > LONGEST:
        raise Unreadable(f"it is longer than {LONGEST} characters")
    parser = _Parser(text)
    node = parser.level(0)
    parser.space()
    if parser.at < len(text):
        parser.fail()
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.nodes = 0

    def fail(self) -> NoReturn:
        raise Unreadable(f"it cannot be read from character {self.at + 1} on")

    def space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Match here and move behind it."""
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def count(self) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unreadable(f"it has more than {MOST_NODES} parts")

    def level(self, number: int) -> Node:
        if number == len(_OPERATORS):
            return self.factor()
        left = self.level(number + 1)
        pattern, words = _OPERATORS[number]
        while True:
            before = self.at
            self.space()
            match = self.take(pattern)
            if match is None or match.lastindex is None:
                self.at = before
                return left
            self.count()
            left = Binary(words[match.lastindex - 1], left, self.level(number + 1))

    def factor(self) -> Node:
        self.depth += 1
        self.count()
        if self.depth > DEEPEST:
            raise Unreadable(f"it is nested deeper than {DEEPEST} levels")
        self.space()
        node = Unary("negate", self.factor()) if self.take(_NOT) else self.with_ending()
        self.depth -= 1
        return node

    def with_ending(self) -> Node:
        """An operand, and `empty` or `notempty` behind it."""
        node = self.operand()
        before = self.at
        self.space()
        if match := self.take(_EMPTY):
            return Unary(match[1].lower(), node)
        self.at = before
        return node

    def operand(self) -> Node:
        first = self.text[self.at : self.at + 1]
        if first == "(":
            self.at += 1
            node = self.level(0)
            self.close(")")
            return node
        if first == "[":
            self.at += 1
            return Listed(self.listed("]")[0])
        if first and first in "'\"":
            return Constant(self.quoted(first))
        if match := self.take(_NAME):
            name = match[1].strip()
            return Name(name[1:], True) if name[:1] == "#" and len(name) > 1 else Name(name)
        if match := self.take(_CALL):
            return Call(match[1].lower(), *self.listed(")"))
        return self.plain()

    def plain(self) -> Node:
        if match := self.take(_NUMBER):
            text = match[0]
            return Constant(int(text, 16) if text.startswith("0x") else _number(text))
        match = self.take(_WORD)
        if match is None:
            self.fail()
        return Constant(_WORDS.get(match[0].lower(), match[0]))

    def quoted(self, quote: str) -> str:
        """A text in quotes; a backslash stands before a quote that belongs to it."""
        end, found = self.at + 1, []
        while end < len(self.text) and self.text[end] != quote:
            end += self.text[end] == "\\" and self.text[end + 1 : end + 2] in ("'", '"')
            found.append(self.text[end : end + 1])
            end += 1
        if end >= len(self.text):
            self.fail()
        self.at = end + 1
        return "".join(found)

    def listed(self, end: str) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        parts, texts = [], []
        self.space()
        if self.text[self.at : self.at + 1] != end:
            while True:
                before = self.at
                parts.append(self.level(0))
                texts.append(self.text[before : self.at].strip())
                self.space()
                if self.text[self.at : self.at + 1] != ",":
                    break
                self.at += 1
        self.close(end)
        return tuple(parts), tuple(texts)

    def close(self, bracket: str) -> None:
        self.space()
        if self.text[self.at : self.at + 1] != bracket:
            self.fail()
        self.at += 1


def _number(text: str) -> int | float | str:
    """A number; one with a leading zero is a text, as codes and telephone numbers are."""
    digits = text.lstrip("-")
    if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        return text
    found = plain_number(text)
    return text if found is None else found
