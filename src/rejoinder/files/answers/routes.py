"""What a survey's triggers do to its route: end it early, jump, show elements, set variables.

What stands on pages that a respondent never came to is not missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rejoinder.files.answers.builder import Builder, lists
from rejoinder.files.answers.expressions.compile import Condition
from rejoinder.files.answers.expressions.parse import Unreadable, parse
from rejoinder.files.answers.expressions.scope import Evaluate
from rejoinder.files.answers.expressions.tree import Binary, Call, Listed, Name, Node, Unary
from rejoinder.files.answers.level import questions_of
from rejoinder.files.answers.run import Group
from rejoinder.files.surveyjs_reading import Element

_MOST_TRIGGERS = 500


class Jump(NamedTuple):
    """When the condition holds, the pages between these two were jumped over."""

    condition: Condition
    after: int
    until: int


def jumps_of(builder: Builder, document: Element, pages: Sequence[Group]) -> tuple[Jump, ...]:
    """The jumps of a survey's triggers."""
    where = _page_numbers(pages)
    found = []
    for trigger in lists(document, "triggers")[:_MOST_TRIGGERS]:
        if not isinstance(trigger, Mapping) or trigger.get("type") not in _KINDS:
            continue
        condition = builder.condition(trigger, "expression", True)
        if condition is not None:
            after = max((where.get(name, 0) for name in _names(trigger["expression"])), default=0)
            target = trigger.get("gotoName")
            until = where.get(str(target).lower(), after) if "skip" in trigger["type"] else len(pages)
            found.append(Jump(condition, after, until))
    return tuple(found)


_KINDS = ("complete", "completetrigger", "skip", "skiptrigger")


def shown_by_triggers(builder: Builder, document: Element) -> dict[str, Condition]:
    """Name of a page or question → the condition that shows it, of triggers of the type visible."""
    found: dict[str, Condition] = {}
    for trigger in lists(document, "triggers")[:_MOST_TRIGGERS]:
        if isinstance(trigger, Mapping) and trigger.get("type") in ("visible", "visibletrigger"):
            condition = builder.condition(trigger, "expression", True)
            names = [*lists(trigger, "pages"), *lists(trigger, "questions")]
            if condition is not None:
                found |= {name: condition for name in names if isinstance(name, str)}
    return found


def set_by_triggers(builder: Builder, document: Element) -> dict[str, Evaluate]:
    """Variable in lower case → its value, of triggers that set variables; questions' values are answers."""
    found: dict[str, Evaluate] = {}
    for trigger in lists(document, "triggers")[:_MOST_TRIGGERS]:
        if isinstance(trigger, Mapping) and trigger.get("isVariable") is True:
            condition = builder.condition(trigger, "expression", True)
            if condition is not None and isinstance(name := trigger.get("setToName"), str):
                found.setdefault(name.lower(), _value_when(condition, trigger.get("setValue")))
    return found


def _value_when(condition: Condition, value: Any) -> Evaluate:
    return lambda scope: value if condition(scope) else None


def _page_numbers(pages: Sequence[Group]) -> dict[str, int]:
    found: dict[str, int] = {}
    for page in pages:
        for question in questions_of(page):
            found[question.place.lower()] = found[question.key.lower()] = page.number
    return found


def _names(text: Any) -> list[str]:
    """The questions that an expression asks for, in lower case."""
    try:
        return list(_inside(parse(text)))
    except Unreadable:
        return []


def _inside(node: Node) -> list[str]:
    found, waiting = [], [node]
    while waiting:
        match waiting.pop():
            case Name(path):
                found.append(path.partition(".")[0].partition("[")[0].lower())
            case Binary(_, left, right):
                waiting += [left, right]
            case Unary(_, part):
                waiting.append(part)
            case Listed(parts) | Call(_, parts):
                waiting += parts
    return found
