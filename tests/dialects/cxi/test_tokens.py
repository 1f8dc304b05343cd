"""`/oauth/token`: who gets which token, and who none (004, "Authentication")."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from rejoinder.core.access import revoke_client
from rejoinder.core.people import accounts
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user
from rejoinder.store.tables.access import user_account
from servers.rejoinder import Tenant

from .account import TOKEN_PATH, Account, good

PASSWORD = "correct horse battery"


def enlist(tenant: Tenant, role: str = "owner", email: str = "Ann@Example.org") -> dict[str, str]:
    """Add a person; gives what the password grant is asked with."""
    tenant.verb(lambda unit: create_user(unit, email, PASSWORD, role))
    return {"grant_type": "password", "username": email.lower(), "password": PASSWORD}


def ask(tenant: Tenant, **more: Any) -> httpx.Response:
    return tenant.server.client().post(TOKEN_PATH, **more)


def at_account(tenant: Tenant) -> dict[str, str]:
    return {"account_token": tenant.account_token}


def enters(tenant: Tenant, token: str, method: str = "GET") -> int:
    """The status of a call with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    return tenant.server.client().request(method, "/v1/onboarding", headers=headers).status_code


@pytest.mark.parametrize("way", ["data", "files"])
def test_a_password_is_enough_with_the_account_token_in_the_address(tenant: Tenant, way: str) -> None:
    words = enlist(tenant)
    sent = (
        {"data": words} if way == "data" else {"files": {name: (None, word) for name, word in words.items()}}
    )
    body = good(ask(tenant, params=at_account(tenant), **sent))
    assert [*body] == ["access_token", "token_type", "expires_in", "refresh_token", "scope"]
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("bearer", 7200, "public")
    assert enters(tenant, body["access_token"]) == 200


def test_client_credentials_get_no_refresh_token(tenant: Tenant) -> None:
    keys = {"client_id": tenant.client_id, "client_secret": tenant.client_secret}
    body = good(
        ask(tenant, files={n: (None, v) for n, v in (keys | {"grant_type": "client_credentials"}).items()})
    )
    assert [*body] == ["access_token", "token_type", "expires_in", "scope"]
    basic = base64.b64encode(f"{tenant.client_id}:{tenant.client_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    assert good(ask(tenant, data={"grant_type": "Client_Credentials"}, headers=headers))["expires_in"] == 7200


def test_a_refresh_token_works_once_and_needs_no_client(tenant: Tenant) -> None:
    first = good(ask(tenant, data=enlist(tenant), params=at_account(tenant)))
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = good(ask(tenant, data=again))
    assert enters(tenant, second["access_token"]) == 200
    reused = ask(tenant, data=again)
    assert (reused.status_code, reused.json()["error"]) == (400, "invalid_grant")
    family = again | {"refresh_token": second["refresh_token"]}
    assert ask(tenant, data=family).status_code == 400, "using one twice ends the family"


def test_a_wrong_account_token_is_401_whoever_asks(tenant: Tenant) -> None:
    words = enlist(tenant)
    for more in (words, {"grant_type": "password", "username": "nobody@example.org", "password": "x"}):
        reply = ask(tenant, data=more, params={"account_token": "NPS-wrong"})
        assert reply.status_code == 401
        assert reply.json()["message"] == "The account_token is not known."
    other = tenant.server.tenant()
    keys = {"client_id": tenant.client_id, "client_secret": tenant.client_secret}
    for grant in ("password", "client_credentials"):
        sent = words | keys | {"grant_type": grant}
        assert ask(tenant, data=sent, params=at_account(other)).status_code == 401
        assert ask(tenant, data=sent, params=at_account(tenant)).status_code == 200


def test_the_account_token_chooses_among_the_workspaces_of_one_address(tenant: Tenant) -> None:
    other = tenant.server.tenant()
    address = f"both-{tenant.workspace_id}@example.org"
    words = enlist(tenant, email=address)
    enlist(other, "viewer", email=address)
    body = good(ask(tenant, data=words | {"account_token": other.account_token}))
    assert (enters(other, body["access_token"]), enters(other, body["access_token"], "PUT")) == (200, 403)
    reply = ask(tenant, data=words)
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


def test_without_an_account_token_an_address_of_one_workspace_is_enough(tenant: Tenant) -> None:
    words = enlist(tenant, email=f"one-{tenant.workspace_id}@example.org")
    assert enters(tenant, good(ask(tenant, data=words))["access_token"]) == 200
    wrong = ask(tenant, data=words | {"password": "wrong"})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    assert wrong.json()["message"] == wrong.json()["error_description"]


def test_who_is_disabled_or_shut_out_gets_nothing(tenant: Tenant) -> None:
    words = enlist(tenant)
    first = good(ask(tenant, data=words, params=at_account(tenant)))
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    everybody = user_account.update().where(user_account.c.workspace_id == tenant.workspace_id)
    tenant.verb(lambda unit: unit.session.run(everybody.values(disabled_at=1)))
    assert ask(tenant, data=words, params=at_account(tenant)).status_code == 400
    assert ask(tenant, data=again).status_code == 400
    tenant.verb(lambda unit: unit.session.run(everybody.values(disabled_at=None)))
    tenant.verb(lambda unit: revoke_client(unit, f"people-cxi-{tenant.workspace_id}"))
    assert ask(tenant, data=words, params=at_account(tenant)).status_code == 401


@pytest.mark.parametrize("what", ["role", "password", "removal"])
def test_tokens_end_with_what_they_were_given_for(tenant: Tenant, what: str) -> None:
    """Who becomes a viewer may not go on writing, by any token that they have or can refresh."""
    enlist(tenant)
    words = enlist(tenant, "editor", email="eve@example.org")
    first = good(ask(tenant, data=words, params=at_account(tenant)))

    def change(unit: Unit) -> None:
        number = accounts.find_by_email(unit, "eve@example.org").user.id
        if what == "role":
            accounts.change_role(unit, number, "viewer")
        elif what == "password":
            accounts.set_password(unit, number, "another long password")
        else:
            accounts.remove_person(unit, number)

    tenant.verb(change)
    assert enters(tenant, first["access_token"]) == 401
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert ask(tenant, data=again).status_code == 400


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "api-user"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "invalid_grant"),
        (
            {"grant_type": "password", "username": "\0", "password": "\ud800".encode("utf-8", "replace")},
            400,
            "invalid_grant",
        ),
        ({"grant_type": "refresh_token"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 500}, 400, "invalid_grant"),
    ],
)
def test_what_is_refused(tenant: Tenant, sent: dict[str, Any], status: int, error: str) -> None:
    reply = ask(tenant, data=sent)
    assert (reply.status_code, reply.json()["error"]) == (status, error), reply.text


def test_the_token_may_stand_in_the_query(fresh: Account) -> None:
    http = fresh.tenant.server.client()
    assert http.get("/v1/onboarding", params={"access_token": fresh.token}).status_code == 200
    assert http.get("/v1/onboarding", params={"access_token": "x"}).status_code == 401
    assert http.get("/v1/onboarding?access_token=%ff").status_code == 401
