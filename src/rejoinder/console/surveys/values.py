"""Answers as people read them: titles of questions and options in the survey's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rejoinder.console.speech import _, mark, number_text
from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Texts, Variable
from rejoinder.model.system import CREATED, EMAIL, ENDED, LANGUAGE, RESPID, RESPONSEID, SMTP, STARTED, STATUS

_SYSTEM = {
    RESPID: mark("Number"),
    RESPONSEID: mark("Response"),
    CREATED: mark("Created"),
    STARTED: mark("Began"),
    ENDED: mark("Completed"),
    STATUS: mark("Outcome"),
    LANGUAGE: mark("Language"),
    SMTP: mark("Mail status"),
    EMAIL: mark("Email address"),
}
_LABEL = re.compile(r"label(\d{1,2})")  # what the panel knows of somebody
_STATUSES = {
    "incomplete": mark("Incomplete"),
    "complete": mark("Complete"),
    "screened": mark("Screened out"),
    "quotafull": mark("Quota full"),
    "error": mark("Error"),
}


class Reader:
    """Reads a survey's records. Parameters: `language` — which of the survey's; else its own."""

    def __init__(self, schema: Schema, language: str = "") -> None:
        self.schema = schema
        own = schema.languages[0] if schema.languages else "en"
        self.language = language if language in schema.languages else own
        self._own = own
        self.variables = {variable.name: variable for variable in schema.variables}

    def text(self, texts: Texts, otherwise: str) -> str:
        """A text in the wanted language, else in the survey's own, else in any."""
        wanted = (self.language, self._own, *texts)
        return next((texts[code] for code in wanted if texts.get(code)), otherwise)

    def title(self, subject: Variable | Loop) -> str:
        """What a question is called."""
        if subject.name in _SYSTEM:
            return _(_SYSTEM[subject.name])
        if not subject.titles and (found := _LABEL.fullmatch(subject.name)):
            return _("Label %(number)s", number=found[1])
        return self.text(subject.titles, subject.name)

    def loop(self, name: str) -> str:
        """What a loop is called."""
        return next((self.title(loop) for loop in self.schema.loops if loop.name == name), name)

    def option(self, option: Option) -> str:
        """What an answer is called."""
        return self.text(option.texts, option.code)

    def field(self, field: Field) -> str:
        """What a row of a grid is called."""
        return self.text(field.texts, field.code)

    def labels(self, variable: Variable) -> dict[str, str]:
        """Option's code → what it is called."""
        if variable.name == STATUS:
            return {code: _(text) for code, text in _STATUSES.items()}
        return {option.code: self.option(option) for option in variable.options}

    def shown(self, variable: Variable, value: Any) -> str:
        """A value in one line; empty for a blank."""
        if value is None:
            return ""
        if isinstance(value, dict) and (variable.compound or variable.kind is Kind.GRID_3D):
            return "; ".join(f"{name}: {text}" for name, text in self.rows(variable, value))
        return self._plain(variable, value)

    def rows(self, variable: Variable, value: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(row, value) of a compound value, in the order of its rows; of a ranking, in that of the ranks."""
        if variable.kind is Kind.RANKING:
            names = {field.code: self.field(field) for field in variable.fields}
            ranked = sorted(value.items(), key=lambda pair: pair[1])
            return [(number_text(rank), names.get(code, code)) for code, rank in ranked]
        found = []
        for field in variable.fields:
            if (inner := value.get(field.code)) is not None:
                found.append((self.field(field), self._inner(variable, inner)))
        return found

    def _inner(self, variable: Variable, value: Any) -> str:
        if variable.kind is Kind.GRID_3D and isinstance(value, dict):
            columns = (self.variables.get(name) for name in value)
            return ", ".join(f"{self.title(v)} {self.shown(v, value[v.name])}" for v in columns if v)
        return self._plain(variable, value)

    def _plain(self, variable: Variable, value: Any) -> str:
        if isinstance(value, dict):
            labels = self.labels(variable)
            return ", ".join(labels.get(code, code) for code in value.get("true", ()))
        match variable.kind:
            case Kind.BOOLEAN:
                return _("Yes") if value else _("No")
            case Kind.SINGLE | Kind.RATING | Kind.MULTI | Kind.MULTI_GRID:
                return self.labels(variable).get(str(value), str(value))
            case Kind.DATETIME:
                return str(value).removesuffix("T00:00:00").replace("T", " ")
        return number_text(value) if isinstance(value, int | float) else str(value)


def questions(schema: Schema, level: str = "response") -> list[Variable]:
    """The variables of the questionnaire at the top of a record, or of a loop's rounds, texts beside them
    too."""
    grids = {v.name for v in schema.variables if v.kind is Kind.GRID_3D}
    return [v for v in schema.variables if v.level == level and _asked(v) and v.parent not in grids]


def background(schema: Schema) -> list[Variable]:
    """What is known of respondents before they answer."""
    return [v for v in schema.variables if v.level == "respondent" and v.origin != "system"]


def _asked(variable: Variable) -> bool:
    return variable.origin != "system" and not variable.hidden


def named(variables: Iterable[Variable]) -> dict[str, Variable]:
    """By name."""
    return {variable.name: variable for variable in variables}
