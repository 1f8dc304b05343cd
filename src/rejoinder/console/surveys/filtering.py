"""Filters as rows of conditions: made into an expression, and read from one where it is that simple."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from rejoinder.console.speech import _, mark
from rejoinder.console.surveys.values import Reader, background, questions
from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.printer import print_tree
from rejoinder.model.filters.tree import And, Call, Compare, Literal, Node, Not, Or, Path
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Variable
from rejoinder.model.system import CREATED, ENDED, LANGUAGE, STATUS

MAX_ROWS = 20
_SYSTEM = (STATUS, LANGUAGE, CREATED, ENDED)
_COMPARING = {
    "=": mark("is"),
    "!=": mark("is not"),
    "<": mark("is less than"),
    "<=": mark("is at most"),
    ">": mark("is more than"),
    ">=": mark("is at least"),
}
_DATING = {"<": mark("is before"), ">=": mark("is on or after")}
_TELLING = {
    "contains": mark("contains"),
    "lacks": mark("does not contain"),
    "=": mark("is"),
    "!=": mark("is not"),
    "starts": mark("begins with"),
}
_CHOOSING = {"selected": mark("includes"), "unselected": mark("does not include")}
_BEING = {"there": mark("is answered"), "blank": mark("is not answered")}


class Condition(NamedTuple):
    """One row: the variable's path as the language writes it, an operator, a value."""

    path: str = ""
    operator: str = ""
    value: str = ""


class Target(NamedTuple):
    """Something a condition can be about."""

    path: Path
    title: str
    variable: Variable


class Builder:
    """What conditions on a survey can say."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.targets = {print_tree(target.path): target for target in self._targets()}

    def _targets(self) -> list[Target]:
        schema = self.reader.schema
        system = [v for v in schema.variables if v.name in _SYSTEM]
        found: list[Target] = []
        for variable in (*questions(schema), *background(schema), *system):
            if variable.kind is Kind.GRID_3D:
                continue
            title = self.reader.title(variable)
            path = Path(variable.level, variable.name)
            if not variable.fields:
                found.append(Target(path, title, variable))
            for field in variable.fields:
                named = f"{title} – {self.reader.field(field)}"
                found.append(Target(Path(path.level, path.name, (field.code,)), named, variable))
        return found

    def operators(self, target: Target) -> dict[str, str]:
        """Operator → what it is called, for a target."""
        kind = target.variable.kind
        if kind in (Kind.MULTI, Kind.MULTI_GRID):
            found = _CHOOSING
        elif kind is Kind.TEXT:
            found = _TELLING
        elif kind is Kind.DATETIME:
            found = _DATING
        elif kind in (Kind.NUMERIC, Kind.RANKING) or _scored(target.variable):
            found = _COMPARING
        else:
            found = {name: _COMPARING[name] for name in ("=", "!=")}
        return {name: _(text) for name, text in (found | _BEING).items()}

    def values(self, target: Target) -> dict[str, str] | None:
        """Value → what it is called, where there are only some; else None."""
        if target.variable.kind is Kind.BOOLEAN:
            return {"TRUE": _("Yes"), "FALSE": _("No")}
        return self.reader.labels(target.variable) or None

    def fitting(self, row: Condition) -> Condition:
        """A row whose parts fit each other: what does not becomes the first that does."""
        path = row.path if row.path in self.targets else next(iter(self.targets), "")
        if not path:
            return Condition()
        target = self.targets[path]
        operators = self.operators(target)
        operator = row.operator if row.operator in operators else next(iter(operators))
        values = self.values(target)
        value = row.value if values is None or row.value in values else next(iter(values))
        return Condition(path, operator, "" if operator in _BEING else value)

    def tree(self, rows: Sequence[Condition], *, either: bool) -> Node | None:
        """The filter of some rows; those without a value that need one say nothing."""
        parts = [node for row in rows if (node := self._node(self.fitting(row))) is not None]
        if len(parts) < 2:
            return parts[0] if parts else None
        return Or(tuple(parts)) if either else And(tuple(parts))

    def _node(self, row: Condition) -> Node | None:
        if not row.path:
            return None
        target, path = self.targets[row.path], self.targets[row.path].path
        if row.operator in _BEING:
            answered = Call("ANSWERED", (path,))
            return answered if row.operator == "there" else Not(answered)
        if not row.value.strip():
            return None
        literal = _literal(target.variable, row.operator, row.value.strip())
        match row.operator:
            case "contains":
                return Call("CONTAINS", (path, literal))
            case "lacks":
                return Not(Call("CONTAINS", (path, literal)))
            case "starts":
                return Call("STARTSWITH", (path, literal))
            case "selected":
                return Call("SELECTED", (path, literal))
            case "unselected":
                return Not(Call("SELECTED", (path, literal)))
        if _scored(target.variable) and row.operator not in ("=", "!="):
            return Compare(row.operator, Call("SCORE", (path,)), literal)
        return Compare(row.operator, path, literal)

    def rows(self, expression: str) -> tuple[list[Condition], bool] | None:
        """The rows that say what an expression does, and whether one is enough; None where none can."""
        try:
            tree = parse(expression)
        except Invalid:
            return None
        parts = tree.parts if isinstance(tree, And | Or) else (tree,)
        rows = [_row(part) for part in parts]
        if len(rows) > MAX_ROWS or None in rows:
            return None
        found = [row for row in rows if row]
        either = isinstance(tree, Or)
        try:
            same = self.tree(found, either=either) == tree
        except Invalid:  # a value that is none of the variable's kind: the expression's own problem says so
            return None
        return (found, either) if same else None


def _scored(variable: Variable) -> bool:
    return variable.kind in (Kind.SINGLE, Kind.RATING) and all(o.score is not None for o in variable.options)


def _literal(variable: Variable, operator: str, value: str) -> Literal:
    """A value as the language has it. Raises Invalid for what is none of the variable's kind."""
    if variable.kind is Kind.BOOLEAN:
        return Literal(value == "TRUE")
    if variable.kind is Kind.DATETIME:
        try:
            return Literal(datetime.fromisoformat(value).replace(tzinfo=None))
        except ValueError:
            raise Invalid(_("%(value)s is not a date.", value=value[:40])) from None
    scored = _scored(variable) and operator not in ("=", "!=")
    if variable.kind in (Kind.NUMERIC, Kind.RANKING) or scored:
        try:
            number = float(value.replace(",", "."))
        except ValueError:
            raise Invalid(_("%(value)s is not a number.", value=value[:40])) from None
        if abs(number) > 1e15 or number != number:
            raise Invalid(_("%(value)s is not a number.", value=value[:40]))
        return Literal(int(number) if number.is_integer() else number)
    return Literal(value)


