"""Text → tokens. Positions count characters from 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from rejoinder.model.filters.tree import Scalar
from rejoinder.model.problems import Invalid

MAX_LENGTH = 16_384
"""Longest filter expression, in characters after percent-decoding."""

_QUOTED = r"""'(?:[^']|'')*+'|"(?:[^"]|"")*+\""""
_NAME = rf"(?:\w++|{_QUOTED})"
_SPACE = re.compile(r"[ \t\r\n]++")
_PATH = re.compile(
    rf"""(?:(?P<survey>[^\W\d][\w-]*+|\w++|{_QUOTED})\.(?=[:\w'"]))?"""
    rf"""(?P<level>{_NAME})?:(?P<name>{_NAME})?"""
    rf"""(?P<fields>(?:\.\w++|\[\s*+(?:{_QUOTED}|[^\]'"]*+)\s*+\])*+)"""
)
_FIELD = re.compile(rf"""\.(\w++)|\[\s*+({_QUOTED}|[^\]'"]*+)\s*+\]""")
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:([Zz])|([+ -])(\d\d):?(\d\d))?)?(?![\w:])",
    re.ASCII,
)
_NUMBER = re.compile(r"(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?", re.ASCII)
_STRING = re.compile(_QUOTED)
_WORD = re.compile(r"[^\W\d]\w*+")
_OPERATOR = re.compile(r"<=|>=|<>|!=|[=<>+\-*/(),]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: "literal", "path", "mark", "word", "operator" or "end"; `text`: as written, a path's name."""

    kind: str
    at: int
    text: str = ""
    value: Scalar = 0
    survey: str | None = None
    level: str = ""
    fields: tuple[str, ...] = ()


def read_tokens(text: str) -> list[Token]:
    """The tokens of an expression, the last of kind "end".

    Raises `Invalid` with the position: too long, a character or number that cannot be, a date that does
    not exist, an open quote.
    """
    _check_characters(text)
    tokens: list[Token] = []
    here = 0
    while True:
        if space := _SPACE.match(text, here):
            here = space.end()
        if here == len(text):
            tokens.append(Token("end", here + 1))
            return tokens
        token, here = _read_token(text, here)
        tokens.append(token)


def unquote(text: str) -> str:
    """The content of a quoted text (a doubled quote stands for one), or the text itself."""
    if text[:1] not in ("'", '"'):
        return text
    quote = text[0]
    return text[1:-1].replace(quote * 2, quote)


def _check_characters(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise Invalid(f"The filter has {len(text)} characters; at most {MAX_LENGTH} are allowed.")
    if bad := _FORBIDDEN.search(text):
        code = f"U+{ord(bad.group()):04X}"
        raise Invalid(f"The character {code} at position {bad.start() + 1} cannot stand in a filter.")


def _read_token(text: str, here: int) -> tuple[Token, int]:
    at = here + 1
    if date := _DATE.match(text, here):
        return Token("literal", at, date.group(), _moment(date, at)), date.end()
    if path := _PATH.match(text, here):
        return _path_token(path, at), path.end()
    if number := _NUMBER.match(text, here):
        return _number_token(text, number, at), number.end()
    if string := _STRING.match(text, here):
        return Token("literal", at, string.group(), unquote(string.group())), string.end()
    if word := _WORD.match(text, here):
        return Token("word", at, word.group()), word.end()
    if operator := _OPERATOR.match(text, here):
        return Token("operator", at, operator.group()), operator.end()
    raise Invalid(_complaint(text[here], at))


def _complaint(character: str, at: int) -> str:
    if character in "'\"":
        return f"The quote at position {at} is never closed; add a closing {character}."
    if character in "“”„‟‘’‚‛«»":
        return f"Typographic quote {character} at position {at}; write ' or \" around a text."
    return f"Unexpected {character!r} at position {at}."


def _path_token(path: re.Match[str], at: int) -> Token:
    level = unquote(path["level"]) if path["level"] else "response"
    survey = unquote(path["survey"]) if path["survey"] else None
    if path["name"]:
        fields = tuple(unquote((dot or bracket).strip()) for dot, bracket in _FIELD.findall(path["fields"]))
        return Token("path", at, unquote(path["name"]), survey=survey, level=level, fields=fields)
    if path["level"] is None or survey is not None or path["fields"]:
        raise Invalid(f"A variable's name is missing after ':' at position {at}; write for example :q1.")
    return Token("mark", at, level=level)


def _number_token(text: str, number: re.Match[str], at: int) -> Token:
    if _WORD.match(text, number.end()):
        raise Invalid(f"{text[number.start() : number.end() + 1]!r} at position {at} is not a number.")
    return Token("literal", at, number.group(), _number(number.group(), at))


def _number(digits: str, at: int) -> int | float:
    whole = digits.isdigit()
    # Twenty significant digits are more than 64 bits hold, and int() refuses thousands of them.
    if whole and len(digits.lstrip("0")) <= 20 and int(digits) < 2**63:
        return int(digits)
    if not whole and abs(real := float(digits)) != float("inf"):
        return real
    raise Invalid(f"The number at position {at} is too large.")


def _moment(date: re.Match[str], at: int) -> datetime:
    """Naive UTC. A space before the offset is a `+` that was decoded as a space on its way here."""
    year, month, day, hour, minute, second = (int(part or 0) for part in date.groups()[:6])
    micro = int((date[7] or "").ljust(6, "0")[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001 — naive UTC on purpose
        if date[9]:
            moment = _to_utc(moment, date[9], int(date[10]), int(date[11]))
    except (ValueError, OverflowError):
        raise Invalid(f"{date.group()} at position {at} is not a date that exists.") from None
    return moment


def _to_utc(moment: datetime, sign: str, hours: int, minutes: int) -> datetime:
    if minutes > 59:
        raise ValueError("minutes of an offset")
    offset = timedelta(hours=hours, minutes=minutes)
    zone = timezone(-offset if sign == "-" else offset)
    return moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
