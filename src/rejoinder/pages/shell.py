"""The HTML around a survey, and pages that only say something."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Headers, Reply
from rejoinder.model.problems import Problem
from rejoinder.pages.assets import manifest
from rejoinder.pages.texts import direction, words

HTML = b"text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}"
)
"""What a page may load and do: only what comes from here, and no script or style inside the page."""
FORBIDDEN = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


class Shell:
    """Renders pages.

    Parameters: `embed_origins` — other origins whose pages may show ours in a frame; `*` means any.
    """

    def __init__(self, embed_origins: tuple[str, ...] = ()) -> None:
        ancestors = "*" if "*" in embed_origins else " ".join(("'self'", *embed_origins))
        self._headers: Headers = (
            (b"content-security-policy", POLICY.format(ancestors=ancestors).encode()),
            (b"permissions-policy", FORBIDDEN.encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"cache-control", b"no-store"),
            (b"vary", b"Accept-Language"),
        )
        if not embed_origins:  # the older header knows no lists
            self._headers += ((b"x-frame-options", b"SAMEORIGIN"),)

    def page(self, call: Call, template: str, language: str, status: int = 200, **values: Any) -> Reply:
        """Render a template.

        Parameters: `language` — of the page; `values` — what the template shows beside our words.
        """
        text = (
            _environment()
            .get_template(template)
            .render(
                values,
                words=words(language),
                language=language,
                direction=direction(language),
                prefix=prefix(call),
                assets=manifest(),
            )
        )
        return Reply(status, text.encode(), HTML, self._headers)

    def notice(
        self, call: Call, status: int, key: str, language: str, text: str = "", about: str = ""
    ) -> Reply:
        """A page that only says something.

        Parameters: `key` — which words; `text` — said instead of ours; `about` — the survey's title.
        """
        said = words(language)
        try:
            return self.page(
                call,
                "notice.html",
                language,
                status,
                key=key,
                title=said[f"{key}_title"],
                text=text or said[f"{key}_text"],
                about=about,
            )
        except Problem:  # what a page is made of is missing: say it plainly
            plain = f"{said[f'{key}_title']}. {said[f'{key}_text']}"
            return Reply(status, plain.encode(), b"text/plain; charset=utf-8", self._headers)


def prefix(call: Call) -> str:
    """The path under which a proxy shows us, without a trailing slash; mostly empty."""
    return urlsplit(call.base_url).path.rstrip("/")


def data_block(value: Any) -> str:
    """A value as JSON that may stand inside `<script type="application/json">`."""
    text = msgspec.json.encode(value).decode()
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


@cache
def _environment() -> Environment:
    loader = PackageLoader("rejoinder.pages")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
