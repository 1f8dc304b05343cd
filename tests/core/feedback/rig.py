"""A workspace with feedback, and its jobs run by hand with an engine that is easy to foresee."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from rejoinder.core.feedback.onboarding import choose_category, complete
from rejoinder.core.feedback.responses import get_response, list_responses
from rejoinder.core.respondents.write import Batch, add, remove, update
from rejoinder.core.surveys import create_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.jobs.analysis import handlers
from rejoinder.jobs.engines.translating import Translator
from rejoinder.jobs.register import HANDLERS
from rejoinder.jobs.runner import Runner
from rejoinder.model.feedback import FeedbackResponse
from rejoinder.model.respondent import Level
from rejoinder.model.survey import Kind, Variable
from rejoinder.store.engine import Database
from rejoinder.store.feedback.recounting import count_lost, wrong_numbers
from servers.plain_engine import PlainEngine

T = TypeVar("T")
VARIABLES = (
    Variable("plan", Kind.TEXT, level="respondent", length=100),
    Variable("score", Kind.NUMERIC, precision=2, scale=0, metric="nps"),
    Variable("why", Kind.TEXT, element="comment", length=4000),
)
SURVEY = "nps"


class Rig:
    """`clock` is the time of every verb, µs."""

    def __init__(
        self, url: str | Database, *, onboarded: bool = True, category: int = 9, name: str = "Here"
    ) -> None:
        self.database = Database(url, synchronous="OFF") if isinstance(url, str) else url
        self.workspace = self.database.write(lambda s: create_workspace(s, name, (), 1)[0].id)
        self.clock = 1_700_000_000_000_000
        self.survey = self.do(lambda u: create_survey(u, "NPS", [SURVEY], VARIABLES)).id
        self.category = category
        if onboarded:
            self.onboard()

    def onboard(self) -> None:
        self.do(lambda u: choose_category(u, self.category))
        self.do(complete)

    def do(self, verb: Callable[[Unit], T]) -> T:
        """Run a verb in a write transaction."""
        return self.database.write(lambda s: verb(self._unit(s)), self.workspace)

    def ask(self, verb: Callable[[Unit], T]) -> T:
        """Run a verb that only reads."""
        return self.database.read(lambda s: verb(self._unit(s)))

    def _unit(self, session: Any) -> Unit:
        return Unit(session, self.workspace, "test", self.clock)

    def work(self, engine: PlainEngine | None = None, translator: Translator | None = None) -> int:
        """Run all jobs that are due; gives how many."""
        mine = handlers(lambda: engine or PlainEngine(), lambda: translator)
        return Runner(self.database, {**HANDLERS, **mine}).run_due()

    def write(self, rows: Sequence[dict[str, Any]], level: Level = "response") -> list[int]:
        """Add responses (or respondents); gives their respids."""
        return list(self.do(lambda u: add(u, SURVEY, level, Batch(msgspec.json.encode(rows)))).inserted_ids)

    def change(self, respid: int, values: dict[str, Any]) -> None:
        batch = Batch(msgspec.json.encode([{"respid": respid, **values}]), ("respid",), tuple(values))
        self.do(lambda u: update(u, SURVEY, "respondent", batch))

    def delete(self, respid: int, level: Level = "respondent") -> None:
        batch = Batch(msgspec.json.encode([{"respid": respid}]), ("respid",), ())
        self.do(lambda u: remove(u, SURVEY, level, batch))

    def all(self) -> list[FeedbackResponse]:
        """Every response, by date."""
        return self.ask(lambda u: list_responses(u, limit=100_000, descending=False)).items

    def one(self, number: int) -> FeedbackResponse:
        return self.ask(lambda u: get_response(u, number))

    def wrong(self) -> list[str]:
        """What is counted wrongly."""
        found = self.ask(lambda u: wrong_numbers(u.session, self.workspace))
        lost = self.ask(lambda u: count_lost(u.session, self.workspace))
        return [*found, *([f"{lost} rows of no response"] if lost else [])]


def shown(response: FeedbackResponse) -> tuple[str | None, dict[str, str | None]]:
    """A response's sentiment, and that of each tag."""
    tags = {one.tag.name: one.sentiment and one.sentiment.word for one in response.tags}
    tags |= {one.tag.name: one.sentiment.word for one in response.tags if one.sentiment is not None}
    return (None if response.sentiment is None else response.sentiment.word), tags
