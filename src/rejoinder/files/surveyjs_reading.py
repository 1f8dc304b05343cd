"""What has been read of a SurveyJS definition so far, and how to say where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from rejoinder.files.names import Names, is_name
from rejoinder.files.surveyjs_texts import Languages
from rejoinder.files.titles import shown
from rejoinder.model.problems import Invalid, TooLarge
from rejoinder.model.survey import Loop, Variable
from rejoinder.model.system import RESERVED

Element = Mapping[str, Any]

MAX_ELEMENTS = 5_000
"""Most elements, columns and items of one survey."""
MAX_DEPTH = 20
"""Deepest nesting of panels."""
MAX_OPTIONS = 100_000
"""Most options of all questions together."""


@dataclass(frozen=True)
class At:
    """Where an element stands: its place in the document (`pages[0].elements[3]`), the level its variables
    belong to, the grid it is a column of (or None), how deep it is nested."""

    place: str
    level: str = "response"
    parent: str | None = None
    depth: int = 0

    def down(self, step: str) -> At:
        """The place of a part of this element."""
        return At(f"{self.place}.{step}" if self.place else step, self.level, self.parent, self.depth + 1)


@dataclass
class Reading:
    """The survey read so far. `elements` finds questions by name, for carried-forward choices; `placed`
    tells which variable or loop an element became, by its place in the document."""

    languages: Languages
    names: Names
    variables: list[Variable] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    elements: dict[str, Element] = field(default_factory=dict)
    placed: dict[str, str] = field(default_factory=dict)
    _scopes: set[tuple[str, str]] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=lambda: {"elements": 0, "options": 0})

    def name(self, element: Element, at: At, key: str = "name") -> str:
        """Take a variable name for an element; a note says when it differs from the element's own.

        Raises `Invalid` for a missing name and for one that comes twice in its scope.
        """
        own = element.get(key) or element.get("name")
        if not isinstance(own, str) or not own.strip():
            refuse(at.down("name"), "must be a text that is not empty")
        scope = f"{at.level}\x00{at.parent}"
        if (scope, own) in self._scopes:
            refuse(at.down("name"), f"is {shown(own)}, which another question has already")
        self._scopes.add((scope, own))
        taken = self.placed[at.place] = self.names.take(own, "q")
        if taken != own:
            self.note(own, f"is called {taken} here, {_reason(own)} ({at.place}).")
        return taken

    def add(self, variable: Variable) -> None:
        """Add a variable."""
        self.variables.append(variable)

    def note(self, name: object, sentence: str) -> None:
        """Say something about an element."""
        self.notes.append(f"{shown(name)} {sentence}")

    def count(self, what: str, number: int = 1) -> None:
        """Count elements or options; raises `TooLarge` over the limit."""
        self._counts[what] += number
        limit = MAX_ELEMENTS if what == "elements" else MAX_OPTIONS
        if self._counts[what] > limit:
            raise TooLarge(f"The survey has more than {limit} {what}.")


def _reason(own: str) -> str:
    if not is_name(own):
        return "because variable names are letters, digits and underscores"
    if own.casefold() in RESERVED:
        return "because every survey has a variable of its own with that name"
    return "because another question of the survey has that name (names are the same in any case)"


def refuse(at: At, reason: str) -> NoReturn:
    """Raise `Invalid` naming the place in the document."""
    place = at.place or "survey"
    raise Invalid(f"{place} {reason}.", fields={place: reason})


def items_of(element: Element, key: str, at: At) -> list[Any]:
    """Return the list under `key` ([] when absent). Raises `Invalid` when it is something else."""
    found = element.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        refuse(at.down(key), "must be a list")
    return found


def element_of(item: object, at: At) -> Element:
    """Return `item` as an element. Raises `Invalid` when it is not an object."""
    if not isinstance(item, Mapping):
        refuse(at, "must be an object")
    return item
