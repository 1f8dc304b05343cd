"""Many clients merge the same keys at once: one row for each key, whoever comes first."""

from __future__ import annotations

from collections import Counter

import pytest

from rejoinder.model.survey import Kind, Variable
from rejoinder.store.consistency import disagreements
from resilience.crowd import Visitor, crowd
from servers.processes import house

CLIENTS = 64
KEYS = 5
VARIABLES = [Variable(name, Kind.TEXT, level="respondent", length=100) for name in ("city", "writer")]
DATA = "/v1/surveys/{}/respondents/data"


def merge_all(visitor: Visitor, survey: str, keys: list[str]) -> dict[str, int]:
    """Merge a row for each key value; gives how many the server says it inserted and updated."""
    rows = [
        {"email": f"Person{n}@example.org", "city": f"City{n}", "writer": f"w{visitor.number}"}
        for n in range(KEYS)
    ]
    body = {"dataSchema": {"keys": keys, "variables": ["city", "writer"]}, "data": rows}
    status, reply = visitor.ask("PATCH", DATA.format(survey), body)
    assert status == 200, reply
    return {name: reply[name] for name in ("insertedRecords", "updatedRecords")}


@pytest.mark.parametrize("keys", [["email"], ["email", "city"]], ids=["email", "two-keys"])
@pytest.mark.parametrize("servers", [1, 2])
def test_one_row_for_each_key(database_url: str, servers: int, keys: list[str]) -> None:
    with house(database_url, servers) as running:
        tenant = running[0].tenant()
        tenant.survey("p1", VARIABLES)
        urls = [server.url for server in running]
        told = crowd(tenant, urls, CLIENTS, lambda visitor: merge_all(visitor, "p1", keys))
        total = Counter[str]()
        for counts in told:
            total.update(counts)
        assert total == {"insertedRecords": KEYS, "updatedRecords": KEYS * (CLIENTS - 1)}
        shown = tenant.http.get(DATA.format("p1")).json()
        assert sorted(row["city"] for row in shown["items"]) == [f"City{n}" for n in range(KEYS)]
        assert len({row["writer"] for row in shown["items"]}) == 1, "the rows of one request belong together"
        assert running[0].database.read(lambda session: list(disagreements(session))) == []


def test_writers_of_two_surveys_on_two_servers_do_not_block_each_other(database_url: str) -> None:
    """Transactions that hold several surveys' locks meet in two processes; nobody is refused for it."""
    with house(database_url, 2) as running:
        tenant = running[0].tenant()
        for name in ("p1", "p2"):
            tenant.survey(name, VARIABLES)

        def alternate(visitor: Visitor) -> None:
            for turn in range(6):
                survey = ("p1", "p2")[(visitor.number // 2 + turn) % 2]
                status, reply = visitor.ask("POST", DATA.format(survey), {"data": [{"city": "Oslo"}]})
                assert status == 200, reply

        crowd(tenant, [server.url for server in running], 24, alternate)
        totals = [tenant.http.get(DATA.format(name)).json()["totalCount"] for name in ("p1", "p2")]
        assert totals == [72, 72]
        assert running[0].database.read(lambda session: list(disagreements(session))) == []
