"""Answers as SurveyKiwi shows them (003, "Respuestas de una encuesta"), compiled for one survey.

All that does not change from row to row is put together once, as bytes: a page is little more than reading
the records with a narrow struct and joining pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec
from msgspec import Raw

from rejoinder.dialects.surveykiwi.kinds import is_day, is_file, type_word
from rejoinder.dialects.surveykiwi.moments import time_bytes
from rejoinder.dialects.surveykiwi.people import hidden_variables, participant_variables
from rejoinder.dialects.surveykiwi.questions import Shown, shown_questions
from rejoinder.dialects.surveykiwi.values import Answer, Reader, Row, RowTitles, in_rows, reader_of, row_of
from rejoinder.model.respondent import State
from rejoinder.model.survey import Kind, Schema, Variable

_encode = msgspec.json.Encoder().encode
_astuple = msgspec.structs.astuple
_NULL = Raw(b"null")
_NO_ANSWER = Answer(b"null")
_HEAD = b'{"id":%d,"status":"%b","created_at":"%b","finished_at":%b,'


class Response(Protocol):
    """What is needed of a respondent's row: a listed one, or one that an event froze."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> int: ...
    @property
    def created_at(self) -> int: ...
    @property
    def completed_at(self) -> int | None: ...
    @property
    def doc(self) -> str: ...


class _Step(NamedTuple):
    """How one question of a record is rendered: from its value alone, or (`whole`) from all values."""

    place: int
    render: Callable[[Any], bytes]
    whole: bool


class Renderer:
    """The answers of one survey as JSON.

    Parameters: `schema` — keep the renderer per version of it; `timezone` — the workspace's; `base_url` —
    where files are served.
    """

    def __init__(self, schema: Schema, timezone: str, base_url: str) -> None:
        self._timezone = timezone
        self._fields: dict[str, tuple[int, Any, Any]] = {}
        people, hidden = participant_variables(schema), hidden_variables(schema)
        for variable in (*people, *hidden):
            self._field(variable.name, Raw, _NULL)
        self._width = len(self._fields)
        self._special = {
            n: _SPECIAL[variable.kind]
            for n, variable in enumerate((*people, *hidden))
            if variable.kind in _SPECIAL and not variable.fields
        }
        self._person = _HEAD + b'"participant":%b,"hiddenfields":%b' % (_object(people), _object(hidden))
        self._steps = [self._step(shown, schema.languages[0], base_url) for shown in shown_questions(schema)]
        names = {f"f{n}": name for n, name in enumerate(self._fields)}
        fields: list[Any] = [(f"f{n}", kind, default) for n, kind, default in self._fields.values()]
        row = msgspec.defstruct("Row", fields, rename=names, gc=False)
        self._decode = msgspec.json.Decoder(list[row]).decode  # type: ignore[valid-type]

    def render(self, responses: Sequence[Response], *, answers: bool = True) -> list[bytes]:
        """Each response as a JSON object; `answers` — whether to show what was answered."""
        records = self._decode(f"[{','.join([response.doc for response in responses])}]")
        return [
            self._one(response, _astuple(record), answers=answers)
            for response, record in zip(responses, records, strict=True)
        ]

    def _one(self, response: Response, values: tuple[Any, ...], *, answers: bool) -> bytes:
        ended = response.completed_at
        person: Any = values[: self._width]
        if self._special:
            person = list(person)
            for n, convert in self._special.items():
                person[n] = convert(person[n])
        head = self._person % (
            response.id,
            b"active" if response.state == State.COMPLETED else b"pending",
            time_bytes(response.created_at, self._timezone),
            b"null" if ended is None else b'"%b"' % time_bytes(ended, self._timezone),
            *person,
        )
        if not answers:
            return head + b"}"
        items = []
        for place, render, whole in self._steps:
            if whole:
                item = render(values)
                if item:
                    items.append(item)
            elif (value := values[place]) is not None:
                items.append(render(value))
        return b'%b,"answers":[%b]}' % (head, b",".join(items))

    def _field(self, name: str, kind: Any, default: Any = None) -> int:
        """The place of a member of the record among the values."""
        return self._fields.setdefault(name, (len(self._fields), kind, default))[0]

    def _step(self, shown: Shown, language: str, base_url: str) -> _Step:
        variable, item = shown.variable, _Item(shown)
        read = reader_of(variable, language, base_url)
        aside = [v.name for v in (shown.question.other, shown.question.comment) if v]
        if not (aside or shown.loops or shown.grid):
            kind, render = _quick(variable, item, read)
            return _Step(self._field(variable.name, kind), render, whole=False)
        names = [shown.loops[0].name] if shown.loops else [(shown.grid or variable).name, *aside]
        places = {name: self._field(name, Any) for name in names}
        answer = _Rows(shown, read, aside, language)

        def render_whole(values: Any) -> bytes:
            found = answer.read({name: values[place] for name, place in places.items()}, 0)
            return item.whole(*found) if found else b""

        return _Step(0, render_whole, whole=True)


