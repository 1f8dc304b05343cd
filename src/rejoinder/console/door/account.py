"""A person's own things: password, sessions, language, theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rejoinder.console.cookies import LANGUAGE, THEME, YEAR, set_cookie
from rejoinder.console.door.signing import count_attempt, inside
from rejoinder.console.shell import THEMES
from rejoinder.console.speech import LANGUAGES, _
from rejoinder.console.visit import Visit
from rejoinder.core.people.accounts import change_password, check_change, choose_language
from rejoinder.core.people.sessions import list_sessions, revoke_session
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid

if TYPE_CHECKING:
    from rejoinder.model.people import Seat


def account(visit: Visit) -> Reply:
    """What one may change about oneself."""
    assert visit.seat is not None
    return visit.page(
        "door/account.html",
        sessions=list_sessions(visit.unit, visit.who.user_id),
        mine=visit.seat.hash[:16],
    )


def prepare_password(visit: Visit) -> str:
    """Check the old password and hash the new one, outside the writer. Raises Invalid, TooMany."""
    assert visit.seat is not None
    count_attempt(visit, visit.who.email)
    old, new = (str(visit.form.get(name, "")) for name in ("old", "password"))
    if new != str(visit.form.get("again", new)):
        sentence = _("The two new passwords differ.")
        raise Invalid(sentence, fields={"again": sentence})
    return check_change(visit.unit.session, visit.seat, old, new)


def set_own_password(visit: Visit) -> Reply:
    """Change the password; all other sessions end."""
    seat: Seat | None = visit.seat
    assert seat is not None
    change_password(visit.unit.session, seat, visit.prepared, visit.now)
    return visit.go("/account", _("Your password is changed; your other sessions have ended."))


def end_own_session(visit: Visit) -> Reply:
    """End one of one's sessions."""
    revoke_session(visit.unit, visit.text("session"), visit.who.user_id)
    return visit.go("/account", _("The session has ended."))


def set_language(visit: Visit) -> Reply:
    """Choose the console's language: kept with the person, and in a cookie for the door."""
    language = visit.field("language")
    if language not in LANGUAGES:
        raise Invalid(_("This language is not offered."))
    visit.headers += (set_cookie(visit.call, LANGUAGE, language, YEAR),)
    if visit.seat is not None:
        choose_language(visit.unit.session, visit.seat, language)
    return visit.go(back(visit))


def set_theme(visit: Visit) -> Reply:
    """Choose light, dark, or what the system says."""
    theme = visit.field("theme")
    if theme not in THEMES:
        raise Invalid(_("This theme is not offered."))
    visit.headers += (set_cookie(visit.call, THEME, theme, YEAR),)
    return visit.go(back(visit))


def back(visit: Visit) -> str:
    """Where the form stood: the path that it names, when it is one of ours."""
    return inside(visit.field("back")) or "/console"
