"""One letter as it goes over the wire (RFC 5322, 8058)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from email import headerregistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, NamedTuple

from rejoinder.model.mailbox import Address, Mailbox

MAX_SUBJECT = 300
"""Characters of a subject with its values in place."""


class Letter(NamedTuple):
    """What one recipient gets. `html` None for a plain text; `unsubscribe` — the address of one's opt-out."""

    address: Address
    subject: str
    text: str
    html: str | None = None
    unsubscribe: str | None = None


class _AsIs(str):
    """A header that no folding may touch: an address in it would be cut into encoded words."""

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: Any) -> str:
        """One line, however long: mail allows 998 characters."""
        return f"{self.name}: {self}{policy.linesep}"


def _as_is(name: str, value: str) -> _AsIs:
    made = _AsIs(value)
    made.name = name
    return made


class _Headers(headerregistry.HeaderRegistry):
    """Makes the headers of our letters."""

    def __call__(self, name: str, value: Any) -> Any:
        """A header of the class that its name asks for."""
        if name.lower() in ("list-unsubscribe", "message-id"):
            return _as_is(name, value)
        return super().__call__(name, value)


POLICY = SMTP.clone(header_factory=_Headers())


def new_message_id(domain: str) -> str:
    """An id that no other letter has, and that says nothing about this one."""
    return f"<{uuid.uuid4().hex}@{domain}>"


def one_line(text: str) -> str:
    """Text that fits a header: no line breaks, nothing unprintable, not endless."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:MAX_SUBJECT]


def compose(letter: Letter, sender: Mailbox, message_id: str, at: int) -> EmailMessage:
    """The whole message; `at` in µs. Bodies are quoted-printable: every server takes it, lines stay short."""
    message = EmailMessage(policy=POLICY)
    message["From"] = headerregistry.Address(one_line(sender.name), *sender.address)
    message["To"] = headerregistry.Address("", *letter.address)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(at // 1_000_000, UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        if letter.unsubscribe.startswith("https://"):  # RFC 8058 asks for it
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_sound(letter.text), cte="quoted-printable")
    if letter.html is not None:
        message.add_alternative(_sound(letter.html), subtype="html", cte="quoted-printable")
    return message


def _sound(text: str) -> str:
    """Text that UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode()


def wire_bytes(message: EmailMessage, *, utf8: bool) -> bytes:
    """The message for a server; `utf8` — it takes addresses beyond ASCII (RFC 6531)."""
    return message.as_bytes(policy=POLICY.clone(utf8=utf8))
