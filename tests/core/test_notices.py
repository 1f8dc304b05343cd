"""Notices to the owners of a workspace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec import json

from rejoinder.core.notices import tell_owner
from rejoinder.core.workspaces import create_user
from rejoinder.model.mail import MailStatus
from rejoinder.model.problems import Invalid
from rejoinder.store import jobs
from rejoinder.store.engine import Database
from servers.post import Office


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, synchronous="NORMAL")
    yield opened
    opened.close()


def test_every_owner_is_told(database: Database) -> None:
    office = Office.open(database, owners=["a@example.org", "b@example.org"])
    office.do(lambda unit: create_user(unit, "c@example.org", "correct horse battery", "viewer"))
    Office.open(database, "other", owners=["d@example.org"])
    office.do(lambda unit: tell_owner(unit, "Webhook\n1 is off", "It failed for five days."))
    found = office.letters()
    assert [(one.user_id, one.status, one.kind) for one in found] == [
        (1, MailStatus.WAITING, "notice"),
        (2, MailStatus.WAITING, "notice"),
    ]
    assert json.decode(found[0].content or "") == {
        "subject": "Webhook 1 is off",
        "text": "It failed for five days.",
    }
    assert office.see(lambda unit: jobs.unfinished(unit.session, unit.workspace_id, "send_mail"))


def test_without_an_owner_it_is_kept(database: Database) -> None:
    office = Office.open(database)
    office.do(lambda unit: tell_owner(unit, "Subject", "Text"))
    (found,) = office.letters()
    assert (found.status, found.reason) == (MailStatus.SKIPPED, "no owner")
    with pytest.raises(Invalid):
        office.do(lambda unit: tell_owner(unit, "", "Text"))
