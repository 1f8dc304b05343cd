"""The API reference, at `/docs`: anyone may read it, who is signed in may try it."""

from __future__ import annotations

from rejoinder.console.area import Action, Area, Page
from rejoinder.console.reference import pages, trying
from rejoinder.console.speech import mark

REFERENCE = Area(
    name="reference",
    title=mark("API reference"),
    icon="book",
    path="/docs",
    pages=(
        Page(path="/docs", show=pages.index, summary="All APIs", role=None, whole=True),
        Page(path="/docs/{api}", show=pages.api, summary="One API", role=None, whole=True),
    ),
    actions=(
        Action(
            path="/docs/token",
            do=trying.give_token,
            summary="Get a token to try an API",
            role="viewer",
            whole=True,
        ),
        Action(
            path="/docs/token/revoke",
            do=trying.take_token,
            summary="Revoke a token to try an API",
            role="viewer",
            whole=True,
        ),
    ),
)
