"""No search and no page of the list may scan the respondents:

the engine itself says how it would go about it.
"""

from __future__ import annotations

from typing import Any

import pytest

from rejoinder.core.panel import search
from rejoinder.core.panel.listing import list_people
from rejoinder.core.panel.search import search_people
from rejoinder.model.panel import Criteria
from rejoinder.store import panel as rows_store
from rejoinder.store import panel_search

from .stage import DAY, Stage

TODAY = (20_000 * DAY, 20_001 * DAY)
SEARCHES = {
    "token": Criteria(token="x"),
    "email": Criteria(email="anna1@x.pl"),
    "label": Criteria(labels={1: "oslo"}),
    "created": Criteria(days={"created_at": TODAY}),
    "invited": Criteria(days={"invited_at": TODAY}),
    "opened": Criteria(days={"opened_at": TODAY}),
    "completed": Criteria(days={"completed_at": TODAY}),
    "several": Criteria(email="anna1@x.pl", labels={1: "oslo"}, days={"opened_at": TODAY}),
}


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How the engine would run each statement, as they come."""
    found: list[str] = []
    for module in (rows_store, panel_search):
        monkeypatch.setattr(module, "_run", watched(module._run, found))
    return found


def watched(run: Any, found: list[str]) -> Any:
    def explained(session: Any, sql: str, values: tuple[Any, ...]) -> Any:
        if session.engine == "sqlite":
            rows = session.raw.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
            found.append("\n".join(row[3] for row in rows))
        else:  # a table of some rows is always scanned, unless one forbids it
            session.raw.execute("SET enable_seqscan = off")
            found.append("\n".join(row[0] for row in session.raw.execute(f"EXPLAIN {sql}", values)))
        return run(session, sql, values)

    return explained


def assert_no_scan(plans: list[str]) -> None:
    assert plans
    for plan in plans:
        for line in plan.splitlines():
            scans = "SCAN" in line and "json_each" not in line and " j " not in f"{line} "
            assert not scans, plan
            assert "Seq Scan" not in line, plan


@pytest.mark.parametrize("few", [0, 10_000])
@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_uses_its_index(
    stage: Stage, plans: list[str], monkeypatch: pytest.MonkeyPatch, name: str, few: int
) -> None:
    stage.fill(80, anonymous=False, shuffled=False)
    stage.index("label1")
    monkeypatch.setattr(search, "FEW", few)
    plans.clear()
    stage.read(lambda unit: search_people(unit, "s", SEARCHES[name], 0, 10))
    assert_no_scan(plans)


def test_a_page_of_the_list_uses_the_index_of_addresses(stage: Stage, plans: list[str]) -> None:
    stage.fill(80, anonymous=True, shuffled=False)
    plans.clear()
    for skip in (0, 20, 90):
        stage.read(lambda unit: list_people(unit, "s", skip, 10))  # noqa: B023
    assert_no_scan(plans)
