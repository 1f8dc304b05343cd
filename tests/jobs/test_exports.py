"""Exports as jobs: written in slices, stopped, begun anew, fetched by whoever has the link, forgotten."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from rejoinder.core.erasing import erase_rows
from rejoinder.core.exports import asking
from rejoinder.core.exports.asking import (
    cancel_export,
    delete_export,
    find_export,
    list_exports,
    open_download,
    request_export,
    user_to_notify,
)
from rejoinder.core.exports.links import download_link, download_token
from rejoinder.core.mail.writing import write_letter
from rejoinder.core.surveys import open_survey
from rejoinder.jobs import exports, purge
from rejoinder.jobs.exports import Exporter
from rejoinder.jobs.runner import MAX_ATTEMPTS, Again
from rejoinder.model.exports import Export, ExportStatus, Manner, Wanted
from rejoinder.model.job import Job, JobStatus
from rejoinder.model.mail import MailStatus
from rejoinder.model.problems import AlreadyExists, Broken, Invalid, NotFound, TooLarge, TooMany
from rejoinder.settings import Settings
from rejoinder.store import jobs as jobs_store
from rejoinder.store.engine import Database
from rejoinder.store.exports import piece
from servers.post import Office

DAY = 24 * 3600 * 1_000_000
PEOPLE = [f"p{n}@example.org" for n in range(450)]


class Died(Exception):
    """What stands for a worker that was killed."""


class Desk:
    """An office with respondents, and somebody who runs its exports."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.settings = Settings(export_keep_days=7)
        self.exporter = Exporter(self.settings, lambda: office.now)

    def ask(self, **more: Any) -> Export:
        keywords = {name: more.pop(name) for name in ("notify", "alone_among") if name in more}

        def work(unit: Any) -> Export:
            return request_export(unit, Wanted(survey=open_survey(unit, "visits").id, **more), **keywords)

        return self.office.do(work)

    def job(self, asked: Export) -> Job:
        found = self.office.see(lambda u: jobs_store.newest_jobs(u.session, workspace=u.workspace_id))
        return next(one for one in found if one.kind == "export" and one.arguments == {"export": asked.id})

    def run(self, asked: Export) -> Export:
        self.exporter(self.office.database, self.job(asked))
        return self.find(asked)

    def find(self, asked: Export) -> Export:
        return self.office.see(lambda unit: find_export(unit, asked.id))

    def fetch(self, asked: Export) -> bytes:
        token = self.office.see(lambda unit: download_token(unit, asked.id))
        read = self.office.database.read
        _, pieces = read(lambda session: open_download(session, token, self.office.now))
        whole = b""
        while (part := read(pieces)) is not None:
            whole += part
        return whole

    def rows(self, asked: Export) -> list[dict[str, str]]:
        text = self.fetch(asked).decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    database = Database(database_url)
    office = Office.open(database, owners=["owner@example.org"])
    office.people(*PEOPLE)
    yield Desk(office)
    database.close()


def test_an_export_is_written_and_fetched(desk: Desk) -> None:
    asked = desk.ask()
    assert (asked.status, asked.progress.total) == (ExportStatus.WAITING, len(PEOPLE))
    assert asked.file_name.startswith("visits-")
    assert asked.file_name.endswith(".csv")
    with pytest.raises(NotFound, match="waiting"):
        desk.fetch(asked)
    done = desk.run(asked)
    assert (done.status, done.progress.done) == (ExportStatus.DONE, len(PEOPLE))
    rows = desk.rows(asked)
    assert [row["email"] for row in rows] == PEOPLE
    assert done.size == len(desk.fetch(asked))
    assert [int(row["respid"]) for row in rows] == list(range(1, len(PEOPLE) + 1))
    again = desk.run(asked)
    assert again == done, "a second run leaves alone what has ended"


def test_a_filter_and_columns_are_kept_to(desk: Desk) -> None:
    asked = desk.ask(filter='respondent:email = "p7@example.org"', columns=("EMAIL",))
    assert desk.run(asked).progress.done == 1
    assert desk.rows(asked) == [{"respid": "8", "email": "p7@example.org"}]
    for wrong in ({"filter": "email = = 1"}, {"columns": ("nothing",)}, {"manner": Manner(language="xx")}):
        with pytest.raises(Invalid):
            desk.ask(**wrong)
    with pytest.raises(Invalid, match="no export"):
        desk.ask(kind="everything")


