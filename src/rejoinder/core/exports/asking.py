"""Ask for an export, look at it, stop it, delete it, fetch its file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rejoinder.core.audit import record
from rejoinder.core.exports.links import download_token
from rejoinder.core.exports.writing import file_name, open_source
from rejoinder.core.jobs import enqueue
from rejoinder.core.secrets import token_hash
from rejoinder.core.unit import Unit
from rejoinder.model.exports import Export, ExportStatus, Progress, Wanted
from rejoinder.model.filters.text import fold
from rejoinder.model.problems import AlreadyExists, Broken, Invalid, NotFound, TooMany
from rejoinder.store import exports as store
from rejoinder.store import jobs, workspaces
from rejoinder.store.exports import Run
from rejoinder.store.session import Session

KIND = "export"
"""The job that writes one."""
MAX_UNFINISHED, MAX_BYTES = 10, 20_000_000_000
"""Exports of a workspace that wait or run, and what its files weigh together, at the most."""
GIVEN_UP = 24 * 3600 * 1_000_000
"""Microseconds after which an export that has not ended holds up no other: its workers keep dying."""


def request_export(
    unit: Unit, wanted: Wanted, *, notify: Sequence[int] = (), alone_among: Collection[str] = ()
) -> Export:
    """Ask for an export, in the unit's transaction: no commit, no export.

    Parameters: `notify` — numbers of users who get a mail with the link once the file is there;
    `alone_among` — kinds of which only one export at a time may wait or run.
    Raises what `open_source` raises; AlreadyExists when another one runs, TooMany when there are too many.
    """
    source = open_source(unit, wanted)
    jobs.lock_jobs(unit.session, unit.workspace_id)
    where = (unit.session, unit.workspace_id)
    since = unit.now - GIVEN_UP
    if alone_among and store.unfinished_exports(*where, since, alone_among):
        raise AlreadyExists("An export is being written already; wait until it is done.")
    if store.unfinished_exports(*where, since) >= MAX_UNFINISHED:
        raise TooMany(f"{MAX_UNFINISHED} exports wait in this workspace already; wait until one is done.", 60)
    if store.bytes_of_exports(*where) > MAX_BYTES:
        raise TooMany("The exports of this workspace fill their room; delete some of them first.", 3600)
    number = store.next_export(*where)
    new = Export(
        unit.workspace_id,
        number,
        ExportStatus.WAITING,
        wanted,
        Progress(total=source.total),
        0,
        file_name(source, wanted, unit.now),
        0,
        unit.actor,
        None,
        unit.now,
        None,
        None,
        tuple(notify),
    )
    store.add_export(unit.session, new, token_hash(download_token(unit, number)))
    enqueue(unit, KIND, {"export": number})
    told = {"kind": wanted.kind, "format": wanted.format}
    record(unit, "export.create", f"export:{number}", **told, survey=wanted.survey)
    return new


def find_export(unit: Unit, number: int) -> Export:
    """An export by its number. Raises NotFound."""
    found = store.export_by_id(unit.session, unit.workspace_id, number) if 0 < number < 1 << 62 else None
    if found is None:
        raise NotFound(f"There is no export {number} in this workspace.")
    return found


def list_exports(
    unit: Unit, *, survey: int | None = None, before: int | None = None, limit: int = 100
) -> list[Export]:
    """Exports, the newest first; `before` — only those with a lower number."""
    return store.newest_exports(unit.session, unit.workspace_id, survey=survey, before=before, limit=limit)


def cancel_export(unit: Unit, number: int) -> Export:
    """Stop an export that waits or runs; one that has ended stays as it is. Raises NotFound."""
    find_export(unit, number)
    if store.end_export(unit.session, unit.workspace_id, number, ExportStatus.CANCELLED, "", unit.now):
        record(unit, "export.cancel", f"export:{number}")
    return find_export(unit, number)


def delete_export(unit: Unit, number: int) -> None:
    """Delete an export with its file, and stop it where it runs. Raises NotFound."""
    find_export(unit, number)
    store.drop_export(unit.session, unit.workspace_id, number)
    record(unit, "export.delete", f"export:{number}")


def user_to_notify(unit: Unit, address: str) -> int:
    """The user of this workspace whose address this is: a link is sent to nobody else. Raises Invalid."""
    found = workspaces.users_by_email(unit.session, fold(address.strip()), unit.workspace_id)
    if not found or found[0][1].disabled_at is not None:
        told = "is not the address of a user of this workspace"
        raise Invalid(f"notify {told}.", fields={"notify": told})
    return found[0][1].id


Pieces = Callable[[Session], bytes | None]


def open_download(session: Session, token: str, now: int) -> tuple[Export, Pieces]:
    """The export behind a link, and what gives the pieces of its file. Raises NotFound."""
    found = store.export_by_token(session, token_hash(token))
    if found is None:
        raise NotFound(
            "There is no such file; the link is not whole, or its export was deleted.", guessed=True
        )
    return found, read_file(found, now)


def read_file(export: Export, now: int) -> Pieces:
    """What gives the pieces of an export's file. Raises NotFound when there is none (any more)."""
    if export.status is not ExportStatus.DONE:
        raise NotFound(export.error or f"There is no file: this export is {export.status.value}.")
    if export.expires_at is not None and now >= export.expires_at:
        raise NotFound("This file has expired; ask for the export again.")
    run, position, sent = Run(export.workspace_id, export.id, export.run), -1, 0

    def next_piece(session: Session) -> bytes | None:
        nonlocal position, sent
        position += 1
        found = store.piece(session, run, position)
        if found is None and sent != export.size:  # deleted meanwhile: the stream must not look whole
            raise Broken("The file was deleted while it was sent.")
        sent += len(found or b"")
        return found

    return next_piece
