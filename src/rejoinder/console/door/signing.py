"""Sign in and out, and create the owner of a fresh store."""

from __future__ import annotations

from rejoinder.console.cookies import GUEST, SESSION, read_cookie, set_cookie
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.people.accounts import anybody_signs_in, read_link, use_link
from rejoinder.core.people.founding import found_workspace, is_fresh, is_setup_key
from rejoinder.core.people.sessions import LIFE, begin_session, check_sign_in, end_session
from rejoinder.core.secrets import new_secret
from rejoinder.kernel.reply import Reply
from rejoinder.model.people import Member
from rejoinder.model.problems import Invalid

KEY = 200
"""Letters of a set-up link's key that are looked at."""


def home(visit: Visit) -> Reply:
    """`/console`: to the first workspace, or to the door."""
    if visit.seat is not None:
        return visit.go(landing(visit, visit.seat.members[0]))
    if is_fresh(visit.unit.session):
        return visit.go("/console/welcome")
    return visit.go("/console/sign-in")


def home_of_workspace(visit: Visit) -> Reply:
    """`/console/{workspace}`: to its first page."""
    return visit.go(landing(visit, visit.who))


def landing(visit: Visit, member: Member) -> str:
    """The first page of a workspace."""
    first = next(area.path for area in visit.shell.areas if area.path is not None)
    return f"/console/{member.workspace_id}{first}"


def welcome(visit: Visit) -> Reply:
    """The form that creates the owner of a fresh store; without the set-up link, where to find it."""
    if not is_fresh(visit.unit.session):
        return visit.go("/console")
    _greet(visit)
    key = visit.asked("key", longest=KEY)
    good = is_setup_key(visit.unit.session, key, visit.now)
    status = 403 if key and not good else 200
    return visit.page("door/welcome.html" if good else "door/closed.html", status, key=key)


def sign_in_page(visit: Visit) -> Reply:
    """The form for address and password."""
    if visit.seat is not None:
        return visit.go("/console")
    if is_fresh(visit.unit.session):
        return visit.go("/console/welcome")
    _greet(visit)
    anybody = anybody_signs_in(visit.unit.session)
    return visit.page("door/sign_in.html", next=inside(visit.asked("next")), anybody=anybody)


def count_attempt(visit: Visit, account: str) -> None:
    """Count one attempt to come in. Raises TooMany."""
    visit.shell.throttle.take(visit.unit.session, visit.call.client_ip, account, visit.now)


def prepare_sign_in(visit: Visit) -> tuple[Member, ...]:
    """Check address and password outside the writer; it takes long on purpose. Raises Invalid, TooMany."""
    email = visit.field("email", 320)
    count_attempt(visit, email)
    found = check_sign_in(visit.unit.session, email, _password(visit))
    if not found:
        raise Invalid(_("The address or the password is not right."))
    visit.call.lane = found[0].workspace_id
    return found


def sign_in(visit: Visit) -> Reply:
    """Begin a session; one that the browser had is ended with it."""
    members: tuple[Member, ...] = visit.prepared
    if visit.seat is not None:
        end_session(visit.unit.session, visit.seat, visit.now)
    return _enter(visit, members, inside(visit.field("next")))


def sign_out(visit: Visit) -> Reply:
    """End the session."""
    assert visit.seat is not None
    end_session(visit.unit.session, visit.seat, visit.now)
    visit.headers += (set_cookie(visit.call, SESSION, "", 0), (b"clear-site-data", b'"cache"'))
    return visit.go("/console/sign-in")


def create_owner(visit: Visit) -> Reply:
    """Make the first workspace and its owner, who is signed in at once."""
    member = found_workspace(
        visit.unit.session,
        visit.field("key", KEY),
        visit.field("workspace", 200, required=True),
        visit.field("email", 320, required=True),
        _password(visit),
        visit.now,
    )
    return _enter(visit, (member,), "")


def link_page(visit: Visit) -> Reply:
    """The form to choose a password, by an invitation or a reset."""
    member = read_link(visit.unit.session, visit.text("token"), visit.now)
    _greet(visit)
    return visit.page("door/link.html", member=member, token=visit.text("token"))


def use_link_now(visit: Visit) -> Reply:
    """Choose a password by a link, and come in."""
    member = use_link(visit.unit.session, visit.text("token"), _password(visit), visit.now)
    return _enter(visit, (member,), "")


def _password(visit: Visit) -> str:
    """The password of the form as it was typed, spaces around it too."""
    given = visit.form.get("password", "")
    return given if isinstance(given, str) else ""


def _enter(visit: Visit, members: tuple[Member, ...], target: str) -> Reply:
    call = visit.call
    agent = (call.header("user-agent") or "").encode("ascii", "replace").decode()
    token = begin_session(visit.unit.session, members, agent, call.client_ip, visit.now)
    visit.headers += (
        set_cookie(call, SESSION, token, LIFE // 1_000_000),
        set_cookie(call, GUEST, "", 0),
    )
    return visit.go(target or landing(visit, members[0]))


def _greet(visit: Visit) -> None:
    """Give a stranger's browser the cookie that its forms are tied to."""
    if visit.seat is None and not read_cookie(visit.call, GUEST):
        visit.secret = new_secret()
        visit.headers += (set_cookie(visit.call, GUEST, visit.secret, None),)


def inside(path: str) -> str:
    """A path of the console to come back to; empty for anything that could lead elsewhere."""
    good = path.startswith(("/console/", "/docs")) and "\\" not in path and "//" not in path.partition("?")[0]
    return path if good and path.isascii() and path.isprintable() else ""
