"""A survey to try Webankieta's calls on, and what they are sent as."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from rejoinder.core.jobs import list_jobs
from rejoinder.jobs.register import runner
from rejoinder.model.job import Job, JobStatus
from rejoinder.model.survey import Survey
from servers.rejoinder import Tenant

KINDS = ("update_respondents", "anonymise", "index_variable")
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


def json_to_url_encoded(element: Any, key: str = "", found: list[str] | None = None) -> str:
    """What the document's JavaScript function makes of an object: names as they are, values encoded."""
    found = [] if found is None else found
    if isinstance(element, dict | list | None):
        items = element.items() if isinstance(element, dict) else enumerate(element or ())
        for index, inner in items:
            json_to_url_encoded(inner, f"{key}[{index}]" if key else str(index), found)
    else:
        found.append(f"{key}={_component(element)}")
    return "&".join(found)


def _component(value: Any) -> str:
    """JavaScript's `encodeURIComponent`."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return quote(text, safe="!'()*-._~")


class Panel:
    """The survey `p1`."""

    def __init__(self, tenant: Tenant, survey: Survey) -> None:
        self.tenant, self.http, self.survey = tenant, tenant.http, survey
        self.database = tenant.server.database

    def batch(self) -> str:
        """A new batch."""
        return str(
            good(self.http.post("/api/respondents/batch", data={"survey_id": self.survey.id}))["batch_id"]
        )

    def load(self, *respondents: Mapping[str, Any], batch: str | None = None) -> dict[str, Any]:
        """A patch that must go in."""
        body = {"batch_id": batch or self.batch(), "respondents": list(respondents)}
        return good(self.http.post("/api/v2/respondents/patch", json=body))

    def people(self, *emails: str) -> list[int]:
        """Respondents with these addresses; their ids."""
        made = self.load(*({"email": email} for email in emails))
        ids: list[int] = good(self.http.get("/api/respondents/patch", params={"patch_id": made["patch_id"]}))[
            "respondents"
        ]
        return ids

    def list(self, **query: Any) -> list[dict[str, Any]]:
        """All respondents, in their order."""
        reply = self.http.get("/api/v2/respondents/p1", params={"limit": 1000} | query)
        if reply.status_code == 404:
            return []
        found: list[dict[str, Any]] = good(reply)["list"]
        return found

    def loaded(self) -> Sequence[tuple[str, list[str]]]:
        """(address, labels up to the last that is not blank) of every respondent, in the order of loading."""
        return [(row["email"], labels_of(row)) for row in sorted(self.list(), key=lambda row: int(row["id"]))]

    def work(self) -> list[Job]:
        """Wait until what the workspace asked for is done, also by the server; its jobs, the newest first."""
        patience = time.monotonic() + 60
        while True:
            runner(self.database).run_due()
            found = self.database.read(lambda s: list_jobs(s, workspace=self.tenant.workspace_id))
            if all(job.status in (JobStatus.DONE, JobStatus.FAILED) for job in found if job.kind in KINDS):
                return found
            assert time.monotonic() < patience, found
            time.sleep(0.01)


def labels_of(row: Mapping[str, Any]) -> list[str]:
    """The labels of a respondent, without the blank ones at the end."""
    labels = [row[f"label{n}"] for n in range(1, 16)]
    while labels and not labels[-1]:
        labels.pop()
    return labels


def good(reply: httpx.Response) -> dict[str, Any]:
    """The body of a reply that must be one of success."""
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def refused(reply: httpx.Response, status: int, *words: str) -> None:
    """Check that a reply is an error in the vendor's shape whose message holds these words."""
    assert reply.status_code == status, reply.text
    assert reply.json().keys() == {"type", "msg"}
    assert reply.json()["type"] == "error"
    for word in words:
        assert word in reply.json()["msg"]
