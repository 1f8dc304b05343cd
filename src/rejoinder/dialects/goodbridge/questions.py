"""A survey's questions compiled for one language: constant JSON with gaps for the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import call
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, structs

from rejoinder.dialects.goodbridge import answers
from rejoinder.dialects.goodbridge.answers import Beside, Form, Stem, Text, encode
from rejoinder.dialects.goodbridge.words import Words
from rejoinder.model.questions import Asked, Question, Repeated
from rejoinder.model.survey import Kind, Variable

PLACE = b"\0"
"""Stands for ids of the iterations around a question until they are known; no JSON text holds the byte."""
_INNER = {Kind.RATING: Kind.RATING, Kind.MULTI_GRID: Kind.MULTI}
_TEXTS = {"text/tel": ("phone", "string"), "text/email": ("email", "string"), "file": ("file", "file")}
_DAY, _MOMENT = "YYYY-MM-DD", "YYYY-MM-DDTHH:mm:ss"


class Level(NamedTuple):
    """The questions of one level — the record, an iteration of a loop, a row — ready to be written.

    `kind` — the struct that reads what is needed of it; its values are those of the gaps, then the texts
    beside questions and whatever else was asked for. `template` — constants and gaps in turns, a constant
    first and last; `fills` — gap by gap, a value's JSON; `asides` — the gaps beside which something may be
    written: (gap, places of its texts among the values, how all of them are written).
    """

    kind: Any
    template: list[Any]
    fills: tuple[Callable[[Any], Any], ...]
    asides: tuple[tuple[int, tuple[int, ...], Beside], ...]

    def parts(self, values: tuple[Any, ...]) -> list[Any]:
        """The questions of one record, iteration or row, in pieces to be joined."""
        found = self.template.copy()
        found[1::2] = map(call, self.fills, values)
        for gap, places, beside in self.asides:
            written = [values[place] for place in places]
            if any(text is not None for text in written):
                found[2 * gap + 1] = beside.fill(values[gap], written)
        return found


class Draft:
    """A level while it is put together. `prefix` is PLACE inside loops, else nothing."""

    def __init__(self, words: Words, prefix: bytes = b"") -> None:
        self.words = words
        self.prefix = prefix
        self._text = [b""]
        self._gaps: list[tuple[str, Any, Callable[[Any], Any]]] = []
        self._more: dict[str, Any] = {}
        self._asides: list[tuple[int, Sequence[str], Beside]] = []

    def say(self, text: bytes) -> None:
        """Add constant JSON."""
        self._text[-1] += text

    def fill(self, name: str, kind: Any, fill: Callable[[Any], Any]) -> int:
        """Add a gap for the member `name`; gives its number."""
        self._gaps.append((name, kind, fill))
        self._text.append(b"")
        return len(self._gaps) - 1

    def beside(self, gap: int, names: Sequence[str], beside: Beside) -> None:
        """Write these members beside the answers of a gap."""
        self._more.update(dict.fromkeys(names, Raw))
        self._asides.append((gap, names, beside))

    def also(self, name: str, kind: Any = Raw) -> None:
        """Read one more member, for others to write."""
        if all(name != known for known, _, _ in self._gaps):
            self._more.setdefault(name, kind)

    def finish(self) -> tuple[Level, dict[str, int]]:
        """The level, and at which place in its values each member is."""
        kinds = {name: kind for name, kind, _ in self._gaps} | self._more
        places = {name: n for n, name in enumerate(kinds)}
        fields: list[Any] = [(f"v{n}", kind, None) for n, kind in enumerate(kinds.values())]
        renamed = {f"v{n}": name for name, n in places.items()}
        template: list[Any] = [self._text[0]]
        for text in self._text[1:]:
            template += (b"", text)
        asides = tuple(
            (gap, tuple(places[name] for name in names), beside) for gap, names, beside in self._asides
        )
        kind = msgspec.defstruct("Level", fields, rename=renamed, gc=False)
        return Level(kind, template, tuple(fill for _, _, fill in self._gaps), asides), places


def add_questions(draft: Draft, asked: Sequence[Asked]) -> None:
    """Add the questions of one level, as a JSON array without its brackets."""
    for number, one in enumerate(asked):
        draft.say(b"," if number else b"")
        if isinstance(one, Repeated):
            _add_loop(draft, one)
        else:
            _add(draft, one, one.variable.name, one.variable.name)


def _open(draft: Draft, name: str, title: str, kind: str) -> None:
    ident = b'"%b%b' % (draft.prefix, encode(name)[1:])
    draft.say(b'{"id":%b,"title":%b,"type":"%b","answers":[' % (ident, encode(title), kind.encode()))


def _close(draft: Draft, date_format: str | None = None) -> None:
    draft.say(b'],"params":{"date_format":%b}}' % encode(date_format))


def _add(draft: Draft, question: Question, member: str, name: str) -> None:
    """Add a question: `member` is its name in the record, `name` is what ids are made of."""
    variable = question.variable
    title = draft.words.of(variable.titles, variable.name)
    if question.columns or (variable.fields and variable.kind is not Kind.RANKING):
        _add_rows(draft, question, member, name, title)
        return
    shown, date_format = _shown_as(variable)
    _open(draft, name, title, shown)
    stem = Stem(draft.prefix, name)
    form = _form(variable, stem, draft.words)
    gap = draft.fill(member, form.kind, form.fill)
    _add_texts(draft, gap, question, form, stem)
    draft.say(b'],"sub_questions":[')
    _close(draft, date_format)


def _add_texts(draft: Draft, gap: int, question: Question, form: Form, stem: Stem) -> None:
    """Write the texts beside a question into its answers."""
    names, texts = [], []
    if question.other:
        names.append(question.other.name)
        texts.append(answers.other_text(question.variable, question.other, stem, draft.words))
    if question.comment:
        names.append(question.comment.name)
        texts.append(Text("comment", answers.alone(stem, question.comment, draft.words)))
    if texts:
        draft.beside(gap, names, Beside(form, tuple(texts)))


def _shown_as(variable: Variable) -> tuple[str, str | None]:
    """A question's `type` and `date_format`."""
    match variable.kind:
        case Kind.MULTI:
            return "multiple", None
        case Kind.RANKING:
            return "ranking", None
        case Kind.DATETIME:
            return "date", _DAY if variable.element == "text/date" else _MOMENT
        case Kind.TEXT:
            return _TEXTS.get(variable.element or "", ("text", ""))[0], None
        case _ if variable.metric == "nps":
            return "nps", None
        case Kind.NUMERIC:
            return "number", None
    return "scale" if _is_scale(variable) else "single", None


