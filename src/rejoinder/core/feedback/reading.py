"""A respondent's record as a response: score, comment, user, properties (004, "Response Object")."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from rejoinder.core.records.types import top_variables
from rejoinder.model.feedback import Property, Roles
from rejoinder.model.survey import Kind, Schema, Variable
from rejoinder.model.system import LANGUAGE

_TYPES = {Kind.NUMERIC: "double", Kind.DATETIME: "datetime", Kind.BOOLEAN: "boolean", Kind.RANKING: "integer"}
COLUMN = "column"
"""The `element` of a variable that is a column of a CSV file; its title is the column's heading."""
Record = Mapping[str, Any]
"""A decoded record."""


class Reader:
    """Reads the records of one survey. Keep it per (survey, schema version, roles)."""

    def __init__(self, schema: Schema, roles: Roles) -> None:
        self.roles = roles
        variables = {v.name: v for v in schema.variables}
        asked = variables.get(roles.score) if roles.score else None
        self._score = _score_of(asked) if asked else None
        self._ends = _ends(asked, roles.metric_type)
        language = schema.languages[0]
        self._properties = [(v, _Shower(v, language)) for v in _others(schema, roles)]

    @staticmethod
    def decode(doc: str) -> Record:
        """A stored record."""
        found: dict[str, Any] = msgspec.json.decode(doc)
        return found

    def score(self, record: Record) -> float | None:
        """The score, None where there is none."""
        if self._score is None or self.roles.score is None:
            return None
        value = record.get(self.roles.score)
        return None if value is None else self._score(value)

    def share(self, score: float | None) -> float | None:
        """A score between the ends of its scale, 0 (worst) to 1 (best); None where the scale is not known."""
        if score is None or self._ends is None:
            return None
        low, high = self._ends
        return min(1.0, max(0.0, (score - low) / (high - low)))

    @staticmethod
    def language(record: Record) -> str | None:
        """The language in which somebody answered, as far as the record says so: two letters."""
        value = record.get(LANGUAGE)
        return value[:2].lower() if isinstance(value, str) and value[2:3] in ("", "-", "_") else None

    def fingerprint(self, record: Record) -> int:
        """A number that changes with whatever the analysis of a response depends on."""
        share = self.share(self.score(record))
        parts = (
            self.comment(record) or "",
            self.language(record) or "",
            "" if share is None else f"{share:.4f}",
        )
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big", signed=True)

    def comment(self, record: Record) -> str | None:
        """The comment, None where there is none."""
        value = record.get(self.roles.comment) if self.roles.comment else None
        return value if isinstance(value, str) and value else None

    def user(self, record: Record) -> str | None:
        """Who answered, as the survey knows them."""
        value = record.get(self.roles.user) if self.roles.user else None
        return None if value is None else str(value)

    def properties(self, record: Record) -> tuple[Property, ...]:
        """Everything else that is known, in the order of the schema."""
        found: list[Property] = []
        for variable, shower in self._properties:
            value = record.get(variable.name)
            if value is not None:
                found += shower.shown(value)
        return tuple(found)

    def values(self, record: Record, name: str) -> Iterator[str]:
        """The texts under which a filter rule may know a property's value: its code and its title."""
        for variable, shower in self._properties:
            if name in (property_key(variable), variable.name) and (
                (value := record.get(variable.name)) is not None
            ):
                if not isinstance(value, dict):
                    yield as_text(value)
                yield from (as_text(one.value) for one in shower.shown(value))


def _others(schema: Schema, roles: Roles) -> list[Variable]:
    """Everything but the score, the comment and the user: what is a property."""
    taken = {roles.score, roles.comment, roles.user}
    return [
        v
        for v in top_variables(schema, "respondent", "response")
        if v.origin != "system" and v.kind is not Kind.GRID_3D and v.name not in taken
    ]


def property_keys(schema: Schema, roles: Roles) -> list[str]:
    """The keys that properties of a survey's responses can have, in the order of the schema."""
    keys: list[str] = []
    for variable in _others(schema, roles):
        key = property_key(variable)
        keys += [f"{key}_{field.code}" for field in variable.fields] if variable.compound else [key]
    return keys


def property_key(variable: Variable) -> str:
    """What a property is called: a column of a CSV file by its heading, whose name may be another one."""
    if variable.element == COLUMN:
        return next(iter(variable.titles.values()), variable.name)
    return variable.name


def data_type(variable: Variable) -> str:
    """The type of a property's values, as `model.feedback.Property` names it."""
    whole = variable.scale == 0 or (variable.precision and not variable.scale)
    return "integer" if variable.kind is Kind.NUMERIC and whole else _TYPES.get(variable.kind, "string")


class _Shower:
    """Shows the values of one variable."""

    def __init__(self, variable: Variable, language: str) -> None:
        self._variable = variable
        self._key = property_key(variable)
        self._type = data_type(variable)
        self._titles = {o.code: o.texts.get(language) or o.code for o in variable.options}

    def shown(self, value: Any) -> list[Property]:
        name = self._key
        if isinstance(value, dict) and self._variable.compound:
            return [Property(f"{name}_{code}", self._type, self._one(one)) for code, one in value.items()]
        return [Property(name, self._type, self._one(value))]

    def _one(self, value: Any) -> Any:
        if isinstance(value, dict):  # a choice of several
            return ", ".join(self._titles.get(code, code) for code in value.get("true", ()))
        if self._type == "boolean":
            return bool(value)
        if self._type == "integer" and isinstance(value, float) and value.is_integer():
            return int(value)
        return self._titles.get(value, value) if isinstance(value, str) else value


def as_text(value: Any) -> str:
    """A property's value as text: numbers as they are written, truths as words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


_SCALES = {"nps": (0.0, 10.0), "csat": (1.0, 5.0), "ces": (1.0, 7.0)}
"""Worst and best of the scales in use, where the question does not say them."""


def _ends(variable: Variable | None, metric: str | None) -> tuple[float, float] | None:
    """The ends of a score's scale."""
    if metric == "nps":
        return _SCALES["nps"]
    read = _score_of(variable) if variable else None
    known = [n for o in variable.options if (n := read(o.code)) is not None] if variable and read else []
    if len(known) > 1 and min(known) < max(known):
        return min(known), max(known)
    return _SCALES.get(metric or "")


def _score_of(variable: Variable) -> Callable[[Any], float | None]:
    """How a stored value is a number: as it is, by the option's score, by its code."""
    scores = {o.code: o.score for o in variable.options if o.score is not None}

    def read(value: Any) -> float | None:
        if isinstance(value, str):
            if value in scores:
                return scores[value]
            try:
                found = float(value)
            except ValueError:
                return None
            return found if abs(found) < 1e15 else None  # NaN and the infinities are no scores
        return float(value) if isinstance(value, int | float) else None

    return read
