"""Tokens and secrets: what lets in, for how long, and that nobody can read them out of the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from rejoinder.core import secrets as core_secrets
from rejoinder.core.access import OVERLAP, Gate, create_client, revoke_client, rotate_client
from rejoinder.core.tokens import REFRESH_LIFE, Granted, TokenPolicy, TokenRequest, check_request, grant
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user, create_workspace
from rejoinder.model.access import Caller
from rejoinder.model.problems import Expired, NotAuthenticated, NotGranted
from rejoinder.store.engine import Database
from rejoinder.store.session import Session
from rejoinder.store.tables.everything import metadata

START = 1_700_000_000_000_000
SECOND = 1_000_000
POLICY = TokenPolicy(
    "forsta", 3600, ("client_credentials", "api-user", "password", "refresh_token"), refresh=True
)
PASSWORD = "correct horse battery staple"


@dataclass
class Office:
    """A workspace with a client and a user, and a clock that the test moves."""

    database: Database
    workspace: int
    account_token: str
    client_id: str
    secret: str
    now: int = START
    gate: Gate = field(default_factory=lambda: Gate(0))

    def ask(self, **fields: str) -> Granted:
        """Request a token as a dialect does. Raises NotGranted."""
        request = TokenRequest(**({"client_id": self.client_id, "client_secret": self.secret} | fields))

        def work(session: Session) -> Granted | NotGranted:
            return grant(session, POLICY, check_request(session, POLICY, request, self.now), self.now)

        made = self.database.write(work)
        if isinstance(made, NotGranted):
            raise made
        return made

    def credentials(self, **fields: str) -> Granted:
        return self.ask(grant_type="client_credentials", **fields)

    def refresh(self, token: str | None, **fields: str) -> Granted:
        return self.ask(grant_type="refresh_token", refresh_token=token or "", **fields)

    def enter(self, token: str) -> Caller:
        """Who an access token lets in. Raises NotAuthenticated, Expired."""
        return self.database.read(lambda session: self.gate.authenticate(session, token, self.now))

    def unit(self, session: Session) -> Unit:
        return Unit(session, self.workspace, "test", self.now)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    database = Database(database_url)

    def work(session: Session) -> Office:
        workspace, account_token = create_workspace(session, "office", [], START)
        unit = Unit(session, workspace.id, "test", START)
        client, secret = create_client(unit, "client")
        create_user(unit, "Ann@Example.org", PASSWORD)
        return Office(database, workspace.id, account_token, client.client_id, secret)

    yield database.write(work)
    database.close()


def test_a_token_lets_in_until_it_expires(office: Office) -> None:
    made = office.credentials()
    assert made.expires_in == 3600
    assert office.enter(made.access_token).workspace_id == office.workspace
    office.now += 3600 * SECOND - 1
    office.enter(made.access_token)
    office.now += 1
    with pytest.raises(Expired):
        office.enter(made.access_token)


@pytest.mark.parametrize("token", ["", "x", "\0", "'", "é" * 400, "\ud800"])
def test_what_is_no_token_lets_nobody_in(office: Office, token: str) -> None:
    with pytest.raises(NotAuthenticated):
        office.enter(token)


def test_a_refresh_token_does_not_let_in(office: Office) -> None:
    refresh = office.credentials().refresh_token
    assert refresh
    with pytest.raises(NotAuthenticated):
        office.enter(refresh)


def test_a_revoked_client_is_out_at_once(office: Office) -> None:
    made = office.credentials()
    office.database.write(lambda session: revoke_client(office.unit(session), office.client_id))
    with pytest.raises(Expired):
        office.enter(made.access_token)
    for again in (office.credentials, lambda: office.refresh(made.refresh_token)):
        with pytest.raises(NotGranted) as refused:
            again()
        assert refused.value.code == "invalid_client"


def test_a_rotated_secret_overlaps_for_a_day(office: Office) -> None:
    old, before = office.secret, office.credentials()
    new = office.database.write(lambda session: rotate_client(office.unit(session), office.client_id))
    for secret in (old, new):
        office.credentials(client_secret=secret)
    office.enter(before.access_token)
    office.now += OVERLAP - 1
    office.credentials(client_secret=old)
    office.now += 1
    with pytest.raises(NotGranted):
        office.credentials(client_secret=old)
    office.credentials(client_secret=new)
    assert OVERLAP == 24 * 3600 * SECOND


def test_refresh_tokens_rotate(office: Office) -> None:
    first = office.credentials()
    second = office.refresh(first.refresh_token)
    assert second.refresh_token not in (None, first.refresh_token)
    office.enter(second.access_token)
    office.now += REFRESH_LIFE * SECOND
    with pytest.raises(NotGranted) as refused:
        office.refresh(second.refresh_token)
    assert refused.value.code == "invalid_grant"


def test_a_refresh_token_used_twice_ends_its_family(office: Office) -> None:
    stranger = office.credentials()
    first = office.credentials()
    second = office.refresh(first.refresh_token)
    with pytest.raises(NotGranted):
        office.refresh(first.refresh_token)
    for token in (first.access_token, second.access_token):
        with pytest.raises(Expired):
            office.enter(token)
    with pytest.raises(NotGranted):
        office.refresh(second.refresh_token)
    office.enter(stranger.access_token)


def test_a_refresh_token_serves_its_own_client_only(office: Office) -> None:
    refresh = office.credentials().refresh_token
    other, secret = office.database.write(lambda session: create_client(office.unit(session), "other"))
    with pytest.raises(NotGranted):
        office.refresh(refresh, client_id=other.client_id, client_secret=secret)
    office.refresh(refresh)


def test_the_password_grant_names_the_user(office: Office) -> None:
    made = office.ask(grant_type="password", username=" ann@EXAMPLE.org ", password=PASSWORD)
    user = office.enter(made.access_token).user_id
    assert user is not None
    assert office.enter(office.refresh(made.refresh_token).access_token).user_id == user
    for name, password in (
        ("ann@example.org", "wrong"),
        ("bob@example.org", PASSWORD),
        ("", ""),
        ("\0", "\0"),
    ):
        with pytest.raises(NotGranted) as refused:
            office.ask(grant_type="password", username=name, password=password)
        assert refused.value.code == "invalid_grant"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "CLIENT_CREDENTIALS", "client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "\0"}, "invalid_client"),
        ({"grant_type": "client_credentials", "client_secret": ""}, "invalid_client"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
    ],
)
def test_refusals(office: Office, fields: dict[str, str], code: str) -> None:
    with pytest.raises(NotGranted) as refused:
        office.ask(**fields)
    assert refused.value.code == code


def test_the_database_holds_hashes_only(office: Office) -> None:
    made = [
        office.credentials(),
        office.ask(grant_type="password", username="ann@example.org", password=PASSWORD),
    ]
    made.append(office.refresh(made[0].refresh_token))
    new = office.database.write(lambda session: rotate_client(office.unit(session), office.client_id))
    known = [office.secret, new, office.account_token, PASSWORD]
    known += [token for one in made for token in (one.access_token, one.refresh_token) if token]

    def dump(session: Session) -> str:
        return "\n".join(
            str(row) for table in metadata.tables.values() for row in session.rows(select(table))
        )

    text = office.database.read(dump)
    assert office.client_id in text, "the dump is empty"
    assert [secret for secret in known if secret in text] == []
    assert [secret for secret in known if secret.removeprefix("NPS-")[:20] in text] == []


def test_secrets_are_compared_in_constant_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    compare = core_secrets.hmac.compare_digest

    def note(one: str, other: str) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr("rejoinder.core.secrets.hmac.compare_digest", note)
    office.credentials()
    with pytest.raises(NotGranted):
        office.credentials(client_secret="wrong")
    with pytest.raises(NotGranted):
        office.credentials(client_id="nobody")
    assert len(compared) == 3, "also for a client that does not exist"


class TestMemory:
    """On PostgreSQL a process trusts a token for a moment, to save a round trip."""

    def test_it_is_short(self, office: Office) -> None:
        office.gate = Gate(2)
        made = office.credentials()
        office.enter(made.access_token)
        office.database.write(lambda session: revoke_client(office.unit(session), office.client_id))
        if office.database.engine == "postgresql":
            office.enter(made.access_token)
        office.now += 2 * SECOND
        with pytest.raises(Expired):
            office.enter(made.access_token)

    def test_it_never_outlives_the_token(self, office: Office) -> None:
        office.gate = Gate(60)
        made = office.credentials()
        office.now += 3599 * SECOND
        office.enter(made.access_token)
        office.now += SECOND
        with pytest.raises(Expired):
            office.enter(made.access_token)

    def test_it_is_bounded(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rejoinder.core.access._REMEMBERED", 3)
        office.gate = Gate(60)
        for _ in range(8):
            office.enter(office.credentials().access_token)
            assert len(office.gate._seen) <= 3