def _is_scale(variable: Variable) -> bool:
    if variable.kind is Kind.RATING:
        return all(option.score is not None for option in variable.options)
    return variable.element == "rating" or variable.metric == "nps"


def _form(variable: Variable, stem: Stem, words: Words) -> Form:
    match variable.kind:
        case Kind.MULTI:
            return answers.multiple(variable, stem, words)
        case Kind.RANKING:
            return answers.ranking(variable, stem, words)
        case Kind.BOOLEAN:
            return answers.boolean(stem, words)
        case Kind.NUMERIC:
            return answers.plain(stem, "number")
        case Kind.DATETIME:
            return answers.date(stem, only=variable.element == "text/date")
        case Kind.TEXT if variable.element == "file":
            return answers.files(stem)
        case Kind.TEXT:
            return answers.plain(stem, "string")
    return answers.single(variable, stem, words, scored=_is_scale(variable))


def _add_rows(draft: Draft, question: Question, member: str, name: str, title: str) -> None:
    """A question with rows: each of them is a question of its own."""
    _open(draft, name, title, "matrix")
    _add_lone_texts(draft, question, name)
    draft.say(b'],"sub_questions":[')
    rows, _ = _rows(draft, question, name).finish()
    draft.fill(member, rows.kind | None, _nested(rows))
    _close(draft)


