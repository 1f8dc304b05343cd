"""Definitions and answers about which SurveyJS and we must think alike: what is shown, what is wrong.

Where the server is stricter than the page on purpose (unknown choices, wrong types), the case stands in
`test_elements.py` and not here.
"""

from __future__ import annotations

from typing import Any

Element = dict[str, Any]
Case = tuple[dict[str, Any], dict[str, Any]]


def survey(*elements: Element, **more: Any) -> dict[str, Any]:
    """A survey of one page."""
    return {"pages": [{"name": "page1", "elements": list(elements)}], **more}


def each(elements: Element | list[Element], *answers: Any, **more: Any) -> list[Case]:
    """The cases of one definition: answers to its question `q`, or whole data."""
    listed = elements if isinstance(elements, list) else [{"name": "q", **elements}]
    data = [a if isinstance(a, dict) and a.get("whole") else {"q": a} for a in answers]
    return [
        (survey(*listed, **more), {k: v for k, v in d.items() if k != "whole" and v is not None})
        for d in data
    ]


def data(**answers: Any) -> dict[str, Any]:
    """Whole data."""
    return {"whole": True, **answers}


def text(input_type: str = "text", **more: Any) -> Element:
    """A text question."""
    return {"type": "text", "inputType": input_type, **more}


def validated(kind: str, *answers: Any, base: Element | None = None, **rule: Any) -> list[Case]:
    """The cases of one validator."""
    return each({"type": "text", **(base or {}), "validators": [{"type": kind, **rule}]}, *answers)


CHOICES = {"choices": ["a", "b", "c"]}
MATRIX = {"type": "matrix", "rows": ["r1", "r2"], "columns": ["x", "y"]}
GRID = {
    "type": "matrixdropdown",
    "rows": ["r1", "r2"],
    "columns": [{"name": "n", "cellType": "text", "isRequired": True}, {"name": "m", "cellType": "text"}],
}
PANELS = {
    "type": "paneldynamic",
    "templateElements": [
        {"type": "text", "name": "n", "isRequired": True},
        {"type": "text", "name": "m", "visibleIf": "{panel.n} = 'x'", "isRequired": True},
        {"type": "text", "name": "k", "requiredIf": "{panelIndex} > 0"},
    ],
}
ROWS = {
    "type": "matrixdynamic",
    "rowCount": 0,
    "columns": [
        {"name": "n", "cellType": "text", "isRequired": True},
        {"name": "m", "cellType": "text", "visibleIf": "{row.n} = 'x'", "isRequired": True},
    ],
}
LINES = {
    "type": "multipletext",
    "items": [{"name": "l1", "isRequired": True}, {"name": "l2", "inputType": "number"}],
}

