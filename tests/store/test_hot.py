"""The hot statements: one suite, both engines. Each function also must see its own workspace alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from rejoinder.core.access import create_client
from rejoinder.core.secrets import token_hash
from rejoinder.core.surveys import create_survey
from rejoinder.core.tokens import Granted, Grantee, TokenPolicy, grant
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace
from rejoinder.model.problems import Invalid
from rejoinder.model.respondent import Marks
from rejoinder.store import postgres, sqlite
from rejoinder.store.engine import Database
from rejoinder.store.hot import (
    KEEP_REPLIES,
    LEVELS,
    BlockCount,
    ChangedRespondent,
    Hot,
    KeptReply,
    Narrowing,
    NewRespondent,
)
from rejoinder.store.replies import earlier_reply
from rejoinder.store.session import Session
from rejoinder.store.tables.respondents import respondent

NOW = 1_600_000_000_000_000
COUNT = 120
"""Rows: more than one way of inserting takes at once."""
KEY = 1
"""The lookup of email, which every survey has."""


@dataclass(frozen=True)
class Store:
    """A database with two workspaces, alike but for their numbers."""

    database: Database
    mine: tuple[int, int]
    other: tuple[int, int]

    def read(self, name: str, *arguments: Any, where: tuple[int, ...] | None = None, **options: Any) -> Any:
        """Call a hot function in a read session, in one's own workspace or in `where`."""
        place = self.mine if where is None else where
        found = self.database.read(lambda s: getattr(s.hot, name)(s.raw, *place, *arguments, **options))
        return list(found) if isinstance(found, Iterator) else found

    def write(self, name: str, *arguments: Any, where: tuple[int, ...] | None = None) -> Any:
        """Call a hot function in a write transaction."""
        place = self.mine if where is None else where
        return self.database.write(lambda s: getattr(s.hot, name)(s.raw, *place, *arguments))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    database = Database(database_url)
    places = [database.write(furnish(name)) for name in ("mine", "other")]
    yield Store(database, *places)
    database.close()


def furnish(name: str) -> Callable[[Session], tuple[int, int]]:
    """Make a workspace with a survey of `COUNT` rows; every third one has an answer."""

    def work(session: Session) -> tuple[int, int]:
        unit = Unit(session, create_workspace(session, name, [], NOW)[0].id, "test", NOW)
        survey = create_survey(unit, name, ["shared", name], [])
        where = (unit.workspace_id, survey.id)
        reserved = session.hot.reserve(session.raw, *where, COUNT, COUNT, NOW)
        assert reserved
        rows = [new_row(n + 1, reserved.first_id + n) for n in range(COUNT)]
        keys = [(KEY, email(row.respid), row.respid) for row in rows]
        session.hot.insert(session.raw, *where, rows, sorted(keys), counts(rows))
        return where

    return work


def email(respid: int) -> str:
    """Some are shared by several rows; all hold what an engine might stumble over."""
    return f"p{respid % 100}'\"\\é{{}},\x1f@x"


def new_row(respid: int, number: int) -> NewRespondent:
    state = 3 if respid % 3 == 0 else 0
    at = NOW if state else None
    return NewRespondent(respid, number, state, NOW, NOW, at, at, None, None, 1, None, doc(respid))


def doc(respid: int, city: str = "Ośló\t\\ \\u0000 \x01\x02") -> str:
    """A record; its text holds separators of several formats on purpose."""
    return msgspec.json.encode({"respid": respid, "city": city}).decode()


def counts(rows: Sequence[NewRespondent], sign: int = 1) -> list[BlockCount]:
    return [
        BlockCount(level, block, sign * len(inside), sign * sum(row.state > 0 for row in inside))
        for level in LEVELS
        for block in sorted({row.respid >> level for row in rows})
        if (inside := [row for row in rows if row.respid >> level == block])
    ]


def test_both_engines_offer_everything() -> None:
    """A function that is in the protocol and not tested here is named, too."""
    names = {name for name in vars(Hot) if not name.startswith("_")}
    for engine in (sqlite.HOT, postgres.HOT):
        assert {name for name in names if not callable(getattr(engine, name, None))} <= {"mark"}
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert {name for name in names if f'"{name}"' not in text and f".{name}(" not in text} == set()


