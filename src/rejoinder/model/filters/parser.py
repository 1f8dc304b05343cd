"""The expression language of Forsta's `filterExpression` (001, "Filter Respondents") → tree.

    or      := and {OR and}
    and     := not {AND not}
    not     := NOT not | cmp
    cmp     := sum [(= | != | <> | < | <= | > | >=) sum]
    sum     := mul {(+|-) mul}
    mul     := unary {(*|/) unary}
    unary   := [-] primary
    primary := ( or ) | number | string | date | TRUE | FALSE | function(args) | path

Names and texts may stand in either quote style with the quote doubled inside; a level, variable or survey
whose name is not one word is quoted: `respondent:"first name"`.
"""

from __future__ import annotations

from collections.abc import Callable

from rejoinder.model.filters.lexer import Token, read_tokens
from rejoinder.model.filters.tree import (
    MAX_DEPTH,
    And,
    Call,
    Chain,
    Compare,
    Literal,
    Mark,
    Negate,
    Node,
    Not,
    Or,
    Path,
    check_depth,
)
from rejoinder.model.problems import Invalid

_COMPARISONS = {"=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_KEYWORDS = ("AND", "OR", "NOT")


def parse(text: str) -> Node:
    """The tree of an expression; nothing is looked up yet.

    Raises `Invalid`, naming the position (characters from 1): a syntax error, more than
    `lexer.MAX_LENGTH` characters, nesting beyond `MAX_DEPTH`, a number or date that cannot be.
    """
    tokens = _Tokens(read_tokens(text))
    if tokens.next.kind == "end":
        raise Invalid("The filter is empty; write for example respondent:city = 'oslo'.")
    tree = _read_or(tokens)
    if tokens.next.kind != "end":
        raise Invalid(f"Unexpected {_shown(tokens.next)}; expected AND, OR or the end.")
    check_depth(tree)
    return tree


class _Tokens:
    """A cursor over the tokens, and how deep it is."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._here = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._here]

    def take(self) -> Token:
        token = self.next
        self._here += 1
        return token

    def takes(self, operator: str) -> bool:
        """Take `operator` if it comes next."""
        found = self.next.kind == "operator" and self.next.text == operator
        self._here += found
        return found

    def takes_word(self, word: str) -> bool:
        """Take the keyword if it comes next, in any case."""
        found = self.next.kind == "word" and self.next.text.upper() == word
        self._here += found
        return found

    def nested(self, read: Callable[[_Tokens], Node], at: int) -> Node:
        """Read one level deeper."""
        if self._depth == MAX_DEPTH:
            raise Invalid(f"The filter is nested more than {MAX_DEPTH} levels deep at position {at}.")
        self._depth += 1
        node = read(self)
        self._depth -= 1
        return node


def _shown(token: Token) -> str:
    if token.kind == "end":
        return f"end of the filter at position {token.at}"
    text = token.text if token.kind != "mark" else f"{token.level}:"
    return f"{text[:40]!r} at position {token.at}"


def _read_or(tokens: _Tokens) -> Node:
    at = tokens.next.at
    parts = [_read_and(tokens)]
    while tokens.takes_word("OR"):
        parts.append(_read_and(tokens))
    return Or(tuple(parts), at) if len(parts) > 1 else parts[0]


def _read_and(tokens: _Tokens) -> Node:
    at = tokens.next.at
    parts = [_read_not(tokens)]
    while tokens.takes_word("AND"):
        parts.append(_read_not(tokens))
    return And(tuple(parts), at) if len(parts) > 1 else parts[0]


def _read_not(tokens: _Tokens) -> Node:
    at = tokens.next.at
    if tokens.takes_word("NOT"):
        return Not(tokens.nested(_read_not, at), at)
    return _read_comparison(tokens)


def _read_comparison(tokens: _Tokens) -> Node:
    at = tokens.next.at
    left = _read_sum(tokens)
    op = _comparison(tokens.next)
    if op is None:
        return left
    tokens.take()
    comparison = Compare(op, left, _read_sum(tokens), at)
    if _comparison(tokens.next):
        raise Invalid(f"Unexpected {_shown(tokens.next)}; join two comparisons with AND.")
    return comparison


def _comparison(token: Token) -> str | None:
    return _COMPARISONS.get(token.text) if token.kind == "operator" else None


def _read_sum(tokens: _Tokens) -> Node:
    return _read_chain(tokens, "+-", lambda inner: _read_chain(inner, "*/", _read_unary))


def _read_chain(tokens: _Tokens, operators: str, read_part: Callable[[_Tokens], Node]) -> Node:
    at = tokens.next.at
    parts, ops = [read_part(tokens)], ""
    while tokens.next.kind == "operator" and tokens.next.text in operators:
        ops += tokens.take().text
        parts.append(read_part(tokens))
    return Chain(ops, tuple(parts), at) if ops else parts[0]


def _read_unary(tokens: _Tokens) -> Node:
    at = tokens.next.at
    if not tokens.takes("-"):
        return _read_primary(tokens)
    token = tokens.next
    if token.kind == "literal" and isinstance(token.value, int | float):
        return Literal(-tokens.take().value, at)  # type: ignore[operator]  # a number, as just seen
    return Negate(_read_primary(tokens), at)


def _read_primary(tokens: _Tokens) -> Node:
    token = tokens.take()
    match token.kind:
        case "literal":
            return Literal(token.value, token.at)
        case "path":
            return Path(token.level, token.text, token.fields, token.survey, token.at)
        case "mark":
            return Mark(token.level, token.at)
        case "word" if token.text.upper() not in _KEYWORDS:
            return _read_word(tokens, token)
        case "operator" if token.text == "(":
            inner = tokens.nested(_read_or, token.at)
            _expect(tokens, ")")
            return inner
    raise Invalid(f"Unexpected {_shown(token)}; expected a variable, a value or a function.")


def _read_word(tokens: _Tokens, word: Token) -> Node:
    if tokens.takes("("):
        return _read_call(tokens, word)
    if word.text.upper() in ("TRUE", "FALSE"):
        return Literal(word.text.upper() == "TRUE", word.at)
    raise Invalid(
        f"{word.text[:40]!r} at position {word.at} is neither a function nor a value; "
        f"write :{word.text[:40]} or respondent:{word.text[:40]} for a variable, and quotes around a text."
    )


def _read_call(tokens: _Tokens, name: Token) -> Node:
    parts: list[Node] = []
    if not tokens.takes(")"):
        parts.append(tokens.nested(_read_or, name.at))
        while tokens.takes(","):
            parts.append(tokens.nested(_read_or, name.at))
        _expect(tokens, ")")
    return Call(name.text.upper(), tuple(parts), name.at)


def _expect(tokens: _Tokens, operator: str) -> None:
    if not tokens.takes(operator):
        raise Invalid(f"Expected {operator!r} but found {_shown(tokens.next)}.")
