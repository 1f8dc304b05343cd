"""Choices of a question: the values in the data, our codes for them, and which of them are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rejoinder.files.answers.builder import Builder, lists
from rejoinder.files.answers.expressions.compile import Condition
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.surveyjs_reading import Element
from rejoinder.model.survey import Field, Option

SPECIAL = ("none", "refused", "dontknow", "other")
"""Values of the choices that SurveyJS adds by a switch; no condition hides them."""
_MOST_NUMBERED = 5_000


def key_of(value: Any) -> str:
    """A value in the data as the text of a code, as `surveyjs_choices.code_of` makes it; "" for none."""
    if type(value) is str:
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        try:
            return f"{value:.15g}"
        except OverflowError:
            return ""
    return ""


class Codes:
    """The codes of a question. `raw` gives the value in the data for a code; `shown` are conditions of
    single choices, `all_shown` the one of every choice, `carried` what another question must have."""

    __slots__ = ("_conditional", "all_shown", "carried", "known", "raw", "shown")

    def __init__(
        self,
        known: Iterable[str],
        raw: Mapping[str, Any],
        shown: Mapping[str, Condition] | None = None,
        all_shown: Condition | None = None,
        carried: Callable[[Scope, str], bool] | None = None,
    ) -> None:
        self.known = frozenset(known)
        self.raw = raw
        self.shown = shown or {}
        self.all_shown = all_shown
        self.carried = carried
        self._conditional = bool(shown or all_shown or carried)

    def find(self, value: Any) -> str | None:
        """The code of a value, None when it is none of the choices."""
        if type(value) is str and value in self.known:
            return value
        code = key_of(value)
        return code if code in self.known else None

    def is_shown(self, scope: Scope, code: str) -> bool:
        """Whether people were offered a choice."""
        if not self._conditional or code in SPECIAL:
            return True
        value = self.raw.get(code, code)
        names: dict[str, Any] = {"item": value, "choice": value}
        if (condition := self.shown.get(code)) is not None and not condition(scope.within(**names)):
            return False
        if self.all_shown is not None and not self.all_shown(scope.within(**names)):
            return False
        return self.carried is None or self.carried(scope, code)

    def back(self, code: str) -> Any:
        """The value in the data for a code."""
        return self.raw.get(code, code)


def codes_of(
    builder: Builder, element: Element, parts: tuple[Option, ...] | tuple[Field, ...], key: str = "choices"
) -> Codes:
    """The codes of a select question (its choices may be carried forward)."""
    source = _source(builder, element) if key == "choices" else element
    items = lists(source, key)
    raw = raw_values(items)
    if key == "choices":
        raw |= _numbered(source)
    shown = item_conditions(builder, items)
    condition = {"choices": "choicesVisibleIf", "rows": "rowsVisibleIf", "columns": "columnsVisibleIf"}.get(
        key, ""
    )
    carried = None if source is element or key != "choices" else _carried(builder, element, source)
    return Codes(
        (part.code for part in parts), raw, shown, builder.condition(element, condition, True), carried
    )


def raw_values(items: Iterable[Any]) -> dict[str, Any]:
    """Code → value in the data, of a list of item values."""
    found: dict[str, Any] = {}
    for item in items:
        value = item.get("value") if isinstance(item, Mapping) else item
        if isinstance(item, str):
            value = item.partition("|")[0]
        if code := key_of(value):
            found.setdefault(code, value.strip() if isinstance(value, str) else value)
    return found


def item_conditions(builder: Builder, items: Iterable[Any], otherwise: bool = True) -> dict[str, Condition]:
    """Code → its `visibleIf`."""
    found: dict[str, Condition] = {}
    for item in items:
        if isinstance(item, Mapping) and "visibleIf" in item:
            condition = builder.condition(item, "visibleIf", otherwise)
            if condition is not None:
                found[key_of(item.get("value"))] = condition
    return found


def _source(builder: Builder, element: Element) -> Element:
    name = element.get("choicesFromQuestion")
    return builder.elements.get(name, element) if isinstance(name, str) else element


def _numbered(source: Element) -> dict[str, Any]:
    ends = [source.get(key) for key in ("choicesMin", "choicesMax", "choicesStep")]
    first, last, step = (int(end) if isinstance(end, int | float) and abs(end) < 1e9 else 0 for end in ends)
    numbers = range(first, last + 1, max(1, step)) if first or last else range(0)
    return {str(number): number for number in numbers[:_MOST_NUMBERED]}


def _carried(builder: Builder, element: Element, source: Element) -> Callable[[Scope, str], bool] | None:
    """What the question that the choices come from must have chosen."""
    mode = element.get("choicesFromQuestionMode", "all")
    name = source.get("valueName") or source.get("name")
    own = raw_values(lists(element, "choices"))
    if mode not in ("selected", "unselected") or not isinstance(name, str):
        return None

    def offered(scope: Scope, code: str) -> bool:
        chosen = scope.world.values.get(name)
        scope.world.spend(1)
        listed = chosen if isinstance(chosen, list) else [chosen]
        is_chosen = any(key_of(one) == code for one in listed)
        return is_chosen == (mode == "selected") or code in own

    return offered
