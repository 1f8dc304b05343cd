"""`/u/{token}`: no more mails. A page with one button, which mail programs press by themselves (RFC 8058).

Looking at the page changes nothing: scanners open every link of a mail. Pressing the button needs no cookie
and no proof of who presses it, for the address is the proof.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

import msgspec

from rejoinder.core.opt_outs import leave, read_opt_out_token
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import NotFound
from rejoinder.pages.shell import Shell
from rejoinder.pages.texts import FALLBACK, chosen_language

MAX_BODY = 4096
"""Bytes; a mail program sends `List-Unsubscribe=One-Click`, a browser nothing."""


@cache
def leaving_words() -> dict[str, dict[str, str]]:
    """Language → key → words."""
    text = (files("rejoinder.pages") / "leaving.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, dict[str, str]])


def leaving(shell: Shell) -> tuple[Endpoint, ...]:
    """The page and its button."""
    path, source, html = "/u/{token}", "RFC 8058", ("text/html",)
    return (
        Endpoint(
            method="GET",
            path=path,
            handler=_asking(shell),
            scope=None,
            public=True,
            summary="Ask whether somebody wants no more mails",
            errors=(NotFound,),
            source=source,
            produces=html,
        ),
        Endpoint(
            method="POST",
            path=path,
            handler=_leaving(shell),
            where=Where.WRITER,
            scope=None,
            public=True,
            max_body=MAX_BODY,
            summary="Send somebody no more mails",
            errors=(NotFound,),
            source=source,
            accepts=("application/x-www-form-urlencoded", "multipart/form-data"),
            produces=html,
        ),
    )


def _asking(shell: Shell) -> Callable[[Call], Reply]:
    def ask(call: Call) -> Reply:
        read_opt_out_token(call.unit.session, call.params["token"])
        return _page(shell, call, "ask", button=True)

    return ask


def _leaving(shell: Shell) -> Callable[[Call], Reply]:
    def go(call: Call) -> Reply:
        leave(call.unit, read_opt_out_token(call.unit.session, call.params["token"]))
        return _page(shell, call, "done", button=False)

    return go


def _page(shell: Shell, call: Call, key: str, *, button: bool) -> Reply:
    known = leaving_words()
    language = chosen_language(call, (FALLBACK, *known))
    said = known[language]
    return shell.page(
        call,
        "leaving.html",
        language,
        title=said[f"{key}_title"],
        text=said[f"{key}_text"],
        button=said["button"] if button else "",
    )
