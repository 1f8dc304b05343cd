"""Expressions that SurveyJS and we must find the same value for."""

from __future__ import annotations

from typing import Any

VALUES: dict[str, Any] = {
    "a": 5,
    "b": "5",
    "t": "Text",
    "yes": True,
    "no": False,
    "zero": 0,
    "blank": "",
    "list": ["x", "y", 3],
    "none": [],
    "day": "2024-02-29",
    "late": "2024-05-15T10:31:00",
    "code": "007",
    "comma": "3,5",
    "truth": "true",
    "grid": {"row1": {"col1": 4, "Col2": "z"}, "row2": {"col1": "6"}},
    "rows": [
        {"name": "A", "price": 10, "on": True},
        {"name": "B", "price": "20.5", "on": True},
        {"name": "C", "on": True},
        {"name": "D", "price": 7, "on": False},
    ],
    "object": {},
    "a.b": "dotted",
    "Upper": "u",
    "f": 0.1,
}

LITERALS = [
    "5",
    "'5'",
    "-5",
    "5.5",
    "'text'",
    "text",
    "true",
    "'TRUE'",
    "''",
    "[]",
    "['y', 'x', 3]",
    "[x]",
    "null",
    "0",
]
NAMES = [
    "a",
    "b",
    "t",
    "yes",
    "no",
    "zero",
    "blank",
    "list",
    "none",
    "missing",
    "code",
    "truth",
    "object",
    "comma",
]
COMPARISONS = ["=", "<>", ">", ">=", "<", "<=", "contains", "notcontains", "anyof", "allof", "noneof"]

SINGLE = """
{a} = 5 and {b} = 5
{a} = 4 or {b} = 5
{a} = 4 || {b} = 5 && {t} = 'text'
!{a}
!{missing}
!{none}
! {a} = 5
negate {zero}
{a} empty
{blank} empty
{none} empty
{object} empty
{zero} empty
{no} empty
{missing} notempty
{list} notempty
!{blank} empty
{a} + 1
{a} + {b}
{b} + {b}
{b} + 1
{t} + 1
{t} + {t}
{a} + {missing}
{missing} + {missing}
{t} + {missing}
{list} + 'x'
{list} + 1
{list} + {list}
{a} - 3
{b} - 3
{t} - 1
{a} - {missing}
{a} * {b}
{a} / 2
{a} / 0
{a} % 3
{a} ^ 2
2 + 3 * 4
(2 + 3) * 4
2 * 3 ^ 2
10 - 3 - 2
-{a}
0.1 + 0.2
{f} + 0.2
0.3 - 0.1
1.1 * 3
{f} * 3
{missing} * 3
{day} > '2024-01-01'
{day} < today()
{day} = '2024-02-29'
{late} > today()
{late} > currentDate()
getDate({day}) = '2024-02-29'
getDate({day}) < '2024-03-01'
today() = '2024-05-15'
today(1) = '2024-05-16'
today(-30) > {day}
currentDate() > '2024-05-15'
currentDate() = '2024-05-15'
{A} = 5
{upper} = 'u'
{UPPER} = 'U'
{a.b}
{grid.row1.col1}
{grid.row1.col2}
{grid.ROW1.COL1}
{grid.row2.col1} + 1
{grid.row3.col1}
{grid.row1.col1} > 3
{rows[0].name}
{rows[1].price} > 20
{rows[-1].name}
{rows[9].name}
{rows.length}
{missing.length}
{list.length}
{list[0]}
{list[2]}
{t.length}
{#b}
{#b} + 1
{#code}
{code}
{code} = 7
{code} = '007'
{comma}
{comma} + 1
sum({a}, {b}, 2)
sum({list})
sum([1, 2, [3]])
sum()
sum({missing}, 3)
avg(1, 2, 6)
avg()
min(3, 1, 2)
max(3, '10', 2)
max({missing}, 2)
count({list})
count(1, {missing}, 3)
round(2.345, 2)
round(2.5)
round(-2.5)
round('3.7')
trunc(2.789, 2)
iif({a} > 3, 'big', 'small')
iif({missing}, 'big', 'small')
iif({a} = 5, 1)
sumInArray({rows}, 'price')
sumInArray({rows}, 'price', {on} = true)
sumInArray({rows}, 'price', '{on} = true')
sumInArray({grid}, 'col1')
sumInArray({missing}, 'price')
countInArray({rows}, 'price')
countInArray({rows}, 'name', {price} > 8)
avgInArray({rows}, 'price')
avgInArray({missing}, 'price')
minInArray({rows}, 'price')
maxInArray({rows}, 'price')
maxInArray({rows}, 'price', {on} = false)
age({day})
age('1990-05-15')
age('1990-05-16')
age('1990-05-16', 'months')
age({missing})
dateDiff('2024-01-31', '2024-03-01')
dateDiff('2024-01-31', '2024-03-01', 'months')
dateDiff('2024-01-01', '2020-03-01', 'years')
dateDiff('2024-01-01T10:00', '2024-01-01T12:30', 'hours')
dateDiff('2024-01-01T10:00', '2024-01-01T12:30', 'minutes')
diffDays('2024-01-31', '2024-03-01')
diffDays('2024-03-01', '2024-01-31')
diffDays({missing}, '2024-01-31')
dateAdd('2024-01-31', 1, 'months') = '2024-03-02'
dateAdd('2024-01-31', 2, 'days') = '2024-02-02'
dateAdd('2024-02-29', -1, 'years') = '2023-03-01'
year({day})
month({day})
day({day})
weekday({day})
year()
month()
getYear({day})
currentYear()
substring({t}, 1, 3)
substring({t}, 2)
substring({t}, 3, 1)
isDisplayMode()
{a} > 3 and {a} < 10 or {t} = 'x'
{a} greater 3 and {a} less 10
{a} greaterorequal 5
{a} lessorequal 5
{a} equal 5
{a} notequal 5
{a} => 5
{a} =< 5
{t} contains 'ex' and {t} notcontains 'zz'
{list} *= 'x'
{list} contains ['x', 'y']
{list} contains ['x', 'q']
{list} anyof ['q', 'y']
{list} = ['y', 'x', 3]
{list} = ['x', 'y']
'x' anyof {list}
{t} anyof ['text', 'other']
{t} anyof 'texture'
0x10 + 1
'it\\'s' = "it\\'s"
{yes} = 'true'
{yes} = true
{truth} = true
{no} = false
{missing} = false
{no} = {missing}
{missing} = undefined
{missing} = null
{blank} = null
{missing} <> 3
{missing} < 3
{missing} >= 0
{zero} >= 0
[1, 2] = [2, 1]
{a}=5and{b}=5
""".strip().splitlines()

EXPRESSIONS: list[tuple[str, dict[str, Any]]] = [
    *((text, VALUES) for text in SINGLE),
    *((f"{{{n}}} {op} {lit}", VALUES) for n in NAMES for op in COMPARISONS for lit in LITERALS),
]
