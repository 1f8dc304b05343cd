"""Who is refused, how, and in which order (000, "Error Responses"; design, "GoodBridge")."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import httpx
import msgspec
import pytest

from rejoinder.core.access import revoke_client
from servers import rejoinder
from servers.rejoinder import Server, Tenant

from .project import PATH, ask
from .test_exchanges import DOCUMENT

PAGE = {"page": 1, "page_size": 10, "display_lang_code": "en"}


def without_token(server: Server) -> httpx.Response:
    return server.client().get(PATH.format("p1"), params=PAGE)


def with_unknown_token(server: Server) -> httpx.Response:
    headers = {"Authorization": "Bearer nobody"}
    return server.client().get(PATH.format("p1"), params=PAGE, headers=headers)


def with_revoked_token(server: Server) -> httpx.Response:
    tenant = made(server)
    tenant.verb(lambda unit: revoke_client(unit, tenant.client_id))
    return ask(tenant)


def without_feature(server: Server) -> httpx.Response:
    return ask(made(server, features=()))


def with_another_dialects_token(server: Server) -> httpx.Response:
    tenant = made(server)
    http = tenant.speaking("/identity/connect/token")
    return http.get(PATH.format("p1"), params=PAGE)


def of_no_project(server: Server) -> httpx.Response:
    return ask(made(server), "nothing")


def of_another_workspaces_project(server: Server) -> httpx.Response:
    return ask(made(server), str(made(server).survey("mine").id))


def with_bad_parameters(server: Server) -> httpx.Response:
    return ask(made(server), page=0)


def too_often(server: Server) -> httpx.Response:
    limited = made(server)
    return next(reply for _ in range(10) if (reply := ask(limited)).status_code != 200)


def made(server: Server, features: tuple[str, ...] = ("api_export",)) -> Tenant:
    tenant = server.tenant(features=features, token_path="/oauth2/token")
    tenant.survey("p1")
    return tenant


CASES: tuple[tuple[int, Callable[[Server], httpx.Response]], ...] = (
    (401, without_token),
    (401, with_unknown_token),
    (403, with_revoked_token),
    (403, without_feature),
    (403, with_another_dialects_token),
    (404, of_no_project),
    (404, of_another_workspaces_project),
    (422, with_bad_parameters),
)


@pytest.mark.parametrize(("status", "case"), CASES, ids=lambda one: getattr(one, "__name__", one))
def test_each_refusal(server: Server, status: int, case: Callable[[Server], httpx.Response]) -> None:
    reply = case(server)
    assert reply.status_code == status, reply.text
    detail = reply.json().pop("detail")
    assert list(reply.json()) == ["detail"]
    assert isinstance(detail, list if status == 422 else str)
    assert detail
    assert ("WWW-Authenticate" in reply.headers) == (status == 401)


def test_every_error_of_the_document_is_tried() -> None:
    table = re.findall(r"^(\d{3}) .* \|$", DOCUMENT.read_text(), re.M)
    assert {int(status) for status in table} == {status for status, _ in CASES} | {429}


def test_an_expired_token_is_403(sqlite_url: str) -> None:
    with rejoinder.running(sqlite_url) as server:
        tenant = made(server)
        past = time.time_ns() // 1000 - 1
        tenant.verb(lambda unit: unit.session.raw.execute("UPDATE token SET expires_at = ?", (past,)))
        reply = ask(tenant)
        assert (reply.status_code, "expired" in reply.json()["detail"]) == (403, True)


def test_too_many_requests_are_429(sqlite_url: str) -> None:
    settings = msgspec.structs.replace(rejoinder.QUICK, rate_limits={"goodbridge": 3})
    with rejoinder.running(sqlite_url, settings) as server:
        reply = too_often(server)
    assert reply.status_code == 429
    assert list(reply.json()) == ["detail"]
    assert int(reply.headers["Retry-After"]) > 0
    assert (reply.headers["X-Rate-Limit-Limit"], reply.headers["X-Rate-Limit-Remaining"]) == ("3", "0")


def test_refusals_come_in_the_settled_order(server: Server) -> None:
    """401, 403, 404, 422: whoever may not come in learns nothing of what there is."""
    path, bad = PATH.format("nothing"), {"page": 0}
    assert server.client().get(path, params=bad).status_code == 401
    assert made(server, features=()).http.get(path, params=bad).status_code == 403
    allowed = made(server)
    assert allowed.http.get(path, params=bad).status_code == 404
    assert allowed.http.get(PATH.format("p1"), params=bad).status_code == 422


@pytest.mark.parametrize(("method", "path"), [("POST", PATH.format("p1")), ("GET", "/oauth2/token")])
def test_other_methods_are_refused_in_the_same_shape(tenant: Tenant, method: str, path: str) -> None:
    reply = tenant.http.request(method, path)
    assert (reply.status_code, list(reply.json())) == (405, ["detail"])
    assert "Allow" in reply.headers


def test_head_and_a_trailing_slash_are_served(server: Server) -> None:
    tenant = made(server)
    assert tenant.http.head(PATH.format("p1"), params=PAGE).status_code == 200
    reply = tenant.http.get(PATH.format("p1") + "/", params=PAGE)
    assert (reply.status_code, reply.json()["total"]) == (200, 0)


def test_tokens_are_granted_and_refreshed_once(server: Server) -> None:
    tenant = server.tenant(features=["api_export"])
    http, client = server.client(), {"client_id": tenant.client_id, "client_secret": tenant.client_secret}
    first = http.post("/oauth2/token", data=client | {"grant_type": "Client_Credentials"}).json()
    assert first.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (first["token_type"], first["expires_in"]) == ("Bearer", 3600)
    again = client | {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = http.post("/oauth2/token", data=again)
    assert (second.status_code, second.headers["Cache-Control"]) == (200, "no-store")
    used = http.post("/oauth2/token", data=again)
    assert (used.status_code, used.json()["error"]) == (400, "invalid_grant")
    assert http.post("/oAuth2/token", data=client).status_code != 200, "the path's case matters"
