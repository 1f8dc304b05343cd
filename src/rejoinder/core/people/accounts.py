"""People of a workspace: invite, change their role, let them choose a password, remove them."""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.core.audit import record
from rejoinder.core.secrets import hash_password, new_secret, right_password, token_hash
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import check_password, create_user
from rejoinder.model.people import ROLES, Member, Seat
from rejoinder.model.problems import Invalid, NotAllowed, NotFound
from rejoinder.model.workspace import User
from rejoinder.store import people as store
from rejoinder.store.clients import revoke_tokens_of
from rejoinder.store.session import Session

LINK_LIFE = 7 * 24 * 3600 * 1_000_000
"""Microseconds for which a link to choose a password is good."""


class Person(NamedTuple):
    """An account; `invited` — nobody has chosen a password for it yet."""

    user: User
    invited: bool


def anybody_signs_in(session: Session) -> bool:
    """Whether there is an account, in any workspace."""
    return store.anybody_signs_in(session)


def list_people(unit: Unit) -> list[Person]:
    """Everybody in the workspace, oldest first."""
    return [Person(user, not chosen) for user, chosen in store.users_of(unit.session, unit.workspace_id)]


def emails_by_actor(unit: Unit) -> dict[str, str]:
    """The address of everybody in the workspace, by what the audit log calls them (`Member.actor`)."""
    return {f"user:{one.user.id}": one.user.email for one in list_people(unit)}


def find_person(unit: Unit, user_id: int) -> Person:
    """One of them. Raises NotFound."""
    for person in list_people(unit):
        if person.user.id == user_id:
            return person
    raise NotFound(f"There is no user {user_id} in this workspace.")


def find_by_email(unit: Unit, email: str) -> Person:
    """One of them by address. Raises NotFound."""
    for person in list_people(unit):
        if person.user.email.casefold() == email.strip().casefold():
            return person
    raise NotFound(f"No user of this workspace has the address {email!r}.")


def invite(unit: Unit, email: str, role: str) -> tuple[User, str]:
    """Add a person without a password; gives the account and the token of a link to choose one.

    Raises Invalid, AlreadyExists.
    """
    made = create_user(unit, email, None, role)
    return made, password_link(unit, made.id)


def password_link(unit: Unit, user_id: int) -> str:
    """A token with which a person chooses a password, once, within a week; earlier ones end.

    The old password works until then. Raises NotFound.
    """
    find_person(unit, user_id)
    token = new_secret()
    store.add_pass(
        unit.session, token_hash(token), unit.workspace_id, user_id, unit.now, unit.now + LINK_LIFE
    )
    record(unit, "user.link", f"user:{user_id}")
    return token


def read_link(session: Session, token: str, now: int) -> Member:
    """Whose link this is. Raises NotFound: unknown, used, or expired."""
    found = store.find_pass(session, token_hash(token), now)
    if found is None:
        sentence = "This link was used or has expired; ask an owner of your workspace for a new one."
        raise NotFound(sentence, guessed=True)
    return found


def use_link(session: Session, token: str, password: str, now: int) -> Member:
    """Choose a password by a link. Every session of the account ends. Raises NotFound, Invalid."""
    member = read_link(session, token, now)
    unit = Unit(session, member.workspace_id, member.actor, now)
    set_password(unit, member.user_id, password)
    return member


def set_password(unit: Unit, user_id: int, password: str) -> None:
    """Give a person a password; their sessions and links end. Raises Invalid, NotFound."""
    check_password(password)
    find_person(unit, user_id)
    keep_password(unit, user_id, hash_password(password))


def keep_password(unit: Unit, user_id: int, hashed: str, besides: str = "") -> None:
    """Store a password's hash; the person's sessions, tokens and links end, but for the session `besides`."""
    store.change_account(unit.session, unit.workspace_id, user_id, password_hash=hashed)
    store.end_sessions(unit.session, unit.workspace_id, user_id, besides)
    store.end_passes(unit.session, unit.workspace_id, user_id)
    revoke_tokens_of(unit.session, unit.workspace_id, user_id, unit.now)
    record(unit, "user.password", f"user:{user_id}")


def check_change(session: Session, seat: Seat, old: str, new: str) -> str:
    """Check that a person may change the password of a session's accounts; gives the new one's hash.

    Writes nothing; slow on purpose. Raises Invalid, naming the field.
    """
    check_password(new)
    hashes = set(store.password_hashes(session, seat.members))
    if len(old) > 1000 or not all(right_password(old, hashed) for hashed in hashes):
        raise Invalid("The present password is not right.", fields={"old": "This is not the password."})
    return hash_password(new)


def change_password(session: Session, seat: Seat, hashed: str, now: int) -> None:
    """Give all accounts of a session a new password (`check_change`); their other sessions end."""
    for member in seat.members:
        unit = Unit(session, member.workspace_id, member.actor, now)
        keep_password(unit, member.user_id, hashed, seat.hash)


def change_role(unit: Unit, user_id: int, role: str) -> None:
    """Give a person another role; their tokens end. Raises Invalid, NotFound, NotAllowed (last owner)."""
    if role not in ROLES:
        raise Invalid(f"Unknown role {role!r}; there are: {', '.join(ROLES)}.")
    person = find_person(unit, user_id)
    if role != person.user.role:
        _keep_an_owner(unit, person)
        store.change_account(unit.session, unit.workspace_id, user_id, role=role)
        revoke_tokens_of(unit.session, unit.workspace_id, user_id, unit.now)  # they may what the role might
        record(unit, "user.role", f"user:{user_id}", role=role)


def choose_language(session: Session, seat: Seat, language: str | None) -> None:
    """Keep the language that a person wants the console in, everywhere."""
    for member in seat.members:
        store.change_account(session, member.workspace_id, member.user_id, language=language)


def remove_person(unit: Unit, user_id: int) -> None:
    """Delete an account with its sessions and tokens. Raises NotFound, NotAllowed for the last owner."""
    _keep_an_owner(unit, find_person(unit, user_id))
    store.remove_account(unit.session, unit.workspace_id, user_id)
    revoke_tokens_of(unit.session, unit.workspace_id, user_id, unit.now)
    record(unit, "user.remove", f"user:{user_id}")


def _keep_an_owner(unit: Unit, person: Person) -> None:
    last = store.count_owners(unit.session, unit.workspace_id) <= 1
    if person.user.role == "owner" and not person.invited and last:
        raise NotAllowed("A workspace keeps at least one owner; make somebody else an owner first.")