class TestCallers:
    def test_token(self, store: Store) -> None:
        def issue(session: Session) -> tuple[int, Granted]:
            unit = Unit(session, store.mine[0], "test", NOW)
            client, _ = create_client(unit, "client", ["forsta:read"])
            policy = TokenPolicy("forsta", 60, refresh=True)
            made = grant(session, policy, Grantee(store.mine[0], client.id, None, "forsta:read"), NOW)
            assert isinstance(made, Granted)
            return client.id, made

        client, made = store.database.write(issue)
        row = store.read("token", token_hash(made.access_token), where=())
        assert row[:6] == (store.mine[0], client, None, "client", "forsta", "forsta:read")
        assert (row.expires_at, row.revoked_at, row.client_revoked_at) == (NOW + 60_000_000, None, None)
        assert made.refresh_token
        assert store.read("token", token_hash(made.refresh_token), where=()) is None
        assert store.read("token", "unknown", where=()) is None

    def test_take_rate(self, store: Store) -> None:
        workspace = store.mine[:1]
        assert store.write("take_rate", 1, "forsta", 60, 5, where=workspace) == 5
        assert store.write("take_rate", 1, "forsta", 60, 2, where=workspace) == 7
        assert store.write("take_rate", 1, "forsta", 120, 1, where=workspace) == 1
        assert store.write("take_rate", 1, "cxi", 60, 1, where=workspace) == 1
        assert store.write("take_rate", 1, "forsta", 60, 1, where=store.other[:1]) == 1


class TestSurveys:
    def test_survey(self, store: Store) -> None:
        workspace, number = store.mine
        by_alias = store.read("survey", "shared", where=(workspace,))
        assert (by_alias.id, by_alias.status, by_alias.name) == (number, "open", "mine")
        assert store.read("survey", str(number), where=(workspace,)) == by_alias
        assert store.read("survey", "shared", where=store.other[:1]).id == store.other[1]
        for reference in ("other", str(store.other[1]), "", "\0", "Shared", "9" * 30, "²"):
            assert store.read("survey", reference, where=(workspace,)) is None

    def test_reserve(self, store: Store) -> None:
        version = store.read("survey", "shared", where=store.mine[:1]).schema_version
        first = store.write("reserve", 3, 3, NOW + 1)
        assert first == (COUNT + 1, COUNT + 1, version, 0)
        assert store.write("reserve", 0, 0, NOW + 2)[:2] == (COUNT + 4, COUNT + 4)
        assert store.write("reserve", 2, 1, NOW + 3)[:2] == (COUNT + 4, COUNT + 4)
        assert store.write("reserve", 0, 0, NOW + 3)[:2] == (COUNT + 6, COUNT + 5)
        assert store.read("survey", "shared", where=store.mine[:1]).updated_at == NOW + 3
        assert store.write("reserve", 1, 1, NOW, where=(store.mine[0], store.other[1])) is None


