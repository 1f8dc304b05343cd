"""Mails shown as a reader would show them: in a frame that runs nothing and loads nothing."""

from __future__ import annotations

from rejoinder.kernel.reply import Reply

POLICY = (
    b"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    b"base-uri 'none'; frame-ancestors 'self'"
)
"""The styles of a mail stand in it. Pictures from elsewhere would tell their servers who looks."""
SHEET = (
    "<!doctype html><html><meta charset=utf-8><title>Mail</title><style>body{margin:16px;"
    "font:15px/1.55 system-ui,sans-serif;color:#1b1f1e;background:#fff;overflow-wrap:anywhere}"
    "a{color:#0f6b5c}</style><body>"
)


def framed(html: str) -> Reply:
    """A mail's HTML for a frame of our pages."""
    headers = (
        (b"content-security-policy", POLICY),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"referrer-policy", b"no-referrer"),
        (b"cache-control", b"no-store"),
    )
    return Reply(200, (SHEET + html).encode("utf-8", "replace"), b"text/html; charset=utf-8", headers)
