"""What is before and beside the areas: the door, and a person's own account."""

from __future__ import annotations

from rejoinder.console.area import Action, Area, Page
from rejoinder.console.door import account, signing
from rejoinder.console.speech import mark

DOOR = Area(
    name="door",
    title=mark("Your account"),
    icon="user",
    path=None,
    pages=(
        Page(path="/console", show=signing.home, summary="To the first page", role=None, whole=True),
        Page(
            path="/console/welcome",
            show=signing.welcome,
            summary="Create the owner of a fresh store",
            role=None,
            whole=True,
        ),
        Page(path="/console/sign-in", show=signing.sign_in_page, summary="Sign in", role=None, whole=True),
        Page(
            path="/console/link/{token}",
            show=signing.link_page,
            summary="Choose a password by a link",
            role=None,
            whole=True,
        ),
        Page(path="", show=signing.home_of_workspace, summary="To a workspace's first page"),
        Page(path="/account", show=account.account, summary="One's own password, sessions, language"),
    ),
    actions=(
        Action(
            path="/console/welcome",
            do=signing.create_owner,
            summary="Create the owner of a fresh store",
            role=None,
            whole=True,
        ),
        Action(
            path="/console/sign-in",
            prepare=signing.prepare_sign_in,
            do=signing.sign_in,
            summary="Sign in",
            role=None,
            whole=True,
        ),
        Action(
            path="/console/link/{token}",
            do=signing.use_link_now,
            summary="Choose a password by a link",
            role=None,
            whole=True,
        ),
        Action(
            path="/console/language",
            do=account.set_language,
            summary="Choose the console's language",
            role=None,
            whole=True,
        ),
        Action(
            path="/console/theme", do=account.set_theme, summary="Choose the theme", role=None, whole=True
        ),
        Action(path="/console/sign-out", do=signing.sign_out, summary="Sign out", role="viewer", whole=True),
        Action(
            path="/account/password",
            prepare=account.prepare_password,
            do=account.set_own_password,
            summary="Change one's password",
            role="viewer",
        ),
        Action(
            path="/account/sessions/{session}/end",
            do=account.end_own_session,
            summary="End one of one's sessions",
            role="viewer",
        ),
    ),
)
