"""A page of respondents: its shape, and how it is written (000, "Response Format").

The structs say what a page is, for the description of the API and for tests; `render_page` writes the same
without making one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Raw

from rejoinder.core.unit import moment
from rejoinder.dialects.goodbridge.answers import BASE, Remembered, encode
from rejoinder.dialects.goodbridge.questions import Draft, Level, add_questions
from rejoinder.dialects.goodbridge.words import Words, shown_language
from rejoinder.model.collecting import Collector
from rejoinder.model.listing import Listed
from rejoinder.model.questions import questions_of
from rejoinder.model.survey import Kind, Schema, Variable
from rejoinder.model.system import CLASSIFICATORS

QuestionType = Literal[
    "scale",
    "nps",
    "single",
    "multiple",
    "matrix",
    "ranking",
    "text",
    "number",
    "date",
    "phone",
    "email",
    "file",
]
DataType = Literal["number", "string", "date", "boolean", "file"]
_MINUTE = 60_000_000
_EIGHT_DIGITS = 100_000_000
_CLASSIFYING = (Kind.TEXT, Kind.SINGLE, Kind.NUMERIC)


class Answer(msgspec.Struct):
    """One answer to a question, or one of several."""

    id: str
    label: str | None
    answer: int | float | str | bool | None
    comment: str | None
    data_type: DataType


class Params(msgspec.Struct):
    """What else there is to know of a question."""

    date_format: str | None


class ShownQuestion(msgspec.Struct):
    """A question with its answers; rows, cells and iterations are questions inside it."""

    id: str
    title: str
    type: QuestionType
    answers: list[Answer]
    sub_questions: list[ShownQuestion]
    params: Params


class Info(msgspec.Struct):
    """Facts about one respondent; times are `2023-10-27T10:00:00.817000Z`."""

    id: int
    collector_id: str | None
    collector_name: str | None
    is_manual_input: bool
    starttime: str | None
    endtime: str | None
    finish_reason: int | None
    classificator: str | None
    classificator_2: str | None
    lang: str | None
    created_at: str
    updated_at: str


class Respondent(msgspec.Struct):
    """One respondent."""

    info: Info
    questions: list[ShownQuestion]


class Page(msgspec.Struct):
    """A page, and how many respondents there are in all."""

    page: int
    page_size: int
    total: int
    respondents: list[Respondent]


class Rendering(NamedTuple):
    """A survey compiled for one language. `decode` reads a JSON array of records, `classificators` are their
    places among its values (None where the survey has none); `channels` — collector's id → its members."""

    decode: Any
    level: Level
    classificators: tuple[int | None, ...]
    channels: Remembered
    files: bool


def compile_rendering(schema: Schema, collectors: Sequence[Collector], language: str) -> Rendering:
    """Compile a survey; keep it per (survey, schema version, language): collectors change the version too."""
    draft = Draft(Words(language, schema.languages[0]))
    draft.say(b'"questions":[')
    add_questions(draft, questions_of(schema))
    draft.say(b"]}")
    found = [classificator(schema, name) for name in CLASSIFICATORS]
    for variable in found:
        if variable:
            draft.also(variable.name)
    level, places = draft.finish()
    files = any(v.element == "file" for v in schema.variables)
    decode = msgspec.json.Decoder(list[level.kind]).decode  # type: ignore[name-defined]
    known = {one.id: _channel(one.code, one.name) for one in collectors}
    channels = Remembered(lambda number: known.get(number, _channel(None, None)))
    at = tuple(places[variable.name] if variable else None for variable in found)
    return Rendering(decode, level, at, channels, files)


def classificator(schema: Schema, name: str) -> Variable | None:
    """The variable that holds a classificator, when it is one plain value of a record."""
    for variable in schema.variables:
        if variable.name == name and variable.level in ("respondent", "response"):
            return variable if variable.kind in _CLASSIFYING and not variable.fields else None
    return None


def render_page(
    rendering: Rendering,
    rows: Sequence[Listed],
    base_url: str,
    head: tuple[int, int, int],
) -> bytes:
    """Write a page. `base_url` — where files are; `head` — page, page size and total."""
    opening = b'{"page":%d,"page_size":%d,"total":%d,"respondents":[' % head
    if not rows:
        return opening + b"]}"
    facts = dict(zip(Listed._fields, zip(*rows, strict=True), strict=True))
    records = rendering.decode(f"[{','.join(facts['doc'])}]")
    columns = [*zip(*map(msgspec.structs.astuple, records), strict=True)]
    classificators = [None if at is None else map(_text, columns[at]) for at in rendering.classificators]
    pieces = zip(*_infos(rendering, facts, *classificators), *rendering.level.columns(columns), strict=False)
    # One join copies everything once: a page has hundreds of kilobytes.
    body = b"".join([opening, *chain.from_iterable(pieces), b"]}"])
    return body.replace(BASE, encode(base_url)[1:-1]) if rendering.files else body


def _infos(
    rendering: Rendering, facts: dict[str, Any], first: Iterable[bytes] | None, second: Iterable[bytes] | None
) -> Iterator[Iterable[bytes]]:
    """The pieces of the respondents up to their first answers, side by side.

    Column by column, as the questions are, so that next to nothing is done for each respondent in Python.
    """
    stamps = _stamps(
        {*facts["created_at"], *facts["updated_at"], *facts["opened_at"], *facts["completed_at"]}
    )
    time = stamps.__getitem__
    yield [b'{"info":{"id":%d,' % facts["id"][0], *map(b',{"info":{"id":%d,'.__mod__, facts["id"][1:])]
    yield map(rendering.channels.__getitem__, facts["collector_id"])
    yield map(_MANUAL.__getitem__, facts["manual"])
    yield map(time, facts["opened_at"])
    yield repeat(b',"endtime":')
    yield map(time, facts["completed_at"])
    yield map(_REASONS.__getitem__, facts["finish_reason"])
    yield first or repeat(b"null")
    yield repeat(b',"classificator_2":')
    yield second or repeat(b"null")
    yield map(_LANGUAGES.__getitem__, facts["language"])
    yield map(time, facts["created_at"])
    yield repeat(b',"updated_at":')
    yield map(time, facts["updated_at"])
    yield repeat(b"}," + rendering.level.head)


_MANUAL = tuple(b',"is_manual_input":%b,"starttime":' % word for word in (b"false", b"true"))
_REASONS = Remembered(lambda reason: b',"finish_reason":%b,"classificator":' % encode(reason))
_LANGUAGES = Remembered(lambda language: b',"lang":%b,"created_at":' % shown_language(language))


def _channel(code: str | None, name: str | None) -> bytes:
    return b'"collector_id":%b,"collector_name":%b' % (encode(code), encode(name))


def _stamps(moments: set[int | None]) -> dict[int | None, bytes]:
    """Moments as JSON: `"2023-10-27T10:00:00.817000Z"`, and null."""
    found: dict[int | None, bytes] = {None: b"null"}
    for at in moments:
        if at is not None:
            digits = str(_EIGHT_DIGITS + at % _MINUTE)  # a one in front keeps its zeros
            found[at] = f'"{_MINUTES[at // _MINUTE]}{digits[1:3]}.{digits[3:]}Z"'.encode()
    return found


_MINUTES = Remembered(lambda minute: moment(minute * _MINUTE).isoformat()[:17], 50_000)


def _text(value: Any) -> bytes:
    """A classificator's value as a JSON text, however the record holds it."""
    if value is None:
        return b"null"
    found = bytes(value) if isinstance(value, Raw) else encode(value)
    return found if found[:1] == b'"' else b'"%b"' % found
