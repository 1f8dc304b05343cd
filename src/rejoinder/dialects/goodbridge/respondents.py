"""`GET /integrations/{project_id}/respondents` (000, "Get Respondents Data")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rejoinder.core.collecting.authoring import list_collectors
from rejoinder.core.respondents.filtered import Matcher, match_tree
from rejoinder.core.respondents.listing import Listing, list_responses
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import require_feature
from rejoinder.dialects.goodbridge.answers import as_number
from rejoinder.dialects.goodbridge.query import Asked, parse
from rejoinder.dialects.goodbridge.wire import Rendering, classificator, compile_rendering, render_page
from rejoinder.dialects.goodbridge.words import spellings
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import JSON, Reply
from rejoinder.model.filters.text import fold
from rejoinder.model.filters.tree import And, Compare, Literal, Node, Path
from rejoinder.model.listing import Bound, Order
from rejoinder.model.survey import Kind, Variable

FEATURE = "api_export"
_REMEMBERED = 128
"""Surveys and languages kept compiled."""


def read_respondents(call: Call) -> Reply:
    """A page of respondents with their answers."""
    unit = call.unit
    require_feature(unit, FEATURE)
    survey = open_survey(unit, call.params["project_id"])
    asked = parse(call)
    listing = _listing(unit, survey, asked)
    skip = (asked.page - 1) * asked.page_size
    rows, total = list_responses(unit, survey, listing, skip, asked.page_size) if listing else ([], 0)
    rendering = _rendering(unit, survey, asked.language)
    base_url = call.base_url if rendering.files else ""
    body = render_page(rendering, rows, base_url, (asked.page, asked.page_size, total))
    return Reply(200, body, JSON)


def _rendering(unit: Unit, survey: OpenSurvey, language: str) -> Rendering:
    """The survey compiled, or as it was compiled before."""
    kept: dict[Any, tuple[int, Rendering]] = unit.session.cache.setdefault("goodbridge", {})
    version, found = kept.get((survey.id, language), (None, None))
    if found is None or version != survey.row.schema_version:
        collectors = list_collectors(unit, str(survey.id))
        found = compile_rendering(survey.shape.schema, collectors, language)
        if len(kept) >= _REMEMBERED:
            kept.clear()
        kept[survey.id, language] = (survey.row.schema_version, found)
    return found


def _listing(unit: Unit, survey: OpenSurvey, asked: Asked) -> Listing | None:
    """Which respondents, in what order; None for certainly none."""
    bounds = []
    if asked.started_from is not None:
        bounds.append(Bound("opened_at", ">=", asked.started_from))
    if asked.ended_until is not None:
        bounds.append(Bound("completed_at", "<=", asked.ended_until))
    if asked.filled_in is not None:
        bounds.append(Bound("language", "in", spellings(asked.filled_in)))
    if asked.channel is not None:
        found = [one.id for one in list_collectors(unit, str(survey.id)) if one.code == asked.channel]
        bounds.append(Bound("collector_id", "in", found))
    conditions = _conditions(survey, asked.classificators)
    if conditions is None:
        return None
    by_end = [Order("completed_at", asked.order == "desc")] if asked.order else []
    return Listing(bounds, _matcher(unit, survey, conditions), [*by_end, Order("id")])


def _matcher(unit: Unit, survey: OpenSurvey, conditions: list[Node]) -> Matcher | None:
    if not conditions:
        return None
    tree = conditions[0] if len(conditions) == 1 else And(tuple(conditions))
    return match_tree(unit, survey, tree)


def _conditions(survey: OpenSurvey, wanted: Mapping[str, str]) -> list[Node] | None:
    """What the classificators must be, as filters; None when no record can be so."""
    found: list[Node] = []
    for name, text in wanted.items():
        variable = classificator(survey.shape.schema, name)
        condition = _equals(variable, text) if variable else None
        if condition is None:
            return None
        found.append(condition)
    return found


def _equals(variable: Variable, text: str) -> Node | None:
    """A variable shown as this text, in any case; None for a text that it never has."""
    path = Path(variable.level, variable.name)
    match variable.kind:
        case Kind.TEXT:
            return Compare("=", path, Literal(text))
        case Kind.SINGLE:
            known = any(fold(option.code) == fold(text) for option in variable.options)
            return Compare("=", path, Literal(text)) if known else None
    number = as_number(text)
    return None if number is None else Compare("=", path, Literal(number))
