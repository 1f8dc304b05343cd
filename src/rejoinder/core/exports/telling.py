"""The letter that says that an export is there: its row names the export, the link is made at sending."""

from __future__ import annotations

from msgspec import json

from rejoinder.core.exports.links import download_link
from rejoinder.core.mail.message import Letter
from rejoinder.core.mail.waking import wake_sender
from rejoinder.core.unit import Unit, moment
from rejoinder.model.exports import Export, ExportStatus
from rejoinder.model.mail import Mail, Skip
from rejoinder.model.mailbox import Address
from rejoinder.store import exports as store
from rejoinder.store import mail


def tell_users(unit: Unit, export: Export) -> None:
    """Write to everybody who wants to know that an export is there, in the unit's transaction."""
    if export.notify:
        content = {"export": str(export.id)}
        mail.add_notices(unit.session, unit.workspace_id, export.notify, content, unit.now, kind=mail.EXPORT)
        wake_sender(unit)


def export_letter(unit: Unit, row: Mail, address: Address, base: str) -> Letter | Skip:
    """The letter, or why there is none: the file is gone.

    Parameters: `base` — the public address that the link begins with.
    """
    number = int(json.decode(row.content or "{}", type=dict[str, str])["export"])
    found = store.export_by_id(unit.session, unit.workspace_id, number)
    if found is None or found.status is not ExportStatus.DONE or (found.expires_at or 0) <= unit.now:
        return Skip.DELETED
    until = f"{moment(found.expires_at or 0):%Y-%m-%d %H:%M} UTC"
    lines = (
        f"The export {found.file_name} is ready: {found.progress.done:,} rows, {found.size:,} bytes.",
        "",
        download_link(unit, number, base),
        "",
        f"Whoever has this link can fetch the file, until {until}.",
    )
    return Letter(address, f"Your export {found.file_name} is ready", "\n".join(lines) + "\n")
