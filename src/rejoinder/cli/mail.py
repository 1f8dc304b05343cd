"""`rejoinder mail …`."""

from __future__ import annotations

from typing import BinaryIO

import click
import msgspec

from rejoinder.cli.commands import Group, choices, workspace_option
from rejoinder.cli.opening import now, read, write
from rejoinder.cli.output import moment_text, printable, remark, show, show_facts, show_table
from rejoinder.core.mail import desk
from rejoinder.core.mail.message import Letter, compose, new_message_id, wire_bytes
from rejoinder.core.mail.outcomes import How
from rejoinder.core.mail_templates import create_mail_template, find_mail_template, list_mail_templates
from rejoinder.jobs.mail import sender_of
from rejoinder.jobs.postman import Postman
from rejoinder.model.mail import Mail, MailStatus
from rejoinder.model.mailbox import parse_address, parse_mailbox
from rejoinder.model.problems import Invalid, Unavailable
from rejoinder.model.smtp import parse_smtp_url

_number = click.argument("number", metavar="MAIL", type=int)
_mailing = click.option("--mailing", type=int, metavar="N", help="Only those of this mailing.")
_limit = click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
MAX_TEMPLATE = 4_000_000
"""Bytes of a template's file that are read at all."""


@click.group(cls=Group)
def mail() -> None:
    """Mails: templates, the outbox, doubtful ones."""


@mail.group("template", cls=Group)
def template() -> None:
    """Mail templates: what mailings say."""


@template.command("create")
@workspace_option
@click.argument("name", metavar="NAME")
@click.argument("subject", metavar="SUBJECT")
@click.argument("file", type=click.File("rb"))
def create(workspace: str, name: str, subject: str, file: BinaryIO) -> None:
    """Keep a template. FILE is its HTML (- for standard input); see docs/mail.md for placeholders."""
    try:
        content = file.read(MAX_TEMPLATE).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("The template's file is not UTF-8; save it as UTF-8.") from None
    made = write(workspace, lambda unit: create_mail_template(unit, name, subject, content))
    show({"id": made.id, "name": made.name}, lambda: click.echo(f"Mail template {made.id}: {made.name}."))


@template.command("list")
@workspace_option
def list_templates(workspace: str) -> None:
    """List the templates, the newest first."""
    found = read(workspace, list_mail_templates)
    rows = [(str(one.id), one.name, one.subject, moment_text(one.created_at)) for one in found]
    facts = [{"id": one.id, "name": one.name, "subject": one.subject} for one in found]
    columns = ("#id", "name", "subject", "created")
    show({"templates": facts}, lambda: show_table(columns, rows, empty="There are no mail templates."))


@template.command("show")
@workspace_option
@click.argument("reference", metavar="TEMPLATE")
def show_template(workspace: str, reference: str) -> None:
    """Show a template, by number or name."""
    found = read(workspace, lambda unit: find_mail_template(unit, reference))
    text = printable(f"{found.id} {found.name}\nSubject: {found.subject}\n\n{found.content}")
    show(found, lambda: click.echo(text))


def _table(
    workspace: str, statuses: tuple[MailStatus, ...], mailing: int | None, limit: int, empty: str
) -> None:
    found = read(workspace, lambda unit: desk.list_letters(unit, statuses, mailing, limit))
    rows = [
        (
            str(one.id),
            one.kind,
            one.mailing_id or "",
            one.respid or "",
            moment_text(one.created_at),
            _why(one),
        )
        for one in found
    ]
    columns = ("#mail", "kind", "#mailing", "#respid", "asked for", "what is known")
    show({"mails": found}, lambda: show_table(columns, rows, empty=empty))


def _why(one: Mail) -> str:
    return one.reason or one.detail or ""


