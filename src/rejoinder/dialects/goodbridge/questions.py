"""A survey's questions compiled for one language: constant JSON with gaps for the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from math import prod
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, structs

from rejoinder.dialects.goodbridge import answers
from rejoinder.dialects.goodbridge.answers import (
    Beside,
    Fill,
    Form,
    Remembered,
    Stem,
    Text,
    encode,
    one_by_one,
)
from rejoinder.dialects.goodbridge.words import Words
from rejoinder.model.questions import Asked, Question, Repeated
from rejoinder.model.survey import Kind, Variable

PLACE = b"\0"
"""Stands for ids of the iterations around a question until they are known; no JSON text holds the byte."""
FEW = 1000
"""Different values of one question that are remembered as JSON."""
_BLANK = Raw(b"")
_WITHOUT_PARTS = (str | None, int | None)
_INNER = {Kind.RATING: Kind.RATING, Kind.MULTI_GRID: Kind.MULTI}
_TEXTS = {"text/tel": ("phone", "string"), "text/email": ("email", "string"), "file": ("file", "file")}
_DAY, _MOMENT = "YYYY-MM-DD", "YYYY-MM-DDTHH:mm:ss"


class Level(NamedTuple):
    """The questions of one level — the record, an iteration of a loop, a row — ready to be written.

    `kind` — the struct that reads what is needed of it; its values are those of the gaps, then the texts
    beside questions and whatever else was asked for. `head` — the JSON in front of the first gap; `fills` —
    for each gap, what writes a value and the JSON behind it; `asides` — the gaps beside which something may
    be written: (gap, places of its texts among the values, how all of them are written, the JSON behind).
    """

    kind: Any
    head: bytes
    fills: tuple[Fill, ...]
    asides: tuple[tuple[int, tuple[int, ...], Beside, bytes], ...]

    def parts(self, values: tuple[Any, ...]) -> list[Any]:
        """The questions of one record, iteration or row behind their head, in pieces to be joined."""
        found = [fill.one(value) for fill, value in zip(self.fills, values, strict=False)]
        for gap, places, beside, after in self.asides:
            written = [values[place] for place in places]
            if any(text is not None for text in written):
                found[gap] = beside.fill(values[gap], written) + after
        return found

    def columns(self, values: Sequence[Sequence[Any]]) -> list[Iterable[Any]]:
        """The pieces of a page's records, gap by gap; `values` — those of each member, record by record."""
        found = [fill.many(given) for fill, given in zip(self.fills, values, strict=False)]
        for gap, places, beside, after in self.asides:
            written = [*zip(*(values[place] for place in places), strict=True)]
            if any(text is not None for texts in written for text in texts):
                pairs = zip(values[gap], written, strict=True)
                found[gap] = ([beside.fill(value, texts) + after for value, texts in pairs],)
        return [*chain.from_iterable(found)]

    def blank(self) -> bytes:
        """The questions of one that answered nothing."""
        return self.head + b"".join(self.parts(structs.astuple(self.kind())))


