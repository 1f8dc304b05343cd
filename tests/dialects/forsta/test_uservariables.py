"""User variables: types, sizes, names, and the limit of 1000 columns (001, "Adding User-variables")."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from rejoinder.core.surveys import MAX_COLUMNS
from rejoinder.model.survey import Kind
from servers.rejoinder import Tenant

from .panel import Panel, background, messages, refused


def add(panel: Panel, **wanted: Any) -> httpx.Response:
    return panel.http.post("/v1/surveys/p1/respondents/uservariables", json=wanted)


def in_schema(panel: Panel, name: str) -> Any:
    root = panel.http.get(panel.resource + "/schema").json()["root"]
    return next((variable for variable in root["variables"] if variable["name"] == name), None)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ({"dataType": "numeric", "precision": 8}, {"variableType": "numeric", "precision": 8}),
        ({"dataType": "numeric", "scale": 2}, {"variableType": "numeric", "scale": 2}),
        ({"dataType": "text"}, {"variableType": "text", "length": 255}),
        ({"dataType": "TEXT", "length": 4000}, {"variableType": "text", "length": 4000}),
        ({"dataType": "date"}, {"variableType": "dateTime"}),
        ({"dataType": "boolean"}, {"variableType": "boolean"}),
    ],
)
def test_a_variable_is_answered_as_the_schema_shows_it(panel: Panel, wanted: Any, shown: Any) -> None:
    reply = add(panel, name="extra", **wanted)
    assert reply.status_code == 200
    assert reply.json() == in_schema(panel, "extra")
    flags = {"isUserVariable": True, "isSystemVariable": False, "isBackground": False}
    assert (shown | flags | {"isRespondentVariable": True}).items() <= reply.json().items()


@pytest.mark.parametrize(
    ("wanted", "good", "bad", "message"),
    [
        ({"dataType": "numeric", "precision": 4, "scale": 2}, [12.25, -99.99, 1], 100, "Invalid Numeric."),
        ({"dataType": "numeric", "precision": 4, "scale": 2}, [0], 1.125, "Invalid Numeric."),
        ({"dataType": "numeric", "precision": 2, "scale": 0}, [99], 100, "Invalid Numeric."),
        ({"dataType": "text"}, ["x" * 255], "x" * 256, "Text is too long."),
        ({"dataType": "text", "length": 2}, ["🙂é"], "abc", "Text is too long."),
        ({"dataType": "date"}, ["2020-02-29T00:00:00"], "2021-02-29", "Invalid DateTime."),
        ({"dataType": "boolean"}, [0, 1], 2, "Invalid Boolean."),
    ],
)
def test_a_variable_takes_what_fits_it(panel: Panel, wanted: Any, good: Any, bad: Any, message: str) -> None:
    add(panel, name="extra", **wanted)
    panel.fill(*({"extra": value} for value in good))
    assert [row["extra"] for row in panel.rows()] == good
    assert messages(panel.send("POST", [{"extra": bad}])) == [(1, "extra", message, bad)]


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        ({"dataType": "numeric"}, "precision"),
        ({"dataType": "numeric", "precision": 0}, "precision"),
        ({"dataType": "numeric", "precision": 29}, "precision"),
        ({"dataType": "numeric", "precision": 2, "scale": 3}, "scale"),
        ({"dataType": "numeric", "precision": 2, "scale": -1}, "scale"),
        ({"dataType": "numeric", "precision": "8"}, "precision"),
        ({"dataType": "text", "length": 0}, "length"),
        ({"dataType": "text", "length": 4001}, "length"),
        ({"dataType": "dateTime"}, "dataType"),
        ({}, "dataType"),
    ],
)
def test_a_bad_type_or_size_is_400(panel: Panel, wanted: Any, word: str) -> None:
    refused(add(panel, name="extra", **wanted), 400, word)
    assert in_schema(panel, "extra") is None


@pytest.mark.parametrize("name", ["", "1st", "a b", "a-b", "é", "x" * 65, "a\0", "a:b"])
def test_a_name_that_cannot_be_is_400(panel: Panel, name: str) -> None:
    refused(add(panel, name=name, dataType="text"), 400)


@pytest.mark.parametrize(
    "name", ["city", "CITY", "q1", "trip", "cost", "respid", "ResponseId", "email", "label1", "classificator"]
)
def test_an_existing_or_reserved_name_is_409(panel: Panel, name: str) -> None:
    refused(add(panel, name=name, dataType="text"), 409, name)


def test_a_new_variable_serves_every_verb_at_once(panel: Panel) -> None:
    panel.fill({"email": "a@x.no"})
    add(panel, name="Income", dataType="numeric", scale=0)
    panel.send("PUT", [{"email": "a@x.no", "income": "7"}], ["email"], ["income"])
    assert panel.rows(filterExpression="respondent:INCOME > 6") == [
        {"respid": 1, "email": "a@x.no", "Income": 7}
    ]
    assert panel.send("DELETE", [{"Income": 7}], ["Income"]).json() == {"deletedRecords": 1}


def test_the_table_has_1000_columns(tenant: Tenant) -> None:
    """System and background variables count."""
    tenant.survey("p1")
    panel = Panel(tenant)
    shown = panel.http.get(panel.resource + "/schema").json()["root"]["variables"]
    free = MAX_COLUMNS - len(shown)
    wide = [background(f"v{n}", Kind.TEXT, length=10) for n in range(free - 1)]
    tenant.survey("p2", wide)
    url = "/v1/surveys/p2/respondents/uservariables"
    last, over = (tenant.http.post(url, json={"name": f"u{n}", "dataType": "text"}) for n in (1, 2))
    assert last.status_code == 200
    refused(over, 409, "1000")
    columns = tenant.http.get("/v1/surveys/p2/respondents/schema").json()["root"]["variables"]
    assert len(columns) == 1000
