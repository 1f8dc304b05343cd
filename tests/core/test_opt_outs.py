"""Opt-outs: for ever, per workspace, without addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from rejoinder.core.mail.keyring import store_key
from rejoinder.core.opt_outs import (
    add_opt_outs,
    address_hash,
    leave,
    list_opt_outs,
    opt_out_token,
    opted_out,
    read_opt_out_token,
    remove_opt_out,
)
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.store.engine import Database
from rejoinder.store.tables.access import secret
from rejoinder.store.tables.panel import opt_out
from servers.post import Office


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    opened = Database(database_url, synchronous="NORMAL")
    yield Office.open(opened)
    opened.close()


def left(office: Office, *addresses: str) -> set[str]:
    return office.do(lambda unit: opted_out(unit, store_key(unit), addresses))


def test_one_address_in_all_its_spellings(office: Office) -> None:
    assert office.do(lambda unit: add_opt_outs(unit, ["Jan@Żółw.pl ", "JAN@xn--w-uga1v8h.pl"])) == 1
    assert left(office, "jan@żółw.pl", "jan@ŻÓŁW.PL", "ewa@żółw.pl") == {"jan@żółw.pl", "jan@ŻÓŁW.PL"}
    office.do(lambda unit: remove_opt_out(unit, "jan@żółw.pl"))
    assert left(office, "jan@żółw.pl") == set()
    with pytest.raises(NotFound):
        office.do(lambda unit: remove_opt_out(unit, "jan@żółw.pl"))


def test_another_workspace_is_not_concerned_and_has_other_hashes(office: Office) -> None:
    other = Office.open(office.database, "other")
    for one in (office, other):
        one.do(lambda unit: add_opt_outs(unit, ["a@example.org"]))
    rows = office.see(lambda unit: unit.session.rows(select(opt_out)))
    assert len({row.address_hash for row in rows}) == 2
    assert not any("example" in str(row) for row in rows)
    other.do(lambda unit: remove_opt_out(unit, "a@example.org"))
    assert left(office, "a@example.org")
    assert not left(other, "a@example.org")


def test_a_link_names_nobody_and_cannot_be_made_up(office: Office) -> None:
    key = office.do(store_key)
    token = opt_out_token(key, office.workspace, address_hash(key, office.workspace, "a@example.org"))
    assert len(token) == 72
    found = office.see(lambda unit: read_opt_out_token(unit.session, token))
    assert [office.do(lambda unit: leave(unit, found)) for _ in range(2)] == [True, False]
    assert left(office, "a@example.org")
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        wrong = token[:place] + other + token[place + 1 :]
        with pytest.raises(NotFound):
            office.see(lambda unit, wrong=wrong: read_opt_out_token(unit.session, wrong))
    for wrong in ("", "x", "ł", token[:-1], token + "A", "%00", "A" * 10_000):
        with pytest.raises(NotFound):
            office.see(lambda unit, wrong=wrong: read_opt_out_token(unit.session, wrong))


def test_the_key_is_made_once(office: Office) -> None:
    keys = {office.do(store_key), office.see(store_key), office.do(store_key)}
    assert len(keys) == 1
    assert [row.name for row in office.see(lambda u: u.session.rows(select(secret.c.name)))] == ["mail"]


def test_a_key_that_was_rolled_back_is_forgotten(office: Office) -> None:
    def fail(unit: object) -> None:
        store_key(unit)  # type: ignore[arg-type]
        raise Invalid("no")

    with pytest.raises(Invalid):
        office.do(fail)
    first = office.do(store_key)
    assert office.see(store_key) == first


def test_an_import_says_which_address_is_none(office: Office) -> None:
    with pytest.raises(Invalid, match="Address 2, 'nobody'"):
        office.do(lambda unit: add_opt_outs(unit, ["a@example.org", "nobody"]))
    many = [f"p{n}@example.org" for n in range(3000)]
    assert office.do(lambda unit: add_opt_outs(unit, many)) == 3000
    found, total = office.see(lambda unit: list_opt_outs(unit, 10))
    assert (len(found), total) == (10, 3000)
    assert len(left(office, *many, "x@example.org")) == 3000
