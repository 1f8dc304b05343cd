"""Come in and go: the first owner, sign-in and its limits, sessions, links, passwords, languages."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import msgspec
import pytest

from console.conftest import House
from rejoinder.core.people import accounts, founding, sessions
from rejoinder.core.unit import Unit
from rejoinder.model.problems import NotAllowed
from rejoinder.store.engine import Database
from rejoinder.store.people import setup_passes
from rejoinder.store.session import Session
from servers import rejoinder
from servers.people import PASSWORD, Person, add_person, come_in, sign_in, token_of
from servers.rejoinder import QUICK, Server

DAY = 24 * 3600 * 1_000_000
"""Microseconds."""


def enter(http: httpx.Client, path: str, **form: str) -> httpx.Response:
    """Send a form of the door."""
    token = token_of(http.get(path).text)
    return http.post(path, data={"csrf": token, **form})


OWNER = {"workspace": "Acme", "email": "anna@example.org", "password": "long enough it is"}


def key_of(path: str) -> str:
    return path.partition("key=")[2]


def test_who_has_the_setup_link_becomes_the_owner_of_a_fresh_store(server: Server) -> None:
    path = server.setup_path()
    form = OWNER | {"key": key_of(path)}
    http = server.client()
    assert http.get("/console").headers["location"] == "/console/welcome"
    assert http.get("/console/sign-in").headers["location"] == "/console/welcome"
    assert enter(http, path, **form | {"password": "short"}).status_code == 422
    assert enter(http, path, **form | {"workspace": " "}).status_code == 422
    reply = enter(http, path, **form)
    assert reply.status_code == 303
    page = http.get(reply.headers["location"], follow_redirects=True)
    assert page.status_code == 200
    assert "Acme" in page.text
    second = server.client()
    assert second.get("/console/welcome").headers["location"] == "/console"
    assert second.get(path).headers["location"] == "/console"
    assert second.get("/console").headers["location"] == "/console/sign-in"
    assert server.database.read(lambda session: setup_passes(session, 0)) == []


@pytest.mark.parametrize("key", ["", "x", "é", "a" * 5000])
def test_without_the_setup_link_nobody_becomes_the_owner(server: Server, key: str) -> None:
    """From this machine either: a proxy on it makes everybody look so."""
    server.setup_path()
    http = server.client()
    page = http.get("/console/welcome", params={"key": key} if key else {})
    assert page.status_code == (403 if key else 200)
    assert "rejoinder user setup-link" in page.text
    assert 'name="password"' not in page.text
    assert enter(http, "/console/welcome", **OWNER, key=key).status_code in (403, 422)
    assert enter(http, "/console/welcome", **OWNER).status_code == 403
    assert http.get("/console").headers["location"] == "/console/welcome"


def test_every_server_has_a_setup_link_of_its_own_for_a_week(database_url: str) -> None:
    """Over a store without a server, whose purge would forget links of so long ago."""
    database = Database(database_url)
    write, read = database.write, database.read
    first, *others = (
        key_of(write(lambda session, at=at: founding.setup_path(session, at * DAY)))
        for at in range(founding.KEPT + 1)
    )

    def good(key: str, day: float) -> bool:
        return read(lambda session: founding.is_setup_key(session, key, int(day * DAY)))

    assert not good(first, 1), "the newest are kept"
    assert all(good(key, at + 1 + 6.9) for at, key in enumerate(others))
    assert not any(good(key, at + 1 + 7.1) for at, key in enumerate(others))
    stored = read(lambda session: setup_passes(session, 0))
    assert len(stored) == founding.KEPT
    assert not set(stored) & set(others), "only hashes are stored"
    database.close()


def test_of_visitors_who_come_at_once_one_becomes_the_owner(database_url: str) -> None:
    """Each in a process of its own, so that no queue of one process keeps them apart."""
    databases = [Database(database_url) for _ in range(3)]
    gate = threading.Barrier(len(databases))
    keys = [key_of(one.write(lambda session: founding.setup_path(session, 0))) for one in databases]

    def found(database: Database, key: str) -> bool:
        name = f"Mine {id(database)}"

        def work(session: Session) -> bool:
            founding.found_workspace(session, key, name, "eve@example.org", PASSWORD, 1)
            return True

        gate.wait()
        with suppress(NotAllowed):
            return database.write(work)
        return False

    with ThreadPoolExecutor(len(databases)) as pool:
        assert sorted(pool.map(found, databases, keys)) == [False, False, True]
    for database in databases:
        database.close()


def test_a_store_with_a_workspace_is_not_fresh(server: Server) -> None:
    path = server.setup_path()
    http = server.client()
    token = token_of(http.get(path).text)
    server.tenant()
    assert http.get(path).status_code == 303
    assert "rejoinder user create" in http.get("/console/sign-in").text, "nobody can sign in"
    assert http.post("/console/welcome", data=OWNER | {"csrf": token, "key": key_of(path)}).status_code == 403
    with pytest.raises(NotAllowed):
        server.setup_path()


def test_where_somebody_may_sign_in_no_command_is_named(house: House) -> None:
    assert "rejoinder user create" not in house.server.client().get("/console/sign-in").text


def test_a_wrong_password_and_an_unknown_address_sound_alike(house: House) -> None:
    http = house.server.client()
    wrong = enter(http, "/console/sign-in", email=house.owner.email, password="not this one")
    unknown = enter(http, "/console/sign-in", email="nobody@example.org", password="not this one")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text == unknown.text
    assert "rejoinder_session" not in http.cookies


def test_cookies_are_kept_from_scripts_and_other_sites(house: House) -> None:
    http = house.server.client()
    reply = enter(http, "/console/sign-in", email=house.owner.email, password=PASSWORD)
    (cookie,) = [line for line in reply.headers.get_list("set-cookie") if "rejoinder_session=" in line]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_tls_cookies_are_secure(database_url: str) -> None:
    settings = msgspec.structs.replace(QUICK, public_url="https://example.org")
    with rejoinder.running(database_url, settings) as server:
        reply = server.client().get("/console/welcome")
        assert all("; Secure" in line for line in reply.headers.get_list("set-cookie"))


def test_attempts_are_limited(database_url: str) -> None:
    settings = msgspec.structs.replace(QUICK, rate_limits=QUICK.rate_limits | {"console": 3})
    with rejoinder.running(database_url, settings) as server:
        email, password = add_person(server.tenant())
        http = server.client()
        statuses = [
            enter(http, "/console/sign-in", email=email, password="wrong").status_code for _ in range(4)
        ]
        assert statuses == [422, 422, 422, 429]
        right = enter(http, "/console/sign-in", email=email.upper(), password=password)
        assert right.status_code == 429, "the right password does not end the wait"
        assert int(right.headers["retry-after"]) <= 300


def test_signing_in_rotates_the_session(house: House) -> None:
    http = house.owner.http
    old = http.cookies["rejoinder_session"]
    reply = http.post(
        "/console/sign-in",
        data={"csrf": house.owner.token(), "email": house.owner.email, "password": PASSWORD},
    )
    assert reply.status_code == 303
    assert http.cookies["rejoinder_session"] != old
    other = house.server.client(cookies={"rejoinder_session": old})
    assert other.get(house.owner.path("/account")).status_code == 303


def test_signing_out_ends_the_session_in_the_store(house: House) -> None:
    token = house.owner.http.cookies["rejoinder_session"]
    assert house.owner.post("/console/sign-out").headers["hx-redirect"] == "/console/sign-in"
    other = house.server.client(cookies={"rejoinder_session": token})
    assert other.get(house.owner.path("/account")).status_code == 303


def test_sessions_end_when_idle_and_in_any_case(house: House) -> None:
    token, now = house.owner.http.cookies["rejoinder_session"], time.time_ns() // 1000

    def found(session: Session, later: int) -> bool:
        return sessions.find_session(session, token, now + later) is not None

    read = house.server.database.read
    assert read(lambda session: found(session, sessions.IDLE - 60_000_000))
    assert not read(lambda session: found(session, sessions.IDLE + 60_000_000))
    for hours in range(11, 14 * 24, 11):
        house.server.database.write(
            lambda session, at=hours: sessions.touch_session(
                session, _seat(session, token, now), now + at * sessions.HOUR
            )
        )
    assert not read(lambda session: found(session, sessions.LIFE + 60_000_000))


def _seat(session: Session, token: str, now: int) -> sessions.Seat:
    seat = sessions.find_session(session, token, now)
    assert seat is not None
    return seat


def test_a_session_is_revoked_from_another(house: House) -> None:
    second = come_in(house.server, house.tenant.workspace_id, house.owner.email, PASSWORD)
    mine = house.tenant.look(sessions.list_sessions)
    ids = {shown.id for shown in mine if f"/sessions/{shown.id}/end" in second.get("/account").text}
    assert len(ids) == 1, "one's own has no button"
    assert second.post(f"/account/sessions/{ids.pop()}/end").status_code == 200
    assert house.owner.get("/account").status_code == 303
    assert second.get("/account").status_code == 200


def test_nobody_ends_the_session_of_another(house: House) -> None:
    theirs = house.tenant.look(sessions.list_sessions)
    for shown in theirs:
        if f"/sessions/{shown.id}/end" not in house.viewer.get("/account").text:
            assert house.stranger.post(f"/account/sessions/{shown.id}/end").status_code == 404
    assert house.owner.get("/account").status_code == 200


def test_a_changed_password_ends_the_other_sessions(house: House) -> None:
    second = come_in(house.server, house.tenant.workspace_id, house.owner.email, PASSWORD)
    new = "quite another password"
    wrong = house.owner.post("/account/password", old="no", password=new, again=new)
    assert wrong.status_code == 422
    assert wrong.json()["fields"].keys() == {"old"}
    differ = house.owner.post("/account/password", old=PASSWORD, password=new, again="x")
    assert differ.json()["fields"].keys() == {"again"}
    assert house.owner.post("/account/password", old=PASSWORD, password=new, again=new).status_code == 200
    assert house.owner.get("/account").status_code == 200
    assert second.get("/account").status_code == 303
    come_in(house.server, house.tenant.workspace_id, house.owner.email, new)


def test_a_link_lets_somebody_choose_a_password_once(house: House) -> None:
    user, token = house.tenant.verb(lambda unit: accounts.invite(unit, "new@example.org", "viewer"))
    http = house.server.client()
    assert "new@example.org" in http.get(f"/console/link/{token}").text
    assert enter(http, f"/console/link/{token}", password="short").status_code == 422
    assert enter(http, f"/console/link/{token}", password=PASSWORD).status_code == 303
    assert http.get(f"/console/{house.tenant.workspace_id}/account").status_code == 200
    assert house.server.client().get(f"/console/link/{token}").status_code == 404
    reset = house.tenant.verb(lambda unit: accounts.password_link(unit, user.id))
    other = house.server.client()
    assert enter(other, f"/console/link/{reset}", password="another password").status_code == 303
    assert http.get(f"/console/{house.tenant.workspace_id}/account").status_code == 303, "old sessions ended"


def test_one_password_opens_all_workspaces_that_have_it(house: House) -> None:
    email = house.owner.email
    add_person(house.other, "viewer", email)
    both = come_in(house.server, house.tenant.workspace_id, email, PASSWORD)
    assert both.get("/account").status_code == 200
    theirs = Person(both.http, house.other.workspace_id, email)
    assert theirs.get("/account").status_code == 200
    assert house.other.workspace in both.get("/account").text
    assert house.owner.http.get(theirs.path("/account")).status_code == 404, "an older session does not"


def test_one_password_does_not_open_a_workspace_with_another(house: House) -> None:
    add_person(house.other, "owner", house.owner.email, "a different password")
    person = come_in(house.server, house.tenant.workspace_id, house.owner.email, PASSWORD)
    assert person.http.get(f"/console/{house.other.workspace_id}/account").status_code == 404


def test_the_last_owner_stays(house: House) -> None:
    def ids(unit: Unit) -> dict[str, int]:
        return {person.user.role: person.user.id for person in accounts.list_people(unit)}

    found = house.tenant.look(ids)
    for verb in (
        lambda unit: accounts.remove_person(unit, found["owner"]),
        lambda unit: accounts.change_role(unit, found["owner"], "viewer"),
    ):
        with pytest.raises(accounts.NotAllowed):
            house.tenant.verb(verb)
    house.tenant.verb(lambda unit: accounts.change_role(unit, found["editor"], "owner"))
    house.tenant.verb(lambda unit: accounts.remove_person(unit, found["owner"]))
    assert house.owner.get("/account").status_code == 303, "their sessions ended with the account"


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [("/console/1/account?x=1", True), ("https://evil.example/", False), ("//evil.example", False),
     ("/console//evil.example", False), ("/console\\evil", False), ("javascript:alert(1)", False)],
)  # fmt: skip
def test_after_signing_in_one_goes_where_one_wanted(house: House, wanted: str, leads: bool) -> None:
    http = house.server.client()
    reply = enter(http, "/console/sign-in", email=house.owner.email, password=PASSWORD, next=wanted)
    assert (reply.headers["location"] == wanted) == leads
    assert reply.headers["location"].startswith("/console/")


def test_the_language_is_ones_own_then_the_browsers(house: House) -> None:
    door = house.server.client(headers={"Accept-Language": "xx, en;q=0.5"}).get("/console/sign-in").text
    assert '<html lang="en"' in door
    assert house.owner.post("/console/language", language="xx").status_code == 422
    assert house.owner.post("/console/language", language="en").status_code == 200
    assert '<html lang="en"' in house.owner.get("/account", headers={"Accept-Language": "pl"}).text


def test_the_theme_is_in_the_page_at_once(house: House) -> None:
    assert 'data-theme="auto"' in house.owner.get("/account").text
    house.owner.post("/console/theme", theme="dark")
    assert 'data-theme="dark"' in house.owner.get("/account").text
    assert house.owner.post("/console/theme", theme="pink").status_code == 422


def test_what_was_said_is_said_once_and_never_as_html(house: House) -> None:
    session = sign_in(house.server, house.tenant, "viewer")
    session.http.cookies.set("rejoinder_flash", "eyJ0ZXh0IjoiPGI-aGk8L2I-Iiwia2luZCI6ImJhZCJ9")
    first = session.get("/account")
    assert "&lt;b&gt;hi&lt;/b&gt;" in first.text
    assert any(
        line.startswith("rejoinder_flash=;") and "Max-Age=0" in line
        for line in first.headers.get_list("set-cookie")
    )
