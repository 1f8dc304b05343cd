"""Which variables of a survey are the score, the comment and the user: found by type and position.

What somebody settled (`Chosen`) goes before what is found.
"""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.model.feedback import METRIC_TYPES, Chosen, Roles
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import METRICS, Kind, Schema, Variable
from rejoinder.model.system import EMAIL

USER = "user_id"
_SCORES = (Kind.NUMERIC, Kind.SINGLE, Kind.RATING)


def find_roles(schema: Schema, chosen: Chosen) -> Roles:
    """The roles in a survey.

    The score is the first question that says that it measures something (`metric`). The comment is the first
    open question of several lines; else the comment beside the score; else the first open question behind the
    score. The user is the variable `user_id`, else the address.
    """
    if not chosen.enabled:
        return Roles()
    asked = _asked(schema)
    score = _settled(asked, chosen.score, _first_score(asked))
    comment = _settled(asked, chosen.comment, _first_comment(asked, score))
    user = _settled(asked, chosen.user, _named(asked, USER) or _named(asked, EMAIL))
    metric = chosen.metric_type or (score.metric if score else None)
    names = [one.name if one else None for one in (score, comment, user)]
    return Roles(names[0], names[1], names[2], metric or None)


def check_chosen(schema: Schema, chosen: Chosen) -> None:
    """Make sure that what was settled can be. Raises Invalid."""
    asked = _asked(schema)
    for field, kinds in (("score", (*_SCORES, Kind.TEXT)), ("comment", (Kind.TEXT,)), ("user", None)):
        name = getattr(chosen, field)
        found = _named(asked, name) if name else None
        if name and found is None:
            why = f"{name[:64]!r} is not a variable of this survey."
            raise Invalid(why, fields={field: why})
        if found and kinds and (found.kind not in kinds or found.compound):
            why = f"{found.name!r} is of the kind {found.kind} and cannot be the {field}."
            raise Invalid(why, fields={field: why})
    if chosen.metric_type and chosen.metric_type not in METRIC_TYPES:
        why = f"A metric type is one of {', '.join(METRIC_TYPES)}."
        raise Invalid(why, fields={"metric_type": why})


def _asked(schema: Schema) -> list[Variable]:
    return [v for v in schema.variables if v.level in ("respondent", "response") and v.origin != "system"]


def _settled(asked: Sequence[Variable], name: str | None, found: Variable | None) -> Variable | None:
    """The variable somebody named, none where they said so (an empty text), else what was found."""
    return found if name is None else _named(asked, name) if name else None


def _named(asked: Sequence[Variable], name: str) -> Variable | None:
    folded = fold(name)
    return next((v for v in asked if fold(v.name) == folded and not v.compound), None)


def _first_score(asked: Sequence[Variable]) -> Variable | None:
    fits = (v for v in asked if v.metric in METRICS and v.kind in _SCORES and not v.compound)
    return next(fits, None)


def _first_comment(asked: Sequence[Variable], score: Variable | None) -> Variable | None:
    texts = [
        v for v in asked if v.kind is Kind.TEXT and not v.compound and not v.hidden and v.origin == "question"
    ]
    open_ = [v for v in texts if v.level == "response" and v.parent is None]
    if several_lines := [v for v in open_ if v.element == "comment"]:
        return several_lines[0]
    if score is None:
        return None
    beside = [v for v in texts if v.parent == score.name and v.element == "comment"]
    behind = [v for v in open_ if asked.index(v) > asked.index(score)]
    return next(iter([*beside, *behind]), None)
