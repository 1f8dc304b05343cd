"""The columns of a table → the variables of a survey that exists already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from msgspec import structs

from rejoinder.files.cells import Manner
from rejoinder.files.kinds import QUANTITIES
from rejoinder.files.plan import Fill, Plan, Skipped, Source, Target
from rejoinder.files.singles import role_of
from rejoinder.files.tables import Heading
from rejoinder.files.titles import folded, shown
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Field, Kind, Option, Schema, Variable

Part = tuple[str, str]
"""A variable's name and the code of its option or field, "" for the variable as a whole."""

_WHOLE = frozenset({Kind.NUMERIC, Kind.TEXT, Kind.DATETIME, Kind.BOOLEAN, Kind.SINGLE, Kind.MULTI})
_BY_FIELD = frozenset({Kind.NUMERIC, Kind.TEXT, Kind.DATETIME, Kind.BOOLEAN, Kind.RATING, Kind.RANKING})
_LEVELS = ("respondent", "response")


def match(
    schema: Schema, headings: Sequence[Heading], *, dates: Manner = "", decimal_comma: bool = False
) -> Plan:
    """Map columns to variables by name or title, without regard to case.

    A part of a compound or multiple choice may be headed `name_field`, `name[field]` or `name.field` (by the
    field's code or title), or by titles, as exported tables are: `Question - Option`, or in two rows.
    Where several variables have one title, each column takes the next that is free.

    Parameters: `dates` — `"DMY"` or `"MDY"` when the caller knows how dates with slashes are written;
    `decimal_comma` — whether numbers are written `1,5`.

    Returns a plan; what has no variable is in `skipped`. Cells are read strictly: choices by code or title,
    dates as ISO 8601 or `31.12.2019` (and with slashes only when `dates` says which part is the month);
    "NA" and its like are blanks where a number, a date or a boolean stands.
    """
    known = _known(schema)
    taken: dict[str, list[Source]] = defaultdict(list)
    variables = {variable.name: variable for variable in schema.variables}
    skipped = []
    for place, heading in enumerate(headings):
        part = _find(known, heading, taken)
        if part is None:
            skipped.append(
                Skipped(place, heading.option or heading.question, "matches no variable of the survey")
            )
        else:
            taken[part[0]].append(Source(place, part[1]))
    manners: dict[Kind, Manner] = {Kind.DATETIME: dates, Kind.NUMERIC: "1,5" if decimal_comma else ""}
    targets = tuple(_target(variables[name], tuple(sources), manners) for name, sources in taken.items())
    notes = tuple(f"Column {skip.column + 1} ({shown(skip.title)}) {skip.reason}." for skip in skipped)
    return Plan(targets, None, tuple(skipped), notes, schema.languages[0], loops=schema.loops)


def remapped(plan: Plan, schema: Schema, chosen: Mapping[int, Part]) -> Plan:
    """The plan with some columns (from 0) put elsewhere: a variable and a part, no variable to leave it out.

    Numbers and dates are read as the plan read them. Raises Invalid for a part that the schema does not have,
    and for two columns that would fill the same.
    """
    variables = {variable.name: variable for variable in schema.variables}
    places = {s.column: (t.variable.name, s.part) for t in plan.targets for s in t.sources}
    places |= chosen
    taken: dict[str, list[Source]] = defaultdict(list)
    for column, (name, part) in sorted(places.items()):
        if not name:
            continue
        variable = variables.get(name)
        if variable is None or (name, part) not in _fillable(variable):
            what = f"{name[:64]} {part[:64]}".strip()
            raise Invalid(f"Column {column + 1} cannot become {what!r}.")
        if any(source.part == part or not source.part or not part for source in taken[name]):
            raise Invalid(f"Two columns would fill {name!r}; leave one of them out.")
        taken[name].append(Source(column, part))
    manners = {target.variable.kind: target.manner for target in plan.targets}
    targets = tuple(_target(variables[name], tuple(found), manners) for name, found in taken.items())
    return structs.replace(plan, targets=targets)


