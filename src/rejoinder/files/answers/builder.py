"""What the compilers of elements share: names, conditions and the schema of one survey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rejoinder.files.answers.expressions.compile import Condition, Names, compile_condition, compile_value
from rejoinder.files.answers.expressions.parse import Unreadable
from rejoinder.files.answers.expressions.scope import Evaluate, Scope
from rejoinder.files.answers.run import Form
from rejoinder.files.surveyjs_reading import At, Element
from rejoinder.files.surveyjs_texts import Languages
from rejoinder.model.survey import Loop, Schema, Variable


class Builder:
    """One survey while it is compiled.

    `placed` tells the variable of an element by its place; `elements` finds questions by their names;
    `triggered` are the conditions that show elements by a trigger.
    """

    def __init__(
        self,
        document: Element,
        schema: Schema,
        placed: Mapping[str, str],
        names: Names,
        elements: Mapping[str, Element],
    ) -> None:
        self.document = document
        self.schema = schema
        self.placed = placed
        self.names = names
        self.elements = elements
        self.own = schema.languages[0] if schema.languages else "en"
        self.variables = {variable.name: variable for variable in schema.variables}
        self.loops = {loop.name: loop for loop in schema.loops}
        self.triggered: Mapping[str, Condition] = {}

    def variable(self, at: At | str) -> Variable | None:
        """The variable that an element became."""
        name = self.placed.get(at if isinstance(at, str) else at.place)
        return self.variables.get(name) if name else None

    def loop(self, at: At) -> Loop | None:
        """The loop that an element became."""
        return self.loops.get(self.placed.get(at.place, ""))

    def condition(self, element: Element, key: str, otherwise: bool) -> Condition | None:
        """The condition under `key`, None when there is none or it cannot be read.

        `otherwise` is its answer when it takes too long.
        """
        text = element.get(key)
        if not isinstance(text, str) or not text.strip():
            return None
        try:
            return compile_condition(text, self.names, otherwise)
        except Unreadable:
            return _always(otherwise) if key == "enableIf" else None

    def visibility(self, element: Element) -> tuple[Condition | None, bool]:
        """When an element is shown, and whether it never is."""
        condition = self.condition(element, "visibleIf", True)
        name = element.get("name")
        if condition is None and isinstance(name, str):
            condition = self.triggered.get(name)
        return condition, condition is None and element.get("visible") is False and not element.get(
            "visibleIf"
        )

    def value(self, element: Element, key: str) -> Evaluate | None:
        """The expression under `key` as a value."""
        text = element.get(key)
        if not isinstance(text, str) or not text.strip():
            return None
        try:
            return compile_value(text, self.names)
        except Unreadable:
            return None

    def texts(self, element: Element, key: str) -> Mapping[str, str]:
        """A text of the survey in its languages, {} when there is none."""
        return Languages(self.own).texts(element.get(key))


def _always(answer: bool) -> Condition:
    def same(_scope: Scope) -> bool:
        return answer

    return same


def flag(element: Element, *keys: str) -> bool:
    """Whether one of these switches is on."""
    return any(element.get(key) is True for key in keys)


def whole(element: Element, *keys: str) -> int:
    """The first whole number above 0 under these keys, else 0."""
    for key in keys:
        number = element.get(key)
        if isinstance(number, str) and number.isascii() and number.isdecimal() and len(number) < 10:
            number = int(number)
        if isinstance(number, int | float) and not isinstance(number, bool) and 0 < number < 1e9:
            return int(number)
    return 0


def lists(element: Element, key: str) -> list[Any]:
    """The list under a key, [] when there is none."""
    found = element.get(key)
    return found if isinstance(found, list) else []


Maker = Callable[[Builder, Element, At, Variable | None], Form]
