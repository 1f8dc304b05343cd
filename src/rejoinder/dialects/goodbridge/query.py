"""The query parameters of GoodBridge's one resource, all checked before anything is said (000)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Meta

from rejoinder.dialects.goodbridge.errors import BadParameters, Detail
from rejoinder.dialects.goodbridge.words import LANGUAGES, canonical
from rejoinder.kernel.call import Call
from rejoinder.model.problems import Unreadable

MAX_SIZE = 100
LONGEST = 4000
"""Characters of a classificator."""
_MOST_DIGITS = 18
_WHOLE = re.compile(r"[+-]?\d{1,400}", re.ASCII)
_LOST_PLUS = re.compile(r"(\d{4}-?\d\d-?\d\d[T ]\d\d\S*) (\d\d(?::?\d\d)?)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Language = Literal["ru", "kz", "kk", "en", "fr", "de", "tr"]


class RespondentsQuery(msgspec.Struct, kw_only=True):
    """The parameters as the document lists them."""

    page: Annotated[int, Meta(ge=1, description="Page number.")]
    page_size: Annotated[int, Meta(ge=1, le=MAX_SIZE, description="Number of items per page.")]
    display_lang_code: Annotated[_Language, Meta(description="Language of titles and labels.")]
    starttime_ge: Annotated[
        datetime | None, Meta(description="Started at or after this time; UTC unless it has an offset.")
    ] = msgspec.field(default=None, name="filters.starttime_ge")
    endtime_le: Annotated[datetime | None, Meta(description="Finished at or before this time.")] = (
        msgspec.field(default=None, name="filters.endtime_le")
    )
    classificator: Annotated[str | None, Meta(description="Its classificator, in any case.")] = msgspec.field(
        default=None, name="filters.classificator"
    )
    classificator_2: Annotated[str | None, Meta(description="Its second classificator, in any case.")] = (
        msgspec.field(default=None, name="filters.classificator_2")
    )
    lang_code: Annotated[_Language | None, Meta(description="The language it was filled in.")] = (
        msgspec.field(default=None, name="filters.lang_code")
    )
    channel_id: Annotated[str | None, Meta(description="The code of its collector.")] = msgspec.field(
        default=None, name="filters.channel_id"
    )
    endtime: Annotated[
        Literal["asc", "desc"] | None, Meta(description="Sort by end time; who has none comes last.")
    ] = msgspec.field(default=None, name="sorting.endtime")
    output_format: Annotated[Literal["json"], Meta(description="Only json.")] = "json"


class Asked(NamedTuple):
    """What a request asks for; times in µs, languages canonical, None for what is not filtered by."""

    page: int
    page_size: int
    language: str
    started_from: int | None
    ended_until: int | None
    classificators: Mapping[str, str]
    filled_in: str | None
    channel: str | None
    order: str | None


class _Wrong(Exception):
    """A value that cannot be taken; the parts of its `Detail`."""

    def __init__(self, kind: str, message: str, context: dict[str, Any] | None = None) -> None:
        super().__init__(kind)
        self.kind, self.message, self.context = kind, message, context


def parse(call: Call) -> Asked:
    """The request's parameters. Raises BadParameters, which names every bad one.

    Of a parameter that is given several times the last counts, and one that is not known is ignored, both as
    FastAPI has it. An empty optional one is as good as none.
    """
    try:
        given = dict(call.query)
    except Unreadable as problem:
        raise BadParameters([Detail("string_unicode", ("query",), problem.message, None)]) from None
    reading = _Reading(given)
    asked = Asked(
        reading.required("page", _whole),
        reading.required("page_size", lambda text: _whole(text, MAX_SIZE)),
        reading.required("display_lang_code", _language),
        reading.optional("filters.starttime_ge", _moment),
        reading.optional("filters.endtime_le", _moment),
        {
            name: text
            for name in ("classificator", "classificator_2")
            if (text := reading.optional(f"filters.{name}", _text)) is not None
        },
        reading.optional("filters.lang_code", _language),
        reading.optional("filters.channel_id", str),
        reading.optional("sorting.endtime", lambda text: _one_of(text, ("asc", "desc"))),
    )
    reading.optional("output_format", lambda text: _one_of(text, ("json",)))
    if reading.wrong:
        raise BadParameters(reading.wrong)
    return asked


def is_brief(call: Call) -> bool:
    """Whether a request reads one page by its place, which takes no longer than point reads do."""
    try:
        return not any(name.startswith(("filters.", "sorting.")) for name, value in call.query if value)
    except Unreadable:
        return False  # the handler says so, to callers that may know


class _Reading:
    """Reads one parameter after the other and notes what is wrong."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self.wrong: list[Detail] = []

    def required(self, name: str, read: Callable[[str], Any]) -> Any:
        if name in self._given:
            return self._read(name, read)
        self.wrong.append(Detail("missing", ("query", name), "Field required", None))
        return None

    def optional(self, name: str, read: Callable[[str], Any]) -> Any:
        return self._read(name, read) if self._given.get(name) else None

    def _read(self, name: str, read: Callable[[str], Any]) -> Any:
        text = self._given[name]
        try:
            return read(text)
        except _Wrong as wrong:
            self.wrong.append(
                Detail(wrong.kind, ("query", name), wrong.message, text, wrong.context or UNSET)
            )
            return None


def _whole(text: str, top: int | None = None) -> int:
    written = text.strip()
    if not _WHOLE.fullmatch(written):
        raise _Wrong("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
    number = int(written)
    if number < 1:
        raise _Wrong("greater_than_equal", "Input should be greater than or equal to 1", {"ge": 1})
    top = 10**_MOST_DIGITS if top is None else top
    if number > top:
        raise _Wrong("less_than_equal", f"Input should be less than or equal to {top}", {"le": top})
    return number


def _language(text: str) -> str:
    return canonical(_one_of(text, LANGUAGES))


def _one_of(text: str, words: tuple[str, ...]) -> str:
    if text in words:
        return text
    *others, last = (repr(word) for word in words)
    expected = f"{', '.join(others)} or {last}" if others else last
    raise _Wrong("enum", f"Input should be {expected}", {"expected": expected})


def _text(text: str) -> str:
    if len(text) > LONGEST:
        message = f"String should have at most {LONGEST} characters"
        raise _Wrong("string_too_long", message, {"max_length": LONGEST})
    return text


def _moment(text: str) -> int:
    """ISO 8601 as µs since 1970; without an offset it is UTC, a date alone is its first moment.

    A `+` that nobody encoded came as a space.
    """
    if lost := _LOST_PLUS.fullmatch(text):
        text = f"{lost[1]}+{lost[2]}"
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        return (found - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        message = "Input should be a valid datetime, in ISO 8601 format such as 2023-01-01T12:00:00"
        raise _Wrong("datetime_parsing", message) from None
