"""A page's questions made the slow and plain way, from the schema and a record: what the product must write.

Read beside the dialect's README; of the product only the nouns are used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from rejoinder.model.questions import Asked, Question, Repeated
from rejoinder.model.survey import Kind, Option, Texts, Variable

Json = dict[str, Any]
YES_NO = {"ru": ("Да", "Нет"), "kk": ("Иә", "Жоқ"), "en": ("Yes", "No"), "de": ("Ja", "Nein")}


class Reference:
    """Writes in one language of a survey whose own language is another; files are at `base`."""

    def __init__(self, language: str, own: str, base: str = "") -> None:
        self.language = language
        self.own = own
        self.base = base

    def text(self, texts: Texts, otherwise: str) -> str:
        for code in (self.language, self.own):
            names = ("kk", "kz") if code in ("kk", "kz") else (code,)
            for name in names:
                if texts.get(name):
                    return texts[name]
        return next((text for text in texts.values() if text), otherwise)

    def questions(self, asked: Sequence[Asked], record: Json, prefix: str = "") -> list[Json]:
        found = []
        for one in asked:
            if isinstance(one, Repeated):
                found.append(self.loop(one, record, prefix))
            else:
                name = one.variable.name
                found.append(self.question(one, record.get(name), record, prefix + name, bool(prefix)))
        return found

    def loop(self, repeated: Repeated, record: Json, prefix: str) -> Json:
        name = repeated.loop.name
        title = self.text(repeated.loop.titles, name)
        iterations = [
            shown(
                f"{prefix}{name}_{one[name]}",
                f"{title} {one[name]}",
                "matrix",
                inner=self.questions(repeated.questions, one, f"{prefix}{name}_{one[name]}_"),
            )
            for one in record.get(name, ())
        ]
        return shown(prefix + name, title, "matrix", inner=iterations)

    def question(self, question: Question, value: Any, record: Json, name: str, looped: bool) -> Json:
        variable = question.variable
        title = self.text(variable.titles, variable.name)
        stem = f"A{name[1:]}" if re.match(r"Q\d", name) and not looped else f"A_{name}"
        if question.columns or (variable.fields and variable.kind is not Kind.RANKING):
            return self.with_rows(question, value or {}, record, name, title, stem, looped)
        answers = self.answers(variable, value, stem)
        for text in (question.other, question.comment):
            if text and record.get(text.name):
                self.write_beside(variable, text, record[text.name], answers, stem)
        for one in answers:
            one.pop("code")
        return shown(name, title, kind_of(variable), answers, date_format=format_of(variable))

    def with_rows(
        self, question: Question, value: Json, record: Json, name: str, title: str, stem: str, looped: bool
    ) -> Json:
        variable, rows = question.variable, []
        for row in variable.fields:
            inner, row_title = f"{name}_{row.code}", self.text(row.texts, row.code)
            if question.columns:
                cells = value.get(row.code, {})
                found = [
                    self.question(
                        Question(column.variable),
                        cells.get(column.variable.name),
                        {},
                        f"{inner}_{column.variable.name}",
                        looped,
                    )
                    for column in question.columns
                ]
                rows.append(shown(inner, row_title, "matrix", inner=found))
            else:
                kind = Kind.MULTI if variable.kind is Kind.MULTI_GRID else variable.kind
                part = Variable(
                    row.code,
                    kind,
                    titles=row.texts,
                    options=variable.options,
                    element=variable.element,
                    metric=variable.metric,
                )
                rows.append(self.question(Question(part), value.get(row.code), {}, inner, looped))
        texts = [question.other, question.comment]
        texts += [text for column in question.columns for text in (column.other, column.comment)]
        alone = [self.alone(text, record[text.name], stem) for text in texts if text and text.name in record]
        return shown(name, title, "matrix", alone, rows)

    def write_beside(
        self, variable: Variable, text: Variable, words: str, answers: list[Json], stem: str
    ) -> None:
        free = [one for one in answers if one["comment"] is None]
        if text.element == "other":
            free = [one for one in free if one["code"].casefold() == "other"]
        if free:
            free[0]["comment"] = words
        else:
            answers.append(self.alone(text, words, stem) | {"code": ""})

    def alone(self, text: Variable, words: str, stem: str) -> Json:
        label = self.text(text.titles, text.name)
        return answer(f"{stem}_{text.element}", label, None, "string") | {"comment": words}

    def answers(self, variable: Variable, value: Any, stem: str) -> list[Json]:
        if value is None:
            return []
        match variable.kind:
            case Kind.SINGLE | Kind.RATING:
                return [self.chosen(variable, value, stem)]
            case Kind.MULTI:
                return [self.chosen(variable, code, stem) for code in value.get("true", ())]
            case Kind.RANKING:
                fields = {field.code: field for field in variable.fields}
                order = sorted(value.items(), key=lambda pair: (pair[1], [*fields].index(pair[0])))
                return [
                    answer(f"{stem}_{code}", self.text(fields[code].texts, code), rank, "number")
                    | {"code": code}
                    for code, rank in order
                ]
            case Kind.BOOLEAN:
                yes, no = YES_NO[self.language]
                label = yes if value else no
                return [answer(f"{stem}_{value}", label, bool(value), "boolean") | {"code": str(value)}]
            case Kind.TEXT if variable.element == "file":
                lines = enumerate(filter(None, value.split("\n")), 1)
                return [self.file(line, f"{stem}_{n}") for n, line in lines]
        if variable.element == "text/date" and value.endswith("T00:00:00"):
            value = value.removesuffix("T00:00:00")
        kind = {Kind.NUMERIC: "number", Kind.DATETIME: "date"}.get(variable.kind, "string")
        return [answer(f"{stem}_1", None, value, kind) | {"code": "1"}]

    def chosen(self, variable: Variable, code: str, stem: str) -> Json:
        option = next((one for one in variable.options if one.code == code), Option(code))
        value: Any = as_number(code) if option in variable.options else code
        if kind_of(variable) in ("scale", "nps") and option.score is not None:
            value = int(option.score) if option.score == int(option.score) else option.score
        kind = "string" if isinstance(value, str) else "number"
        return answer(f"{stem}_{code}", self.text(option.texts, code), value, kind) | {"code": code}

    def file(self, line: str, ident: str) -> Json:
        key, slash, name = line.partition("/")
        if not slash:
            return answer(ident, line, line, "file") | {"code": ""}
        address = f"{self.base}/rejoinder/v1/files/{key}/{quote(name)}"
        return answer(ident, name, address, "file") | {"code": ""}


def as_number(code: str) -> Any:
    """A code as the number that is written just so, else as it is."""
    for kind in (int, float):
        try:
            if str(kind(code)) == code and not code.endswith(".0"):
                return kind(code)
        except ValueError:
            continue
    return code


def kind_of(variable: Variable) -> str:
    """A question's type."""
    if variable.kind is Kind.TEXT:
        return {"text/tel": "phone", "text/email": "email", "file": "file"}.get(
            variable.element or "", "text"
        )
    if variable.kind is Kind.RATING and variable.metric != "nps":
        return "scale" if all(option.score is not None for option in variable.options) else "single"
    plain = {Kind.MULTI: "multiple", Kind.RANKING: "ranking", Kind.DATETIME: "date"}
    if variable.kind in plain:
        return plain[variable.kind]
    if variable.metric == "nps":
        return "nps"
    if variable.kind is Kind.NUMERIC:
        return "number"
    return "scale" if variable.element == "rating" else "single"


def format_of(variable: Variable) -> str | None:
    """A date's format."""
    if variable.kind is not Kind.DATETIME:
        return None
    return "YYYY-MM-DD" if variable.element == "text/date" else "YYYY-MM-DDTHH:mm:ss"


def answer(ident: str, label: str | None, value: Any, kind: str) -> Json:
    """One answer."""
    return {"id": ident, "label": label, "answer": value, "comment": None, "data_type": kind}


def shown(
    ident: str,
    title: str,
    kind: str,
    answers: Sequence[Json] = (),
    inner: Sequence[Json] = (),
    date_format: str | None = None,
) -> Json:
    """One question."""
    return {
        "id": ident,
        "title": title,
        "type": kind,
        "answers": [*answers],
        "sub_questions": [*inner],
        "params": {"date_format": date_format},
    }
