"""Errors and limits: every Problem in the vendor's one shape, and what is left of the rate on every reply."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rejoinder.dialects.cxi.errors import STATUS, problem
from rejoinder.kernel.call import Call
from rejoinder.kernel.origin import Origin
from rejoinder.model import problems
from rejoinder.model.problems import Invalid, NotGranted, Problem, TooMany
from rejoinder.model.reports import Message, Report, RowResult
from servers import rejoinder
from servers.rejoinder import Server

from .account import TOKEN_PATH, Account, good, refused

EVERY = [
    kind
    for kind in vars(problems).values()
    if isinstance(kind, type) and issubclass(kind, Problem) and kind is not Problem
]
SCOPE = {"type": "http", "method": "GET", "raw_path": b"/v1/tags", "headers": [], "query_string": b""}


def made(kind: type[Problem]) -> Problem:
    if kind is NotGranted:
        return NotGranted("invalid_grant", "No.")
    return TooMany("No.", 7) if kind is TooMany else kind("No.")


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_every_problem_is_spelled(kind: type[Problem]) -> None:
    reply = problem(Call(SCOPE, Origin(None, ())), made(kind))
    assert reply.status == STATUS[kind]
    assert b'"message":"' in reply.body


def test_wrong_rows_follow_the_sentence() -> None:
    rows = (RowResult(7, (Message(("score",), "score must be whole", "x"),)),)
    found = problem(Call(SCOPE, Origin(None, ())), Invalid("Wrong.", report=Report("response", rows)))
    assert found.body == b'{"message":"Wrong.\\nRow 7: score must be whole (\'x\')."}'


def test_what_the_kernel_refuses_has_the_vendors_shape(account: Account) -> None:
    refused(account.http.patch("/v1/tags"), 405)
    refused(account.http.delete("/v1/responses"), 405)
    refused(account.http.post("/v1/tags", content=b"{", headers={"Content-Type": "application/json"}), 400)
    refused(
        account.http.post("/v1/tags", content=b"[" * 9999, headers={"Content-Type": "application/json"}), 400
    )
    refused(account.http.post("/v1/tags", content=b"x", headers={"Content-Type": "text/plain"}), 400)
    account.http.headers["Authorization"] = "Bearer nonsense"
    assert account.http.get("/v1/tags").headers["www-authenticate"] == "Bearer"
    refused(account.http.get("/v1/tags"), 401)
    del account.http.headers["Authorization"]
    for method, path in (("GET", "/v1/tags"), ("POST", "/v1/imports"), ("PUT", "/v1/onboarding")):
        refused(account.http.request(method, path), 401)


@pytest.fixture
def limited(sqlite_url: str) -> Iterator[Server]:
    """A server with the limits that it has by itself."""
    settings = rejoinder.QUICK.__class__(sqlite_synchronous="NORMAL", shutdown_grace=1.0)
    with rejoinder.running(sqlite_url, settings) as server:
        yield server


def test_a_hundred_requests_a_minute_told_on_every_reply(limited: Server) -> None:
    account = Account(limited.tenant(token_path=TOKEN_PATH))
    first = account.http.get("/v1/tags")
    assert (first.status_code, first.headers["x-rate-limit-limit"]) == (424, "100")
    left = int(first.headers["x-rate-limit-remaining"])
    good(account.http.get("/v1/onboarding"))
    later = account.http.get("/v1/imports")
    assert (
        int(later.headers["x-rate-limit-remaining"]) < left or later.headers["x-rate-limit-remaining"] == "99"
    )
    replies = [account.http.get("/v1/onboarding") for _ in range(201)]  # a minute may end meanwhile
    over = next(reply for reply in replies if reply.status_code == 429)
    assert refused(over, 429)
    assert 1 <= int(over.headers["retry-after"]) <= 60
    assert over.headers["x-rate-limit-remaining"] == "0"
