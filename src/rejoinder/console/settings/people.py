"""People of the workspace: invite them, their roles, links to choose a password, their sessions."""

from __future__ import annotations

from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.people import accounts, sessions
from rejoinder.kernel.reply import Reply


def people(visit: Visit) -> Reply:
    """Everybody."""
    return _show(visit)


def _show(visit: Visit, link: str = "", email: str = "") -> Reply:
    open_now: dict[int, int] = {}
    for one in sessions.list_sessions(visit.unit):
        open_now[one.user_id] = open_now.get(one.user_id, 0) + 1
    return visit.page(
        "settings/people.html",
        people=accounts.list_people(visit.unit),
        open_now=open_now,
        link=link,
        email=email,
    )


def person(visit: Visit) -> Reply:
    """One of them, with their sessions."""
    found = accounts.find_person(visit.unit, visit.number("user"))
    assert visit.seat is not None
    return visit.page(
        "settings/person.html",
        person=found,
        sessions=sessions.list_sessions(visit.unit, found.user.id),
        mine=visit.seat.hash[:16],
    )


def invite(visit: Visit) -> Reply:
    """Add somebody; the page shows the link for them this once."""
    user, token = accounts.invite(
        visit.unit, visit.field("email", 320, required=True), visit.field("role", required=True)
    )
    return _show(visit, _link(visit, token), user.email)


def new_link(visit: Visit) -> Reply:
    """Make a link with which somebody chooses a password; the page shows it this once."""
    found = accounts.find_person(visit.unit, visit.number("user"))
    return _show(visit, _link(visit, accounts.password_link(visit.unit, found.user.id)), found.user.email)


def _link(visit: Visit, token: str) -> str:
    return f"{visit.call.base_url}/console/link/{token}"


def change_role(visit: Visit) -> Reply:
    """Give somebody another role."""
    accounts.change_role(visit.unit, visit.number("user"), visit.field("role"))
    return visit.go("/settings/people", _("The role is changed."))


def remove(visit: Visit) -> Reply:
    """Remove somebody with their sessions."""
    accounts.remove_person(visit.unit, visit.number("user"))
    return visit.go("/settings/people", _("The account is removed."))


def end_session(visit: Visit) -> Reply:
    """End one of somebody's sessions."""
    user = visit.number("user")
    sessions.revoke_session(visit.unit, visit.text("session"), user)
    return visit.go(f"/settings/people/{user}", _("The session has ended."))
