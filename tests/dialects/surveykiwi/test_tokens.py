"""SurveyKiwi's token path (003, "Auth"), and where tokens are put."""

from __future__ import annotations

import base64
import logging

import httpx
import msgspec
import pytest

from servers import rejoinder
from servers.rejoinder import QUICK, Server, Tenant

from .campaign import Kiwi, refused

PATH = "/oAuth2/token"


def keys(tenant: Tenant, grant: str = "Client_Credentials") -> dict[str, str]:
    return {"grant_type": grant, "client_id": tenant.client_id, "client_secret": tenant.client_secret}


@pytest.mark.parametrize("grant", ["Client_Credentials", "client_credentials", "CLIENT_CREDENTIALS"])
def test_a_token_lives_for_900_seconds(tenant: Tenant, grant: str) -> None:
    reply = tenant.server.client().post(PATH, data=keys(tenant, grant))
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    body = reply.json()
    assert list(body) == ["token_type", "expires_in", "access_token", "refresh_token"]
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)


def test_forms_and_basic(tenant: Tenant) -> None:
    http, fields = tenant.server.client(), keys(tenant)
    multipart = {name: (None, value) for name, value in fields.items()}
    assert http.post(PATH, files=multipart).status_code == 200
    basic = base64.b64encode(f"{tenant.client_id}:{tenant.client_secret}".encode()).decode()
    reply = http.post(
        PATH, data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    assert reply.status_code == 200


def test_a_refresh_token_works_once(tenant: Tenant) -> None:
    http = tenant.server.client()
    first = http.post(PATH, data=keys(tenant)).json()
    refresh = keys(tenant, "refresh_token") | {"refresh_token": first["refresh_token"]}
    second = http.post(PATH, data=refresh)
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    refused(http.post(PATH, data=refresh), 401, "Unauthorized", "No estás autorizado", "refresh_token")
    assert asks(http, second.json()["access_token"]).status_code == 401, "the family has ended"


@pytest.mark.parametrize(
    "change",
    [
        {"client_secret": "wrong"},
        {"client_id": "rj_nobody"},
        {"grant_type": ""},
        {"grant_type": "api-user"},
        {"grant_type": "refresh_token"},
    ],
)
def test_refusals_are_401(tenant: Tenant, change: dict[str, str]) -> None:
    reply = tenant.server.client().post(PATH, data=keys(tenant) | change)
    refused(reply, 401, "Unauthorized", "No estás autorizado para realizar esta acción.")


@pytest.mark.parametrize("body", [b"\xff=1", b"{", b"grant_type=a&grant_type=b", b""])
def test_what_cannot_be_read_is_refused_too(tenant: Tenant, body: bytes) -> None:
    reply = tenant.server.client().post(
        PATH, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    refused(reply, 401, "Unauthorized")


def test_letters_of_the_path_are_matched_with_case(tenant: Tenant) -> None:
    http = tenant.server.client()
    assert http.post("/OAuth2/token", data=keys(tenant)).status_code == 404
    refused(http.get(PATH), 405, "method_exception", "El método utilizado no está permitido")


def asks(http: httpx.Client, token: str) -> httpx.Response:
    return http.get("/v1.0/campaign/list", params={"access_token": token})


def test_a_token_in_the_query_or_as_bearer(kiwi: Kiwi) -> None:
    assert asks(kiwi.http, kiwi.token).json() == []
    bearer = {"Authorization": f"Bearer {kiwi.token}"}
    assert kiwi.http.get("/v1.0/campaign/list", headers=bearer).json() == []
    assert kiwi.http.get("/v1.0/campaign/list?access_token=", headers=bearer).status_code == 200


@pytest.mark.parametrize("query", ["", "access_token=x", "access_token=%00", "access_token=" + "x" * 5000])
def test_no_token_and_an_unknown_one(kiwi: Kiwi, query: str) -> None:
    words = "The access token provided is expired, revoked, malformed, or invalid for other reasons."
    reply = kiwi.http.get(f"/v1.0/campaign/list?{query}")
    refused(reply, 401, "invalid_token", words)
    assert reply.headers["www-authenticate"] == "Bearer"


def test_another_dialects_token_is_not_enough(tenant: Tenant) -> None:
    reply = tenant.http.get("/v1.0/campaign/list")
    refused(reply, 401, "Unauthorized", "No estás autorizado para realizar esta acción.")


def test_an_expired_token(server: Server) -> None:
    tenant = server.tenant(token_path=PATH)
    mine = f"workspace_id = {tenant.workspace_id}"
    tenant.verb(lambda unit: unit.session.raw.execute(f"UPDATE token SET expires_at = 1 WHERE {mine}"))
    refused(tenant.http.get("/v1.0/campaign/list"), 401, "invalid_token")


def test_a_token_never_reaches_a_log(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Not when requests are logged, not when one fails."""
    caplog.set_level(logging.DEBUG)
    loud = msgspec.structs.replace(QUICK, access_log=True, log_level="debug")
    with rejoinder.running(database_url, loud) as server:
        kiwi = Kiwi(server.tenant())
        for path in ("campaign/list", "campaign/answers", "question", "nowhere"):
            kiwi.get(path, campaign_url="x", id="y")
        kiwi.http.post("/v1.0/campaign/list", params={"access_token": kiwi.token})
    # The test's HTTP client logs addresses, and so would uvicorn, whose own log `serve` turns off.
    ours = [record for record in caplog.records if not record.name.startswith(("http", "uvicorn.access"))]
    assert any(getattr(record, "path", "") == "/v1.0/campaign/list" for record in ours)
    assert not any(kiwi.token in str(vars(record)) for record in ours)
