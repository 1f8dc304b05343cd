"""A plan while it is being made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rejoinder.files.columns import Column, Facts
from rejoinder.files.names import Names, slug
from rejoinder.files.plan import Plan, Role, Skipped, Target
from rejoinder.model.survey import Kind, Texts


@dataclass
class Draft:
    """What is known of the table, and what has been decided so far."""

    facts: Facts
    names: Names
    reserved: frozenset[str]
    language: str
    targets: list[Target] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    roles: set[Role] = field(default_factory=set)
    kinds: Mapping[int, Kind] = field(default_factory=dict)
    """Column → the kind that somebody wants it to be, of those that are variables of their own."""

    def column(self, place: int) -> Column:
        """What is known of the column at `place` (from 0)."""
        return self.facts.columns[place]

    def name(self, title: str, question: int) -> str:
        """Take a free name for a question: short words of its title, or `q` and its number (from 0 here)."""
        return self.names.take(slug(title), f"q{question + 1}")

    def texts(self, title: str) -> Texts:
        """`title` in the table's language; nothing for ""."""
        return {self.language: title} if title else {}

    def skip(self, place: int, title: str, reason: str) -> None:
        """Make nothing of a column."""
        self.skipped.append(Skipped(place, title, reason))

    def add(self, target: Target) -> None:
        """Add a variable and how it is filled."""
        self.targets.append(target)
        self.roles.add(target.role)

    def has(self, role: Role) -> bool:
        """Whether a column has that role already."""
        return role in self.roles

    def plan(self) -> Plan:
        """The finished plan."""
        if self.facts.ragged:
            self.notes.append(f"{self.facts.ragged} rows have more or fewer cells than the header.")
        key = next((target.variable.name for target in self.targets if target.role == "key"), None)
        return Plan(
            tuple(self.targets), key, tuple(self.skipped), tuple(self.notes), self.language, self.facts.rows
        )
