"""A server on each engine with two workspaces, and people of each role in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from servers import rejoinder
from servers.people import Person, sign_in
from servers.rejoinder import Server, Tenant


@dataclass(frozen=True)
class House:
    """Two workspaces; `owner`, `editor` and `viewer` are of the first, `stranger` owns the second."""

    server: Server
    tenant: Tenant
    other: Tenant
    owner: Person
    editor: Person
    viewer: Person
    stranger: Person

    def people(self) -> dict[str, Person]:
        """Role → who has it in the first workspace."""
        return {"owner": self.owner, "editor": self.editor, "viewer": self.viewer}


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    """A server over an empty store."""
    with rejoinder.running(database_url) as server:
        yield server


@pytest.fixture
def house(server: Server) -> House:
    """The two workspaces and their people."""
    tenant, other = server.tenant(features=["api_export"]), server.tenant()
    mine = (sign_in(server, tenant, role) for role in ("owner", "editor", "viewer"))
    return House(server, tenant, other, *mine, sign_in(server, other, "owner"))
