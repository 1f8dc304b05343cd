"""Paths → variables: what a name means in one survey."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from rejoinder.model.filters.bound import Read, Type
from rejoinder.model.filters.text import fold
from rejoinder.model.filters.tree import Path, place
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Field, Kind, Option, Schema, Variable

_SIMPLE = {
    Kind.NUMERIC: Type.NUMBER,
    Kind.TEXT: Type.TEXT,
    Kind.DATETIME: Type.MOMENT,
    Kind.BOOLEAN: Type.BOOLEAN,
    Kind.SINGLE: Type.CHOICE,
    Kind.MULTI: Type.MULTI,
}
# What one field of a compound holds; of every other kind with fields, the kind itself.
_WITHIN = {Kind.RATING: Kind.SINGLE, Kind.RANKING: Kind.NUMERIC, Kind.MULTI_GRID: Kind.MULTI}

MAX_LOOPS = 12
"""How deeply loops may be nested for a filter to go through them."""


class Names:
    """The variables and loops of a schema, found without regard to case."""

    def __init__(self, schema: Schema, references: Collection[str] = ()) -> None:
        self._references = frozenset(map(fold, references))
        grids = {variable.name for variable in schema.variables if variable.kind is Kind.GRID_3D}
        self._columns: dict[tuple[str, str], Variable] = {}
        self._variables = {_key("respondent", "respid"): _respid("respondent")}
        for variable in schema.variables:
            if variable.parent in grids:
                self._columns[_key(variable.parent or "", variable.name)] = variable
            else:
                self._variables[_key(variable.level, variable.name)] = variable
        self._loops = {fold(loop.name): loop for loop in schema.loops}

    def loop(self, name: str, at: int = 0) -> str:
        """A loop's name as the schema spells it; "" for the record's levels.

        Raises `Invalid` with the position `at` for a level that does not exist.
        """
        if fold(name) in ("respondent", "response"):
            return ""
        found = self._loops.get(fold(name))
        if found is None:
            raise Invalid(f"There is no level {name!r}{place(at)}; use respondent, response or a loop.")
        return found.name

    def chain(self, loop: str) -> tuple[str, ...]:
        """The loops from the outermost down to `loop`; of "", none."""
        names: list[str] = []
        while (found := self._loops.get(fold(loop))) is not None:
            names.append(found.name)
            if len(names) > MAX_LOOPS:
                raise Invalid(f"The loop {names[0]!r} is nested too deeply to be filtered by.")
            loop = found.parent
        return tuple(reversed(names))

    def find(self, path: Path) -> Read:
        """The variable that a path names, and where its value is.

        Raises `Invalid` with the position: another survey, an unknown level, variable, field or option.
        """
        if path.survey is not None and fold(path.survey) not in self._references:
            raise Invalid(f"{path.survey!r}{place(path.at)} is not the survey that is filtered.")
        variable = self._variable(path)
        level = self.loop(variable.level, path.at)
        # "responseid" is the same number as "respid", which is what the record holds.
        member = "respid" if fold(variable.name) == "responseid" and not level else variable.name
        return self._descend(variable, level, member, path)

    def _variable(self, path: Path) -> Variable:
        found = self._variables.get(_key(path.level, path.name))
        if found is not None:
            return found
        loop = self._loops.get(fold(path.level))
        if loop is not None and fold(path.name) == fold(loop.name):
            return Variable(loop.name, Kind.TEXT, level=loop.name)
        if _key(path.level, path.name) == _key("response", "responseid"):
            return _respid("response")
        raise self._unknown(path)

    def _unknown(self, path: Path) -> Invalid:
        self.loop(path.level, path.at)
        shown, where = repr(path.name), place(path.at)
        for level, name in self._variables:
            if name == fold(path.name):
                return Invalid(
                    f"Unknown variable {shown} on the level {path.level}{where}; "
                    f"the level {level} has one: write {level}:{path.name}."
                )
        for grid, column in self._columns:
            if column == fold(path.name):
                return Invalid(
                    f"Unknown variable {shown} on the level {path.level}{where}; "
                    f"it is a column: write :{grid}[row].{path.name}."
                )
        return Invalid(f"Unknown variable {shown} on the level {path.level}{where}.")

    def _descend(self, variable: Variable, level: str, member: str, path: Path) -> Read:
        codes, keys, kind, leaf = list(path.fields), [], variable.kind, variable
        chosen: str | None = None
        if codes and (variable.fields or kind in _WITHIN or kind is Kind.GRID_3D):
            keys.append(_code(variable.fields, codes.pop(0), "field", path))
            kind = _WITHIN.get(kind, kind)
            compound = kind is Kind.GRID_3D
            if compound and codes:
                leaf = self._column(variable, codes.pop(0), path)
                keys.append(leaf.name)
                kind, compound = leaf.kind, leaf.compound
        else:
            compound = bool(variable.fields) or kind not in _SIMPLE
        if codes and kind is Kind.MULTI:
            chosen = _code(leaf.options, codes.pop(0), "option", path)
        if codes:
            raise Invalid(f"{path.name!r}{place(path.at)} has no field {codes[0]!r}.")
        type_ = Type.COMPOUND if compound else _SIMPLE[kind] if chosen is None else Type.BOOLEAN
        return Read(variable, leaf, level, member, tuple(keys), type_, chosen, path.at)

    def _column(self, grid: Variable, name: str, path: Path) -> Variable:
        column = self._columns.get(_key(grid.name, name))
        if column is None or column.kind not in _SIMPLE:
            raise Invalid(f"{path.name!r}{place(path.at)} has no column {name!r} to filter by.")
        return column


def fields_of(read: Read) -> list[Read]:
    """The fields of a compound that is read whole; none of a grid3D, whose columns have their own types."""
    kind = _WITHIN.get(read.leaf.kind, read.leaf.kind)
    if kind not in _SIMPLE:
        return []
    return [replace(read, keys=(*read.keys, field.code), type=_SIMPLE[kind]) for field in read.leaf.fields]


def _key(level: str, name: str) -> tuple[str, str]:
    return fold(level), fold(name)


def _respid(level: str) -> Variable:
    return Variable("respid", Kind.NUMERIC, level=level, origin="system")


def _code(known: tuple[Field, ...] | tuple[Option, ...], code: str, what: str, path: Path) -> str:
    for one in known:
        if one.code == code:
            return code
    for one in known:
        if fold(one.code) == fold(code):
            return one.code
    if what == "option":
        raise Invalid(f"{path.name!r}{place(path.at)} has no option {code!r}.")
    raise Invalid(f"{path.name!r}{place(path.at)} has no field {code!r}.")
