"""A workspace with a survey, people and a mail template, for tests of mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.mailings import NOT_INVITED, Queued, Recipients, queue_mailing
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import create_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user, create_workspace
from rejoinder.model.mail import Mail, MailStatus
from rejoinder.store.engine import Database
from rejoinder.store.mail import letter_by_id, newest_letters

T = TypeVar("T")
SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
CONTENT = (
    '<p>Dear {label1},</p><p><a href="{survey_link}">Begin</a> <a href="{unsubscribe_link}">Stop</a></p>'
)


@dataclass
class Office:
    """One workspace over a migrated database, and a clock that the test moves."""

    database: Database
    workspace: int
    now: int = 1_790_000_000 * SECOND

    @classmethod
    def open(cls, database: Database, name: str = "acme", owners: Sequence[str] = ()) -> Office:
        """Make a workspace with a survey `visits`, a template `hello` and some owners."""
        office = cls(database, 0)
        made, _ = database.write(lambda session: create_workspace(session, name, [], office.now))
        office.workspace = made.id
        office.do(lambda unit: create_survey(unit, "Visits", ["visits"], []))
        office.do(lambda unit: create_mail_template(unit, "hello", "Hello {label1}", CONTENT))
        for email in owners:
            office.owner(email)
        return office

    def do(self, verb: Callable[[Unit], T]) -> T:
        """Run a verb in a write transaction."""
        return self.database.write(
            lambda session: verb(Unit(session, self.workspace, "test", self.now)), self.workspace
        )

    def see(self, verb: Callable[[Unit], T]) -> T:
        """Run a reading verb."""
        return self.database.read(lambda session: verb(Unit(session, self.workspace, "test", self.now)))

    def owner(self, email: str) -> None:
        """Add a user who owns the workspace."""
        self.do(lambda unit: create_user(unit, email, "correct horse battery"))

    def people(self, *people: str | dict[str, Any], survey: str = "visits") -> None:
        """Add respondents: addresses, or records."""
        rows = [
            {"email": one, "label1": one.partition("@")[0]} if isinstance(one, str) else one for one in people
        ]
        batch = Batch(msgspec.json.encode(rows), (), tuple(sorted({name for row in rows for name in row})))
        self.do(lambda unit: add(unit, survey, "respondent", batch))

    def invite(self, recipients: Recipients = NOT_INVITED, template: str = "hello") -> Queued:
        """Queue a mailing."""
        return self.do(lambda unit: queue_mailing(unit, "visits", template, recipients))

    def letters(self, *statuses: MailStatus) -> list[Mail]:
        """The letters in these statuses (all when none is named), the oldest first."""
        wanted = statuses or tuple(MailStatus)
        return self.see(lambda u: newest_letters(u.session, u.workspace_id, wanted, None, 100_000))[::-1]

    def letter(self, number: int) -> Mail:
        """One letter."""
        found = self.see(lambda unit: letter_by_id(unit.session, unit.workspace_id, number))
        assert found is not None
        return found
