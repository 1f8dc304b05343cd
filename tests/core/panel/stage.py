"""A survey with respondents of every sort, and what they are in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec

from rejoinder.core.indexing import ask_for_index
from rejoinder.core.panel.batches import add_patch, create_batch
from rejoinder.core.panel.entries import checked_entries
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import create_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.jobs.register import runner
from rejoinder.model.filters.text import key_text
from rejoinder.model.panel import Criteria, Entry
from rejoinder.store.engine import Database

T = TypeVar("T")

DAY = 24 * 3600 * 1_000_000
NOW = 20_000 * DAY + 5
"""A moment of day 20,000."""
NAMES = ("Anna", "anna", "BERTA", "Łucja", "łucja", "Straße", "STRASSE", "zed")
TOWNS = ("Łódź", "ŁÓDŹ", "Warszawa", "Oslo")


class Known(NamedTuple):
    """A respondent as the test knows it."""

    id: int
    token: str | None
    email: str
    labels: tuple[str, ...]
    days: dict[str, int | None]

    @property
    def place(self) -> tuple[bool, str, int]:
        """Where it stands in the list."""
        return not self.email, key_text(self.email), self.id

    def fits(self, wanted: Criteria) -> bool:
        """Whether a search finds it."""
        texts = [(self.email, wanted.email)] + [(self.labels[n - 1], t) for n, t in wanted.labels.items()]
        return (
            wanted.token in (None, self.token)
            and all(want is None or (have and key_text(have) == key_text(want)) for have, want in texts)
            and all((at := self.days[c]) is not None and a <= at < b for c, (a, b) in wanted.days.items())
        )


class Stage:
    """A workspace with the survey `s`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.workspace = database.write(lambda s: create_workspace(s, "w", [], NOW)[0].id)
        self.survey = self.write(lambda unit: create_survey(unit, "S", ["s"], []).id)

    def write(self, work: Callable[[Unit], T], now: int = NOW) -> T:
        """Run a verb that writes."""
        return self.database.write(lambda s: work(Unit(s, self.workspace, "test", now)), self.workspace)

    def read(self, work: Callable[[Unit], T], now: int = NOW) -> T:
        """Run a verb that reads."""
        return self.database.read(lambda s: work(Unit(s, self.workspace, "test", now)))

    def load(self, *entries: Entry, now: int = NOW) -> Any:
        """One patch in a batch of its own."""
        batch = self.write(lambda unit: create_batch(unit, "s"))
        return self.write(lambda unit: add_patch(unit, batch.uuid, checked_entries(entries)), now)

    def fill(self, count: int, *, anonymous: bool, shuffled: bool) -> None:
        """Respondents of every sort."""
        dice = random.Random(count)
        for part in range(4):
            entries = [
                Entry(
                    f"{dice.choice(NAMES)}{dice.randrange(9)}@x.pl", {1: dice.choice(TOWNS), 3: f"t{n % 7}"}
                )
                for n in range(count // 4)
            ]
            self.load(*entries, now=NOW + part * DAY)
        if anonymous:
            rows = [{"label1": dice.choice(TOWNS)} for _ in range(count // 5)]
            self.write(lambda unit: add(unit, "s", "respondent", Batch(msgspec.json.encode(rows))))
        if shuffled:
            high = [{"respid": 5000 - n, "email": f"{NAMES[n % 8]}0@x.pl"} for n in range(20)]
            keyed = Batch(msgspec.json.encode(high), ("respid",))
            self.write(lambda unit: add(unit, "s", "respondent", keyed))
        self.write(lambda unit: self._live(unit, dice))

    def _live(self, unit: Unit, dice: random.Random) -> None:
        for known in self.everybody():
            for column in ("invited_at", "opened_at", "completed_at"):
                if dice.random() < 0.5:
                    at = NOW + dice.randrange(3) * DAY
                    unit.session.raw.execute(f"UPDATE respondent SET {column} = {at} WHERE id = {known.id}")

    def index(self, *names: str) -> None:
        """Index variables as a search asks for it."""
        for name in names:
            self.write(lambda unit: ask_for_index(unit, str(self.survey), [name]))  # noqa: B023
        runner(self.database).run_due()

    def everybody(self) -> list[Known]:
        """All respondents, in the order of the list."""
        columns = ("created_at", "invited_at", "opened_at", "completed_at")
        sql = f"SELECT id, token, doc, {', '.join(columns)} FROM respondent"

        def work(unit: Unit) -> list[Known]:
            found = []
            for number, token, doc, *days in unit.session.raw.execute(sql):
                record = msgspec.json.decode(doc)
                labels = tuple(record.get(f"label{n}", "") for n in range(1, 16))
                email = record.get("email", "")
                found.append(Known(number, token, email, labels, dict(zip(columns, days, strict=True))))
            return sorted(found, key=lambda known: known.place)

        return self.read(work)
