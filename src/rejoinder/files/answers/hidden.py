"""Hidden fields: variables of the respondent that come with the address of a survey's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rejoinder.files.answers.codes import key_of
from rejoinder.files.answers.run import Run, Wrong
from rejoinder.files.answers.texts import as_moment, as_number, as_text, canonical_moment
from rejoinder.model.filters.text import fold
from rejoinder.model.survey import Kind, Variable

MOST_FIELDS = 200
_TRUTH = {"true": 1, "1": 1, "yes": 1, "false": 0, "0": 0, "no": 0}


def hidden_values(run: Run, background: Mapping[str, Variable], hidden: Mapping[str, str]) -> dict[str, Any]:
    """The values of the hidden fields that are variables of the respondent, by kind; what is not, or does
    not fit, is dropped."""
    found: dict[str, Any] = {}
    for name, text in list(hidden.items())[:MOST_FIELDS]:
        variable = background.get(fold(name)) if isinstance(name, str) else None
        try:
            value = _typed(variable, text) if variable else None
        except Wrong:
            value = None
        if variable is None or (value is None and text != ""):
            run.drop(str(name))
        elif value is not None:
            found[variable.name] = value
    return found


def _typed(variable: Variable, text: str) -> Any:
    if not isinstance(text, str) or not text or variable.fields:
        return None
    match variable.kind:
        case Kind.NUMERIC:
            return as_number(text)
        case Kind.DATETIME:
            return canonical_moment(as_moment(text))
        case Kind.BOOLEAN:
            return _TRUTH.get(text.strip().lower())
        case Kind.SINGLE:
            codes = {fold(option.code): option.code for option in variable.options}
            return codes.get(fold(key_of(text)))
        case Kind.TEXT:
            return as_text(text, variable.length or 100_000)
        case _:
            return None
