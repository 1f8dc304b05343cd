"""A client that speaks CXI for a workspace of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import httpx

from servers.rejoinder import Tenant

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that the background gets for a job."""
TOKEN_PATH = "/oauth/token"
E_COMMERCE = 9
HEADER = "feedback,feedback_date,user_id,score,platform,country,pricing_plan,persona"
FIRST = (
    "I wish your pricing model worked better for me. I need a custom plan.,1504948149,"
    "mitsu.takasu@example1434.mx,7,Solaris,Ecuador,Lite,Business User"
)


class Account:
    """A workspace and a client of it with a token of CXI's path."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.http = tenant.speaking(TOKEN_PATH)

    @property
    def token(self) -> str:
        """The access token."""
        return self.http.headers["Authorization"].removeprefix("Bearer ")

    def onboard(self, category: int = E_COMMERCE) -> None:
        """Choose a category and complete the onboarding."""
        good(self.http.put("/v1/onboarding", data={"product_category_id": category, "onboarded": "true"}))

    def project(self, name: str = "Enterprise") -> Any:
        """Make a project."""
        return good(self.http.post("/v1/projects", data={"project[name]": name}), 201)

    def tag(self, **fields: Any) -> Any:
        """Make a tag, sent as JSON."""
        return good(self.http.post("/v1/tags", json={"tag": {"name": "TEST"} | fields}), 201)

    def send(self, content: str | bytes, name: str = "data.csv", **form: Any) -> httpx.Response:
        """Send a CSV file to be imported."""
        return self.http.post("/v1/imports", files={"file": (name, content, "text/csv")}, data=form)

    def imported(self, content: str | bytes, name: str = "data.csv") -> Any:
        """Import a CSV file."""
        return good(self.send(content, name), 201)

    def analysed(self, number: int) -> Any:
        """An import, once the background has analysed it."""
        return until(lambda: self._import(number), lambda found: found["sample_analyzed"])

    def _import(self, number: int) -> Any:
        return good(self.http.get(f"/v1/imports/{number}"))

    def responses(self, **query: Any) -> list[Any]:
        """A page of responses."""
        return list(good(self.http.get("/v1/responses", params=query))["items"])


def csv_of(*rows: Sequence[str], header: Sequence[str] = ("feedback", "feedback_date")) -> str:
    """A CSV file with every cell quoted."""
    lines = [header, *rows]
    return "\r\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)


def until(look: Callable[[], T], right: Callable[[T], Any]) -> T:
    """What `look` gives once it is right; the background works meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not right(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def lasting(body: Any) -> Any:
    """An import or response without what its analysis, which runs meanwhile, changes; tags put on stay."""
    if isinstance(body, list):
        return [lasting(one) for one in body]
    if not isinstance(body, dict):
        return body
    moving = ("sentiment", "response_count", "sample_analyzed")
    kept = {name: lasting(value) for name, value in body.items() if name not in moving}
    return kept | ({"tags": [t for t in kept["tags"] if t["mode"] == "manual"]} if "tags" in kept else {})


def good(reply: httpx.Response, status: int = 200) -> Any:
    """The body of a reply that must have this status."""
    assert reply.status_code == status, reply.text
    return reply.json() if reply.content else None


def refused(reply: httpx.Response, status: int) -> str:
    """The sentence of a refusal, which is all that its body holds."""
    assert reply.status_code == status, (reply.status_code, reply.text)
    body = reply.json()
    assert body.keys() == {"message"}
    assert isinstance(body["message"], str)
    return str(body["message"])
