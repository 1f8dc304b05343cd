"""A schema compiled: one struct class per set of variables, so that decoding a request is validating it.

Attributes are `respid` and then `v0`, `v1`, … by position in the record; a variable has the same
attribute in every class of one shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import UNSET, Meta, UnsetType

from rejoinder.core.records.types import (
    INT64,
    Check,
    annotation,
    check,
    grid_columns,
    loop_annotation,
    top_variables,
)
from rejoinder.model.filters.text import fold
from rejoinder.model.survey import Loop, Schema, Variable
from rejoinder.model.system import RESPID, RESPONSEID


class Member(NamedTuple):
    """One member of the record: a variable or a loop, with its attribute, type and check."""

    name: str
    attribute: str
    subject: Variable | Loop
    kind: Any
    check: Check | None

    @property
    def system(self) -> bool:
        """Whether only the store writes it."""
        return isinstance(self.subject, Variable) and self.subject.origin == "system"

    @property
    def answer(self) -> bool:
        """Whether it belongs to the response and not to the respondent."""
        return not isinstance(self.subject, Variable) or self.subject.level != "respondent"


class RowType(NamedTuple):
    """A compiled class for rows: its decoder for a whole request, and what to check afterwards."""

    cls: Any
    decode: Callable[[bytes | str | msgspec.Raw], list[Any]]
    members: tuple[Member, ...]
    checks: tuple[tuple[str, Check], ...]
    strict: bool


class Shape:
    """One version of a survey's schema, compiled. Keep it per (survey id, schema version)."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.members = tuple(_members(schema))
        self.by_name = {member.name: member for member in self.members}
        self._folded = {fold(member.name): member for member in self.members}
        named: list[Variable | Loop] = [*schema.variables, *schema.loops]
        self._known = frozenset(fold(found.name) for found in named)
        self.attribute = {member.name: member.attribute for member in self.members}
        self.answers = tuple(m.attribute for m in self.members if m.answer and not m.system)
        self._row_types: dict[Any, RowType] = {}
        self.full = self._compile("Full", self.members, default=None, strict=False, respid_key=False).cls
        self._read = msgspec.json.Decoder(list[self.full]).decode  # type: ignore[name-defined]

    def read_all(self, docs: Iterable[str]) -> list[Any]:
        """Stored records as structs of `full`."""
        return self._read(f"[{','.join(docs)}]")

    def find(self, name: str) -> Member | None:
        """A member by its name, whatever its case."""
        return self.by_name.get(name) or self._folded.get(fold(name))

    def knows(self, name: str) -> bool:
        """Whether a record has this member, at the top or inside a grid or loop, whatever its case."""
        return fold(name) in self._known

    def new_rows(self, names: Sequence[str] | None, *, respid_key: bool = False) -> RowType:
        """Rows to insert. `names` — the variables to take, None for all (unknown ones are refused)."""
        return self._row_type("New", names, None, respid_key)

    def changed_rows(self, names: Sequence[str], *, respid_key: bool = False) -> RowType:
        """Rows to merge into stored ones: what is not sent is UNSET, null clears."""
        return self._row_type("Changed", names, UNSET, respid_key)

    def _row_type(self, name: str, names: Sequence[str] | None, default: Any, respid_key: bool) -> RowType:
        named = None if names is None else frozenset(names)
        key = (name, named, respid_key)
        found = self._row_types.get(key)
        if found is None:
            if len(self._row_types) >= 64:
                self._row_types.clear()
            wanted = [m for m in self.members if not m.system and (named is None or m.name in named)]
            found = self._compile(name, wanted, default=default, strict=named is None, respid_key=respid_key)
            self._row_types[key] = found
        return found

    def _compile(
        self, name: str, members: Iterable[Member], *, default: Any, strict: bool, respid_key: bool
    ) -> RowType:
        members = tuple(members)
        respid: Any = Annotated[int, Meta(ge=-INT64, le=INT64)] | UnsetType | None if respid_key else Any
        fields: list[Any] = [("respid", respid, None)]
        absent = UnsetType if default is UNSET else None
        for m in members:
            kind = Any if m.system else m.kind | None | absent if absent else m.kind | None
            fields.append((m.attribute, kind, default))
        cls = msgspec.defstruct(
            name,
            fields,
            rename={m.attribute: m.name for m in members},
            omit_defaults=True,
            forbid_unknown_fields=strict,
            gc=False,
        )
        checks = tuple((m.attribute, m.check) for m in members if m.check and not m.system)
        return RowType(cls, msgspec.json.Decoder(list[cls]).decode, members, checks, strict)  # type: ignore[valid-type]


def _members(schema: Schema) -> Iterable[Member]:
    names: list[tuple[Variable | Loop, Any, Check | None]] = [
        (v, annotation(v, grid_columns(schema, v)), check(v))
        for v in top_variables(schema, "respondent", "response")
        if v.name not in (RESPID, RESPONSEID)
    ]
    names += [(lp, loop_annotation(schema, lp), _refuse) for lp in schema.loops if lp.parent == "response"]
    for n, (subject, kind, test) in enumerate(names):
        yield Member(subject.name, f"v{n}", subject, kind, test)


def _refuse(_value: Any) -> bool:
    """Loops always take the slow pass, which checks each iteration."""
    return False
