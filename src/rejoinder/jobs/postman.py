"""Hand letters to a mail server, many over one connection, and tell exactly what became of each.

The one moment that matters is the end of a letter: before its last line the server cannot have taken it,
after it only the server's reply says. So the text and its end are sent apart, and whatever breaks between
the end and the reply leaves the letter doubtful.
"""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from rejoinder.core.mail.outcomes import How, Outcome
from rejoinder.model.mailbox import Address
from rejoinder.model.problems import Invalid, Unavailable
from rejoinder.model.smtp import SmtpServer

PATIENCE = 4
"""How many times longer than a step the server may take to accept a whole letter."""
LONGEST = 300.0
"""Seconds after which a delivery is cut off, however slowly the server still talks."""
_LINES = re.compile(rb"\r\n|\r|\n")
_DOTS = re.compile(rb"^\.", re.M)

Payload = Callable[[bool], bytes]
"""The letter's bytes; the argument says whether the server takes addresses beyond ASCII."""


class _Lost(Exception):
    """The connection is gone, or the server is going."""


class Postman:
    """One connection to a mail server, opened when it is needed. For one thread.

    Parameters: `timeout` — seconds for each step.
    """

    def __init__(self, server: SmtpServer, timeout: float) -> None:
        self._server = server
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None

    def deliver(self, sender: Address, recipient: Address, payload: Payload) -> Outcome:
        """Hand over one letter.

        Raises Unavailable when the server cannot be reached or takes no mail now, Invalid when it refuses us:
        the login, the certificate, the sender. Neither is about this letter, and it was not sent.
        """
        kept = self._smtp is not None
        try:
            return self._attempt(sender, recipient, payload)
        except _Lost as lost:
            self.close()
            if not kept:
                raise Unavailable(
                    f"The mail server {self._server.shown()} takes no mail now: {lost}"
                ) from None
        try:  # a connection that was kept may have ended long ago
            return self._attempt(sender, recipient, payload)
        except _Lost as lost:
            self.close()
            raise Unavailable(f"The mail server {self._server.shown()} takes no mail now: {lost}") from None

    def close(self) -> None:
        """End the connection, politely where that takes no time."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(Exception):
                if smtp.sock is not None:
                    smtp.sock.settimeout(1.0)
                    smtp.putcmd("QUIT")
            smtp.close()

    def greet(self) -> list[str]:
        """Connect, encrypt, log in; gives what was agreed, for people. Raises as `deliver`."""
        try:
            smtp = self._connected()
        except _Lost as lost:
            raise Unavailable(f"The mail server {self._server.shown()} takes no mail now: {lost}") from None
        secure = (
            f"encrypted ({smtp.sock.version()})" if isinstance(smtp.sock, ssl.SSLSocket) else "not encrypted"
        )
        told = [f"Connected to {self._server.shown()}, {secure}."]
        return [*told, f"Logged in as {self._server.user}."] if self._server.user else told

    def _attempt(self, sender: Address, recipient: Address, payload: Payload) -> Outcome:
        smtp = self._connected()
        with _cut_off(smtp):
            utf8 = not recipient.local.isascii()
            if utf8 and not smtp.has_extn("smtputf8"):
                return Outcome(How.BOUNCED, "The mail server takes no addresses with letters beyond ASCII.")
            data = _DOTS.sub(b"..", _LINES.sub(b"\r\n", payload(utf8)))
            self._begin(smtp, sender, ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else [])
            try:
                return self._hand_over(smtp, recipient, data)
            except (OSError, smtplib.SMTPException) as error:
                self.close()
                return Outcome(
                    How.LATER, f"The connection broke before the letter was handed over: {_why(error)}"
                )

    def _begin(self, smtp: smtplib.SMTP, sender: Address, options: list[str]) -> None:
        """Name the sender. What goes wrong here is about us."""
        try:
            code, words = smtp.mail(str(sender), options)
        except (OSError, smtplib.SMTPException) as error:
            raise _Lost(_why(error)) from None
        if code == 421:
            raise _Lost(_told(code, words))
        if code >= 500:
            self.close()
            raise Invalid(
                f"The mail server {self._server.shown()} refuses the sender {sender} (REJOINDER_MAIL_FROM): "
                f"{_told(code, words)}"
            )
        if code >= 400 or code < 200:
            raise _Lost(_told(code, words))

    def _hand_over(self, smtp: smtplib.SMTP, recipient: Address, data: bytes) -> Outcome:
        code, words = smtp.rcpt(str(recipient))
        if not 200 <= code < 300:
            return self._refused(smtp, code, words)
        code, words = smtp.docmd("DATA")
        if code != 354:
            return self._refused(smtp, code, words)
        smtp.send(data if data.endswith(b"\r\n") else data + b"\r\n")
        try:
            assert smtp.sock is not None
            smtp.sock.settimeout(self._timeout * PATIENCE)
            smtp.send(b".\r\n")
            code, words = smtp.getreply()
            smtp.sock.settimeout(self._timeout)
        except (OSError, smtplib.SMTPException, AttributeError, AssertionError) as error:
            self.close()
            return Outcome(How.DOUBTFUL, f"The letter was handed over, and no answer came: {_why(error)}")
        if 200 <= code < 300:
            return Outcome(How.SENT, _told(code, words))
        if 400 <= code < 600:
            return self._refused(smtp, code, words)
        self.close()
        return Outcome(
            How.DOUBTFUL, f"The letter was handed over, and the answer says nothing: {_told(code, words)}"
        )

    def _refused(self, smtp: smtplib.SMTP, code: int, words: bytes) -> Outcome:
        """This letter was refused; the connection goes on, where it can."""
        how = How.BOUNCED if code >= 500 else How.LATER
        if code == 421 or not 200 <= code < 600:
            self.close()
        else:
            try:
                smtp.rset()
            except (OSError, smtplib.SMTPException):
                self.close()
        return Outcome(how, _told(code, words))

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = self._connect()
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        """A connection that is encrypted and logged in as the settings say."""
        server, name = self._server, socket.gethostname().encode("ascii", "replace").decode()
        smtp: smtplib.SMTP | None = None
        try:
            tls = _context(server)
            if server.implicit_tls:
                smtp = smtplib.SMTP_SSL(timeout=self._timeout, local_hostname=name, context=tls)
            else:
                smtp = smtplib.SMTP(timeout=self._timeout, local_hostname=name)
            smtp._host = server.host  # type: ignore[attr-defined]  # the name that the certificate must have
            with _cut_off(smtp):
                self._open(smtp, tls)
        except Exception as error:
            if smtp is not None:
                smtp.close()
            self._explain(error)
        return smtp

    def _open(self, smtp: smtplib.SMTP, tls: ssl.SSLContext) -> None:
        server = self._server
        code, words = smtp.connect(server.host, server.port)
        if code != 220:
            raise _Lost(_told(code, words))
        # A letter's end is sent apart from its text, and else waits until the other side has noted that.
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo_or_helo_if_needed()
        encrypted = server.implicit_tls
        if not encrypted and server.starttls != "off":
            if smtp.has_extn("starttls"):
                smtp.starttls(context=tls)
                smtp.ehlo_or_helo_if_needed()
                encrypted = True
            elif server.starttls == "required":
                raise Invalid(f"The mail server {server.shown()} does not offer STARTTLS, which is required.")
        if server.user and server.password:
            if not encrypted and server.starttls != "off":
                raise Invalid(
                    f"The mail server {server.shown()} offers no encryption, and the password is not sent "
                    "without; use smtps://, or add ?starttls=off to REJOINDER_SMTP_URL."
                )
            _log_in(smtp, server.user, server.password)

    def _explain(self, error: Exception) -> NoReturn:
        """Raise what an error while connecting means. No message holds the password."""
        shown = self._server.shown()
        match error:
            case Invalid() | _Lost():
                raise error
            case ssl.SSLCertVerificationError():
                raise Invalid(
                    f"The certificate of the mail server {shown} cannot be trusted: {error.verify_message}. "
                    "Name its authority with ?ca=FILE in REJOINDER_SMTP_URL."
                ) from None
            case smtplib.SMTPAuthenticationError() if error.smtp_code >= 500:
                words = _told(error.smtp_code, error.smtp_error)
                raise Invalid(f"The mail server {shown} refuses the login: {words}") from None
            case smtplib.SMTPNotSupportedError():
                raise Invalid(f"The mail server {shown} does not offer this: {error}") from None
            case OSError() | smtplib.SMTPException():
                raise _Lost(_why(error)) from None
        raise error


def _context(server: SmtpServer) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=server.ca)
    except (OSError, ssl.SSLError):
        raise Invalid(f"The file {server.ca} holds no certificates (ca in REJOINDER_SMTP_URL).") from None
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def _cut_off(smtp: smtplib.SMTP) -> Iterator[None]:
    """End the connection when it takes too long as a whole: a server may say a little, again and again."""

    def end() -> None:
        with suppress(OSError, AttributeError):
            smtp.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    timer = threading.Timer(LONGEST, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in; `smtplib` itself knows ASCII only, where PLAIN is UTF-8 (RFC 4616)."""
    if (user + password).isascii():
        smtp.login(user, password)
        return
    smtp.ehlo_or_helo_if_needed()
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("AUTH PLAIN, which a password beyond ASCII needs")
    secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, words = smtp.docmd("AUTH", f"PLAIN {secret}")
    if code not in (235, 503):
        raise smtplib.SMTPAuthenticationError(code, words)


def _told(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"


def _why(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _told(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    return str(error) or type(error).__name__
