"""No more mails: a page that asks, a button that does it, once and for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rejoinder.core.mail.keyring import store_key
from rejoinder.core.opt_outs import address_hash, list_opt_outs, opt_out_token
from rejoinder.pages.leaving import leaving_words
from rejoinder.pages.texts import catalogue
from servers import rejoinder
from servers.rejoinder import Server, Tenant


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    with rejoinder.running(database_url) as found:
        yield found


def link(tenant: Tenant, address: str = "jan@example.org") -> str:
    key = tenant.verb(store_key)
    return "/u/" + opt_out_token(key, tenant.workspace_id, address_hash(key, tenant.workspace_id, address))


def count(tenant: Tenant) -> int:
    return tenant.look(lambda unit: list_opt_outs(unit, 1))[1]


def test_the_page_asks_and_the_button_does_it(server: Server) -> None:
    tenant, other, browser = server.tenant(), server.tenant(), server.client()
    address = link(tenant)
    asked = browser.get(address, headers={"Accept-Language": "pl"})
    assert (asked.status_code, count(tenant)) == (200, 0), "looking changes nothing"
    assert leaving_words()["pl"]["button"] in asked.text
    assert '<html lang="pl"' in asked.text
    assert "jan" not in asked.text
    assert "script-src 'self'" in asked.headers["content-security-policy"]
    for _ in range(2):
        done = browser.post(address, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert leaving_words()["en"]["done_title"] in done.text
        assert "<form" not in done.text
    assert (count(tenant), count(other)) == (1, 0)
    assert browser.post(link(tenant, "ewa@example.org")).status_code == 200, "a browser sends no body"
    assert count(tenant) == 2


def test_a_link_that_we_did_not_make_does_nothing(server: Server) -> None:
    tenant, browser = server.tenant(), server.client()
    good = link(tenant)
    for wrong in (good[:-1], good + "A", "/u/x", "/u/" + "A" * 72, "/u/%00", "/u/%C5%82"):
        assert browser.get(wrong).status_code == 404
        assert browser.post(wrong).status_code == 404
    assert browser.post(good, content=b"x" * 10_000).status_code == 413
    assert browser.delete(good).status_code == 405
    assert count(tenant) == 0


def test_every_language_says_everything_in_its_own_words() -> None:
    assert set(leaving_words()) == set(catalogue())
    for language, said in leaving_words().items():
        assert set(said) == set(leaving_words()["en"])
        assert language == "en" or not set(said.values()) & set(leaving_words()["en"].values())
