"""Who answered: `participant` (email and labels) and `hiddenfields` (all else that is known of a person)."""

from __future__ import annotations

from rejoinder.model.survey import Schema, Variable
from rejoinder.model.system import EMAIL, LABELS

_PARTICIPANT = frozenset({EMAIL, *LABELS})


def participant_variables(schema: Schema) -> list[Variable]:
    """Email, and the labels that the survey uses, in their order."""
    found = {v.name: v for v in schema.variables if v.level == "respondent" and v.name in _PARTICIPANT}
    return [found[name] for name in (EMAIL, *LABELS) if name in found]


def hidden_variables(schema: Schema) -> list[Variable]:
    """All other facts about a person, classificators and what only code filled included."""
    return [v for v in schema.variables if _is_hidden(v)]


def _is_hidden(variable: Variable) -> bool:
    if variable.level == "respondent":
        return variable.origin != "system" and variable.name not in _PARTICIPANT
    return variable.level == "response" and variable.origin == "background"
