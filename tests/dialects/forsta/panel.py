"""A survey to try Forsta's resources on, and the five verbs on it in one line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import msgspec

from rejoinder.model.survey import Kind, Loop, Option, Variable
from servers.rejoinder import Tenant


def background(name: str, kind: Kind, **facts: Any) -> Variable:
    """A respondent variable made at launch."""
    return Variable(name, kind, level="respondent", origin="background", **facts)


VARIABLES = (
    background("gender", Kind.SINGLE, options=(Option("male"), Option("female"))),
    background("city", Kind.TEXT, length=20),
    background("age", Kind.NUMERIC, precision=3, scale=0),
    background("born", Kind.DATETIME),
    background("member", Kind.BOOLEAN),
    Variable("q1", Kind.SINGLE, options=(Option("1"), Option("2"))),
    Variable("q2", Kind.MULTI, options=(Option("1"), Option("2"), Option("3"))),
    Variable("cost", Kind.NUMERIC, level="trip"),
)
LOOPS = (Loop("trip"),)
SYSTEM = {"createddate", "smtpStatus", "language", "interview_start", "interview_end", "status"}


class Panel:
    """The survey `p1`, seen through `respondents` or `responses`."""

    def __init__(self, tenant: Tenant, resource: str = "respondents") -> None:
        self.tenant, self.http = tenant, tenant.http
        self.resource = f"/v1/surveys/p1/{resource}"
        self.data = f"{self.resource}/data"

    def send(
        self,
        method: str,
        data: Any,
        keys: Sequence[str] | None = None,
        variables: Sequence[str] | None = None,
    ) -> httpx.Response:
        """Send rows; `keys` and `variables` make the dataSchema, which is left out without both."""
        parts = {"keys": keys, "variables": variables}
        schema = {name: list(part) for name, part in parts.items() if part is not None}
        body = ({"dataSchema": schema} if schema else {}) | {"data": data}
        return self.http.request(method, self.data, content=msgspec.json.encode(body))

    def fill(self, *rows: dict[str, Any]) -> list[int]:
        """Add rows that must go in; gives their respids."""
        reply = self.send("POST", rows)
        assert reply.status_code == 200, reply.text
        ids: list[int] = reply.json()["insertedIds"]
        assert len(ids) == len(rows)
        return ids

    def page(self, **query: Any) -> dict[str, Any]:
        """One page."""
        reply = self.http.get(self.data, params=query)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    def rows(self, **query: Any) -> list[dict[str, Any]]:
        """All records, from the stream, without the variables that the store writes."""
        reply = self.http.get(self.data, params=query, headers={"Accept": "application/x-ndjson"})
        assert reply.status_code == 200, reply.text
        found = [msgspec.json.decode(line) for line in reply.content.splitlines()]
        return [{name: row[name] for name in row if name not in SYSTEM} for row in found]

    def sibling(self) -> Panel:
        """The same survey through the other resource."""
        return Panel(self.tenant, "responses" if "respondents" in self.data else "respondents")


def messages(reply: httpx.Response) -> list[tuple[int, str, str, Any]]:
    """(row, fields, message, value) of every message in `validationMessages`."""
    return [
        (row["rowNumber"], ",".join(message["fields"]), message["message"], message["value"])
        for row in reply.json().get("validationMessages", {}).get("rowResults", ())
        for message in row["messages"]
    ]


def refused(reply: httpx.Response, status: int, *words: str) -> None:
    """Check that a reply is an error with a message that holds these words, and nothing else."""
    assert reply.status_code == status, reply.text
    assert reply.json().keys() == {"message"}
    for word in words:
        assert word in reply.json()["message"]
