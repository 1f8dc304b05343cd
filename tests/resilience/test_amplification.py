"""A request never costs or answers out of proportion to its size: names said often, names said long."""

from __future__ import annotations

import time

import msgspec
import pytest

from rejoinder.model.reports import MAX_REPORTED
from rejoinder.model.survey import Kind, Variable
from resilience.leaks import check
from servers.rejoinder import Server, Tenant

DATA = "/v1/surveys/p1/respondents/data"
WIDE = [Variable(f"q{n}", Kind.TEXT, level="respondent", length=50) for n in range(900)]
SHORT = 5_000
"""Bytes that suffice for any refusal of one thing."""


@pytest.fixture
def tenant(house: Server) -> Tenant:
    made = house.tenant()
    made.survey("p1", WIDE)
    return made


@pytest.mark.parametrize("depth", range(960, 1010, 3))
def test_json_just_beyond_what_can_be_read(tenant: Tenant, depth: int) -> None:
    """Where the outer document can still be skipped and the inner one, read deeper down, cannot."""
    schema = b'"dataSchema":{"keys":["q1"],"variables":["q2"]}'
    for place in (b"q1", b"other"):
        for nested in range(depth, depth + 3):
            body = b'{"data":[{"%b":%b%b}],%b}' % (place, b"[" * nested, b"]" * nested, schema)
            assert check(tenant.http.put(DATA, content=body)).status_code == 400


def test_a_name_said_a_million_times(tenant: Tenant) -> None:
    schema = {"keys": ["email"], "variables": ["Q899"] * 1_000_000}
    body = msgspec.json.encode({"data": [{"email": "a@example.org"}], "dataSchema": schema})
    began = time.monotonic()
    assert tenant.http.put(DATA, content=body).status_code == 200
    assert time.monotonic() - began < 10, "comparing every name with every variable takes minutes"


def test_a_template_names_each_variable_once(tenant: Tenant) -> None:
    wanted = {"name": "t", "variables": ["q1", "Q1", "q2", *["q1"] * 1000]}
    made = check(tenant.http.post("/rejoinder/v1/surveys/p1/templates", json=wanted))
    assert made.json()["variables"] == ["q1", "q2"]


@pytest.mark.parametrize("part", ["keys", "variables"])
def test_a_refusal_does_not_repeat_a_long_name(tenant: Tenant, part: str) -> None:
    schema = {"keys": ["email"], "variables": ["q1"]} | {part: ["x" * 1_000_000]}
    reply = check(tenant.http.put(DATA, json={"data": [], "dataSchema": schema}))
    assert (reply.status_code, len(reply.content) < SHORT) == (400, True)


def test_messages_end_within_one_row_too(tenant: Tenant) -> None:
    row = {f"unknown{n}": 1 for n in range(MAX_REPORTED + 50)}
    reply = check(tenant.http.post(DATA, json={"data": [{"q1": "fine"}, row, row]}))
    results = reply.json()["validationMessages"]["rowResults"]
    assert [(one["rowNumber"], len(one["messages"])) for one in results] == [(2, MAX_REPORTED)]
