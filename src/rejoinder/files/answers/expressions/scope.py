"""What an expression sees while it is evaluated: the answers, variables, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

FUEL = 300_000
"""Steps that the expressions of one check may take together; a step is about a microsecond."""
_DEEPEST_COMPUTED = 12


class OutOfFuel(Exception):
    """The expressions of this check took too long; whoever asked takes the lenient direction."""


class World:
    """The answers and variables of one check.

    `values` are the answers by their names in the data; `variables` hidden fields and `computed` calculated
    values, by their names in lower case; `displays` gives the text that people see for an answer.
    """

    __slots__ = ("_active", "computed", "displays", "fuel", "now", "values", "variables")

    def __init__(
        self,
        values: Mapping[str, Any],
        variables: Mapping[str, Any],
        computed: Mapping[str, Evaluate],
        now: datetime,
        displays: Mapping[str, Callable[[Any], str]] | None = None,
    ) -> None:
        self.values = values
        self.variables = variables
        self.computed = computed
        self.now = now
        self.displays = displays or {}
        self.fuel = FUEL
        self._active: set[str] = set()

    def spend(self, steps: int) -> None:
        """Use up fuel. Raises OutOfFuel."""
        self.fuel -= steps
        if self.fuel < 0:
            raise OutOfFuel

    def compute(self, name: str) -> Any:
        """A calculated value; null where it needs itself."""
        if name in self._active or len(self._active) >= _DEEPEST_COMPUTED:
            return None
        self._active.add(name)
        try:
            return self.computed[name](Scope(self))
        finally:
            self._active.discard(name)


class Scope:
    """A place in the survey: the names that mean something there (`panel`, `row`, `item`, …)."""

    __slots__ = ("names", "world")

    def __init__(self, world: World, names: Mapping[str, Any] | None = None) -> None:
        self.world = world
        self.names = names or {}

    def within(self, **names: Any) -> Scope:
        """This place with further names, in lower case."""
        return Scope(self.world, {**self.names, **names})


Evaluate = Callable[[Scope], Any]
