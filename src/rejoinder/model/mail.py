"""Mail to respondents and to the people of a workspace."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

Kind = Literal["invitation", "reminder", "notice", "export"]
"""What a letter is; an invitation and a reminder belong to a mailing, a notice and the link to an export are
for a user."""


class MailStatus(StrEnum):
    """Where a letter stands.

    It is claimed as `sending` before anything goes out, and noted as `sent` afterwards. Whoever finds a claim
    whose worker died makes it `doubtful`: it may have gone out, so that only a person may have it sent again.
    `outbox`: there was no mail server; it is kept to be read. `refused`: the server put it off until we gave
    up; `bounced`: the server refused it for good.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    OUTBOX = "outbox"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    BOUNCED = "bounced"


UNENDED = (MailStatus.WAITING, MailStatus.SENDING, MailStatus.OUTBOX, MailStatus.DOUBTFUL)
"""Statuses in which a letter may still go out."""


class Skip(StrEnum):
    """Why a letter was not sent."""

    NO_ADDRESS = "no address"
    BAD_ADDRESS = "bad address"
    OPTED_OUT = "opted out"
    OWN_DISTRIBUTION = "own distribution"
    ANSWERED = "answered"
    DELETED = "deleted"
    STOPPED = "stopped"
    NO_OWNER = "no owner"


class Variant(msgspec.Struct, frozen=True):
    """What a template says in one language."""

    subject: str
    content: str


class MailTemplate(msgspec.Struct, frozen=True):
    """What a mailing says; it never changes. `content` is HTML; times in µs.

    `variants`: language → what it says to respondents of that language, in place of the rest.
    """

    id: int
    name: str
    subject: str
    content: str
    created_at: int
    variants: dict[str, Variant] = {}

    def said_in(self, language: str | None) -> Variant:
        """What it says to a respondent of a language, such as `pl` or `pl-PL`."""
        tag = (language or "").replace("_", "-").lower()
        return (
            self.variants.get(tag)
            or self.variants.get(tag.partition("-")[0])
            or Variant(self.subject, self.content)
        )


class Mailing(msgspec.Struct, frozen=True):
    """Letters that were asked for together. `root_id`: the invitations that a reminder belongs to.

    `send_at`: not before this time; `paused_at`: since when nothing of it goes out.
    """

    id: int
    survey_id: int
    template_id: int
    kind: Kind
    batch_id: int | None
    root_id: int | None
    created_at: int
    send_at: int | None = None
    paused_at: int | None = None


class MailingStats(msgspec.Struct, frozen=True):
    """A mailing's letters by what became of them; `opened` and `answered` count respondents of sent ones, of
    the first `looked` of them."""

    total: int = 0
    sent: int = 0
    waiting: int = 0
    outbox: int = 0
    doubtful: int = 0
    bounced: int = 0
    refused: int = 0
    skipped: dict[str, int] = {}
    looked: int = 0
    opened: int = 0
    answered: int = 0


class Mail(msgspec.Struct, frozen=True):
    """One letter. `detail` is what the mail server said, without the address; times in µs."""

    id: int
    kind: Kind
    status: MailStatus
    mailing_id: int | None
    survey_id: int | None
    respondent_id: int | None
    respid: int | None
    user_id: int | None
    reason: str | None
    attempts: int
    due_at: int | None
    claimed_at: int | None
    ended_at: int | None
    message_id: str | None
    detail: str | None
    created_at: int
    content: str | None = None
