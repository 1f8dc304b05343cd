"""Surveys and their typed variables.

The stored record of a respondent is one canonical JSON object (see `Variable` for the shape of each
value). Its first member is `respid`; then the variables that have a value, in the order of
`Schema.variables`; then the loops. Blank values (null, empty text, empty choice) are left out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

Texts = dict[str, str]
"""Language code (`en`, `es`, …) → text."""


class Kind(StrEnum):
    """The type of a variable; the words are those of Forsta's schema (001 and dialects.md)."""

    NUMERIC = "numeric"
    TEXT = "text"
    DATETIME = "dateTime"
    BOOLEAN = "boolean"
    SINGLE = "singleChoice"
    MULTI = "multiChoice"
    RATING = "rating"
    RANKING = "ranking"
    MULTI_GRID = "multiGrid"
    GRID_3D = "grid3D"


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    """One possible answer: its code, its titles, and its score where the scale has one."""

    code: str
    texts: Texts = {}
    score: float | None = None


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of a compound variable (a grid's row, an item of a ranking, one of several texts)."""

    code: str
    texts: Texts = {}


METRICS = ("nps", "csat", "ces")
"""What the score of a question can measure: recommendation, satisfaction, effort."""

Origin = Literal["system", "background", "user", "question"]
"""Who made a variable: the store, the survey's launch (background), a caller (user), the questionnaire."""


class Variable(msgspec.Struct, frozen=True, omit_defaults=True):
    """One typed variable of a survey.

    `level` is `"respondent"`, `"response"` or the name of a loop. The stored JSON value, by kind:

    - numeric: a number; text: a string; boolean: 0 or 1;
    - dateTime: naive ISO text `2019-11-15T10:50:26`, optionally with milliseconds `.123`;
    - singleChoice: the option's code, a string (spelled as in `options`);
    - multiChoice: `{"true":["4"],"false":["1","2"]}`, a side left out when empty;
    - rating: `{field code: option code}`; ranking: `{field code: rank}`, rank a whole number from 1;
    - multiGrid: `{field code: {"true":[…],"false":[…]}}`;
    - grid3D: `{field code: {column name: value}}`, columns being the variables whose `parent` is this one;
    - numeric, text, dateTime or boolean with `fields`: `{field code: value}`.

    A loop is an array of objects under the loop's name, each with the loop's own name as its first
    member (the iteration's code, a string) and then the variables of that level.

    `length` is in characters; `precision` counts digits and `scale` decimals; `parent` names the
    variable this one belongs to (a grid3D column, an "other" text, a comment); `element` is the SurveyJS
    element type it came from (`other` and `comment` for the texts beside a question); `metric` is one of
    METRICS where the survey says that it measures it; `number` is unique in the workspace; `indexed` says
    that the store keeps a lookup of its values.
    """

    name: str
    kind: Kind
    level: str = "response"
    origin: Origin = "question"
    titles: Texts = {}
    texts: Texts = {}
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    hidden: bool = False
    parent: str | None = None
    element: str | None = None
    metric: str | None = None
    number: int = 0
    indexed: bool = False

    @property
    def compound(self) -> bool:
        """Whether the value is an object by field code."""
        return bool(self.fields)


class Loop(msgspec.Struct, frozen=True, omit_defaults=True):
    """A repeated group of questions; `parent` is `"response"` or another loop's name."""

    name: str
    parent: str = "response"
    titles: Texts = {}


class Schema(msgspec.Struct, frozen=True, omit_defaults=True):
    """The typed shape of one survey's records.

    `languages[0]` is the survey's own language. `variables` are in the canonical order of the record.
    `version` differs after each change; whoever compiles something from a schema may keep it per
    (survey id, version).
    """

    variables: tuple[Variable, ...] = ()
    loops: tuple[Loop, ...] = ()
    languages: tuple[str, ...] = ("en",)
    version: int = 1


class Survey(msgspec.Struct, frozen=True):
    """A survey of one workspace. Times are microseconds since 1970 in UTC; `aliases[0]` is shown.

    `languages[0]` is its own; `definition_version` counts its SurveyJS definitions, 0 when it has none.
    """

    workspace_id: int
    id: int
    name: str
    status: str
    aliases: tuple[str, ...]
    schema_version: int
    created_at: int
    updated_at: int
    languages: tuple[str, ...] = ("en",)
    definition_version: int = 0
