"""Single values: texts, numbers, dates and their like."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from rejoinder.files.answers.builder import Builder, whole
from rejoinder.files.answers.expressions.dates import moment_of
from rejoinder.files.answers.expressions.scope import Evaluate, Scope
from rejoinder.files.answers.expressions.values import plain_number, to_text
from rejoinder.files.answers.run import Form, Run, Wrong
from rejoinder.files.surveyjs_reading import At, Element
from rejoinder.model.survey import Kind, Variable

MOST_CHARACTERS = 100_000
"""Longest text of a variable without a length of its own, as in `core.records`."""
_INT64 = 2**63 - 1
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_SPELLINGS = {
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?", re.ASCII),
    "month": re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII),
    "week": re.compile(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])", re.ASCII),
    "color": re.compile(r"#[0-9a-fA-F]{6}", re.ASCII),
    "email": re.compile(
        r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\s@<>()\[\],;:\\\".]{1,63}\.){1,8}[^\W\d_][^\s@<>()\[\],;:\\\".]{1,62}"
    ),
}
_UNSAFE = re.compile(r"[\x00-\x20]*(javascript|data|vbscript)\s*:", re.IGNORECASE)
_SHAPED = ("time", "month", "week")
_DAYS = ("date", "datetime", "datetime-local")


def text_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """A single line, by its `inputType`; the variable's kind decides how it is kept."""
    written = element.get("inputType")
    kind = variable.kind if variable else Kind.TEXT
    if kind is Kind.NUMERIC:
        return Form(_number(_bounds(builder, element)), lambda value: value)
    if kind is Kind.DATETIME:
        day = written == "date"
        return Form(_moment(_bounds(builder, element)), _restored_day if day else _restored_moment)
    return Form(_line(builder, element, variable, written if isinstance(written, str) else ""), _same)


def comment_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """A long text."""
    return Form(_line(builder, element, variable, ""), _same)


def slider_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """A number, or the two ends of a range."""
    number = _number(_bounds(builder, element))
    if not (variable and variable.fields):
        return Form(number, _same)

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        if not isinstance(value, list) or len(value) != 2:
            raise Wrong("form")
        return {end: number(run, scope, part, place) for end, part in zip(("from", "to"), value, strict=True)}

    return Form(judge, lambda value: [value.get("from"), value.get("to")])


def _same(value: Any) -> Any:
    return value


def is_email(text: str) -> bool:
    """Whether a text has the form of an email address."""
    return _SPELLINGS["email"].fullmatch(text.strip()) is not None


def clean(text: str) -> str:
    """A text without what no database keeps: null characters and halves of characters."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def as_text(value: Any, longest: int = MOST_CHARACTERS) -> str:
    """An answer as a text. Raises Wrong."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong("text")
    text = clean(value) if isinstance(value, str) else to_text(value)
    if len(text) > longest:
        raise Wrong("too_long", longest)
    return text


def longest_of(builder: Builder, element: Element, variable: Variable | None) -> int:
    """How many characters an answer may have."""
    own = whole(element, "maxLength") or (
        0 if "maxLength" in element else whole(builder.document, "maxTextLength")
    )
    kept = (variable.length if variable else None) or MOST_CHARACTERS
    return min(own or kept, kept)


def _line(
    builder: Builder, element: Element, variable: Variable | None, written: str
) -> Callable[[Run, Scope, Any, str], Any]:
    longest, spelling = longest_of(builder, element, variable), _SPELLINGS.get(written)
    bounds = _bounds(builder, element) if written in _SHAPED else None

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        text = as_text(value, longest)
        if spelling is not None:
            text = text.strip()
            if text and not spelling.fullmatch(text):
                raise Wrong(written)
        elif written == "url" and _UNSAFE.match(text):
            raise Wrong("url")
        if bounds is not None:
            bounds(run, scope, text, lambda bound: bound if isinstance(bound, str) else None)
        return text if text.strip() else None

    return judge


Bounds = Callable[[Run, Scope, Any, Callable[[Any], Any]], None]
"""Compares an answer with the least and the greatest one; the last parameter reads a bound. Raises Wrong."""


def _bounds(builder: Builder, element: Element) -> Bounds | None:
    ends: list[tuple[str, Any, Evaluate | None, Any]] = []
    for key in ("min", "max"):
        fixed, computed = element.get(key), builder.value(element, f"{key}ValueExpression")
        if fixed not in (None, "") or computed is not None:
            ends.append((key, fixed, computed, builder.texts(element, f"{key}ErrorText")))
    if not ends:
        return None

    def check(run: Run, scope: Scope, value: Any, read: Callable[[Any], Any]) -> None:
        for key, fixed, computed, texts in ends:
            bound = computed(scope) if computed is not None else fixed
            limit = read(bound)
            if limit is not None and (value < limit if key == "min" else value > limit):
                raise Wrong(key, _shown(bound), texts)

    return check


def _shown(bound: Any) -> str:
    if isinstance(bound, datetime):
        return (
            bound.date().isoformat()
            if bound.time() == datetime.min.time()
            else bound.isoformat(" ", "minutes")
        )
    return to_text(bound)[:50]


def _number(bounds: Bounds | None) -> Callable[[Run, Scope, Any, str], Any]:
    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        number = as_number(value)
        if bounds is not None:
            bounds(run, scope, number, _number_bound)
        return number

    return judge


def _number_bound(bound: Any) -> int | float | None:
    if isinstance(bound, str):
        return plain_number(bound.strip())
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not math.isfinite(bound):
        return None
    return bound


def as_number(value: Any) -> int | float:
    """An answer as a number. Raises Wrong."""
    if isinstance(value, str):
        value = plain_number(value.strip().replace(",", ".", 1))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("number")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Wrong("number")
        if value.is_integer() and abs(value) < 2**53:
            return int(value)
        return value
    if abs(value) > _INT64:
        raise Wrong("number")
    return value


def _moment(bounds: Bounds | None) -> Callable[[Run, Scope, Any, str], Any]:
    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        moment = as_moment(value)
        if bounds is not None:
            now = run.world.now
            bounds(run, scope, moment, lambda bound: moment_of(bound, now))
        return canonical_moment(moment)

    return judge


def as_moment(value: Any) -> datetime:
    """An answer as a naive moment; one with an offset is brought to UTC. Raises Wrong."""
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 64 else None
    if match is None:
        raise Wrong("date")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        found = datetime(  # noqa: DTZ001 - the offset is added below
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "")[:3].ljust(3, "0")) * 1000,
        )
        if offset and offset != "Z":
            zone = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo
            found = found.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Wrong("date") from None
    return found


def canonical_moment(moment: datetime) -> str:
    """Naive ISO text with milliseconds only where there are some, as `core.records` keeps it."""
    text = moment.replace(microsecond=0).isoformat()
    return f"{text}.{moment.microsecond // 1000:03d}" if moment.microsecond >= 1000 else text


def _restored_day(value: str) -> str:
    return value.removesuffix("T00:00:00")


def _restored_moment(value: str) -> str:
    return value[:16] if value.endswith(":00") and len(value) == 19 else value
