"""`{name}` → a function that finds its value.

Names are compared without case. `{grid.row.column}` and `{panel[0].name}` go into an answer; a name that
holds dots is found whole first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from rejoinder.files.answers.expressions.scope import Evaluate, Scope, World
from rejoinder.files.answers.expressions.tree import Name
from rejoinder.files.answers.expressions.values import number_of

MOST_STEPS = 20
_INDEX = re.compile(r"(.*?)\[(-?\d{1,6})\]\Z", re.ASCII | re.DOTALL)
_TRUTH = {"true": True, "false": False}


class Step(NamedTuple):
    """One part of a path: a name, and perhaps the number of a list's member."""

    name: str
    number: int | None


def correct(value: Any) -> Any:
    """An answer as an expression takes it: a text that spells a number or truth is one."""
    if type(value) is not str or not value:
        return value
    if len(value) in (4, 5) and (truth := _TRUTH.get(value.lower())) is not None:
        return truth
    if len(value) > 1 and value[0] in "'\"" and value[-1] in "'\"":
        return value[1:-1]
    if value[0] == "0" and len(value) > 1 and value[1] not in ".,x":
        return value
    number = number_of(value)
    return value if number is None else number


def finder(name: Name, known: Mapping[str, str]) -> Evaluate:
    """A function that finds a name's value, None where there is none.

    Parameters: `known` — the survey's names for its questions, in lower case → names in the data.
    """
    folded = name.path.lower()
    key = known.get(folded)
    if key is not None:
        return _found_raw(folded, key) if name.raw else _found(folded, key)
    steps = steps_of(name.path)
    if name.raw:
        return lambda scope: _search(scope, folded, steps, known)
    return lambda scope: correct(_search(scope, folded, steps, known))


def _found(folded: str, key: str) -> Evaluate:
    def find(scope: Scope) -> Any:
        world = scope.world
        if folded in world.computed or folded in world.variables:
            return correct(_variable(world, folded))
        return correct(world.values.get(key))

    return find


def _found_raw(folded: str, key: str) -> Evaluate:
    def find(scope: Scope) -> Any:
        world = scope.world
        if folded in world.computed or folded in world.variables:
            return _variable(world, folded)
        return world.values.get(key)

    return find


def _variable(world: World, folded: str) -> Any:
    return world.variables[folded] if folded in world.variables else world.compute(folded)


def steps_of(path: str) -> tuple[Step, ...]:
    """A path's parts; what is deeper than a survey can be is cut."""
    steps = []
    for part in path.split(".", MOST_STEPS)[:MOST_STEPS]:
        match = _INDEX.match(part)
        steps.append(Step(match[1], int(match[2])) if match else Step(part, None))
    return tuple(steps)


def _search(scope: Scope, folded: str, steps: tuple[Step, ...], known: Mapping[str, str]) -> Any:
    world = scope.world
    world.spend(len(steps))
    first = steps[0].name.lower()
    if first in scope.names:
        return _into(_member(scope.names[first], steps[0].number), steps[1:], world)
    if folded in world.variables or folded in world.computed:
        return _variable(world, folded)
    if first == "panel" and len(steps) > 1:  # in a panel that is not repeated: its questions
        return _top(scope, steps[1:], known)
    return _top(scope, steps, known)


def _top(scope: Scope, steps: tuple[Step, ...], known: Mapping[str, str]) -> Any:
    for end in range(_run(steps), 0, -1):
        name = ".".join(step.name for step in steps[:end])
        found, value = _at_top(scope.world, name, known)
        if found:
            return _into(_member(value, steps[end - 1].number), steps[end:], scope.world)
    for place in ("row", "panel"):
        inside = scope.names.get(place)
        if isinstance(inside, Mapping) and (value := _into(inside, steps, scope.world)) is not None:
            return value
    return 0 if len(steps) > 1 and steps[-1].name == "length" else None


def _run(steps: tuple[Step, ...]) -> int:
    """How many steps may be one name together: up to the first with an index."""
    return next((n for n, step in enumerate(steps, 1) if step.number is not None), len(steps))


def _at_top(world: World, name: str, known: Mapping[str, str]) -> tuple[bool, Any]:
    folded = name.lower()
    if folded in world.variables or folded in world.computed:
        return True, _variable(world, folded)
    key = known.get(folded, name)
    return key in world.values, world.values.get(key)


def _into(value: Any, steps: tuple[Step, ...], world: World) -> Any:
    """Go down into an answer."""
    while steps:
        if steps[0].name == "length" and isinstance(value, list | str):
            return len(value) if len(steps) == 1 else None
        if not isinstance(value, Mapping):
            return 0 if steps[-1].name == "length" and value is None else None
        value, steps = _next(value, steps, world)
    return value


def _next(value: Mapping[str, Any], steps: tuple[Step, ...], world: World) -> tuple[Any, tuple[Step, ...]]:
    for end in range(_run(steps), 0, -1):
        name = ".".join(step.name for step in steps[:end])
        if name not in value:
            world.spend(len(value))
            folded = name.lower()
            name = next((key for key in value if key.lower() == folded), name)
        if name in value:
            return _member(value[name], steps[end - 1].number), steps[end:]
    return None, steps[1:]


def _member(value: Any, index: int | None) -> Any:
    if index is None:
        return value
    if isinstance(value, list) and -len(value) <= index < len(value):
        return value[index]
    return None