def renamed(plan: Plan, names: Mapping[int, str]) -> Plan:
    """The plan with other names for the variables that some columns (from 0) are by themselves.

    Raises Invalid where two would have one name.
    """
    new = {
        target.variable.name: names[target.sources[0].column]
        for target in plan.targets
        if target.role in ("", "key") and not target.sources[0].part and target.sources[0].column in names
    }
    targets = []
    for target in plan.targets:
        one = target.variable
        name, parent = new.get(one.name, one.name), new.get(one.parent or "", one.parent)
        targets.append(structs.replace(target, variable=structs.replace(one, name=name, parent=parent)))
    if len({target.variable.name.casefold() for target in targets}) < len(targets):
        raise Invalid("Two columns would have the same name; change one of them.")
    return structs.replace(plan, targets=tuple(targets), key=plan.key and new.get(plan.key, plan.key))


def without(plan: Plan, columns: Set[int]) -> Plan:
    """The plan with some columns (from 0) left out."""
    targets = []
    for target in plan.targets:
        kept = tuple(source for source in target.sources if source.column not in columns)
        if kept:
            targets.append(structs.replace(target, sources=kept))
    names = {target.variable.name for target in targets}
    return structs.replace(plan, targets=tuple(targets), key=plan.key if plan.key in names else None)


def fillable(schema: Schema) -> list[tuple[Variable, str]]:
    """Everything that a column can fill: variables, and parts of those that need several columns."""
    return [(variable, part) for variable in _usable(schema) for _name, part in _fillable(variable)]


def _fillable(variable: Variable) -> list[Part]:
    return [*_wholes(variable), *((variable.name, part.code) for part in _parts(variable))]


def _known(schema: Schema) -> dict[str, list[Part]]:
    """Every heading that means a variable or a part of one, folded.

    A variable's name comes before all else, and a part before a title: an option "Other" and the text behind
    it may have one heading, and the option's column comes first.
    """
    known: dict[str, list[Part]] = defaultdict(list)
    usable = _usable(schema)
    for variable in usable:
        known[folded(variable.name)] += _wholes(variable)
    for variable in usable:
        for part in _parts(variable):
            for heading in _part_names(variable, part):
                known[heading].append((variable.name, part.code))
    for variable in usable:
        for title in variable.titles.values():
            known[folded(title)] += _wholes(variable)
    return known


def _usable(schema: Schema) -> list[Variable]:
    """The variables that a table can fill; no single column of it can hold a column of a 3D grid."""
    grids = {v.name for v in schema.variables if v.kind is Kind.GRID_3D}
    return [v for v in schema.variables if v.level in _LEVELS and v.parent not in grids]


def _wholes(variable: Variable) -> list[Part]:
    return [(variable.name, "")] if variable.kind in _WHOLE and not variable.fields else []


def _parts(variable: Variable) -> Sequence[Option | Field]:
    if variable.kind is Kind.MULTI:
        return variable.options
    return variable.fields if variable.kind in _BY_FIELD else ()


def _names(variable: Variable) -> Iterator[str]:
    yield from dict.fromkeys([folded(variable.name), *(folded(title) for title in variable.titles.values())])


def _part_names(variable: Variable, part: Option | Field) -> Iterator[str]:
    labels = dict.fromkeys([folded(part.code), *(folded(text) for text in part.texts.values())])
    for name in _names(variable):
        for label in labels:
            yield f"{name}\x00{label}"
            yield from (f"{name}_{label}", f"{name}[{label}]", f"{name}.{label}", f"{name} - {label}")


def _find(known: dict[str, list[Part]], heading: Heading, taken: Mapping[str, list[Source]]) -> Part | None:
    """The first variable, or part of one, that the heading means and that no other column fills."""
    question, option = folded(heading.question), folded(heading.option)
    if option:
        keys = [f"{question}\x00{option}", f"{question} - {option}"]
    else:
        keys = [question, role_of(heading.question)]
    for key in keys:
        for name, code in known.get(key, ()):
            parts = [source.part for source in taken.get(name, ())]
            if code not in parts and ("" not in parts if code else not parts):
                return name, code
    return None


def _target(variable: Variable, sources: tuple[Source, ...], manners: Mapping[Kind, Manner]) -> Target:
    fill: Fill = "fields" if variable.fields else "cell"
    if variable.kind is Kind.MULTI:
        fill = "marks" if sources[0].part else "list"
    manner = manners.get(variable.kind, "")
    return Target(variable, fill, sources, manner=manner, missing=variable.kind in QUANTITIES)