REQUIRED: list[Case] = [
    *each({**text(), "isRequired": True}, None, "x", "", " ", 0),
    *each({**text("number"), "isRequired": True}, None, 0, 5),
    *each({"type": "boolean", "isRequired": True}, None, True, False),
    *each({"type": "checkbox", **CHOICES, "isRequired": True}, None, [], ["a"]),
    *each({"type": "radiogroup", **CHOICES, "isRequired": True}, None, "a"),
    *each({"type": "rating", "isRequired": True}, None, 3),
    *each({"type": "ranking", **CHOICES, "isRequired": True}, None, ["a", "b", "c"]),
    *each({"type": "comment", "isRequired": True}, None, "x"),
    *each({**MATRIX, "isRequired": True}, None, {}, {"r1": "x"}),
    *each({**GRID, "isRequired": True}, None, {"r1": {"n": "1"}, "r2": {"n": "2"}}),
    *each({**PANELS, "isRequired": True}, None, [{"n": "1"}]),
    *each({**ROWS, "isRequired": True}, None, [{"n": "1"}]),
    *each({**LINES, "isRequired": True}, None, {"l1": "1"}),
    *each({**text(), "isRequired": True, "readOnly": True}, None, "x"),
    *each(
        [{**text(), "name": "q", "requiredIf": "{p} > 3"}, {**text(), "name": "p"}],
        data(p=4),
        data(p=3),
        data(),
    ),
    *each(
        [{**text(), "name": "q", "isRequired": True, "enableIf": "{p} = 1"}, {**text(), "name": "p"}],
        data(),
        data(p=1),
    ),
]
TEXTS: list[Case] = [
    *each(text("number", min=3, max=10), 2, 3, 10, 11, "5"),
    *each(text("range", min=3, max=10), 2, 3),
    *each(text("number", maxValueExpression="{p} + 1"), data(q=5, p=3), data(q=4, p=3), data(q=4)),
    *each(
        text("date", min="2024-01-01", max="2024-12-31"),
        "2023-12-31",
        "2024-01-01",
        "2024-12-31",
        "2025-01-01",
    ),
    *each(text("date", minValueExpression="today()"), "2024-05-14", "2024-05-15"),
    *each(text("date", maxValueExpression="today(-1)"), "2024-05-14", "2024-05-15"),
    *each(text("datetime-local", min="2024-01-01T10:00"), "2024-01-01T09:59", "2024-01-01T10:00"),
    *each(text("time", min="10:00", max="12:00"), "09:59", "10:00", "12:01"),
    *each(text("month", min="2024-02"), "2024-01", "2024-02"),
    *each(text("email"), "a@b.co", "a.b+c@d-e.example.org", "a", "a@b", "@b.co", "a b@c.de"),
    *each(text("tel"), "+48 123", "x"),
    *each(text("password"), "x"),
    *each(text("url"), "https://example.org"),
]
VALIDATORS: list[Case] = [
    *validated("numeric", "2", "3", "5", "6", "x", 4, minValue=3, maxValue=5),
    *validated("text", "ab", "abc", "abcdef", "ab1c", minLength=3, maxLength=5, allowDigits=False),
    *validated("text", "abc1", minLength=3),
    *validated("email", "a@b.co", "a@b", "nobody"),
    *validated("regex", "AB-12", "ab-12", "xAB-12y", regex="^[A-Z]{2}-\\d+$"),
    *validated("regex", "xABy", "ab", regex="AB"),
    *validated("regex", "ab", "cd", regex="AB", caseInsensitive=True),
    *validated("regex", "Passw0rd", "password", "Pw0", regex="^(?=.*[A-Z])(?=.*\\d).{8,}$"),
    *validated("regex", "foo1", "bar1", regex="^(?!foo)\\w+$"),
    *validated("expression", "5", "3", expression="{q} > 4"),
    *validated(
        "answercount",
        ["a"],
        ["a", "b"],
        ["a", "b", "c"],
        base={"type": "checkbox", **CHOICES},
        minCount=2,
        maxCount=2,
    ),
    *each({**text(), "validators": [{"type": "numericvalidator", "minValue": 3}]}, "2", "4", None),
]
SELECTS: list[Case] = [
    *each(
        {"type": "checkbox", **CHOICES, "minSelectedChoices": 2, "maxSelectedChoices": 2},
        None,
        ["a"],
        ["a", "b"],
    ),
    *each({"type": "checkbox", **CHOICES, "maxSelectedChoices": 1}, ["a"]),
    *each({"type": "tagbox", **CHOICES, "minSelectedChoices": 2}, None, ["a"], ["a", "b"]),
    *each(
        {"type": "radiogroup", **CHOICES, "showOtherItem": True},
        "a",
        data(q="other"),
        data(**{"q": "other", "q-Comment": "x"}),
    ),
    *each(
        {"type": "checkbox", **CHOICES, "showOtherItem": True},
        ["a"],
        data(q=["a", "other"]),
        data(**{"q": ["other"], "q-Comment": "x"}),
    ),
    *each(
        {"type": "dropdown", **CHOICES, "showOtherItem": True},
        "a",
        data(q="other"),
        data(**{"q": "other", "q-Comment": "x"}),
    ),
    *each({"type": "radiogroup", **CHOICES, "showOtherItem": True}, "a", "mine", storeOthersAsComment=False),
    *each({"type": "imagepicker", "choices": [{"value": "a"}], "isRequired": True}, None, "a"),
    *each({"type": "boolean", "valueTrue": "Y", "valueFalse": "N", "isRequired": True}, None, "Y", "N"),
    *each(
        {"type": "ranking", **CHOICES, "selectToRankEnabled": True, "minSelectedChoices": 2},
        ["a"],
        ["a", "b"],
    ),
    *each({"type": "rating", "rateMax": 3}, 1, 3),
]
MATRICES: list[Case] = [
    *each({**MATRIX, "isAllRowRequired": True}, None, {"r1": "x"}, {"r1": "x", "r2": "x"}),
    *each({**MATRIX, "eachRowRequired": True}, None, {"r1": "x"}, {"r1": "x", "r2": "x"}),
    *each({**MATRIX, "eachRowUnique": True}, {"r1": "x"}, {"r1": "x", "r2": "x"}, {"r1": "x", "r2": "y"}),
    *each({**MATRIX, "isAllRowRequired": True, "rowsVisibleIf": "{item} = 'r1'"}, {"r1": "x"}, {}),
    *each(
        {**MATRIX, "rows": ["r1", {"value": "r2", "visibleIf": "{p} = 1"}], "isAllRowRequired": True},
        data(q={"r1": "x"}),
        data(q={"r1": "x"}, p=1),
    ),
    *each(GRID, None, {"r1": {"n": "1"}}, {"r1": {"n": "1"}, "r2": {"n": "2"}}),
    *each(
        {**GRID, "columns": [{"name": "n", "cellType": "text", "isUnique": True}]},
        {"r1": {"n": "1"}, "r2": {"n": "1"}},
        {"r1": {"n": "1"}},
    ),
    *each(
        {
            **GRID,
            "columns": [{"name": "n", "cellType": "text", "requiredIf": "{row.m} = 1"}, {"name": "m"}],
            "choices": [1, 2],
        },
        {"r1": {"m": 1}},
        {"r1": {"m": 2}},
        {"r1": {"m": 1, "n": 5}},
    ),
    *each(
        {
            **GRID,
            "columns": [{"name": "n", "cellType": "text", "isRequired": True, "visibleIf": "{rowIndex} = 1"}],
        },
        {},
        {"r1": {"n": "1"}},
    ),
    *each(
        {
            **GRID,
            "columns": [
                {"name": "n", "cellType": "text", "isRequired": True, "visibleIf": "{rowName} = 'r2'"}
            ],
        },
        {},
        {"r1": {"n": "1"}},
        {"r2": {"n": "1"}},
    ),
    *each(
        {**GRID, "columns": [{"name": "n", "cellType": "text", "inputType": "number", "max": 3}]},
        {"r1": {"n": 4}},
        {"r1": {"n": 3}},
    ),
    *each(ROWS, None, [], [{"n": "1"}], [{}], [{"n": "x"}], [{"n": "x", "m": "1"}], [{"m": "1"}]),
    *each({**ROWS, "minRowCount": 2, "isRequired": True}, [{"n": "1"}, {"n": "2"}], [{"n": "1"}]),
    *each({**ROWS, "keyName": "n"}, [{"n": "1"}, {"n": "1"}], [{"n": "1"}, {"n": "2"}]),
]
LEVELS: list[Case] = [
    *each(LINES, None, {"l1": "x"}, {"l2": 5}),
    *each(
        {"type": "multipletext", "items": [{"name": "l", "inputType": "email"}]}, {"l": "a@b.co"}, {"l": "x"}
    ),
    *each(
        {
            "type": "multipletext",
            "items": [{"name": "l", "validators": [{"type": "numeric", "maxValue": 3}]}],
        },
        {"l": "5"},
        {"l": "2"},
    ),
    *each(
        PANELS,
        None,
        [],
        [{"n": "1"}],
        [{}],
        [{"n": "x"}],
        [{"n": "x", "m": "1"}],
        [{"n": "1"}, {"n": "2"}],
        [{"n": "1"}, {"n": "2", "k": "3"}],
    ),
    *each({**PANELS, "minPanelCount": 1}, None, [{"n": "1"}]),
    *each({**PANELS, "keyName": "n"}, [{"n": "1"}, {"n": "1", "k": "2"}], [{"n": "1"}, {"n": "2", "k": "2"}]),
    *each(
        {"type": "paneldynamic", "templateElements": [{**PANELS, "name": "inner"}]},
        [{"inner": [{"n": "1"}]}],
        [{"inner": [{}]}],
    ),
    *each(
        {
            "type": "paneldynamic",
            "templateElements": [
                {"type": "text", "name": "n"},
                {
                    "type": "paneldynamic",
                    "name": "inner",
                    "templateElements": [{"type": "text", "name": "i", "requiredIf": "{parentPanel.n} = 1"}],
                },
            ],
        },
        [{"n": 1, "inner": [{}]}],
        [{"n": 2, "inner": [{}]}],
        [{"n": 1, "inner": [{"i": "x"}]}],
    ),
    *each(
        {
            "type": "paneldynamic",
            "templateElements": [
                {"type": "text", "name": "n", "requiredIf": "{prevPanel.n} = 1"},
                {
                    "type": "panel",
                    "name": "box",
                    "visibleIf": "{panel.n} = 2",
                    "elements": [{"type": "text", "name": "m", "isRequired": True}],
                },
            ],
        },
        [{"n": 1}, {}],
        [{"n": 2}],
        [{"n": 2, "m": 3}],
        [{"n": 1}, {"n": 3}],
    ),
]
_CHAIN = [
    {**text(), "name": "a"},
    {**text(), "name": "b", "visibleIf": "{a} = 1"},
    {**text(), "name": "c", "visibleIf": "{b} = 1", "isRequired": True},
    {
        "type": "panel",
        "name": "p",
        "visibleIf": "{a} notempty",
        "elements": [{**text(), "name": "d", "requiredIf": "{c} = 2"}],
    },
]
_CONTAINERS = {
    "pages": [
        {"name": "p1", "elements": [{**text(), "name": "a"}]},
        {"name": "p2", "visibleIf": "{a} > 1", "elements": [{**text(), "name": "b", "isRequired": True}]},
        {
            "name": "p3",
            "elements": [
                {"type": "panel", "name": "x", "visible": False, "elements": [{**text(), "name": "c"}]}
            ],
        },
        {"name": "p4", "requiredIf": "{a} = 5", "elements": [{**text(), "name": "d"}]},
    ]
}
_COMPUTED = survey(
    {**text("number"), "name": "a"},
    {"type": "expression", "name": "double", "expression": "{a} * 2"},
    {**text(), "name": "b", "visibleIf": "{double} > {limit}", "isRequired": True},
    calculatedValues=[{"name": "limit", "expression": "{base} + 1"}, {"name": "base", "expression": "9"}],
)
_NAMES = [
    {**text(), "name": "q1", "valueName": "shared"},
    {**text(), "name": "q2", "visibleIf": "{shared} = 1"},
    {**text(), "name": "q3", "visibleIf": "{q1} = 1"},
    {**text(), "name": "q4", "visibleIf": "{Q2} = 1"},
]
VISIBILITY: list[Case] = [
    *each(_CHAIN, data(), data(a=1), data(a=1, b=1), data(a=2, b=1), data(a=1, b=1, c=2)),
    *[
        (_CONTAINERS, answers)
        for answers in ({}, {"a": 1}, {"a": 2}, {"a": 2, "b": 1}, {"a": 5, "b": 1}, {"a": 5, "b": 1, "d": 1})
    ],
    *[(_COMPUTED, answers) for answers in ({}, {"a": 5}, {"a": 6}, {"a": 6, "b": "x"})],
    *each(_NAMES, data(), data(shared=1), data(shared=1, q2=1)),
    *each(
        [
            {"type": "checkbox", "name": "q", **CHOICES},
            {**text(), "name": "t", "visibleIf": "{q} contains 'a'", "isRequired": True},
            {**text(), "name": "u", "visibleIf": "{q} anyof ['b', 'c']"},
            {**text(), "name": "v", "visibleIf": "{q} = ['b', 'a']"},
            {**text(), "name": "w", "visibleIf": "{q.length} > 1"},
        ],
        data(),
        data(q=["a"]),
        data(q=["a", "b"]),
        data(q=["c"]),
    ),
    *each(
        [
            {"type": "ranking", "name": "q", **CHOICES},
            {**text(), "name": "t", "visibleIf": "{q} = ['b', 'a', 'c']"},
        ],
        data(q=["a", "b", "c"]),
        data(q=["b", "a", "c"]),
    ),
    *each(
        [
            {"type": "boolean", "name": "q"},
            {**text(), "name": "t", "visibleIf": "{q} = true"},
            {**text(), "name": "u", "visibleIf": "!{q}"},
        ],
        data(),
        data(q=True),
        data(q=False),
    ),
    *each(
        [{**MATRIX, "name": "q"}, {**text(), "name": "t", "visibleIf": "{q.r1} = 'x'"}],
        data(),
        data(q={"r1": "x"}),
        data(q={"r1": "y"}),
    ),
    *each(
        [
            {**PANELS, "name": "q"},
            {**text(), "name": "t", "visibleIf": "{q[0].n} = 'x'"},
            {**text(), "name": "u", "visibleIf": "{q.length} > 1"},
        ],
        data(),
        data(q=[{"n": "x", "m": "1"}]),
        data(q=[{"n": "1"}, {"n": "2", "k": "1"}]),
    ),
    *each(
        [
            {"type": "radiogroup", "name": "q", **CHOICES, "showOtherItem": True},
            {**text(), "name": "t", "visibleIf": "{q} = 'other'"},
            {**text(), "name": "u", "visibleIf": "{q-Comment} = 'x'"},
        ],
        data(**{"q": "other", "q-Comment": "x"}),
        data(q="a"),
    ),
    *each(
        [{**text(), "name": "q"}, {**text(), "name": "t", "visibleIf": "displayValue('q') = 'x'"}],
        data(q="x"),
        data(q="y"),
    ),
]

SURVEYS: list[Case] = [*REQUIRED, *TEXTS, *VALIDATORS, *SELECTS, *MATRICES, *LEVELS, *VISIBILITY]
