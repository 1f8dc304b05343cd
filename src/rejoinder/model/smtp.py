"""Where mail is handed over, as an address says it."""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

Starttls = Literal["offered", "required", "off"]


class SmtpServer(msgspec.Struct, frozen=True):
    """A mail server.

    Fields: `implicit_tls` — encrypted from the first byte (`smtps`); `starttls` — when a plain connection is
    encrypted: whenever the server offers it, always, or never; `verify` — check the certificate; `ca` — a
    file with the authorities to trust instead of the system's.
    """

    host: str
    port: int
    implicit_tls: bool = False
    starttls: Starttls = "offered"
    user: str | None = None
    password: str | None = None
    verify: bool = True
    ca: str | None = None

    def __repr__(self) -> str:
        return self.shown()

    def shown(self) -> str:
        """Its address without the password."""
        scheme = "smtps" if self.implicit_tls else "smtp"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{f'{self.user}:***@' if self.user else ''}{host}:{self.port}"


def parse_smtp_url(text: str) -> SmtpServer:
    """Read `smtp://user:password@host:587` or `smtps://…`; user and password are percent-encoded.

    Options, as in `?starttls=required`: `starttls` (offered, required, off), `verify` (on, off), `ca` (a
    file). Raises ValueError with a sentence that never holds the password.
    """
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ValueError(
            "its host or port cannot be read; percent-encode the user and the password"
        ) from None
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/") or parts.fragment:
        raise ValueError("write it as smtp://user:password@host:587 or smtps://user:password@host")
    options = _options(parts.query)
    secure = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password) or not (user + password).isprintable():
        raise ValueError("give both a user and a password, percent-encoded, or neither")
    if any(c in host for c in " <>\"'\\") or not host.isprintable():
        raise ValueError("its host cannot be read")
    return SmtpServer(
        host,
        port or (465 if secure else 25 if not user else 587),
        secure,
        options.get("starttls", "offered"),  # type: ignore[arg-type]  # checked below
        user or None,
        password or None,
        options.get("verify", "on") == "on",
        options.get("ca"),
    )


def _options(query: str) -> dict[str, str]:
    allowed = {"starttls": ("offered", "required", "off"), "verify": ("on", "off"), "ca": None}
    found = dict(parse_qsl(query, keep_blank_values=True))
    for name, value in found.items():
        if name not in allowed:
            raise ValueError(f"it has no option {name[:40]!r}; there are starttls, verify and ca")
        words = allowed[name]
        if not value or (words and value not in words):
            raise ValueError(f"{name} takes {' or '.join(words) if words else 'the path of a file'}")
    return found