class TestReading:
    def test_one(self, store: Store) -> None:
        assert store.read("one", 3) == (doc(3), 3)
        assert store.read("one", COUNT + 1) is None
        assert store.read("one", 3, where=(store.other[0], store.mine[1])) is None

    def test_blocks(self, store: Store) -> None:
        for level in LEVELS:
            assert store.read("blocks", level) == [(0, COUNT, COUNT // 3)]
        assert store.read("blocks", LEVELS[0], where=(store.other[0], store.mine[1])) == []

    @pytest.mark.parametrize("separator", ["\n", ","])
    def test_chunk(self, store: Store, separator: str) -> None:
        found = store.read("chunk", 10, 5, separator=separator)
        assert found.data.decode() == separator.join(doc(n) for n in range(11, 16))
        assert (found.last, found.size) == (15, 5)
        assert store.read("chunk", 10, 5, skip=2).data.decode().splitlines() == [
            doc(n) for n in range(13, 18)
        ]
        assert store.read("chunk", COUNT, 5) is None
        assert store.read("chunk", 0, 5, where=(store.other[0], store.mine[1])) is None

    def test_chunk_of_responses(self, store: Store) -> None:
        found = store.read("chunk", 3, 2, responses=True)
        lines = [f'{{"responseid":{n},{doc(n)[1:]}' for n in (6, 9)]
        assert (found.data.decode().splitlines(), found.last, found.size) == (lines, 9, 2)

    @pytest.mark.parametrize("separator", ["\n", ","])
    def test_span(self, store: Store, separator: str) -> None:
        found = store.read("span", 10, 15, separator=separator)
        assert found.decode() == separator.join(doc(n) for n in range(11, 16))
        assert store.read("span", 0, 1 << 31).decode().splitlines() == [doc(n) for n in range(1, COUNT + 1)]
        assert store.read("span", COUNT, COUNT + 50) is None
        assert store.read("span", 0, 5, where=(store.other[0], store.mine[1])) is None

    def test_span_of_responses(self, store: Store) -> None:
        lines = [f'{{"responseid":{n},{doc(n)[1:]}' for n in (6, 9)]
        assert store.read("span", 3, 11, responses=True).decode().splitlines() == lines
        assert store.read("span", 3, 5, responses=True) is None

    def test_following(self, store: Store) -> None:
        assert [store.read("following", n) for n in (0, 10, COUNT - 1, COUNT)] == [1, 11, COUNT, None]
        assert store.read("following", 0, where=(store.other[0], store.mine[1])) is None

    def test_records(self, store: Store) -> None:
        assert store.read("records", 117, 5) == [(n, doc(n)) for n in (118, 119, 120)]
        assert [n for n, _ in store.read("records", 0, 3, responses=True)] == [3, 6, 9]
        mark = "?" if store.database.engine == "sqlite" else "%s"
        few = Narrowing(f"r.state > {mark}", (0,))
        assert [n for n, _ in store.read("records", 9, 2, narrowing=few)] == [12, 15]
        assert list(store.read("records", 0, 3, where=(store.other[0], store.mine[1]))) == []

    def test_stored(self, store: Store) -> None:
        found = sorted(store.read("stored", [3, 1, 999]))
        assert found == [(1, 0, None, None, doc(1)), (3, 3, NOW, NOW, doc(3))]
        assert store.read("stored", []) == []
        assert store.read("stored", [1], where=(store.other[0], store.mine[1])) == []


class TestKeys:
    def test_match_keys(self, store: Store) -> None:
        found = store.read("match_keys", KEY, [email(30), email(5), "nobody"], 100)
        assert sorted(row.respid for row in found) == [5, 30, 105]
        row = min(found)
        assert row[:2] == (5, 0)
        assert (row.doc, row.key) == (doc(5), email(5))
        assert store.read("match_keys", KEY + 1, [email(30)], 100) == []
        assert store.read("match_keys", KEY, [email(30)], 100, where=(store.other[0], store.mine[1])) == []

    def test_repeated_keys(self, store: Store) -> None:
        assert list(store.read("repeated_keys", KEY, [email(30), email(5), "nobody"])) == [email(5)]
        assert list(store.read("repeated_keys", KEY, [email(5)], where=(store.other[0], store.mine[1]))) == []

    def test_count_and_page_of_keys(self, store: Store) -> None:
        values = [email(n) for n in (5, 6, 40)]
        everyone = {"responses": False}
        assert store.read("count_keys", KEY, values, **everyone) == 5
        assert store.read("count_keys", KEY, values, responses=True) == 2
        assert store.read("page_of_keys", KEY, values, 0, 10, **everyone) == [5, 6, 40, 105, 106]
        assert store.read("page_of_keys", KEY, values, 1, 2, **everyone) == [6, 40]
        assert store.read("page_of_keys", KEY, values, 0, 10, responses=True) == [6, 105]
        there = (store.other[0], store.mine[1])
        assert store.read("count_keys", KEY, values, where=there, **everyone) == 0
        assert store.read("page_of_keys", KEY, values, 0, 10, where=there, **everyone) == []

    def test_add_and_drop_keys(self, store: Store) -> None:
        store.write("add_keys", [(7, "a", 1), (7, "a", 2), (7, "b", 1)])
        assert store.read("count_keys", 7, ["a", "b"], responses=False) == 3
        store.write("drop_keys", [(7, "a", 1), (7, "b", 2)])
        assert store.read("page_of_keys", 7, ["a"], 0, 9, responses=False) == [2]
        assert store.read("page_of_keys", 7, ["b"], 0, 9, responses=False) == [1]
        store.write("drop_keys", [(7, "a", 2)], where=(store.other[0], store.mine[1]))
        assert store.read("count_keys", 7, ["a"], responses=False) == 1
        store.write("add_keys", [])
        store.write("drop_keys", [])


class TestWriting:
    @pytest.mark.parametrize("size", [1, 2, 49, 50, 51, 400])
    def test_insert(self, store: Store, size: int) -> None:
        reserved = store.write("reserve", size, size, NOW)
        rows = [new_row(reserved.first_respid + n, reserved.first_id + n) for n in range(size)]
        store.write("insert", rows, [(KEY, f"new{row.respid:05}", row.respid) for row in rows], counts(rows))
        assert store.read("records", COUNT, 1000) == [(row.respid, row.doc) for row in rows]
        people, answered = (
            sum(column) for column in list(zip(*store.read("blocks", LEVELS[-1]), strict=True))[1:]
        )
        assert (people, answered) == (COUNT + size, (COUNT + size) // 3)
        assert store.read("page_of_keys", KEY, [f"new{rows[-1].respid:05}"], 0, 2, responses=False) == [
            rows[-1].respid
        ]

    def test_insert_without_keys(self, store: Store) -> None:
        reserved = store.write("reserve", 1, 1, NOW)
        row = new_row(reserved.first_respid, reserved.first_id)
        store.write("insert", [row], [], counts([row]))
        assert store.read("one", row.respid) == (row.doc, row.state)

    @pytest.mark.parametrize("sizes", [[1], [3, 1, 60], [0, 2, 0], []])
    def test_insert_blocks(self, store: Store, sizes: list[int]) -> None:
        count = sum(sizes)
        reserved = store.write("reserve", count, count, NOW)
        rows = [new_row(reserved.first_respid + n, reserved.first_id + n) for n in range(count)]
        rows[::2] = [row._replace(language="żółć", token=f"ü{row.id}") for row in rows[::2]]
        cuts = [sum(sizes[:n]) for n in range(len(sizes) + 1)]
        store.write("insert_blocks", [rows[start:end] for start, end in pairwise(cuts)])
        columns = [respondent.c[name] for name in NewRespondent._fields if name != "respid"]
        query = select(*columns).where(respondent.c.workspace_id == store.mine[0])
        query = query.where(respondent.c.id >= reserved.first_id).order_by(respondent.c.id)
        found = store.database.read(lambda session: session.rows(query))
        assert [tuple(row) for row in found] == [row[1:] for row in rows]
        assert [n for n, _ in store.read("records", COUNT, 1000)] == [row.respid for row in rows]

    def test_blocks_that_cannot_be_made(self, store: Store) -> None:
        """Nothing of them is stored, and the connection serves on."""
        reserved = store.write("reserve", 2, 2, NOW)

        def made() -> Iterator[list[NewRespondent]]:
            yield [new_row(reserved.first_respid, reserved.first_id)]
            raise Invalid("No more.")

        with pytest.raises(Invalid, match="No more"):
            store.write("insert_blocks", made())
        assert store.read("records", COUNT, 9) == []
        store.write("insert_blocks", [[new_row(reserved.first_respid, reserved.first_id)]])
        assert len(store.read("records", COUNT, 9)) == 1

    @pytest.mark.parametrize("size", [1, 5, 60])
    def test_insert_with_marks(self, store: Store, size: int) -> None:
        reserved = store.write("reserve", size, size, NOW)
        rows = [new_row(reserved.first_respid + n, reserved.first_id + n) for n in range(size)]
        contact = 8 if size == 1 else None  # a contact comes once in a survey
        marks = Marks(7, contact, 9, NOW, 1, 0)
        store.write("insert", rows, [(KEY, "marked", row.respid) for row in rows], counts(rows), marks)
        assert store.read("records", COUNT, 1000) == [(row.respid, row.doc) for row in rows]
        columns = [respondent.c[name] for name in Marks._fields]
        query = select(*columns).where(respondent.c.id >= reserved.first_id)
        mine = respondent.c.workspace_id == store.mine[0]
        found = store.database.read(lambda session: session.rows(query.where(mine)))
        assert [tuple(row) for row in found] == [marks] * size

    @pytest.mark.parametrize("size", [1, 60])
    def test_update(self, store: Store, size: int) -> None:
        changed = [
            ChangedRespondent(doc(n, "Łódź"), 2, NOW + 1, None, NOW + 2, n) for n in range(1, size + 1)
        ]
        store.write("update", changed, where=(store.other[0], store.mine[1]))
        assert store.read("one", 1) == (doc(1), 0)
        store.write("update", changed)
        assert store.read("stored", [size]) == [(size, 2, NOW + 1, None, doc(size, "Łódź"))]
        assert store.read("one", size + 1)[0] == doc(size + 1)
        assert store.read("one", 1, where=store.other) == (doc(1), 0)

    def test_delete(self, store: Store) -> None:
        store.write("delete", [1, 2], where=(store.other[0], store.mine[1]))
        assert store.read("one", 1)
        store.write("delete", [1, 2, 999])
        assert store.read("records", 0, 1) == [(3, doc(3))]
        assert store.read("one", 1, where=store.other)

    def test_count_blocks(self, store: Store) -> None:
        low = LEVELS[-1]
        store.write("count_blocks", [BlockCount(low, 0, -2, -1), BlockCount(low, 7, 5, 4)])
        assert store.read("blocks", low) == [(0, COUNT - 2, COUNT // 3 - 1), (7, 5, 4)]
        assert store.read("blocks", low, 1, 8) == [(7, 5, 4)]
        assert store.read("blocks", low, where=store.other) == [(0, COUNT, COUNT // 3)]


class TestTransactions:
    def test_a_write_that_is_abandoned_leaves_nothing(self, store: Store) -> None:
        session = store.database.session()
        session.hot.begin_write(session.raw)
        session.hot.delete(session.raw, *store.mine, [1])
        session.hot.abandon(session.raw)
        session.hot.abandon(session.raw)
        session.close()
        assert store.read("one", 1)

    def test_a_read_sees_one_state(self, store: Store) -> None:
        session = store.database.session()
        session.hot.begin_read(session.raw)
        assert session.hot.one(session.raw, *store.mine, 1)
        store.write("delete", [1])
        assert session.hot.one(session.raw, *store.mine, 1)
        session.hot.end_read(session.raw)
        assert session.hot.one(session.raw, *store.mine, 1) is None
        session.close()

    def test_changes(self, store: Store) -> None:
        session = store.database.session()
        before = session.hot.changes(session.raw)
        session.hot.begin_write(session.raw)
        session.hot.delete(session.raw, *store.mine, [1])
        after = session.hot.changes(session.raw)
        assert (before is None and after is None) or (
            before is not None and after is not None and after > before
        )
        session.hot.abandon(session.raw)
        session.close()


def test_replies_are_kept_once_a_day(store: Store) -> None:
    def kept(key: str, body: str, at: int = NOW, place: int = 0) -> KeptReply:
        return KeptReply(place or store.mine[0], "s", key, body, 201, "{}", at)

    def keep(*rows: KeptReply) -> bool:
        return store.database.write(lambda s: s.hot.keep_replies(s.raw, rows))

    assert keep(kept("a", "1"), kept("b", "1"))
    assert keep(kept("a", "1", place=store.other[0]))
    assert not keep(kept("a", "2"))
    assert not keep(kept("c", "1"), kept("b", "2", NOW + KEEP_REPLIES - 1))
    assert keep(kept("a", "2", NOW + KEEP_REPLIES))
    found = store.database.read(lambda s: earlier_reply(s, store.mine[0], "s", "a", NOW + KEEP_REPLIES + 1))
    assert found is not None
    assert found.body_hash == "2"


def test_a_reply_that_another_transaction_is_keeping_is_not_waited_for(postgres_url: str) -> None:
    database = Database(postgres_url)
    one, two = database.session(), database.session()
    row = KeptReply(1, "s", "a", "1", 201, "{}", NOW)
    for session in (one, two):
        session.hot.begin_write(session.raw)
    assert one.hot.keep_replies(one.raw, [row])
    assert not two.hot.keep_replies(two.raw, [row])
    for session in (one, two):
        session.hot.abandon(session.raw)
        session.close()
    database.close()
