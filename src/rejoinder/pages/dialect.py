"""The survey pages, as the kernel mounts them: HTML instead of JSON, and no tokens of clients."""

from __future__ import annotations

from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.model.problems import NotFound, Unreadable
from rejoinder.pages.assets import serve
from rejoinder.pages.downloads import fetch
from rejoinder.pages.errors import spelling
from rejoinder.pages.leaving import leaving
from rejoinder.pages.previewing import previewing
from rejoinder.pages.shell import Shell
from rejoinder.pages.surveys import showing
from rejoinder.settings import Settings

HTML = ("text/html",)


def pages(settings: Settings) -> Dialect:
    """The pages' endpoints. `settings` say who may embed them."""
    shell = Shell(settings.embed_origins)
    show = showing(shell)
    endpoints = (
        Endpoint(
            method="GET",
            path="/s/{alias}",
            handler=show,
            scope=None,
            public=True,
            summary="A survey, for anybody",
            errors=(NotFound, Unreadable),
            produces=HTML,
        ),
        Endpoint(
            method="GET",
            path="/s/{alias}/{token}",
            handler=show,
            scope=None,
            public=True,
            summary="A survey, by a personal link",
            errors=(NotFound, Unreadable),
            produces=HTML,
        ),
        Endpoint(
            method="GET",
            path="/assets/{name}",
            handler=serve,
            where=Where.INLINE,
            scope=None,
            database=False,
            summary="A file that the pages load",
            errors=(NotFound,),
            produces=("text/javascript", "text/css"),
        ),
        Endpoint(
            method="GET",
            path="/exports/{token}",
            handler=fetch,
            where=Where.STREAM,
            scope=None,
            public=True,
            summary="The file of an export, by the link that was mailed",
            errors=(NotFound,),
            source="docs/exports.md",
            produces=("application/octet-stream",),
        ),
        *leaving(shell),
        previewing(),
    )
    return Dialect(
        name="pages",
        title="Survey pages",
        endpoints=endpoints,
        credentials=lambda call: None,
        problem=spelling(shell),
    )
