"""A workspace with a survey that webhooks listen to, for tests of events and deliveries.

house = Listening(database)
webhook, secret = house.listen("http://127.0.0.1:8000/")
house.answer("oslo")
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from rejoinder.core.respondents.write import Batch, add, merge, remove
from rejoinder.core.surveys import create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.webhooks import create_webhook, list_deliveries, wanted_deliveries
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.event import FrozenEvent
from rejoinder.model.respondent import Level
from rejoinder.model.survey import Kind, Variable
from rejoinder.model.webhook import Delivery, Webhook
from rejoinder.store.engine import Database
from rejoinder.store.queue import unrendered
from rejoinder.store.session import Session

T = TypeVar("T")
VARIABLES = (
    Variable("city", Kind.TEXT, level="response", length=200),
    Variable("plan", Kind.TEXT, level="respondent", origin="user", length=200),
)


@dataclass(frozen=True)
class Listening:
    """Workspace `name` with the survey `s` in a database."""

    database: Database
    workspace: int
    clock: Callable[[], int] = lambda: time.time_ns() // 1000

    @classmethod
    def make(
        cls, database: Database, name: str = "acme", clock: Callable[[], int] = lambda: time.time_ns() // 1000
    ) -> Listening:
        """Make the workspace and the survey."""

        def begin(session: Session) -> int:
            number = create_workspace(session, name, [], clock())[0].id
            create_survey(Unit(session, number, "test", clock()), "S", [f"s-{name}"], VARIABLES)
            return number

        return cls(database, database.write(begin), clock)

    def write(self, verb: Callable[[Unit], T]) -> T:
        """Run a verb in a transaction."""
        return self.database.write(lambda session: verb(self._unit(session)), lane=self.workspace)

    def read(self, verb: Callable[[Unit], T]) -> T:
        """Run a reading verb."""
        return self.database.read(lambda session: verb(self._unit(session)))

    def _unit(self, session: Session) -> Unit:
        return Unit(session, self.workspace, "test", self.clock())

    @property
    def alias(self) -> str:
        """The survey's alias."""
        return self.read(lambda unit: _alias(unit))

    def listen(self, url: str, survey: str | None = None, kinds: Sequence[str] = ()) -> tuple[Webhook, str]:
        """Register a webhook; private addresses are welcome."""
        return self.write(lambda unit: create_webhook(unit, url, survey, kinds, allow_private=True))

    def answer(self, *cities: str, level: Level = "response", **more: Any) -> tuple[int, ...]:
        """Complete a response for each city; gives their respids."""
        rows = [{"city": city, **more} for city in cities]
        return self.write(lambda unit: add(unit, _alias(unit), level, Batch(_json(rows)))).inserted_ids

    def change(self, respid: int, level: Level = "response", **values: Any) -> None:
        """Merge values into a stored row."""
        names = ("respid", *values)
        batch = Batch(_json([{"respid": respid, **values}]), ("respid",), names)
        self.write(lambda unit: merge(unit, _alias(unit), level, batch))

    def remove(self, *respids: int, level: Level = "respondent") -> None:
        """Delete respondents, or their answers."""
        batch = Batch(_json([{"respid": respid} for respid in respids]), ("respid",))
        self.write(lambda unit: remove(unit, _alias(unit), level, batch))

    def events(self) -> list[FrozenEvent]:
        """Every event that was not rendered yet, oldest first."""
        found = self.read(lambda unit: unrendered(unit.session, self.workspace, range(1, 30_000)))
        return sorted(found, key=lambda event: event.number)

    def deliveries(self, **wanted: Any) -> list[Delivery]:
        """Deliveries, oldest first."""
        found = self.read(
            lambda unit: list_deliveries(unit, wanted_deliveries(unit, **wanted), limit=100_000)
        )
        return found[::-1]

    def survey_id(self) -> int:
        """The survey's number."""
        return self.read(lambda unit: open_survey(unit, _alias(unit)).id)


def _alias(unit: Unit) -> str:
    from rejoinder.core.surveys import list_surveys

    return list_surveys(unit, 1, 1)[0][0].aliases[0]


def _json(rows: Any) -> bytes:
    return msgspec.json.encode(rows)
