"""Schemas, records and typed filter expressions, drawn so that each part of the language is met often.

`schemas()` → `records(schema)` and `conditions(schema)`; a drawn condition always binds to its schema.
Records are canonical, as the store keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from rejoinder.model.filters.text import iso_text
from rejoinder.model.filters.tree import And, Call, Chain, Compare, Literal, Mark, Negate, Node, Not, Or, Path
from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Variable

_at = datetime.fromisoformat
NOW = _at("2026-05-17T12:30:00")

# Words that fold alike without being alike, and characters that JSON or LIKE treat specially.
WORDS = (
    *("oslo", "OSLO", "Oſlo", "kilo", "\u212ailo", "Straße", "STRASSE", "strasse", "fish", "ﬁsh", "ﬃ", "ffi"),
    *("é", "e\u0301", "É", "İ", "i\u0307", "ẖ", "h\u0331", "ẚ", "aʾ", "Σας", "ΣΑΣ", "ŉ", "ʼn", "\u1fef", "`"),
    *('"', "\\", "50%", "a_b", "a\tb", "\x7f", "x\u0301", "😀", "12", "ﬆ", "st", "naïve", "o"),
)
texts = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=4),
)
# A filter's text may hold no control characters, though a record may.
written = texts.map(lambda text: text.replace("\x7f", ""))
numbers = st.one_of(
    st.integers(-3, 12),
    st.sampled_from([0.5, 2.0, -0.0, 1e300, 2**53 + 1, float(2**53), 2**63 - 1, 7.25]),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
moments = st.one_of(
    st.sampled_from([_at("2026-05-01"), _at("2026-04-30T23:59:59"), _at("0001-01-01"), NOW]),
    st.datetimes(_at("2024-01-01"), _at("2027-01-01")).map(lambda day: day.replace(microsecond=0)),
    st.just(_at("2026-05-01T01:02:03.250")),
)

_LETTERS = (("a", "B", "ß"), ("male", "Female", "k"), ("a", "A", "b"))
_DIGITS = (("1", "2", "3"), ("-1", "0", "2.5"), ("10", "9"))


def _options(codes: Sequence[str]) -> tuple[Option, ...]:
    scores = (1.0, 2.5, None)
    return tuple(Option(code, score=score) for code, score in zip(codes, scores, strict=False))


@st.composite
def schemas(draw: st.DrawFn, head: tuple[Variable, ...] = ()) -> Schema:
    """A schema with each kind of variable on some level, and two loops, one inside the other.

    `head`: variables to begin with (the system's own).
    """
    letters = _options(draw(st.sampled_from(_LETTERS)))
    digits = _options(draw(st.sampled_from(_DIGITS)))
    rows = (Field("r1"), Field("row two"))
    flags = iter(draw(st.lists(st.booleans(), min_size=7, max_size=7)))
    scalars = [
        Variable("city", Kind.TEXT, level="respondent", indexed=next(flags)),
        Variable("age", Kind.NUMERIC, level="respondent", indexed=next(flags)),
        Variable("born", Kind.DATETIME, level="respondent", indexed=next(flags)),
        Variable("first name%", Kind.TEXT, indexed=next(flags)),
        Variable("Agree", Kind.BOOLEAN, indexed=next(flags)),
        Variable("gender", Kind.SINGLE, options=letters, indexed=next(flags)),
        Variable("niveau_é", Kind.SINGLE, options=digits, indexed=next(flags)),
    ]
    compounds = [
        Variable("many", Kind.MULTI, options=letters),
        Variable("sat", Kind.RATING, options=digits, fields=rows),
        Variable("rank", Kind.RANKING, fields=rows),
        Variable("mgrid", Kind.MULTI_GRID, options=letters, fields=rows),
        Variable("others", Kind.TEXT, fields=rows),
        Variable("sums", Kind.NUMERIC, fields=rows),
        Variable("cube", Kind.GRID_3D, fields=rows),
        Variable("price", Kind.NUMERIC, parent="cube"),
        Variable("brand", Kind.MULTI, parent="cube", options=letters),
    ]
    looped = [
        Variable(name, kind, level=level, options=digits if kind is Kind.SINGLE else ())
        for level in ("trip", "leg")
        for name, kind in (("cost", Kind.NUMERIC), ("note", Kind.TEXT), ("day", Kind.DATETIME))
    ]
    loops = (Loop("trip"), Loop("leg", parent="trip"))
    return Schema(variables=(*head, *scalars, *compounds, *looped), loops=loops)


@st.composite
def records(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    """A canonical record of a schema from `schemas()`: `respid`, the variables, the loops."""
    record: dict[str, Any] = {"respid": draw(st.integers(1, 12))}
    members = [
        variable for variable in schema.variables if variable.origin != "system" and not variable.parent
    ]
    _fill(draw, record, schema, [one for one in members if one.level in ("respondent", "response")])
    trips = [_iteration(draw, schema, "trip", code) for code in draw(st.sampled_from(["", "1", "12"]))]
    for trip in trips:
        if legs := [_iteration(draw, schema, "leg", code) for code in draw(st.sampled_from(["", "a", "ab"]))]:
            trip["leg"] = legs
    return {**record, "trip": trips} if trips else record


def _iteration(draw: st.DrawFn, schema: Schema, loop: str, code: str) -> dict[str, Any]:
    iteration = {loop: code}
    _fill(draw, iteration, schema, [variable for variable in schema.variables if variable.level == loop])
    return iteration


def _fill(draw: st.DrawFn, record: dict[str, Any], schema: Schema, members: Sequence[Variable]) -> None:
    for variable in members:
        value = draw(st.none() | _values(schema, variable))
        if value not in (None, {}):
            record[variable.name] = value


def _values(schema: Schema, variable: Variable) -> st.SearchStrategy[Any]:
    if variable.kind is Kind.GRID_3D:
        columns = [column for column in schema.variables if column.parent == variable.name]
        row = {column.name: _values(schema, column) for column in columns}
        return _objects({field.code: _objects(row) for field in variable.fields})
    within = {Kind.RATING: Kind.SINGLE, Kind.RANKING: Kind.NUMERIC, Kind.MULTI_GRID: Kind.MULTI}
    one = _single_values(within.get(variable.kind, variable.kind), variable.options)
    return _objects({field.code: one for field in variable.fields}) if variable.fields else one


def _objects(members: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    made = st.fixed_dictionaries({}, optional=members)
    return made.map(lambda one: {key: value for key, value in one.items() if value != {}})


def _single_values(kind: Kind, options: Sequence[Option]) -> st.SearchStrategy[Any]:
    codes = [option.code for option in options]
    match kind:
        case Kind.NUMERIC:
            return numbers
        case Kind.TEXT:
            return texts
        case Kind.DATETIME:
            return moments.map(iso_text)
        case Kind.BOOLEAN:
            return st.integers(0, 1)
        case Kind.SINGLE:
            return st.sampled_from(codes)
        case _:
            return st.lists(st.sampled_from(["true", "false", ""]), min_size=3, max_size=3).map(
                lambda sides: _multi(codes, sides)
            )


def _multi(codes: Sequence[str], sides: Sequence[str]) -> dict[str, list[str]]:
    value: dict[str, list[str]] = {}
    for code, side in zip(codes, sides, strict=False):
        if side:
            value.setdefault(side, []).append(code)
    return value


@dataclass(frozen=True)
class _Paths:
    """What a place in an expression can read, by the sort of its value."""

    number: tuple[Path, ...]
    text: tuple[Path, ...]
    moment: tuple[Path, ...]
    boolean: tuple[Path, ...]
    letters: tuple[Path, ...]
    digits: tuple[Path, ...]
    multi: tuple[Path, ...]
    compound: tuple[Path, ...]


def _paths(loops: tuple[str, ...]) -> _Paths:
    def response(name: str, *fields: str) -> Path:
        return Path("response", name, fields)

    return _Paths(
        number=(
            *(Path("respondent", "age"), Path("Respondent", "RESPID"), response("responseid")),
            *(response("rank", "r1"), response("SUMS", "row two"), response("cube", "r1", "price")),
            *(Path(loop, "cost") for loop in loops),
        ),
        text=(
            *(Path("respondent", "City"), response("first name%"), response("others", "ROW TWO")),
            *(Path(loop, name) for loop in loops for name in ("note", loop)),
        ),
        moment=(Path("respondent", "born"), *(Path(loop, "day") for loop in loops)),
        boolean=(response("agree"),),
        letters=(response("gender"),),
        digits=(response("NIVEAU_É"), response("sat", "r1")),
        multi=(response("many"), response("mgrid", "r1"), response("cube", "row two", "brand")),
        compound=(response("sat"), response("rank"), response("sums"), response("others"), response("mgrid")),
    )


@st.composite
def conditions(draw: st.DrawFn, schema: Schema, depth: int = 3) -> Node:
    """A condition that binds to `schema` (one of `schemas()`), at most about `depth` levels deep."""
    return _Drawing(draw, schema).condition(depth, ())


class _Drawing:
    """One expression being drawn; `loops` are the loops gone through where a part stands."""

    def __init__(self, draw: st.DrawFn, schema: Schema) -> None:
        self._draw = draw
        self._letters, self._digits = (
            [option.code for option in variable.options]
            for variable in schema.variables
            if variable.name in ("gender", "niveau_é")
        )

    def _pick(self, choices: Sequence[Any]) -> Any:
        return self._draw(st.sampled_from(choices))

    def _literal(self, values: st.SearchStrategy[Any]) -> Literal:
        return Literal(self._draw(values))

    def condition(self, depth: int, loops: tuple[str, ...]) -> Node:
        simple = (self._comparison, self._comparison, self._choice, self._member, self._multi, self._asked)
        nested = (self._logic, self._logic, self._lifted) if depth > 0 else ()
        return self._pick((*simple, *nested))(depth - 1, loops)  # type: ignore[no-any-return]

    def _logic(self, depth: int, loops: tuple[str, ...]) -> Node:
        parts = [self.condition(depth, loops) for _ in range(self._pick((1, 2, 3)))]
        if len(parts) == 1:
            return Not(parts[0])
        return And(tuple(parts)) if self._pick((True, False)) else Or(tuple(parts))

    def _comparison(self, depth: int, loops: tuple[str, ...]) -> Node:
        side = self._pick((self.number, self.text, self.moment))
        op = self._pick(("=", "=", "!=", "<", "<=", ">", ">="))
        left, right = side(0, loops), side(depth, loops)
        return self._pick((Compare(op, left, right), Compare(op, right, left)))  # type: ignore[no-any-return]

    def _choice(self, depth: int, loops: tuple[str, ...]) -> Node:
        paths = _paths(loops)
        if self._pick((True, False)):
            code = Literal(self._cased(self._pick(self._letters)))
            return Compare(self._pick(("=", "!=")), self._pick(paths.letters), code)
        op = self._pick(("=", "!=", "<", ">="))
        code = Literal(float(self._pick(self._digits)))
        return Compare(op, self._pick(paths.digits), code)

    def _cased(self, text: str) -> str:
        return self._pick((text, text.upper(), text.lower()))  # type: ignore[no-any-return]

    def _member(self, depth: int, loops: tuple[str, ...]) -> Node:
        side = self._pick((self.number, self.text, self.moment))
        item, *others = (side(0, loops) for _ in range(self._pick((3, 4))))
        return Call(*self._pick((("IN", (item, *others)), ("BETWEEN", (item, *others[:2])))))

    def _multi(self, depth: int, loops: tuple[str, ...]) -> Node:
        path = self._pick(_paths(loops).multi)
        code = self._cased(self._pick(self._letters))
        if self._pick((True, False)):
            return Call("SELECTED", (path, Literal(code)))
        picked = Path(path.level, path.name, (*path.fields, code))
        return self._pick((picked, Compare(self._pick(("=", "!=")), picked, Literal(True))))  # type: ignore[no-any-return]

    def _asked(self, depth: int, loops: tuple[str, ...]) -> Node:
        paths = _paths(loops)
        anything = [path for kind in vars(paths).values() for path in kind]
        needle = self.text(0, loops)
        return self._pick(  # type: ignore[no-any-return]
            (
                Call("ANSWERED", (self._pick(anything),)),
                Call("isnull", (self._pick(anything),)),
                Call(self._pick(("CONTAINS", "StartsWith", "LIKE")), (self._pick(paths.text), needle)),
                Call(self._pick(("INMONTH", "INYEAR")), (self.moment(0, loops), Literal(-1), Literal(1))),
                Call("ISNULL", (self._pick(paths.boolean), Literal(True))),
                self._pick(paths.boolean),
            )
        )

    def _lifted(self, depth: int, loops: tuple[str, ...]) -> Node:
        return self._gather(("SOME", "EVERY"), depth, loops)

    def _gather(self, names: Sequence[str], depth: int, loops: tuple[str, ...]) -> Node:
        chain = self._pick((("trip",), ("trip", "leg")))
        above = chain[:-1]
        target = self._pick(("response", *(loop for loop in above if loop in loops)))
        first = Compare("!=", Path(chain[-1], "note"), self.text(0, chain))
        name = self._pick(names)
        parts: list[Node] = (
            [first] if name in ("SOME", "EVERY", "COUNT") else [Path(chain[-1], "cost"), first]
        )
        parts += [self.condition(depth, chain)] * self._pick((0, 1))
        return Call(name, (*parts, Mark(target)))

    def number(self, depth: int, loops: tuple[str, ...]) -> Node:
        paths = _paths(loops)
        if depth <= 0:
            return self._pick((self._pick(paths.number), self._literal(numbers)))  # type: ignore[no-any-return]
        return self._pick((self._arithmetic, self._measured, self._over_values, self._summed))(
            depth - 1, loops
        )  # type: ignore[no-any-return]

    def _arithmetic(self, depth: int, loops: tuple[str, ...]) -> Node:
        parts = tuple(self.number(depth, loops) for _ in range(self._pick((1, 2, 3))))
        if len(parts) == 1:
            return Negate(parts[0])
        ops = "".join(self._pick("+-") for _ in parts[1:])
        return Chain(self._pick((ops, ops.translate({43: "*", 45: "/"}))), parts)

    def _measured(self, depth: int, loops: tuple[str, ...]) -> Node:
        paths = _paths(loops)
        return self._pick(  # type: ignore[no-any-return]
            (
                Call("LEN", (self.text(depth, loops),)),
                Call(self._pick(("YEAR", "MONTH", "DAY")), (self.moment(depth, loops),)),
                Call("SCORE", (self._pick((*paths.letters, *paths.digits, *paths.multi)),)),
                Call("IIF", (self.condition(depth, loops), self.number(0, loops), self.number(0, loops))),
                Call("ISNULL", (self._pick(paths.number), self.number(0, loops))),
                Chain("-", (self._pick(paths.moment), self.moment(0, loops))),
            )
        )

    def _over_values(self, depth: int, loops: tuple[str, ...]) -> Node:
        paths = _paths(loops)
        if self._pick((True, False)):
            return Call("VCOUNT", (self._pick((*paths.compound, *paths.multi)), self.text(0, loops)))
        wide = self._pick([path for path in paths.compound if path.name in ("sat", "rank", "sums")])
        name = self._pick(("VSUM", "VAVG", "VMIN", "vmax"))
        return Call(name, (wide, self._pick(paths.digits), self.number(0, loops)))

    def _summed(self, depth: int, loops: tuple[str, ...]) -> Node:
        return self._gather(("SUM", "COUNT", "AVERAGE", "MIN", "MAX"), depth, loops)

    def text(self, depth: int, loops: tuple[str, ...]) -> Node:
        path = self._pick(_paths(loops).text)
        simple = (path, self._literal(written), Literal(""))
        if depth <= 0:
            return self._pick(simple[:2] * 4 + simple)  # type: ignore[no-any-return]
        inner = self.text(depth - 1, loops)
        return self._pick(  # type: ignore[no-any-return]
            (
                Chain("+", (path, inner)),
                Call(self._pick(("LOWER", "UPPER")), (inner,)),
                Call("ISNULL", (path, inner)),
            )
        )

    def moment(self, depth: int, loops: tuple[str, ...]) -> Node:
        paths = _paths(loops)
        simple = (self._pick(paths.moment), self._literal(moments), Call("GETDATE", ()))
        if depth <= 0:
            return self._pick(simple)  # type: ignore[no-any-return]
        return Chain(self._pick("+-"), (self._pick(simple), self.number(0, loops)))
