"""The records that say what the console serves: areas, pages and actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rejoinder.kernel.endpoint import Where
from rejoinder.kernel.reply import Reply

if TYPE_CHECKING:
    from rejoinder.console.visit import Visit

Role = Literal["owner", "editor", "viewer"]
Show = Callable[["Visit"], Reply]
SMALL = 1_048_576
"""Bytes of a form, unless an action says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Something to look at: GET, never writes.

    Fields:
      path: below `/console/{workspace}`; parameters as `{name}`, each one whole segment.
      show: `(Visit) -> Reply`, mostly `visit.page(…)` or `visit.fragment(…)`.
      summary: one line for people.
      role: who may look; None for a page without sign-in (the doors).
      whole: the path is whole as it is, such as `/docs`; `?w=` names the workspace, else it is the first one.
      where: READER, or STREAM for downloads that answer with a stream.
    """

    path: str
    show: Show
    summary: str
    role: Role | None = "viewer"
    whole: bool = False
    where: Where = Where.READER


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to do: POST with a form, in one transaction, answered after the commit.

    Fields as of `Page`, and:
      do: `(Visit) -> Reply`, mostly `visit.go(…)` or `visit.fragment(…)`.
      prepare: `(Visit) -> Any`, before the transaction and outside the writer, for what takes long; its
        result is `visit.prepared`.
      max_body: bytes of the form.
    """

    path: str
    do: Show
    summary: str
    role: Role | None = "editor"
    whole: bool = False
    prepare: Callable[[Visit], Any] | None = None
    max_body: int = SMALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A part of the console, with its line in the sidebar.

    Fields: `name` — as templates and `visit.area` know it; `title` — an English msgid, given to `mark`;
    `icon` — a name of `icons.html`; `path` — where its line leads, below the workspace (or whole, where it
    begins with `/docs`); None for a part without a line; `role` — who sees the line.
    """

    name: str
    title: str
    icon: str
    path: str | None
    role: Role = "viewer"
    pages: tuple[Page, ...] = ()
    actions: tuple[Action, ...] = ()
