"""The one place where the console lets people in: session, workspace, role, and the form's token.

It turns pages and actions into endpoints of the kernel; no handler checks any of this again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rejoinder.console.area import Action, Area, Page
from rejoinder.console.cookies import GUEST, LANGUAGE, SESSION, read_cookie
from rejoinder.console.shell import Shell
from rejoinder.console.speech import LANGUAGES, VOICE, Voice, _
from rejoinder.console.visit import Visit, whole_number
from rejoinder.core.people.sessions import find_session, is_stale, right_form_token, touch_session
from rejoinder.core.unit import Unit
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Handler, Where
from rejoinder.kernel.negotiation import preferred_language
from rejoinder.kernel.reply import Reply
from rejoinder.model.people import Seat
from rejoinder.model.problems import Invalid, NotAllowed, NotAuthenticated, NotFound

T = TypeVar("T")

HTML = ("text/html",)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
ROOT = "/console/{workspace}"


def endpoints(areas: tuple[Area, ...], shell: Shell) -> tuple[Endpoint, ...]:
    """Everything that areas serve."""
    shown = (_page(page, area.name, shell) for area in areas for page in area.pages)
    done = (_action(action, area.name, shell) for area in areas for action in area.actions)
    return (*shown, *done)


def full_path(entry: Page | Action) -> str:
    """The path that the kernel mounts."""
    return entry.path if entry.whole else ROOT + entry.path


def _page(page: Page, area: str, shell: Shell) -> Endpoint:
    def handler(call: Call) -> Reply:
        visit = _enter(call, shell, page, area)
        if visit.seat is not None and is_stale(visit.seat, call.now):
            seat, now = visit.seat, call.now
            call.afterwards = lambda session: touch_session(session, seat, now)
        return _spoken(visit, page.show)

    return Endpoint(
        method="GET",
        path=full_path(page),
        handler=handler,
        where=page.where,
        scope=None,
        public=page.role is None,
        summary=page.summary,
        errors=(NotAuthenticated, NotAllowed, NotFound),
        produces=HTML,
    )


def _action(action: Action, area: str, shell: Shell) -> Endpoint:
    def prepare(call: Call) -> Visit:
        visit = _enter(call, shell, action, area)
        call.lane = visit.unit.workspace_id
        _check_form(visit)
        if action.prepare is not None:
            visit.prepared = _spoken(visit, action.prepare)
        return visit

    return Endpoint(
        method="POST",
        path=full_path(action),
        handler=_doing(action),
        where=Where.WRITER,
        prepare=prepare,
        scope=None,
        public=action.role is None,
        max_body=action.max_body,
        summary=action.summary,
        errors=(NotAuthenticated, NotAllowed, NotFound, Invalid),
        accepts=FORMS,
        produces=HTML,
    )


def _doing(action: Action) -> Handler:
    def handler(call: Call) -> Reply:
        visit: Visit = call.prepared
        session = call.unit.session
        if visit.seat is not None and is_stale(visit.seat, call.now):
            touch_session(session, visit.seat, call.now)
        visit.unit = Unit(session, visit.unit.workspace_id, visit.unit.actor, call.now)
        return _spoken(visit, action.do)

    return handler


def _enter(call: Call, shell: Shell, entry: Page | Action, area: str) -> Visit:
    """Who comes, and whether they may. Raises NotAuthenticated, NotFound (another workspace), NotAllowed."""
    visit = Visit(call, shell, entry, area)
    call.prepared = visit  # an error is shown in the frame that the visitor knows
    session = call.unit.session
    token = read_cookie(call, SESSION)
    visit.seat = find_session(session, token, call.now) if token else None
    visit.secret = token if visit.seat else read_cookie(call, GUEST)
    visit.unit = Unit(session, 0, "nobody", call.now)
    if visit.seat is None:
        if entry.role is not None:
            raise NotAuthenticated("Sign in first.")
        return visit
    _take_place(visit, visit.seat)
    return visit


def _take_place(visit: Visit, seat: Seat) -> None:
    """Find the visitor's place in the workspace of the address."""
    entry = visit.entry
    named = visit.call.params.get("workspace") or visit.asked("w")
    if not named:
        visit.member = seat.members[0]
    else:
        found = seat.in_workspace(whole_number(named))
        if found is None:
            raise NotFound("There is no such workspace, or it is not yours.")
        visit.member = found
    visit.unit = Unit(visit.unit.session, visit.member.workspace_id, visit.member.actor, visit.now)
    if entry.role is not None and not visit.member.may(entry.role):
        raise NotAllowed(_role_missing(visit, entry.role))


def _role_missing(visit: Visit, role: str) -> str:
    def say() -> str:
        if role == "owner":
            return _("Only owners of this workspace may do this; ask one of them.")
        return _("Viewers of this workspace may only look; ask an owner for the role of an editor.")

    return with_voice(visit, say)


def _check_form(visit: Visit) -> None:
    """Raise NotAllowed for a form that did not come from a page of ours (CSRF)."""
    call = visit.call
    site = call.header("sec-fetch-site")
    sent = call.header("x-csrf-token") or str(visit.form.get("csrf", ""))
    if site in ("cross-site", "same-site") or not right_form_token(visit.secret, sent):
        raise NotAllowed(
            with_voice(
                visit, lambda: _("This form is out of date. Load the page again and repeat what you did.")
            )
        )


def _spoken(visit: Visit, work: Callable[[Visit], T]) -> T:
    return with_voice(visit, lambda: work(visit))


def with_voice(visit: Visit, work: Callable[[], T]) -> T:
    """Run something in the visitor's language and the workspace's time zone."""
    kept = VOICE.set(Voice(language_of(visit), visit.member.timezone if visit.member else "UTC"))
    try:
        return work()
    finally:
        VOICE.reset(kept)


def language_of(visit: Visit) -> str:
    """What the person chose, then what this browser chose, then what it likes best, then English."""
    chosen = (visit.member.language if visit.member else None) or read_cookie(visit.call, LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    return preferred_language(visit.call.header("accept-language"), LANGUAGES) or "en"
