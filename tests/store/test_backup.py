"""Backup and restore on both engines, across engines, under writes, and with damaged files."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import create_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.problems import AlreadyExists, Stale, Unreadable
from rejoinder.model.survey import Kind, Option, Variable
from rejoinder.store.backup import backup, restore, tables
from rejoinder.store.engine import Database
from rejoinder.store.session import Session
from rejoinder.store.tables.access import rate
from rejoinder.store.uploads import CHUNK as UPLOAD_CHUNK
from rejoinder.store.uploads import Upload, add_upload

NOW = 1_700_000_000_000_000
VARIABLES = [
    Variable("city", Kind.TEXT, level="respondent", origin="background", length=100),
    Variable("q1", Kind.MULTI, options=(Option("1"), Option("2"))),
]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty store."""
    opened = Database(database_url)
    yield opened
    opened.close()


def furnish(session: Session, respondents: int = 30) -> Unit:
    """A workspace with a survey and some respondents; text of several scripts in it."""
    made, _ = create_workspace(session, "acme", [], NOW)
    unit = Unit(session, made.id, "test", NOW)
    survey = create_survey(unit, "Łódź — опрос 🙂", ["s1"], VARIABLES)
    file = Upload("k" * 32, survey.id, 1, "q", "ż.bin", "x/y", 3 * UPLOAD_CHUNK, NOW)
    add_upload(session, made.id, file, bytes(range(256)) * (3 * UPLOAD_CHUNK // 256))
    add_some(unit, respondents)
    return unit


def add_some(unit: Unit, count: int) -> None:
    rows = ",".join(f'{{"city":"Gdańsk\\t\\"{n}\\"","q1":{{"true":["1"]}}}}' for n in range(count))
    add(unit, "s1", "response", Batch(f"[{rows}]".encode()))


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but windows of rate limits."""

    def read(session: Session) -> dict[str, list[tuple[object, ...]]]:
        return {t.name: sorted(tuple(row) for row in session.rows(select(t))) for t in tables()}

    return database.read(read)


def packed(database: Database) -> bytes:
    out = io.BytesIO()
    backup(database, out, NOW)
    return out.getvalue()


def test_everything_comes_back(database: Database) -> None:
    database.write(furnish)
    before, file = contents(database), packed(database)
    database.write(lambda session: add_some(Unit(session, 1, "test", NOW), 5))
    assert contents(database) != before
    counts = restore(database, io.BytesIO(file), replace=True)
    assert contents(database) == before
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert counts["respondent"] == 30


def test_a_restored_store_goes_on_counting(database: Database) -> None:
    database.write(furnish)
    restore(database, io.BytesIO(packed(database)), replace=True)
    database.write(lambda session: add_some(Unit(session, 1, "test", NOW + 1), 1))
    survey = database.read(lambda session: open_survey(Unit(session, 1, "test", NOW + 1), "s1"))
    last = database.read(lambda session: session.hot.one(session.raw, 1, survey.id, 31))
    assert last is not None


@pytest.mark.parametrize("direction", ["to postgresql", "to sqlite"])
def test_it_moves_a_store_to_the_other_engine(direction: str, sqlite_url: str, postgres_url: str) -> None:
    urls = [sqlite_url, postgres_url] if direction == "to postgresql" else [postgres_url, sqlite_url]
    source, target = (Database(url) for url in urls)
    try:
        source.write(furnish)
        restore(target, io.BytesIO(packed(source)))
        assert contents(target) == contents(source)
    finally:
        source.close()
        target.close()


def test_it_shows_one_moment_while_others_write(database: Database) -> None:
    """Whatever is committed meanwhile, rows, counts and counters of the file agree."""
    database.write(lambda session: furnish(session, 200))
    ended = threading.Event()

    def keep_writing() -> None:
        while not ended.is_set():
            database.write(lambda session: add_some(Unit(session, 1, "test", NOW), 50))

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        files = [packed(database) for _ in range(3)]
    finally:
        ended.set()
        writer.join()
    for file in files:
        restore(database, io.BytesIO(file), replace=True)
        found = contents(database)
        (survey,) = found["survey"]
        respondents = len(found["respondent"])
        assert respondents >= 200
        assert respondents % 50 == 0
        assert (
            sum(int(str(row[4])) for row in found["respondent_block"]) == 3 * respondents
        )  # counted on three levels
        assert survey[6] == respondents + 1


def test_a_store_with_data_is_not_overwritten_by_chance(database: Database) -> None:
    database.write(furnish)
    before = contents(database)
    with pytest.raises(AlreadyExists, match="--replace"):
        restore(database, io.BytesIO(packed(database)))
    assert contents(database) == before


def changed(file: bytes, old: bytes, new: bytes) -> bytes:
    lines = gzip.decompress(file)
    assert old in lines
    return gzip.compress(lines.replace(old, new, 1))


def test_a_damaged_file_changes_nothing(database: Database) -> None:
    database.write(furnish)
    before, file = contents(database), packed(database)
    plain = gzip.decompress(file)
    rows = plain.splitlines(keepends=True)
    damaged = {
        "cut in the middle": file[: len(file) // 2],
        "cut between lines": gzip.compress(b"".join(rows[:-1])),
        "a row less": gzip.compress(b"".join(rows[:-3] + rows[-2:])),
        "a row twice": gzip.compress(b"".join([*rows[:-2], rows[-2], *rows[-2:]])),
        "another letter": changed(file, "Gdańsk".encode(), b"Gdansk"),
        "something behind": gzip.compress(plain + b"[1]\n"),
        "a table unknown": changed(file, b'{"table":"survey"', b'{"table":"wurvey"'),
        "not packed": plain,
        "not ours": gzip.compress(b'{"a":1}\n'),
        "nothing": b"",
        "no text": gzip.compress(b"\xff\xfe\x00"),
    }
    for name, bad in damaged.items():
        with pytest.raises(Unreadable):
            restore(database, io.BytesIO(bad), replace=True)
        assert contents(database) == before, name


def test_another_revision_is_refused_with_advice(database: Database) -> None:
    file = changed(packed(database), b'"revision":"0', b'"revision":"9')
    with pytest.raises(Stale, match="rejoinder migrate"):
        restore(database, io.BytesIO(file))


def test_only_what_lives_for_minutes_is_left_out(database: Database) -> None:
    """A table that is added later is backed up without a word about it here."""
    assert {t.name for t in rate.metadata.tables.values()} - {t.name for t in tables()} == {
        "rate",
        "mail_pace",
    }
    database.write(lambda session: session.hot.take_rate(session.raw, 1, 1, "forsta", 60, 1))
    restore(database, io.BytesIO(packed(database)), replace=True)
    kept = database.read(lambda session: session.row(select(func.count()).select_from(rate)))
    assert kept is not None
    assert kept[0] == 1
