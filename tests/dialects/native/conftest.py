"""Surveys that take answers, and visitors who have no token."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
import pytest

from rejoinder.core.definitions import define_survey
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.respondent import Lifecycle, State
from servers.rejoinder import Tenant

ELEMENTS = (
    {"type": "radiogroup", "name": "colour", "choices": ["red", "blue"], "isRequired": True},
    {"type": "checkbox", "name": "sizes", "choices": ["s", "m", "l"]},
    {"type": "text", "name": "age", "inputType": "number", "min": 18, "visibleIf": "{colour} = 'red'"},
    {"type": "comment", "name": "why"},
)


@dataclass
class Collecting:
    """A survey of a workspace, and somebody without a token who answers it."""

    tenant: Tenant
    number: int
    reference: str
    visitor: httpx.Client
    sent: list[Any] = field(default_factory=list)

    def post(
        self, body: Any, *, what: str = "submissions", reference: str = "", **headers: str
    ) -> httpx.Response:
        """Send something as a visitor."""
        path = f"/rejoinder/v1/surveys/{reference or self.reference}/{what}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.visitor.post(path, json=body, headers=named)

    def answer(self, **body: Any) -> httpx.Response:
        """Send good answers; members of `body` replace or add to them."""
        return self.post({"answers": {"colour": "blue"}} | body)

    def people(self) -> list[dict[str, Any]]:
        """Every respondent's record, in order."""
        reply = self.tenant.http.get(f"/v1/surveys/{self.number}/respondents/data", params={"pageSize": 1000})
        found: list[dict[str, Any]] = reply.json()["items"]
        return found

    def verb(self, work: Any, *arguments: Any) -> Any:
        """Run a core verb `work(unit, reference, …)`."""
        return self.tenant.verb(lambda unit: work(unit, str(self.number), *arguments))

    def invite(self, token: str, email: str | None = None, **values: Any) -> int:
        """Add a respondent with a personal link; gives the respid."""

        def insert(unit: Unit) -> int:
            survey = open_survey(unit, str(self.number))
            row = msgspec.convert({"email": email} | values, survey.shape.new_rows(None).cls)
            life = Lifecycle(State.LISTED, unit.now)
            return insert_rows(unit, survey, [row], responses=False, lives=[life], tokens=[token])[0]

        return self.tenant.verb(insert)

    def column(self, *names: str) -> list[tuple[Any, ...]]:
        """Columns of the survey's respondents, in order of their respids."""
        from sqlalchemy import select

        from rejoinder.store.tables.respondents import respondent as table

        statement = (
            select(*(table.c[name] for name in names))
            .where(table.c.workspace_id == self.tenant.workspace_id, table.c.survey_id == self.number)
            .order_by(table.c.respid)
        )
        return self.tenant.look(lambda unit: [tuple(row) for row in unit.session.rows(statement)])


def collecting(tenant: Tenant, elements: Sequence[Any] = ELEMENTS, **definition: Any) -> Collecting:
    """Make a survey that can be answered."""
    alias = f"visits-{uuid.uuid4().hex}"
    text = msgspec.json.encode({"elements": elements} | definition)
    made = tenant.verb(lambda unit: define_survey(unit, text, [alias]))
    return Collecting(tenant, made.survey.id, alias, tenant.server.client())


@pytest.fixture
def survey(tenant: Tenant) -> Collecting:
    """A survey with four questions."""
    return collecting(tenant)
