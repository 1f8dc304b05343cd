"""SurveyKiwi's word for each type of question; stable, listed in the README."""

from __future__ import annotations

from rejoinder.model.survey import Kind, Variable

_TEXTS = {
    "comment": "long_text",
    "text/email": "email",
    "text/tel": "phone",
    "text/url": "url",
    "file": "file",
    "microphone": "file",
    "signaturepad": "file",
}
_COMPOUND = {
    Kind.RANKING: "ranking",
    Kind.RATING: "matrix",
    Kind.MULTI_GRID: "matrix_multiple",
}
_KINDS = {
    Kind.NUMERIC: "number",
    Kind.DATETIME: "datetime",
    Kind.BOOLEAN: "yes_no",
    Kind.MULTI: "multiple_choice",
    Kind.GRID_3D: "matrix",
}

SCALES = frozenset({"scale", "nps"})
"""Questions that are answered by a number of a scale."""


def type_word(variable: Variable) -> str:
    """What a question is."""
    if variable.kind in _COMPOUND and variable.fields:
        return _COMPOUND[variable.kind]
    if variable.fields and variable.kind is not Kind.GRID_3D:
        return "multiple_text"
    if variable.kind is Kind.TEXT:
        return _TEXTS.get(variable.element or "", "short_text")
    if variable.kind is Kind.DATETIME and is_day(variable):
        return "date"
    if variable.kind in (Kind.SINGLE, Kind.RATING):
        return _single(variable)
    return _KINDS[variable.kind]


def is_day(variable: Variable) -> bool:
    """Whether a date was asked for without a time of day."""
    return variable.element == "text/date"


def is_file(variable: Variable) -> bool:
    """Whether the answer is uploaded files."""
    return variable.kind is Kind.TEXT and type_word(variable) == "file"


def _single(variable: Variable) -> str:
    if variable.metric == "nps":
        return "nps"
    scaled = variable.element == "rating" or variable.kind is Kind.RATING
    return "scale" if scaled or variable.metric else "single_choice"