_CALLS = {
    "CONTAINS": ("contains", "lacks"),
    "SELECTED": ("selected", "unselected"),
    "STARTSWITH": ("starts", ""),
}


def _row(node: Node) -> Condition | None:
    """A condition as a row, as far as it looks like one."""
    no = isinstance(node, Not)
    inner = node.part if isinstance(node, Not) else node
    if isinstance(inner, Call) and inner.name.upper() == "ANSWERED" and isinstance(inner.parts[0], Path):
        return Condition(print_tree(inner.parts[0]), "blank" if no else "there")
    if isinstance(inner, Call) and inner.name.upper() in _CALLS and len(inner.parts) == 2:
        path, value = inner.parts
        name = _CALLS[inner.name.upper()][no]
        return (
            Condition(print_tree(path), name, _text(value)) if isinstance(value, Literal) and name else None
        )
    if isinstance(inner, Compare) and not no and isinstance(inner.right, Literal):
        left = inner.left
        if isinstance(left, Call) and left.name.upper() == "SCORE" and len(left.parts) == 1:
            left = left.parts[0]
        if isinstance(left, Path):
            return Condition(print_tree(left), inner.op, _text(inner.right))
    return None


def _text(literal: Literal) -> str:
    value = literal.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value.isoformat() if isinstance(value, datetime) else str(value)


MOST_SEARCHED = 60
"""Texts of a record in which a search looks."""


def searching(reader: Reader, words: str) -> Node | None:
    """The filter that finds words in any text of a record; None where there is no text."""
    found: list[Node] = []
    for variable in (*questions(reader.schema), *background(reader.schema)):
        if variable.kind is Kind.TEXT:
            whole = Path(variable.level, variable.name)
            inner = [Path(variable.level, variable.name, (field.code,)) for field in variable.fields]
            found += [Call("CONTAINS", (path, Literal(words))) for path in inner or [whole]]
    found = found[:MOST_SEARCHED]
    return found[0] if len(found) == 1 else Or(tuple(found)) if found else None