class _Item:
    """The members of one question's answer."""

    def __init__(self, shown: Shown) -> None:
        title, word = _encode(shown.title), _encode(type_word(shown.variable))
        self.head = b'{"question_id":%d,"question":%b,"type":%b,"answer":' % (shown.number, title, word)

    def whole(self, answer: Answer, comment: bytes = b"null") -> bytes:
        """All of it."""
        return b'%b%b,"option_ids":[%b],"comment":%b}' % (self.head, *answer, comment)

    @property
    def around(self) -> bytes:
        """A format for a value that is copied as it stands."""
        return self.head.replace(b"%", b"%%") + b'%b,"option_ids":[],"comment":null}'


class _Table(dict[Any, bytes]):
    """Answers by stored value; one that is not foreseen is rendered when it comes."""

    def __init__(self, item: _Item, read: Reader) -> None:
        self._item, self._read = item, read

    def __missing__(self, value: Any) -> bytes:
        self[value] = found = self._item.whole(self._read(value))
        return found


def _quick(variable: Variable, item: _Item, read: Reader) -> tuple[Any, Callable[[Any], bytes]]:
    """How a question without anything beside it is decoded and rendered."""
    if variable.fields:
        return Any, lambda value: item.whole(read(value))
    match variable.kind:
        case Kind.SINGLE | Kind.RATING if variable.options:
            return Any, _Table(item, read).__getitem__
        case Kind.BOOLEAN:
            return Any, _Table(item, read).__getitem__
        case Kind.TEXT if not is_file(variable):
            return Raw, item.around.__mod__
        case Kind.NUMERIC:
            return Raw, item.around.__mod__
        case Kind.DATETIME if not is_day(variable):
            return Raw, item.around.__mod__
    return Any, lambda value: item.whole(read(value))


class _Rows:
    """Reads a question that stands in loops or in a grid, or that has a text beside it."""

    def __init__(self, shown: Shown, read: Reader, aside: Sequence[str], language: str) -> None:
        self._shown, self._read, self._aside = shown, read, aside
        self._titles = RowTitles(shown.grid, language) if shown.grid else {}

    def read(self, container: dict[str, Any], depth: int) -> tuple[Answer, bytes] | None:
        """The answer and its comment inside a record or an iteration; None where there is neither."""
        loops = self._shown.loops
        if depth < len(loops):
            rows = list(self._iterations(container.get(loops[depth].name) or (), depth))
            return (in_rows(rows), b"null") if rows else None
        answer = self._cells(container) if self._shown.grid else self._value(container)
        texts = [text for name in self._aside if (text := container.get(name))]
        if answer is None and not texts:
            return None
        return answer or _NO_ANSWER, _encode("\n".join(texts)) if texts else b"null"

    def _iterations(self, iterations: Iterable[dict[str, Any]], depth: int) -> Iterable[Row]:
        code = self._shown.loops[depth].name
        for iteration in iterations:
            found = self.read(iteration, depth + 1)
            if found:
                yield row_of(_encode(iteration[code]), *found)

    def _value(self, container: dict[str, Any]) -> Answer | None:
        value = container.get(self._shown.variable.name)
        return None if value is None else self._read(value)

    def _cells(self, container: dict[str, Any]) -> Answer | None:
        assert self._shown.grid is not None, "asked for grids only"
        name = self._shown.variable.name
        rows = [
            row_of(self._titles[code], self._read(cells[name]))
            for code, cells in (container.get(self._shown.grid.name) or {}).items()
            if cells and cells.get(name) is not None
        ]
        return in_rows(rows) if rows else None


def _object(variables: Sequence[Variable]) -> bytes:
    """A format for an object with a value for each variable."""
    members = [_encode(variable.name).replace(b"%", b"%%") + b":%b" for variable in variables]
    return b"{%b}" % b",".join(members)


def _truth(value: Raw) -> bytes:
    return {b"0": b"false", b"1": b"true"}.get(bytes(value), b"null")


def _chosen(value: Raw) -> bytes:
    sides = msgspec.json.decode(value)
    return b"null" if sides is None else bytes(_encode(sides.get("true") or []))


_SPECIAL: dict[Kind, Callable[[Raw], bytes]] = {Kind.BOOLEAN: _truth, Kind.MULTI: _chosen}
"""Facts about a participant that are not shown as they are stored."""