def test_ndjson_is_the_records_as_they_are(desk: Desk) -> None:
    asked = desk.ask(format="ndjson")
    desk.run(asked)
    records = [msgspec.json.decode(line) for line in desk.fetch(asked).splitlines()]
    assert [record["email"] for record in records] == PEOPLE
    assert next(iter(records[0])) == "respid"


def test_a_run_that_was_killed_leaves_nothing_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "FLUSH_SECONDS", 0.0)
    asked, real, calls = desk.ask(), Exporter.keep, 0

    def dying(self: Exporter, *arguments: Any, **options: Any) -> None:
        nonlocal calls
        calls += 1
        real(self, *arguments, **options)
        if calls == 2:
            raise Died

    monkeypatch.setattr(Exporter, "keep", dying)
    with pytest.raises(Died):
        desk.run(asked)
    half = desk.find(asked)
    assert half.status is ExportStatus.RUNNING
    assert half.progress.done > 0
    with pytest.raises(NotFound):
        desk.fetch(asked)
    assert desk.run(asked).run == 2
    assert [row["email"] for row in desk.rows(asked)] == PEOPLE


def test_an_older_run_can_write_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was thought dead wakes up while another one does its work."""
    monkeypatch.setattr(exports, "FLUSH_SECONDS", 0.0)
    asked, real, nested = desk.ask(), Exporter.keep, False

    def overtaken(self: Exporter, *arguments: Any, **options: Any) -> None:
        nonlocal nested
        if not nested:
            nested = True
            desk.run(asked)
        real(self, *arguments, **options)

    monkeypatch.setattr(Exporter, "keep", overtaken)
    done = desk.run(asked)
    assert (done.status, done.run) == (ExportStatus.DONE, 2)
    assert [row["email"] for row in desk.rows(asked)] == PEOPLE


@pytest.mark.parametrize("verb", [cancel_export, delete_export])
def test_it_stops_when_nobody_wants_it(desk: Desk, monkeypatch: pytest.MonkeyPatch, verb: Any) -> None:
    monkeypatch.setattr(exports, "FLUSH_SECONDS", 0.0)
    asked, real, calls = desk.ask(), Exporter.keep, 0

    def unwanted(self: Exporter, *arguments: Any, **options: Any) -> None:
        nonlocal calls
        calls += 1
        desk.office.do(lambda unit: verb(unit, asked.id))
        real(self, *arguments, **options)

    monkeypatch.setattr(Exporter, "keep", unwanted)
    desk.exporter(desk.office.database, desk.job(asked))
    assert calls == 1
    left = desk.office.see(list_exports)
    assert [one.status for one in left] == ([ExportStatus.CANCELLED] if verb is cancel_export else [])
    assert (
        desk.office.database.read(lambda s: piece(s, exports.Run(desk.office.workspace, asked.id, 1), 0))
        is None
    )


def test_erasing_somebody_takes_finished_files_and_renews_running_ones(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "FLUSH_SECONDS", 0.0)
    finished, running = desk.ask(filter='respondent:email != "p3@example.org"'), desk.ask()
    desk.run(finished)
    survey, real, calls = running.wanted.survey, Exporter.keep, 0

    def erasing(self: Exporter, *arguments: Any, **options: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            desk.office.do(lambda unit: erase_rows(unit, int(survey or 0), [3]))
        real(self, *arguments, **options)

    monkeypatch.setattr(Exporter, "keep", erasing)
    with pytest.raises(Again):
        desk.run(running)
    gone = desk.find(finished)
    assert (gone.status, gone.size, gone.wanted.filter) == (ExportStatus.WITHDRAWN, 0, "")
    with pytest.raises(NotFound, match="erased"):
        desk.fetch(finished)
    assert desk.find(running).status is ExportStatus.WAITING
    assert desk.run(running).status is ExportStatus.DONE
    assert [row["email"] for row in desk.rows(running)] == [one for one in PEOPLE if one != PEOPLE[2]]


def test_an_export_that_can_never_end_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_RUNS", 1)
    asked, real = desk.ask(), Exporter.keep

    def erasing(self: Exporter, *arguments: Any, **options: Any) -> None:
        desk.office.do(lambda unit: erase_rows(unit, int(asked.wanted.survey or 0), [3]))
        real(self, *arguments, **options)

    monkeypatch.setattr(Exporter, "keep", erasing)
    failed = desk.run(asked)
    assert failed.status is ExportStatus.FAILED
    assert "again and again" in (failed.error or "")


def test_a_file_that_is_too_large_fails_with_a_sentence(desk: Desk) -> None:
    desk.exporter = Exporter(msgspec.structs.replace(desk.settings, export_max_bytes=1000))
    asked = desk.ask()
    with pytest.raises(TooLarge):
        desk.run(asked)
    failed = desk.find(asked)
    assert failed.status is ExportStatus.FAILED
    assert "REJOINDER_EXPORT_MAX_BYTES" in (failed.error or "")
    assert failed.size == 0


def test_a_fault_fails_it_after_the_last_attempt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(exports, "open_source", broken)
    asked = desk.ask()
    job = desk.job(asked)
    for attempts, status in ((1, ExportStatus.WAITING), (MAX_ATTEMPTS, ExportStatus.FAILED)):
        with pytest.raises(RuntimeError):
            desk.exporter(desk.office.database, msgspec.structs.replace(job, attempts=attempts))
        assert desk.find(asked).status is status


def test_a_letter_brings_the_link(desk: Desk) -> None:
    with pytest.raises(Invalid, match="not the address of a user"):
        desk.office.see(lambda unit: user_to_notify(unit, "stranger@example.org"))
    user = desk.office.see(lambda unit: user_to_notify(unit, "Owner@example.org"))
    asked = desk.ask(notify=(user,))
    assert desk.office.letters() == []
    desk.run(asked)
    (letter,) = desk.office.letters(MailStatus.WAITING)
    link = desk.office.see(lambda unit: download_link(unit, asked.id, "https://s.example"))
    written: Any = desk.office.see(lambda unit: write_letter(unit, letter, "https://s.example"))
    assert link in written.text
    assert str(written.address) == "owner@example.org"
    assert link.rpartition("/")[2] not in str(letter.content), "the row does not hold the secret"


def test_one_at_a_time_where_that_is_wanted(desk: Desk) -> None:
    first = desk.ask(alone_among=("responses", "respondents"))
    with pytest.raises(AlreadyExists):
        desk.ask(alone_among=("respondents",))
    desk.ask(kind="responses", alone_among=("responses",))
    desk.run(first)
    desk.ask(alone_among=("respondents",))
    for _ in range(asking.MAX_UNFINISHED - 2):
        desk.ask()
    with pytest.raises(TooMany):
        desk.ask()
    desk.office.now += asking.GIVEN_UP + 1
    desk.ask(alone_among=("respondents",))


def test_files_expire_and_are_purged(desk: Desk) -> None:
    desk.office.now = time.time_ns() // 1000 - 8 * DAY
    old = desk.run(desk.ask())
    desk.office.now += 6 * DAY
    young = desk.run(desk.ask())
    assert desk.fetch(old)
    desk.office.now += 2 * DAY
    with pytest.raises(NotFound, match="expired"):
        desk.fetch(old)
    job = Job(0, 0, "purge", {}, JobStatus.RUNNING, 1, 0, 0)
    purge.purge(desk.office.database, job)
    assert desk.office.see(list_exports) == [young]
    assert desk.fetch(young)


def test_a_file_deleted_while_it_is_sent_is_cut(desk: Desk) -> None:
    asked = desk.ask()
    desk.run(asked)
    token = desk.office.see(lambda unit: download_token(unit, asked.id))
    _, pieces = desk.office.database.read(lambda s: open_download(s, token, desk.office.now))
    desk.office.do(lambda unit: delete_export(unit, asked.id))
    with pytest.raises(Broken):
        desk.office.database.read(pieces)
    with pytest.raises(NotFound):
        desk.fetch(asked)


def test_other_workspaces_see_nothing(desk: Desk) -> None:
    asked = desk.ask()
    other = Office.open(desk.office.database, "other")
    assert other.see(list_exports) == []
    for verb in (find_export, cancel_export, delete_export):
        with pytest.raises(NotFound):
            other.do(lambda unit, verb=verb: verb(unit, asked.id))
    tokens = {office.see(lambda unit: download_token(unit, asked.id)) for office in (other, desk.office)}
    assert len(tokens) == 2
