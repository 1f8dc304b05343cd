"""What filters mean, by example: names, types, functions, levels, blanks. Plain and compiled alike."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest

from rejoinder.model.filters.bind import bind
from rejoinder.model.filters.compile import compile_filter
from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.plain import matches
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Field, Kind, Loop, Option, Schema, Variable

ROWS = (Field("a"), Field("b"))
SCALE = (Option("1", score=-1.0), Option("2"), Option("10", score=1.5))
SCHEMA = Schema(
    variables=(
        Variable("city", Kind.TEXT, level="respondent"),
        Variable("age", Kind.NUMERIC, level="respondent"),
        Variable("createddate", Kind.DATETIME, level="respondent"),
        Variable("blank", Kind.NUMERIC),
        Variable("none", Kind.TEXT),
        Variable("never", Kind.DATETIME),
        Variable("agree", Kind.BOOLEAN),
        Variable("unsure", Kind.BOOLEAN),
        Variable("gender", Kind.SINGLE, options=(Option("male"), Option("Female"))),
        Variable("scale", Kind.SINGLE, options=SCALE),
        Variable("many", Kind.MULTI, options=(*SCALE, Option("x"))),
        Variable("grid", Kind.RATING, fields=ROWS, options=SCALE),
        Variable("rank", Kind.RANKING, fields=ROWS),
        Variable("mgrid", Kind.MULTI_GRID, fields=ROWS, options=SCALE),
        Variable("texts", Kind.TEXT, fields=(*ROWS, Field("c d"))),
        Variable("cube", Kind.GRID_3D, fields=ROWS),
        Variable("price", Kind.NUMERIC, parent="cube"),
        Variable("brand", Kind.MULTI, parent="cube", options=SCALE),
        Variable("cost", Kind.NUMERIC, level="trip"),
        Variable("day", Kind.DATETIME, level="trip"),
        Variable("who", Kind.TEXT, level="leg"),
        Variable("other", Kind.TEXT, level="aside"),
    ),
    loops=(Loop("trip"), Loop("leg", parent="trip"), Loop("aside")),
)
RECORD = {
    "respid": 7,
    "city": "OSLO",
    "age": 31,
    "createddate": "2026-04-30T22:30:00.500",
    "none": "",
    "agree": 1,
    "gender": "Female",
    "scale": "10",
    "many": {"true": ["1", "10"], "false": ["2"]},
    "grid": {"a": "2", "b": "10"},
    "rank": {"a": 2},
    "mgrid": {"a": {"true": ["1"]}},
    "texts": {"a": "Hello", "c d": "there"},
    "cube": {"b": {"price": 9.5, "brand": {"false": ["2"]}}},
    "trip": [
        {
            "trip": "1",
            "cost": 5,
            "day": "2026-01-01T00:00:00",
            "leg": [{"leg": "x", "who": "Ann"}, {"leg": "y"}],
        },
        {"trip": "2", "cost": 9, "leg": [{"leg": "x", "who": "ann"}]},
        {"trip": "3"},
    ],
}
NOW = datetime.fromisoformat("2026-05-17T12:00:00")


def holds(text: str) -> bool:
    bound = bind(parse(text), SCHEMA, now=NOW, references=("123", "PROJ1"))
    compiled = compile_filter(bound)
    narrow = SimpleNamespace(**{f"v{at}": RECORD.get(name) for at, name in enumerate(compiled.names)})
    plain = matches(bound, RECORD)
    assert compiled.test(narrow) is plain
    return plain


TRUE = """
respondent:city = 'oslo'
RESPONDENT:City = "Oslo"
123.respondent:city = 'oslo' AND proj1.:agree
respondent:respid = 7 AND :responseid = 7
respondent:age > 30 AND respondent:age <= 31.0 AND NOT respondent:age <> 31
respondent:city < 'P' AND respondent:city >= 'oslo'
respondent:createddate > 2026-04-30 AND respondent:createddate < 2026-05-01
respondent:createddate = 2026-05-01T00:30:00.5+02:00
:agree = 1 AND :agree = TRUE AND :agree > FALSE
:gender = 'FEMALE' AND :gender != 'male'
:scale = 10 AND :scale = '10' AND :scale > 2 AND '2' < :scale
:scale = respondent:age - 21
IN(:gender, 'male', 'female') AND IN(respondent:age, 30, 31) AND IN(respondent:city, 'x', respondent:city)
NOT IN(:blank, 1, 2) AND NOT IN(:none, '')
:many[10] AND :many[2] = FALSE AND NOT :many[x] AND :many[x] != FALSE
SELECTED(:many, 1) AND NOT SELECTED(:many, '2') AND SELECTED(:gender, 'female') AND SELECTED(:many, x) = FALSE
:grid.a = 2 AND :grid[B] = '10' AND :grid.b > :grid.a
:rank.a = 2 AND ISNULL(:rank.b)
:mgrid.a[1] AND SELECTED(:mgrid.a, 1)
:texts['C D'] = 'there'
:cube.b.price = 9.5 AND :cube.b.brand[2] = FALSE AND ISNULL(:cube.a.price)
:blank != 1 AND 1 != :blank AND NOT :blank = 1 AND NOT :blank = :blank AND :blank != :blank
:none != 'x' AND :none != '' AND NOT :none = '' AND :never != 2020-01-01
NOT :unsure AND :unsure != TRUE
:blank + 1 != 1 AND ISNULL(:blank * 0) AND ISNULL(1 / 0) AND ISNULL(1e308 * 10)
ISNULL(respondent:createddate + 1e10) AND ISNULL(-:blank)
1 + 2 * 3 - 4 / 2 = 5 AND -(1 + 1) = -2 AND 7 / 2 = 3.5
9223372036854775807 + 1 > 9223372036854775807
respondent:city + '!' = 'oslo!'
respondent:createddate + 1 > 2026-05-01 AND 2026-01-03 - 2026-01-01 = 2
respondent:createddate >= GETDATE() - 30
ANSWERED(:grid) AND ANSWERED(:many) AND NOT ANSWERED(:none) AND NOT ANSWERED(:never)
BETWEEN(respondent:age, 31, 31) AND NOT BETWEEN(:blank, 0, 9) AND BETWEEN(respondent:city, 'n', 'P')
BETWEEN(:scale, '1', 10)
ISNULL(:blank) AND ISNULL(:blank, 4) = 4 AND ISNULL(respondent:age, 4) = 31
IIF(:agree, 1, 2) = 1 AND IIF(:unsure, 'a', respondent:city) = 'oslo'
CONTAINS(respondent:city, 'SL') AND STARTSWITH(respondent:city, 'os') AND NOT CONTAINS(:none, 'a')
NOT STARTSWITH(respondent:city, '') AND CONTAINS(:gender, 'EMA')
LIKE(respondent:city, 'o%o') AND LIKE(respondent:city, '_SL_') AND NOT LIKE(respondent:city, 'o')
NOT LIKE(respondent:city, 'os%slo') AND LIKE('50%', '50\\%')
NOT LIKE('500', '50\\%') AND LIKE('a', '%%a%')
LEN(respondent:city) = 4 AND LEN(:none) = 0 AND LOWER('ÄB') = 'äb' AND LEN(UPPER('ß')) = 2
YEAR(respondent:createddate) = 2026 AND MONTH(respondent:createddate) = 4 AND DAY(respondent:createddate) = 30
INMONTH(respondent:createddate, -1, 0) AND INMONTH(respondent:createddate, 4, 6)
NOT INMONTH(respondent:createddate, 0, 0) AND NOT INMONTH(:never, -9, 9)
INYEAR(respondent:createddate, 0, 0) AND INYEAR(respondent:createddate, 2025, 2026)
SCORE(:scale) = 1.5 AND SCORE(:many) = 0.5 AND ISNULL(SCORE(:grid.a))
VSUM(:grid) = 12 AND VAVG(:grid) = 6 AND VMIN(:grid, 1) = 1 AND VMAX(:rank, :blank) = 2
VCOUNT(:texts) = 2 AND VCOUNT(:many) = 2 AND VCOUNT(:blank) = 0
ISNULL(VSUM(:blank)) AND VCOUNT(:mgrid) = 1
SOME(trip:cost = 9, response:) AND NOT SOME(trip:cost = 9, trip:trip = '1', response:)
EVERY(trip:cost != 7, response:) AND NOT EVERY(trip:cost > 0) AND EVERY(aside:other = 'x')
SUM(trip:cost, response:) = 14 AND SUM(trip:cost, trip:trip = '2') = 9 AND ISNULL(SUM(trip:cost, FALSE))
COUNT(trip:, response:) = 3 AND COUNT(trip:cost, response:) = 2 AND COUNT(trip:cost > 5) = 1
AVERAGE(trip:cost) = 7 AND MIN(trip:cost) = 5 AND MAX(trip:cost) = 9 AND MAX(trip:day) = 2026-01-01
SOME(leg:who = 'ANN', trip:cost > 5, response:)
COUNT(leg:, response:) = 3 AND COUNT(SOME(leg:who = 'ann', trip:), response:) = 2
SOME(SOME(leg:leg = 'y')) AND SOME(COUNT(leg:leg, trip:) = 1 AND trip:cost = 9)
SOME(trip:cost = MAX(trip:cost, response:) AND respondent:age = 31, response:)
SOME(trip:cost * 2 > SUM(trip:cost), response:)
1 = 1 AND NOT FALSE
"""


@pytest.mark.parametrize("text", TRUE.strip().replace("(:many, x)", "(:many, 'x')").splitlines())
def test_what_holds(text: str) -> None:
    assert holds(text)
    assert not holds(f"NOT ({text})")


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        (":city = 'x'", 1, "write respondent:city"),
        (":respid = 1", 1, "write respondent:respid"),
        ("respondent:gender = 'male'", 1, "write response:gender"),
        (":nothing = 1", 1, "Unknown variable 'nothing'"),
        ("nowhere:x = 1", 1, "no level 'nowhere'"),
        ("99.:agree", 1, "not the survey"),
        (":agree AND :gender = 'boy'", 22, "'boy'"),
        (":gender = 1", 11, "'1'"),
        (":scale = 1.5", 10, "not a code"),
        (":gender > 1", 1, "not numeric"),
        (":many = 1", 1, "several|multiple choice"),
        (":many[7]", 1, "no option '7'"),
        (":grid.z = 1", 1, "no field 'z'"),
        (":grid = 1", 1, "several fields"),
        (":cube.a = 1", 1, "several fields"),
        (":cube.a.none = 1", 1, "no column 'none'"),
        (":price = 1", 1, r"write :cube\[row\]\.price"),
        ("respondent:age.x = 1", 1, "no field 'x'"),
        ("respondent:age = '31'", 1, "a number with a text"),
        ("respondent:city = 5", 1, "a text with a number"),
        ("respondent:createddate > '2020-01-01'", 1, "without quotes"),
        (":agree = 'x'", 1, "a condition with a text"),
        (":gender = TRUE", 1, "a choice with a condition"),
        ("respondent:age", 1, "Expected a condition"),
        ("NOT respondent:city", 5, "Expected a condition"),
        (":agree AND 5", 12, "Expected a condition"),
        ("respondent:city + 1 = 'x'", 19, "Cannot join"),
        ("respondent:city * 2 = 1", 1, "Expected a number"),
        ("respondent:createddate + 2020-01-01 = 1", 26, "Cannot join"),
        ("-respondent:city = 1", 2, "Expected a number"),
        ("FROB(1)", 1, "no function 'FROB'"),
        ("LEN() = 1", 1, "0 arguments"),
        ("LEN('a', 'b') = 1", 1, "2 arguments"),
        ("LEN(5) = 1", 5, "must be a text"),
        ("GETDATE(1) = 2020-01-01", 1, r"write GETDATE\(\)"),
        ("IN(:agree)", 1, "write IN"),
        ("IN(respondent:age, 1, 'x')", 4, "a number with a text"),
        ("IN(respondent:age, :scale, '1')", 4, "Cannot compare"),
        ("SELECTED(respondent:age, 1)", 1, "choice variable"),
        ("SELECTED(:many, :agree)", 17, "must be a code"),
        ("SELECTED(:many, 5)", 17, "not a code"),
        ("IIF(1, 2, 3) = 1", 5, "must be a condition"),
        ("IIF(:agree, 2, 'x') = 1", 13, "mixes"),
        ("ISNULL(:many, 1)", 8, "mixes"),
        ("SCORE(respondent:age) = 1", 1, "choice variable"),
        ("VSUM(:texts) = 1", 6, "must be a number"),
        ("VSUM(:cube) = 1", 6, "row and a column"),
        ("trip:cost = 1", 1, "loop function"),
        ("SOME(:agree)", 1, "a variable of a loop"),
        ("SOME(trip:cost = 1 AND aside:other = 'x')", 1, "mixes the loops"),
        ("SOME(trip:cost = 1, leg:)", 1, "cannot give its result"),
        ("SOME(leg:who = 'x', trip:)", 1, "cannot give its result"),
        ("SOME(trip:cost > 1 AND leg:who = 'x', response:) AND leg:who = 'x'", 54, "loop function"),
        ("SUM(trip:) = 1", 1, "needs a value"),
        ("SUM(leg:who) = 1", 5, "must be a number"),
        ("response: = 1", 1, "needs a variable's name"),
    ],
)
def test_what_is_refused_says_where_and_why(text: str, position: int, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        holds(text)
    assert f"position {position}" in caught.value.message
