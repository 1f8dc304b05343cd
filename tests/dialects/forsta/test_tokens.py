"""Tokens: where credentials stand, which grants, what a refusal looks like, rate limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from rejoinder.core.access import revoke_client, rotate_client
from servers import rejoinder
from servers.rejoinder import Server, Tenant

from .panel import refused

PATH = "/identity/connect/token"


def by_body(tenant: Tenant, fields: dict[str, str]) -> dict[str, Any]:
    return {"data": credentials(tenant) | fields}


def by_multipart(tenant: Tenant, fields: dict[str, str]) -> dict[str, Any]:
    return {"files": {name: (None, text) for name, text in (credentials(tenant) | fields).items()}}


def by_basic(tenant: Tenant, fields: dict[str, str]) -> dict[str, Any]:
    return {"data": fields, "auth": (tenant.client_id, tenant.client_secret)}


def credentials(tenant: Tenant) -> dict[str, str]:
    return {"client_id": tenant.client_id, "client_secret": tenant.client_secret}


def ask(tenant: Tenant, way: Callable[..., dict[str, Any]] = by_body, /, **fields: str) -> httpx.Response:
    fields = {"grant_type": "api-user", "scope": "pub.surveys"} | fields
    return tenant.server.client().post(PATH, **way(tenant, fields))


@pytest.mark.parametrize("grant", ["api-user", "API-User", "client_credentials", "CLIENT_CREDENTIALS"])
@pytest.mark.parametrize("way", [by_body, by_multipart, by_basic])
def test_a_client_gets_a_token(tenant: Tenant, way: Callable[..., dict[str, Any]], grant: str) -> None:
    reply = ask(tenant, way, grant_type=grant)
    assert reply.status_code == 200
    body = reply.json()
    token = body.pop("access_token")
    assert body == {"expires_in": 3600, "token_type": "Bearer", "scope": "pub.surveys"}
    assert reply.headers["Cache-Control"] == "no-store"
    seen = tenant.server.client().get("/v1/surveys", headers={"Authorization": f"bearer {token}"})
    assert seen.status_code == 200, "the scheme's case does not matter"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "rj_nobody"}, 401, "invalid_client"),
        ({"client_id": "rj\0"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "nobody", "password": "x"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, 400, "invalid_grant"),
    ],
)
def test_a_refusal_follows_rfc_6749(tenant: Tenant, fields: dict[str, str], status: int, code: str) -> None:
    reply = ask(tenant, **fields)
    assert (reply.status_code, reply.json()["error"]) == (status, code)
    assert reply.json()["error_description"]


def test_wrong_basic_is_asked_for_basic(tenant: Tenant) -> None:
    reply = tenant.server.client().post(PATH, data={"grant_type": "api-user"}, auth=(tenant.client_id, "no"))
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in ("/v1/surveys", "/v1/surveys/p1", "/v1/surveys/p1/respondents/data/1")),
        ("GET", "/v1/surveys/p1/respondents/data?pageSize=x"),
        *((m, "/v1/surveys/p1/respondents/data") for m in ("GET", "POST", "PUT", "PATCH", "DELETE")),
        ("POST", "/v1/surveys/p1/respondents/uservariables"),
    ],
)
def test_without_a_token_401_is_empty(server: Server, method: str, path: str) -> None:
    for authorization in (b"", b"Bearer unknown", b"Bearer", b"Basic eDp5", b"Bearer \xff"):
        headers = {b"Authorization": authorization} if authorization else {}
        reply = server.client().request(method, path, headers=headers)
        assert (reply.status_code, reply.content) == (401, b"")
        assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_an_expired_token_is_401(tenant: Tenant) -> None:
    mine = f"workspace_id = {tenant.workspace_id}"
    tenant.verb(lambda unit: unit.session.raw.execute(f"UPDATE token SET expires_at = 1 WHERE {mine}"))
    assert_shut_out(tenant)


def test_a_revoked_clients_token_is_401(tenant: Tenant) -> None:
    tenant.verb(lambda unit: revoke_client(unit, tenant.client_id))
    assert_shut_out(tenant)
    assert ask(tenant).json()["error"] == "invalid_client"


def assert_shut_out(tenant: Tenant) -> None:
    """The token is refused once what a process may trust for a moment is over."""
    patience = time.monotonic() + tenant.server.settings.token_cache_seconds + 5
    while (reply := tenant.http.get("/v1/surveys")).status_code == 200:
        assert time.monotonic() < patience
        time.sleep(0.05)
    assert (reply.status_code, reply.content) == (401, b"")


def test_a_rotated_clients_old_and_new_secrets_work(tenant: Tenant) -> None:
    secret = tenant.verb(lambda unit: rotate_client(unit, tenant.client_id))
    assert ask(tenant).status_code == 200
    assert ask(tenant, client_secret=secret).status_code == 200


def test_a_reader_may_not_write(server: Server) -> None:
    reader = server.tenant(scopes=["forsta:read"])
    reader.survey("p1")
    assert reader.http.get("/v1/surveys/p1/respondents/data").status_code == 200
    refused(reader.http.post("/v1/surveys/p1/respondents/data", json={"data": []}), 403, "forsta:write")


def test_a_client_of_another_dialect_gets_no_token(server: Server) -> None:
    tenant = server.tenant(scopes=["native:read"], token_path="/rejoinder/v1/token")
    # A client of our own API alone has no business here.
    assert ask(tenant).json()["error"] == "invalid_scope"


@pytest.mark.parametrize("path", ["/v1/surveys/p1/respondents/data", "/v1/surveys"])
def test_over_the_rate_limit(database_url: str, path: str) -> None:
    limited = msgspec.structs.replace(rejoinder.QUICK, rate_limits={"forsta": 3})
    with rejoinder.running(database_url, limited) as server:
        tenant, other = server.tenant(), server.tenant()
        for one in (tenant, other):
            one.survey("p1")
        _at_the_start_of_a_window()
        replies = [tenant.http.get(path) for _ in range(4)]
        assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
        left = [reply.headers["X-Rate-Limit-Remaining"] for reply in replies[:3]]
        assert left == ["2", "1", "0"]
        last = replies[-1]
        refused(last, 429, "3 requests")
        assert last.headers["X-Rate-Limit-Limit"] == "3"
        assert last.headers["X-Rate-Limit-Remaining"] == "0"
        reset = int(last.headers["X-Rate-Limit-Reset"])
        assert 0 < int(last.headers["Retry-After"]) <= 60
        assert reset % 60 == 0
        assert 0 < reset - time.time() <= 60
        assert other.http.get(path).status_code == 200, "each client has its own limit"


def _at_the_start_of_a_window() -> None:
    """Wait when the minute is about to end, so that four requests fall into one."""
    if (left := 60 - time.time() % 60) < 4:
        time.sleep(left)
