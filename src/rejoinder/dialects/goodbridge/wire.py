"""A page of respondents: its shape, and how it is written (000, "Response Format").

The structs say what a page is, for the description of the API and for tests; `render_page` writes the same
without making one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Raw

from rejoinder.core.unit import moment
from rejoinder.dialects.goodbridge.answers import BASE, encode
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
    channels: Mapping[int | None, str]
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
    channels: dict[int | None, str] = {one.id: _channel(one.code, one.name) for one in collectors}
    at = tuple(places[variable.name] if variable else None for variable in found)
    return Rendering(decode, level, at, channels, files)


def classificator(schema: Schema, name: str) -> Variable | None:
    """The variable that holds a classificator, when it is one plain value of a record."""
    for variable in schema.variables:
        if variable.name.lower() == name and variable.level in ("respondent", "response"):
            return variable if variable.kind in _CLASSIFYING and not variable.fields else None
    return None


def render_page(
    rendering: Rendering,
    rows: Sequence[Listed],
    base_url: str,
    head: tuple[int, int, int],
) -> bytes:
    """Write a page. `base_url` — where files are; `head` — page, page size and total."""
    records = rendering.decode(f"[{','.join([row.doc for row in rows])}]")
    first, second = rendering.classificators
    parts, astuple = rendering.level.parts, msgspec.structs.astuple
    out: list[Any] = [b'{"page":%d,"page_size":%d,"total":%d,"respondents":[' % head]
    for row, record in zip(rows, records, strict=True):
        values = astuple(record)
        one = "null" if first is None else _text(values[first])
        two = "null" if second is None else _text(values[second])
        out.append(_info(row, rendering.channels, one, two))
        out += parts(values)
    if rows:
        out[1] = out[1][1:]  # without its comma
    out.append(b"]}")
    body = b"".join(out)
    return body.replace(BASE, encode(base_url)[1:-1]) if rendering.files else body


def _info(row: Listed, channels: Mapping[int | None, str], first: str, second: str) -> bytes:
    """The facts about a respondent, with the classificators as JSON, behind a comma."""
    created = stamp(row.created_at)
    started = created if row.opened_at == row.created_at else stamp(row.opened_at)
    ended = started if row.completed_at == row.opened_at else stamp(row.completed_at)
    # Most rows were made when they were opened, and are changed no more once they are completed.
    updated = ended if row.updated_at == row.completed_at else stamp(row.updated_at)
    reason = "null" if row.finish_reason is None else row.finish_reason
    return (
        f',{{"info":{{"id":{row.id},{channels.get(row.collector_id, _NO_CHANNEL)},'
        f'"is_manual_input":{"true" if row.manual else "false"},"starttime":{started},"endtime":{ended},'
        f'"finish_reason":{reason},"classificator":{first},"classificator_2":{second},'
        f'"lang":{shown_language(row.language)},"created_at":{created},"updated_at":{updated}}},'
    ).encode()


_NO_CHANNEL = '"collector_id":null,"collector_name":null'


def _channel(code: str, name: str) -> str:
    return f'"collector_id":{encode(code).decode()},"collector_name":{encode(name).decode()}'


def stamp(micros: int | None) -> str:
    """A moment as JSON: `"2023-10-27T10:00:00.817000Z"`."""
    if micros is None:
        return "null"
    minute, rest = divmod(micros, _MINUTE)
    digits = str(_EIGHT_DIGITS + rest)  # a one in front keeps its zeros
    return f'"{_minute(minute)}{digits[1:3]}.{digits[3:]}Z"'


@lru_cache(maxsize=10_000)
def _minute(minute: int) -> str:
    return moment(minute * _MINUTE).isoformat()[:17]


def _text(value: Any) -> str:
    """A classificator's value as a JSON text, however the record holds it."""
    if value is None:
        return "null"
    found = (bytes(value) if isinstance(value, Raw) else encode(value)).decode()
    return found if found[:1] == '"' else f'"{found}"'
