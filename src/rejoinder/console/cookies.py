"""The console's cookies: the session, what forms of strangers are tied to, the theme, and a word for the
next page."""

from __future__ import annotations

import base64
import binascii

import msgspec

from rejoinder.kernel.call import Call

SESSION = "rejoinder_session"
GUEST = "rejoinder_guest"
THEME = "rejoinder_theme"
LANGUAGE = "rejoinder_language"
FLASH = "rejoinder_flash"
YEAR = 365 * 24 * 3600
LONGEST_FLASH = 1000


class Flash(msgspec.Struct, frozen=True):
    """Something to say once; `kind` is good, bad or note."""

    text: str
    kind: str = "good"


def read_cookie(call: Call, name: str) -> str:
    """A cookie's value, empty when there is none."""
    header = call.header("cookie") or ""
    for part in header.replace(", ", "; ").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value.strip('"')[:4000]
    return ""


def set_cookie(call: Call, name: str, value: str, seconds: int | None) -> tuple[bytes, bytes]:
    """The header that sets a cookie, for our pages alone.

    Parameters: `seconds` — how long it is kept; None until the browser closes, 0 to delete it.
    """
    secure = "; Secure" if call.base_url.startswith("https:") else ""
    age = "" if seconds is None else f"; Max-Age={seconds}"
    return b"set-cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}".encode("ascii")


def pack_flash(text: str, kind: str) -> str:
    """A flash as a cookie's value."""
    raw = msgspec.json.encode(Flash(text[:LONGEST_FLASH], kind))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpack_flash(value: str) -> Flash | None:
    """The flash of a cookie, None for anything broken."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)), type=Flash)
    except (msgspec.DecodeError, binascii.Error, ValueError):
        return None
