"""What the console has done outside: try a webhook, look where an address leads, send a test mail."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib.resources import files

from rejoinder.console.outside import Outside, Told
from rejoinder.core.mail.message import Letter, compose, new_message_id, wire_bytes
from rejoinder.core.mail.outcomes import How
from rejoinder.jobs.mail import sender_of
from rejoinder.jobs.postman import Postman
from rejoinder.jobs.register import policy
from rejoinder.jobs.trial import check_where_it_leads, try_webhook
from rejoinder.kernel.endpoint import Dialect
from rejoinder.model.mailbox import Address, parse_address
from rejoinder.model.problems import Invalid, Unavailable
from rejoinder.model.smtp import parse_smtp_url
from rejoinder.settings import Settings
from rejoinder.store.engine import Database


def outside(database: Database, settings: Settings, dialects: Sequence[Dialect]) -> Outside:
    """All of it, as the settings want it."""
    rules = policy(settings)

    def tried(workspace: int, number: int) -> Told:
        trial = try_webhook(database, workspace, number, rules)
        found = trial.outcome
        return Told(
            number=int(trial.event.rpartition("_")[2]),
            good=found.good,
            url=trial.url,
            headers=tuple((name.decode(), value.decode("latin-1")) for name, value in trial.headers),
            body=trial.body.decode(),
            status=found.status,
            error=found.error,
            reply=found.reply.decode("utf-8", "replace"),
            milliseconds=round(found.spent * 1000),
        )

    return Outside(
        settings,
        tuple(dialects),
        lambda url: check_where_it_leads(url, rules),
        tried,
        lambda address: send_test_mail(settings, address),
        lambda address, letter: send_letter(settings, address, letter),
        about_dialect,
    )


def about_dialect(name: str) -> str:
    """What a dialect's README says of it; empty where it has none."""
    page = files("rejoinder.dialects") / name / "README.md"
    return page.read_text("utf-8") if name.isidentifier() and page.is_file() else ""


def send_test_mail(settings: Settings, address: str) -> str:
    """Send one mail now; gives what the server said. Raises Invalid, Unavailable."""
    nobody = Address("", "")
    letter = Letter(nobody, "A test of Rejoinder", "This mail was sent as a test. The settings work.")
    return send_letter(settings, address, letter)


def send_letter(settings: Settings, address: str, letter: Letter) -> str:
    """Send one letter now to an address, whatever its own; gives what the server said.

    Raises Invalid, Unavailable.
    """
    to = parse_address(address)
    if to is None:
        sentence = f"{address[:80]!r} is not an email address."
        raise Invalid(sentence, fields={"address": sentence})
    if settings.smtp_url is None:
        raise Invalid("There is no mail server: set REJOINDER_SMTP_URL.")
    sender = sender_of(settings)
    letter = letter._replace(address=to)
    message = compose(letter, sender, new_message_id(sender.address.domain), time.time_ns() // 1000)
    postman = Postman(parse_smtp_url(settings.smtp_url), settings.smtp_timeout)
    try:
        outcome = postman.deliver(sender.address, to, lambda utf8: wire_bytes(message, utf8=utf8))
    finally:
        postman.close()
    if outcome.how is not How.SENT:
        raise Unavailable(f"The mail server did not take the mail for {to}: {outcome.words}")
    return outcome.words