@mail.command("outbox")
@workspace_option
@_mailing
@_limit
@click.option("--send", is_flag=True, help="Let them be sent now that there is a mail server.")
def outbox(workspace: str, mailing: int | None, limit: int, send: bool) -> None:
    """List the mails that were kept because there was no mail server, or let them go."""
    if not send:
        _table(workspace, (MailStatus.OUTBOX,), mailing, limit, "The outbox is empty.")
        return
    if choices().settings().smtp_url is None:
        raise Invalid("There is no mail server yet: set REJOINDER_SMTP_URL first.")
    count = write(workspace, lambda unit: desk.release_outbox(unit, mailing))
    show({"released": count}, lambda: click.echo(f"{count:,} mails will be sent."))


@mail.command("doubtful")
@workspace_option
@_mailing
@_limit
def doubtful(workspace: str, mailing: int | None, limit: int) -> None:
    """List the mails of which nobody knows whether they went out; decide with `resend` or `sent`."""
    _table(workspace, (MailStatus.DOUBTFUL,), mailing, limit, "No mail is doubtful.")


@mail.command("show")
@workspace_option
@_number
def show_(workspace: str, number: int) -> None:
    """Show a mail as it would go out now."""
    settings = choices().settings()
    base, sender = settings.public_url or "http://localhost", parse_mailbox(settings.mail_from or "")
    row, text, letter = write(workspace, lambda unit: desk.show_letter(unit, number, base, sender))
    facts = msgspec.to_builtins(row) | {"letter": _parts(letter) if letter else None}

    def people() -> None:
        show_facts([("mail", str(row.id)), ("status", row.status), ("known", _why(row))])
        if letter:
            head = text.replace("\r\n", "\n").partition("\n\n")[0]
            click.echo("\n" + printable(head) + "\n\n" + printable(letter.text))
        else:
            click.echo("\n" + text)

    show(facts, people)


def _parts(letter: Letter) -> dict[str, str | None]:
    return {"to": str(letter.address), **{n: getattr(letter, n) for n in ("subject", "text", "html")}}


@mail.command("resend")
@workspace_option
@_number
def resend(workspace: str, number: int) -> None:
    """Send a doubtful, bounced, refused or kept mail (again)."""
    write(workspace, lambda unit: desk.resend(unit, number))
    show({"mail": number, "status": "waiting"}, lambda: click.echo(f"Mail {number} will be sent."))


@mail.command("sent")
@workspace_option
@_number
def sent(workspace: str, number: int) -> None:
    """Note that a doubtful or kept mail has arrived."""
    write(workspace, lambda unit: desk.mark_sent(unit, number))
    show({"mail": number, "status": "sent"}, lambda: click.echo(f"Mail {number} is noted as sent."))


@mail.command("test")
@click.argument("address", metavar="ADDRESS")
def test(address: str) -> None:
    """Check the settings: send one mail now, and say what happened."""
    settings, to = choices().settings(), parse_address(address)
    if to is None:
        raise Invalid(f"{address[:80]!r} is not an email address.")
    if settings.smtp_url is None:
        raise Invalid("There is no mail server: set REJOINDER_SMTP_URL.")
    sender, moment = sender_of(settings), now()
    text = "This mail was sent by `rejoinder mail test`. The settings work."
    message = compose(
        Letter(to, "A test of Rejoinder", text), sender, new_message_id(sender.address.domain), moment
    )
    postman = Postman(parse_smtp_url(settings.smtp_url), settings.smtp_timeout)
    try:
        for line in postman.greet():
            remark(line)
        outcome = postman.deliver(sender.address, to, lambda utf8: wire_bytes(message, utf8=utf8))
    finally:
        postman.close()
    if outcome.how is not How.SENT:
        raise Unavailable(f"The mail server did not take the mail for {to}: {outcome.words}")
    if settings.public_url is None:
        remark("REJOINDER_PUBLIC_URL is not set: invitations will wait until it is.")
    show(
        {"sent": True, "reply": outcome.words},
        lambda: click.echo(f"Sent to {to}: {printable(outcome.words)}"),
    )
