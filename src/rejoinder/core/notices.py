"""Tell the people of a workspace something by mail."""

from __future__ import annotations

from rejoinder.core.mail.waking import wake_sender
from rejoinder.core.unit import Unit
from rejoinder.model.problems import Invalid
from rejoinder.store import mail as store

MAX_TEXT = 20_000


def tell_owner(unit: Unit, subject: str, text: str) -> None:
    """Write to every owner of the workspace, in the unit's transaction: no commit, no letter.

    It goes the way of all mail: sent by a job, or kept in the outbox where there is no mail server. In a
    workspace without an owner the letter is kept for the operator to read.

    Parameters: `subject` — one line; `text` — plain text. Raises Invalid for empty or huge ones.
    """
    subject = " ".join(subject.split())
    if not 1 <= len(subject) <= 200 or not 1 <= len(text) <= MAX_TEXT:
        raise Invalid("A notice has a subject of 1 to 200 characters and a text of 1 to 20,000.")
    content = {"subject": subject, "text": text}
    store.add_notices(
        unit.session, unit.workspace_id, store.owners(unit.session, unit.workspace_id), content, unit.now
    )
    wake_sender(unit)
