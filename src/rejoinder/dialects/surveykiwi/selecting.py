"""Which answers and which campaigns a request is about, and in what order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from rejoinder.core.respondents.filtered import Matcher, match_tree
from rejoinder.core.respondents.listing import BY_ID, Listing
from rejoinder.core.surveys import OpenSurvey, schema_of
from rejoinder.core.unit import Unit
from rejoinder.dialects.surveykiwi.conditions import (
    absent_node,
    node_of,
    number_bound,
    span_bound,
    text_node,
    variable_node,
    word_holds,
)
from rejoinder.dialects.surveykiwi.people import hidden_variables, participant_variables
from rejoinder.dialects.surveykiwi.where import Condition, Sorting
from rejoinder.dialects.surveykiwi.wire import TYPE, campaign_status, campaign_url
from rejoinder.model.filters.bind import bind
from rejoinder.model.filters.plain import matches
from rejoinder.model.filters.text import fold
from rejoinder.model.filters.tree import And, Node, Path
from rejoinder.model.listing import Bound, Order
from rejoinder.model.survey import Kind, Schema, Survey, Variable
from rejoinder.model.system import CLASSIFICATORS, LABELS

ANSWER_ORDERS = {
    "id": Order("id"),
    "status": Order("finished", descending=True),
    "created_at": Order("created_at"),
    "finished_at": Order("completed_at"),
}
"""The variables of `default` on answers, and what orders by them: `active` comes before `pending`."""
_CAMPAIGN_KINDS = {
    "id": Kind.NUMERIC,
    "name": Kind.TEXT,
    "url": Kind.TEXT,
    "language": Kind.TEXT,
    "type": Kind.TEXT,
    "status": Kind.TEXT,
    "created_at": Kind.NUMERIC,
    "updated_at": Kind.NUMERIC,
}
CAMPAIGN_VARIABLES = tuple(_CAMPAIGN_KINDS)
"""The variables of `default` on campaigns."""
_CAMPAIGNS = Schema(tuple(Variable(name, kind) for name, kind in _CAMPAIGN_KINDS.items()))
_MOST_NAMES = 30


def answers_listing(
    unit: Unit, survey: OpenSurvey, status: str, conditions: Sequence[Condition], sorting: Sequence[Sorting]
) -> Listing:
    """The answers that meet `status` and all conditions. Raises Invalid for what cannot be asked."""
    bounds = [] if status == "all" else [Bound("finished", "=", int(status == "active"))]
    nodes: list[Node] = []
    for condition in conditions:
        if condition.type == "default":
            bounds += _column_bounds(condition, survey.timezone)
        else:
            nodes.append(_record_node(condition, schema_of(survey)))
    return Listing(bounds, _matcher(unit, survey, nodes), (*map(_order, sorting), *BY_ID))


def _order(rule: Sorting) -> Order:
    ascending = ANSWER_ORDERS[rule.variable]
    return ascending._replace(descending=ascending.descending is not rule.descending)


def _matcher(unit: Unit, survey: OpenSurvey, nodes: Sequence[Node]) -> Matcher | None:
    if not nodes:
        return None
    return match_tree(unit, survey, nodes[0] if len(nodes) == 1 else And(tuple(nodes)))


def _column_bounds(condition: Condition, timezone: str) -> list[Bound]:
    match fold(condition.variable):
        case "id":
            return [number_bound(condition, "id")]
        case "created_at":
            return [span_bound(condition, "created_at", timezone)]
        case "finished_at":
            return [span_bound(condition, "completed_at", timezone)]
        case "status":
            kept = [n for n, word in enumerate(("pending", "active")) if word_holds(condition, word)]
            return [Bound("finished", "in", kept)]
    raise _unknown(condition, ANSWER_ORDERS)


def _record_node(condition: Condition, schema: Schema) -> Node:
    wanted = fold(condition.variable)
    if condition.type == "participant":
        known, possible = participant_variables(schema), LABELS
    else:
        known, possible = hidden_variables(schema), CLASSIFICATORS
    for variable in known:
        if fold(variable.name) == wanted:
            return variable_node(condition, variable)
    if wanted in possible:
        return absent_node(condition)
    raise _unknown(condition, [*dict.fromkeys([*(v.name for v in known), *possible])])


def _unknown(condition: Condition, names: Iterable[str]) -> Exception:
    found = list(names)
    more = ", …" if len(found) > _MOST_NAMES else ""
    return condition.refuse(
        f'"{condition.variable[:60]}" no es una variable de {condition.type}; '
        f"hay: {', '.join(found[:_MOST_NAMES])}{more}."
    )


def select_campaigns(
    surveys: Sequence[Survey], conditions: Sequence[Condition], sorting: Sequence[Sorting], timezone: str
) -> list[Survey]:
    """The campaigns that meet all conditions, in order; ties by id. Raises Invalid."""
    tests = [_campaign_test(condition, timezone) for condition in conditions]
    kept = [(_facts(survey), survey) for survey in surveys]
    kept = [(facts, survey) for facts, survey in kept if all(matches(test, facts) for test in tests)]
    for rule in reversed(sorting):
        kept.sort(key=lambda one: _sortable(one[0][rule.variable]), reverse=rule.descending)
    return [survey for _, survey in kept]


def _campaign_test(condition: Condition, timezone: str) -> Any:
    name = fold(condition.variable)
    if name not in _CAMPAIGN_KINDS:
        raise _unknown(condition, CAMPAIGN_VARIABLES)
    path = Path("response", name)
    if name.endswith("_at"):
        node = node_of(span_bound(condition, name, timezone), path)
    elif name == "id":
        node = node_of(number_bound(condition, name), path)
    else:
        node = text_node(condition, path)
    return bind(node, _CAMPAIGNS, now=datetime.now(UTC))


def _facts(survey: Survey) -> dict[str, Any]:
    return {
        "id": survey.id,
        "name": survey.name,
        "url": campaign_url(survey),
        "language": survey.languages[0],
        "type": TYPE,
        "status": campaign_status(survey),
        "created_at": survey.created_at,
        "updated_at": survey.updated_at,
    }


def _sortable(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value
