"""A real mail server for tests (aiosmtpd), which also misbehaves on demand.

with smtp.running() as server:
    server.refuse["jan@example.org"] = "550 5.1.1 No such user"
    ...
    server.letters()
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "mail user@example", "p/w:@ ü%1"
MISTER = "surveys@example.org"


@dataclass
class Taken:
    """A letter that the server took."""

    sender: str
    recipient: str
    data: bytes
    connection: int
    encrypted: bool
    options: list[str]

    @property
    def message(self) -> EmailMessage:
        """It, parsed."""
        parsed = email.message_from_bytes(self.data, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, kind: str) -> str:
        """The text of its `plain` or `html` part."""
        found = self.message.get_body((kind,))
        assert found is not None
        text: str = found.get_content()
        return text


@dataclass
class Server:
    """A running server, and how it shall behave.

    Fields: `refuse` — replies to RCPT by recipient; `refuse_data` — replies to a whole letter by recipient;
    `stages` — where it drops the connection or stalls: recipient → `rcpt`, `data`, `end` (behind the letter's
    end, which it takes) or `stall`; `sender_reply` — its reply to MAIL; `drop_all` — a stage for everybody.
    """

    port: int = 0
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_data: dict[str, str] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    drop_all: str = ""
    sender_reply: str = ""
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    arrived: threading.Condition = field(default_factory=threading.Condition)
    tls: ssl.SSLContext | None = None

    def url(self, scheme: str = "smtp", user: str = "", query: str = "") -> str:
        """Its address for REJOINDER_SMTP_URL."""
        return f"{scheme}://{user}127.0.0.1:{self.port}{query}"

    def letters(self, recipient: str | None = None) -> list[Taken]:
        """What it took, in order."""
        return [one for one in self.taken if recipient in (None, one.recipient)]

    def wait_for(self, count: int, seconds: float = 60) -> None:
        """Wait until it has taken so many letters."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.taken) >= count, seconds), len(self.taken)


class _Protocol(SMTP):
    """aiosmtpd's server, with a way to end the connection between its replies."""

    def cut(self) -> None:
        """Drop the connection without a word."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


class _Handler:
    """Does what the test asked for."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def handle_MAIL(
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._server.sender_reply:
            return self._server.sender_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._server.refuse.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        await self._misbehave(server, address, "rcpt")
        return "250 OK"

    async def handle_DATA(self, server: _Protocol, session: Session, envelope: Envelope) -> str:
        (recipient,) = envelope.rcpt_tos
        if refusal := self._server.refuse_data.get(recipient):
            return refusal
        await self._misbehave(server, recipient, "data")
        content = envelope.content
        assert isinstance(content, bytes)
        number = getattr(server, "number", 0)
        options = list(envelope.mail_options)
        letter = Taken(envelope.mail_from or "", recipient, content, number, session.ssl is not None, options)
        with self._server.arrived:
            self._server.taken.append(letter)
            self._server.arrived.notify_all()
        await self._misbehave(server, recipient, "end")
        await self._misbehave(server, recipient, "stall")
        return "250 2.0.0 Taken"

    async def _misbehave(self, server: _Protocol, recipient: str, stage: str) -> None:
        if stage in (self._server.stages.get(recipient), self._server.drop_all):
            if stage == "stall":
                await asyncio.sleep(3600)
            server.cut()
            await asyncio.sleep(3600)


def _login(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=right)


@contextmanager
def running(
    folder: Path | None = None,
    *,
    starttls: bool = False,
    implicit: bool = False,
    login: bool = False,
    utf8: bool = True,
) -> Iterator[Server]:
    """Run a server on a free port of 127.0.0.1.

    Parameters: `folder` — where a certificate of a made-up authority is put (`ca.pem`), for `starttls` and
    `implicit`; `login` — a user must be known; `utf8` — it takes addresses beyond ASCII.
    """
    server, loop = Server(), asyncio.new_event_loop()
    tls = _certificate(folder) if folder is not None else None

    def protocol() -> _Protocol:
        server.connections += 1
        made = _Protocol(
            _Handler(server),
            hostname="mail.example.org",
            ident="test",
            enable_SMTPUTF8=utf8,
            tls_context=tls if starttls else None,
            authenticator=_login if login else None,
            auth_required=login,
            auth_require_tls=starttls,
            loop=loop,
        )
        made.number = server.connections  # type: ignore[attr-defined]
        return made

    listener = loop.run_until_complete(
        loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)
    )
    server.port = listener.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="smtp")
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_end(listener), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


async def _end(listener: asyncio.Server) -> None:
    listener.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _certificate(folder: Path) -> ssl.SSLContext:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context
