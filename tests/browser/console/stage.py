"""What scenes of the console are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from servers.rejoinder import Tenant

Scene = str | Callable[[Page, "Stage"], None]


@dataclass
class Stage:
    """A workspace with the demo's survey and its owner; `things` are what preparations leave for scenes."""

    tenant: Tenant
    email: str
    password: str
    session: str = ""
    things: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the console of the workspace is."""
        return f"{self.tenant.server.url}/console/{self.tenant.workspace_id}"