class Draft:
    """A level while it is put together. `prefix` is PLACE inside loops, else nothing."""

    def __init__(self, words: Words, prefix: bytes = b"") -> None:
        self.words = words
        self.prefix = prefix
        self._text = [b""]
        self._gaps: list[tuple[str, Form]] = []
        self._more: dict[str, Any] = {}
        self._asides: list[tuple[int, Sequence[str], Beside]] = []

    def say(self, text: bytes) -> None:
        """Add constant JSON."""
        self._text[-1] += text

    def fill(self, name: str, form: Form) -> int:
        """Add a gap for the member `name`; gives its number."""
        self._gaps.append((name, form))
        self._text.append(b"")
        return len(self._gaps) - 1

    def beside(self, gap: int, names: Sequence[str], beside: Beside) -> None:
        """Write these members beside the answers of a gap."""
        name, form = self._gaps[gap]
        self._gaps[gap] = (name, form._replace(variety=0))
        self._more.update(dict.fromkeys(names, Raw))
        self._asides.append((gap, names, beside))

    def also(self, name: str, kind: Any = Raw) -> None:
        """Read one more member, for others to write."""
        if all(name != known for known, _ in self._gaps):
            self._more.setdefault(name, kind)

    @property
    def variety(self) -> int:
        """How many different values the whole can have; 0 for no end of them."""
        return 0 if self._more else prod(form.variety for _, form in self._gaps)

    def finish(self) -> tuple[Level, dict[str, int]]:
        """The level, and at which place in its values each member is."""
        compiled = [
            _compiled(form, after) for (_, form), after in zip(self._gaps, self._text[1:], strict=True)
        ]
        members = {name: one[:2] for (name, _), one in zip(self._gaps, compiled, strict=True)}
        members |= {name: (kind, None) for name, kind in self._more.items()}
        places = {name: n for n, name in enumerate(members)}
        fields: list[Any] = [(f"v{n}", *member) for n, member in enumerate(members.values())]
        renamed = {f"v{n}": name for name, n in places.items()}
        asides = tuple(
            (gap, tuple(places[name] for name in names), beside, self._text[gap + 1])
            for gap, names, beside in self._asides
        )
        kind = msgspec.defstruct("Level", fields, rename=renamed, gc=False)
        return Level(kind, self._text[0], tuple(fill for _, _, fill in compiled), asides), places


def _compiled(form: Form, after: bytes) -> tuple[Any, Any, Fill]:
    """The type that a gap's value is read as, its blank, and what writes it.

    A value with parts of which there can be only a few is remembered by its JSON as a whole.
    """
    fill = form.before(after)
    if not 0 < form.variety <= FEW or form.kind in _WITHOUT_PARTS:
        return form.kind, None, fill
    decode = msgspec.json.Decoder(form.kind).decode
    known = Remembered(lambda raw: fill.one(decode(raw) if raw else None), FEW)
    get = known.__getitem__
    return Raw, _BLANK, Fill(lambda raw: get(bytes(raw)), lambda values: (map(get, map(bytes, values)),))


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
    gap = draft.fill(member, form)
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
    draft.fill(member, _nested(_rows(draft, question, name)))
    _close(draft)


def _rows(draft: Draft, question: Question, name: str) -> Draft:
    variable, inside = question.variable, Draft(draft.words, draft.prefix)
    for number, row in enumerate(variable.fields):
        inside.say(b"," if number else b"")
        title, called = draft.words.of(row.texts, row.code), f"{name}_{row.code}"
        if question.columns:
            _open(inside, called, title, "matrix")
            inside.say(b'],"sub_questions":[')
            inside.fill(row.code, _nested(_cells(draft, question.columns, called)))
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

    form = Form(Raw, listed, lambda _: (), answers.joined(listed))
    gap = draft.fill(given[0].name, form)
    if others:
        draft.beside(gap, [text.name for text in given[1:]], Beside(form, tuple(others)))


def _nested(inside: Draft) -> Form:
    """The questions of a level inside another, as its one answer."""
    level, _ = inside.finish()

    def before(after: bytes) -> Fill:
        blank, astuple = level.blank() + after, structs.astuple

        def one(value: Any) -> bytes:
            return blank if value is None else b"".join([level.head, *level.parts(astuple(value)), after])

        return one_by_one(one)

    return Form(level.kind | None, lambda _: [], lambda _: (), before, inside.variety)


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
        body = level.head + b"".join(level.parts(values))
        body = body.replace(PLACE, b"%b%b_" % (draft.prefix, ident))
        head = b'{"id":"%b%b","title":%b,"type":"matrix"' % (draft.prefix, ident, encode(f"{title} {code}"))
        return b'%b,"answers":[],"sub_questions":[%b],"params":{"date_format":null}}' % (head, body)

    def listed(iterations: Sequence[Any]) -> list[bytes]:
        return [one(structs.astuple(found)) for found in iterations]

    kind: Any = list[level.kind] | None  # type: ignore[name-defined]
    draft.fill(loop.name, Form(kind, listed, lambda _: (), answers.joined(listed)))
    _close(draft)