def _rows(draft: Draft, question: Question, name: str) -> Draft:
    variable, inside = question.variable, Draft(draft.words, draft.prefix)
    for number, row in enumerate(variable.fields):
        inside.say(b"," if number else b"")
        title, called = draft.words.of(row.texts, row.code), f"{name}_{row.code}"
        if question.columns:
            _open(inside, called, title, "matrix")
            inside.say(b'],"sub_questions":[')
            cells, _ = _cells(draft, question.columns, called).finish()
            inside.fill(row.code, cells.kind | None, _nested(cells))
            _close(inside)
        else:
            kind = _INNER.get(variable.kind, variable.kind)
            one = structs.replace(variable, name=row.code, titles=row.texts, fields=(), kind=kind)
            _add(inside, Question(one), row.code, called)
    return inside


def _cells(draft: Draft, columns: Sequence[Question], name: str) -> Draft:
    inside = Draft(draft.words, draft.prefix)
    for number, column in enumerate(columns):
        inside.say(b"," if number else b"")
        own = column.variable.name
        # The texts beside a column are the whole grid's: the record has them once, not in each row.
        _add(inside, Question(column.variable, columns=column.columns), own, f"{name}_{own}")
    return inside


def _add_lone_texts(draft: Draft, question: Question, name: str) -> None:
    """The texts beside a question with rows, as answers of its own."""
    texts = [question.other, question.comment]
    texts += [text for column in question.columns for text in (column.other, column.comment)]
    given = [text for text in texts if text is not None]
    if not given:
        return
    stem = Stem(draft.prefix, name)
    first, *others = [Text("alone", answers.alone(stem, text, draft.words)) for text in given]

    def listed(value: Raw | None) -> list[bytes]:
        return [] if value is None else [answers.commented(first.alone, value)]

    form = Form(Raw, listed, lambda _: (), lambda value: b"".join(listed(value)))
    gap = draft.fill(given[0].name, form.kind, form.fill)
    if others:
        draft.beside(gap, [text.name for text in given[1:]], Beside(form, tuple(others)))


def _nested(level: Level) -> Callable[[Any], bytes]:
    """Writes the questions of a level inside another."""
    blank = b"".join(level.parts((None,) * len(level.kind.__struct_fields__)))

    def fill(value: Any) -> bytes:
        return blank if value is None else b"".join(level.parts(structs.astuple(value)))

    return fill


def _add_loop(draft: Draft, repeated: Repeated) -> None:
    """A loop: each iteration is a question, with those of the loop inside it."""
    loop = repeated.loop
    title = draft.words.of(loop.titles, loop.name)
    _open(draft, loop.name, title, "matrix")
    draft.say(b'],"sub_questions":[')
    inside = Draft(draft.words, PLACE)
    add_questions(inside, repeated.questions)
    inside.also(loop.name, str | None)
    level, places = inside.finish()
    code_at = places[loop.name]

    def one(values: tuple[Any, ...]) -> bytes:
        code = values[code_at] or ""
        ident = encode(f"{loop.name}_{code}")[1:-1]
        body = b"".join(level.parts(values)).replace(PLACE, b"%b%b_" % (draft.prefix, ident))
        head = b'{"id":"%b%b","title":%b,"type":"matrix"' % (draft.prefix, ident, encode(f"{title} {code}"))
        return b'%b,"answers":[],"sub_questions":[%b],"params":{"date_format":null}}' % (head, body)

    def fill(iterations: Any) -> bytes:
        return b",".join([one(structs.astuple(found)) for found in iterations]) if iterations else b""

    draft.fill(loop.name, list[level.kind] | None, fill)  # type: ignore[name-defined]
    _close(draft)
