"""Workspaces and users: create, find, look up with a short memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from msgspec import structs

from rejoinder.core.audit import record
from rejoinder.core.secrets import hash_password, new_secret, token_hash
from rejoinder.core.unit import Unit, zone
from rejoinder.model.filters.text import fold
from rejoinder.model.people import ROLES
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound, NotOnPlan
from rejoinder.model.workspace import FEATURES, User, Workspace
from rejoinder.store import workspaces as store
from rejoinder.store.session import Session

REMEMBER = 2_000_000
"""Microseconds for which a process uses a workspace's settings without looking again."""


def create_workspace(session: Session, name: str, features: Sequence[str], now: int) -> tuple[Workspace, str]:
    """Make a workspace; gives it with its account token, which is shown this once.

    Raises Invalid for a bad name or feature, AlreadyExists for a taken name.
    """
    name = name.strip()
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise Invalid("A workspace's name has 1 to 200 printable characters.")
    if unknown := set(features) - set(FEATURES):
        raise Invalid(f"Unknown feature {min(unknown)!r}; there are: {', '.join(FEATURES)}.")
    if store.workspace_by_name(session, fold(name)):
        raise AlreadyExists(f"A workspace named {name!r} already exists.")
    account_token = new_secret("NPS-")
    number = store.add_workspace(
        session, name, fold(name), sorted(set(features)), token_hash(account_token), now
    )
    found = store.workspace_by_id(session, number)
    assert found is not None
    return found, account_token


def find_workspace(session: Session, name: str) -> Workspace:
    """A workspace by its name. Raises NotFound."""
    found = store.workspace_by_name(session, fold(name.strip()))
    if found is None:
        known = ", ".join(repr(w.name) for w in store.all_workspaces(session)[:10])
        hint = f" There are: {known}." if known else " Make one with: rejoinder workspace create NAME."
        raise NotFound(f"No workspace is named {name!r}.{hint}")
    return found


def list_workspaces(session: Session) -> list[Workspace]:
    """Every workspace, oldest first."""
    return store.all_workspaces(session)


def workspace_of(unit: Unit) -> Workspace:
    """The unit's workspace, at most `REMEMBER` old."""
    cache = unit.session.cache
    kept = cache.get(("workspace", unit.workspace_id))
    if kept is not None and abs(unit.now - kept[0]) < REMEMBER:
        return kept[1]  # type: ignore[no-any-return]
    found = workspace_now(unit)
    cache["workspace", unit.workspace_id] = (unit.now, found)
    return found


def workspace_now(unit: Unit) -> Workspace:
    """The unit's workspace as it stands. Raises NotFound."""
    found = store.workspace_by_id(unit.session, unit.workspace_id)
    if found is None:
        raise NotFound("This workspace does not exist any more.")
    return found


def require_feature(unit: Unit, feature: str) -> None:
    """Raise NotOnPlan where the workspace lacks a feature."""
    if feature not in workspace_of(unit).features:
        raise NotOnPlan(f"This workspace lacks the feature {feature}; ask who runs the server for it.")


def rename_workspace(unit: Unit, name: str) -> None:
    """Give the workspace another name. Raises Invalid, AlreadyExists."""
    name = name.strip()
    if not 1 <= len(name) <= 200 or not name.isprintable():
        sentence = "A workspace's name has 1 to 200 printable characters."
        raise Invalid(sentence, fields={"name": sentence})
    same = store.workspace_by_name(unit.session, fold(name))
    if same is not None and same.id != unit.workspace_id:
        raise AlreadyExists(f"A workspace named {name!r} already exists.")
    store.rename(unit.session, unit.workspace_id, name, fold(name))
    unit.session.cache.pop(("workspace", unit.workspace_id), None)
    record(unit, "workspace.rename", f"workspace:{unit.workspace_id}")


def set_timezone(unit: Unit, name: str) -> None:
    """Choose the zone of times without an offset. Raises Invalid for an unknown zone, NotFound."""
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError):
        sentence = f"{name[:60]!r} is not a time zone; use a name such as Europe/Warsaw."
        raise Invalid(sentence, fields={"timezone": sentence}) from None
    _change_settings(unit, timezone=name)
    record(unit, "workspace.timezone", f"workspace:{unit.workspace_id}", timezone=name)


def limit_respondents(unit: Unit, most: int | None) -> None:
    """Say how many respondents a workspace may hold, None for no limit. Those who are there stay.

    Raises Invalid for a negative number, NotFound.
    """
    if most is not None and not 0 <= most < 1 << 53:
        raise Invalid("A limit is a whole number of respondents, or none.")
    _change_settings(unit, max_respondents=most)
    record(unit, "workspace.limit", f"workspace:{unit.workspace_id}", max_respondents=most)


def switch_feature(unit: Unit, feature: str, on: bool) -> None:
    """Switch a feature of the workspace's plan on or off; as it is already, nothing is done.

    Who remembers the workspace notices within seconds. Raises NotFound, Invalid for no feature of ours.
    """
    if feature not in FEATURES:
        raise Invalid(f"Unknown feature {feature[:60]!r}; there are: {', '.join(FEATURES)}.")
    found = workspace_now(unit)  # what is remembered may be old
    wanted = found.features | {feature} if on else found.features - {feature}
    if wanted != found.features:
        store.set_features(unit.session, unit.workspace_id, sorted(wanted))
        unit.session.cache.pop(("workspace", unit.workspace_id), None)
        record(unit, "workspace.feature", f"workspace:{unit.workspace_id}", feature=feature, on=on)


def _change_settings(unit: Unit, **changed: Any) -> None:
    found = workspace_now(unit)  # what is remembered may be old
    store.set_settings(unit.session, unit.workspace_id, structs.replace(found.settings, **changed))
    unit.session.cache.pop(("workspace", unit.workspace_id), None)


def check_password(password: str) -> None:
    """Raise Invalid for a password that is too short or too long."""
    if not 10 <= len(password) <= 1000:
        sentence = "A password has at least 10 characters (and at most 1000)."
        raise Invalid(sentence, fields={"password": sentence})


def create_user(unit: Unit, email: str, password: str | None, role: str = "owner") -> User:
    """Add a person; without a password, they cannot sign in until they chose one by a link.

    Raises Invalid for a bad address, role or a short password, AlreadyExists.
    """
    email = email.strip()
    if not 3 <= len(email) <= 320 or "@" not in email[1:-1] or not email.isprintable() or " " in email:
        sentence = f"{email!r} is not an email address."
        raise Invalid(sentence, fields={"email": sentence})
    if password is not None:
        check_password(password)
    if role not in ROLES:
        raise Invalid(f"Unknown role {role!r}; there are: {', '.join(ROLES)}.")
    folded = fold(email)
    if store.users_by_email(unit.session, folded, unit.workspace_id):
        raise AlreadyExists(f"A user with the address {email!r} already exists in this workspace.")
    hashed = "" if password is None else hash_password(password)
    number = store.add_user(unit.session, unit.workspace_id, email, folded, hashed, role, unit.now)
    record(unit, "user.create", f"user:{number}", role=role)
    return User(number, email, role, unit.now)
