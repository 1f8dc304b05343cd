"""Templates, what they may call, and the headers of every page."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rejoinder.console import speech
from rejoinder.console.assets import manifest
from rejoinder.console.cookies import FLASH, THEME, Flash, pack_flash, read_cookie, set_cookie, unpack_flash
from rejoinder.console.hearing import heard
from rejoinder.core.people.sessions import form_token
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Headers

if TYPE_CHECKING:
    from rejoinder.console.area import Area
    from rejoinder.console.door.throttle import Throttle
    from rejoinder.console.outside import Outside
    from rejoinder.console.visit import Visit

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and do: only what comes from here, no script or style inside the page, in no frame."""
HEADERS: Headers = (
    (b"content-security-policy", POLICY.encode()),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
THEMES = ("auto", "light", "dark")
VISIT: ContextVar[Visit] = ContextVar("visit")


class Shell:
    """Renders pages.

    Parameters: `areas` — the sidebar's lines; `throttle` — counts attempts to sign in; `outside` — what the
    house does for the console.
    """

    headers = HEADERS

    def __init__(self, areas: tuple[Area, ...], throttle: Throttle, outside: Outside) -> None:
        self.areas = areas
        self.throttle = throttle
        self.outside = outside

    def render(self, visit: Visit, template: str, values: Mapping[str, Any], *, whole: bool) -> str:
        """A template's text. Parameters: `whole` — a page, which shows what was to be said once."""
        kept = VISIT.set(visit)
        try:
            voice = speech.VOICE.get()
            flash = self._said(visit) if whole else None
            return (
                _environment()
                .get_template(template)
                .render(
                    values,
                    visit=visit,
                    areas=self.areas,
                    flash=flash,
                    theme=theme_of(visit.call),
                    language=voice.language,
                    timezone=voice.timezone,
                )
            )
        finally:
            VISIT.reset(kept)

    def flash(self, call: Call, said: str, kind: str) -> tuple[bytes, bytes]:
        """The cookie with which the next page says something."""
        return set_cookie(call, FLASH, pack_flash(said, kind), 60)

    def prefix(self, call: Call) -> str:
        """The path under which a proxy shows us, without a trailing slash; mostly empty."""
        return urlsplit(call.base_url).path.rstrip("/")

    def _said(self, visit: Visit) -> Flash | None:
        value = read_cookie(visit.call, FLASH)
        if not value:
            return None
        visit.headers += (set_cookie(visit.call, FLASH, "", 0),)
        return unpack_flash(value)


def theme_of(call: Call) -> str:
    """Which theme the visitor chose: auto, light or dark."""
    chosen = read_cookie(call, THEME)
    return chosen if chosen in THEMES else "auto"


def data_block(value: Any) -> Markup:
    """A value as JSON that may stand inside `<script type="application/json">` and in attributes."""
    text = msgspec.json.encode(value).decode()
    for letter in "<>&'\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  all that could end the block is escaped


def _to(path: str = "", **query: Any) -> str:
    return VISIT.get().to(path, **query)


def _csrf() -> str:
    secret = VISIT.get().secret
    return form_token(secret) if secret else ""


def _asset(name: str) -> str:
    return VISIT.get().to(f"/console/assets/{manifest()[name]}")


def _ago(micros: int | None) -> str:
    return speech.ago_text(micros, VISIT.get().now)


def _spoken() -> str:
    return speech.VOICE.get().language


def _agent(text: str) -> str:
    """A browser and its system, of what browsers say about themselves."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for sign, name in browsers if sign in text), "")
    system = next((name for sign, name in systems if sign in text), "")
    return " · ".join(filter(None, (browser or text.partition(" ")[0][:40], system))) or "–"


def _current(path: str) -> bool:
    """Whether an address is where the visitor is, or above it."""
    visit = VISIT.get()
    here = visit.prefix + visit.call.path.rstrip("/")
    return here == path or here.startswith(path + "/")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("rejoinder.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: speech._(text),
        lambda one, many, number: speech.ngettext_raw(one, many, number),
        newstyle=True,
    )
    made.globals.update(
        to=_to,
        csrf=_csrf,
        asset=_asset,
        current=_current,
        spoken=_spoken,
        languages={code: speech.language_name(code) for code in speech.LANGUAGES},
        json=data_block,
        now=lambda: VISIT.get().now,
    )
    made.filters.update(
        number=speech.number_text,
        percent=speech.percent_text,
        bytes=speech.bytes_text,
        moment=speech.moment_text,
        day=speech.day_text,
        span=speech.span_text,
        ago=_ago,
        agent=_agent,
        heard=heard,
        json=data_block,
    )
    return made
