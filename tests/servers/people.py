"""People at the console, for tests.

with running(database_url) as server:
    owner = sign_in(server, server.tenant(), "owner")
    assert owner.get("/overview").status_code == 200
    owner.post("/users", email="eve@example.org", role="viewer")
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from rejoinder.core.people.sessions import begin_session
from rejoinder.core.secrets import hash_password
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user
from rejoinder.model.people import Member
from rejoinder.store.people import change_account
from servers.rejoinder import Server, Tenant

PASSWORD = "a password for tests"
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass
class Person:
    """Somebody signed in. Paths are below the workspace's, or whole: `/console…`, `/docs…`."""

    http: httpx.Client
    workspace_id: int
    email: str
    password: str = PASSWORD
    _token: str = field(default="", repr=False)

    def path(self, path: str) -> str:
        """The whole path."""
        return path if path.startswith(("/console", "/docs")) else f"/console/{self.workspace_id}{path}"

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Look at a page."""
        return self.http.get(self.path(path), **options)

    def post(self, path: str, files: Any = None, /, **form: Any) -> httpx.Response:
        """Send a form as the page's script does, with its token."""
        headers = {"X-CSRF-Token": self.token(), "HX-Request": "true"}
        return self.http.post(self.path(path), data=form, files=files, headers=headers)

    def token(self) -> str:
        """The token of this session's forms, as a page shows it."""
        if not self._token:
            self._token = token_of(self.get("/account").text)
        return self._token


def token_of(page: str) -> str:
    """The token of a page's forms."""
    found = TOKEN.search(page)
    assert found, page[:2000]
    return found[1]


def add_person(
    tenant: Tenant, role: str = "owner", email: str = "", password: str = PASSWORD
) -> tuple[str, str]:
    """Make an account; gives address and password."""
    email = email or f"{role}-{uuid.uuid4().hex[:8]}@example.org"
    tenant.verb(lambda unit: _add(unit, email, password, role))
    return email, password


def _add(unit: Unit, email: str, password: str, role: str) -> Member:
    made = create_user(unit, email, None, role)
    change_account(unit.session, unit.workspace_id, made.id, password_hash=_hashed(password))
    return Member(unit.workspace_id, "", "UTC", made.id, made.email, made.role)


@cache
def _hashed(password: str) -> str:
    """Hashing takes long on purpose, and tests need many people with one password."""
    return hash_password(password)


def sign_in(server: Server, tenant: Tenant, role: str = "owner", email: str = "") -> Person:
    """Make an account of this role with a session; quicker than the door, which has tests of its own."""
    email = email or f"{role}-{uuid.uuid4().hex[:8]}@example.org"

    def work(unit: Unit) -> str:
        member = _add(unit, email, PASSWORD, role)
        return begin_session(unit.session, (member,), "test", "127.0.0.1", unit.now)

    http = server.client(headers={"Accept-Language": "en"})
    http.cookies.set("rejoinder_session", tenant.verb(work), domain="127.0.0.1", path="/")
    return Person(http, tenant.workspace_id, email)


def come_in(server: Server, workspace_id: int, email: str, password: str) -> Person:
    """Sign in at the door."""
    http = server.client(headers={"Accept-Language": "en"})
    token = token_of(http.get("/console/sign-in").text)
    reply = http.post("/console/sign-in", data={"csrf": token, "email": email, "password": password})
    assert reply.status_code == 303, reply.text
    return Person(http, workspace_id, email, password)
