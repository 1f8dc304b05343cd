"""The application that tests are given answers, keeps workspaces apart, and ends."""

from __future__ import annotations

import httpx
import pytest

from rejoinder.model.survey import Kind, Variable
from servers import rejoinder

CITY = Variable("city", Kind.TEXT, level="respondent", origin="background", length=100)


def test_the_application_answers_each_workspace_by_its_own_data(database_url: str) -> None:
    with rejoinder.running(database_url) as server:
        mine, other = server.tenant(), server.tenant()
        for tenant, city in ((mine, "Oslo"), (other, "Bergen")):
            tenant.survey("p1", [CITY])
            added = tenant.http.post("/v1/surveys/p1/respondents/data", json={"data": [{"city": city}]})
            assert added.json() == {"insertedRecords": 1, "insertedIds": [1]}
        shown = mine.http.get("/v1/surveys/p1/respondents/data?variables=city").json()
        assert shown["items"] == [{"respid": 1, "city": "Oslo"}]
        url = server.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/livez")
