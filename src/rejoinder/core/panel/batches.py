"""Load respondents in batches of patches (Webankieta 002, "Batch upload respondentów")."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from rejoinder.core.panel.allowance import check_allowance
from rejoinder.core.panel.entries import entry_rows, labels_used, new_tokens
from rejoinder.core.panel.view import in_order, people_of, with_invitations
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import OpenSurvey, ensure_variables, lock_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.filters.text import key_text
from rejoinder.model.panel import Batch, Contact, Entry, Patch, Person
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.model.respondent import Marks
from rejoinder.model.system import EMAIL
from rejoinder.store import batches as store
from rejoinder.store import panel, panel_scopes
from rejoinder.store.panel import Place


class ShownBatch(NamedTuple):
    """A batch with its patches, in the order in which they came."""

    batch: Batch
    patches: list[Patch]


class BatchCount(NamedTuple):
    """A batch, its number of patches, and how many respondents they brought."""

    batch: Batch
    patches: int
    respondents: int


def create_batch(unit: Unit, reference: str) -> Batch:
    """An empty batch of a survey. Raises NotFound."""
    survey = open_survey(unit, reference)
    return store.add_batch(unit.session, unit.workspace_id, str(uuid.uuid4()), survey.id, unit.now)


def find_batch(unit: Unit, reference: str) -> Batch:
    """A batch by its UUID, however it is spelled. Raises NotFound."""
    found = (
        store.batch_by_uuid(unit.session, unit.workspace_id, known) if (known := _uuid(reference)) else None
    )
    if found is None:
        raise NotFound(f"There is no batch {reference[:64]!r} in this workspace.")
    return found


def read_batch(unit: Unit, reference: str) -> ShownBatch:
    """A batch with its patches. Raises NotFound."""
    with unit.session.snapshot():
        found = find_batch(unit, reference)
        return ShownBatch(found, store.patches_of(unit.session, unit.workspace_id, found.id))


def list_batches(
    unit: Unit, reference: str | None = None, limit: int = 100, before: int | None = None
) -> list[BatchCount]:
    """Batches of a survey, or of all, the newest first; `before` — with a lower number. Raises NotFound."""
    survey = open_survey(unit, reference).id if reference else None
    found = store.newest_batches(unit.session, unit.workspace_id, survey, limit, before)
    return [BatchCount(*row) for row in found]


def add_patch(unit: Unit, reference: str, entries: Sequence[Entry]) -> Patch:
    """Load one part of a batch: one transaction, one insert, a personal token for each respondent.

    Parameters: `reference` — of the batch; `entries` — of `checked_entries`. The same address twice is kept,
    and reported in `Patch.repeated`. Raises NotFound, Invalid for no entries, NotOnPlan over the workspace's
    limit.
    """
    if not entries:
        raise Invalid("A patch needs at least one respondent.")
    session, workspace = unit.session, unit.workspace_id
    batch = find_batch(unit, reference)
    names = labels_used(entries)
    survey = ensure_variables(unit, str(batch.survey_id), (EMAIL, *names))
    check_allowance(unit, survey, len(entries))
    # Locked before the batch is searched for addresses, so that two patches see each other's.
    lock_survey(unit, survey)
    folded = [key_text(email) for email, _ in entries]
    repeated = _repeated(unit, survey, batch, folded)
    number = store.reserve_patch(session, workspace)
    lookup = survey.lookup((EMAIL,))
    known = {lookup.id: folded} if lookup else None
    rows = entry_rows(survey, entries, names)
    marks, tokens = Marks(patch_id=number), new_tokens(len(rows), unit.now)
    respids = insert_rows(unit, survey, rows, responses=False, known=known, tokens=tokens, marks=marks)
    first = respids[0]
    ids = _ids(unit, survey, [first + place for place in repeated])
    new = Patch(number, str(uuid.uuid4()), batch.id, len(rows), first, ids, unit.now)
    store.add_patch(session, workspace, new)
    return new


def add_contacts(unit: Unit, reference: str, contacts: Sequence[Contact]) -> tuple[Patch | None, int]:
    """Load contacts into a batch, those that are not in its survey yet; gives the patch (None when all are
    there) and how many were there. Raises as `add_patch`.
    """
    batch = find_batch(unit, reference)
    place = Place(unit.workspace_id, batch.survey_id)
    lock_survey(unit, open_survey(unit, str(batch.survey_id)))
    there = store.linked_contacts(unit.session, place, [one.id for one in contacts])
    fresh = [one for one in contacts if one.id not in there]
    if not fresh:
        return None, len(there)
    patch = add_patch(unit, reference, [Entry(one.email, one.labels) for one in fresh])
    respids = range(patch.first_respid, patch.first_respid + patch.received)
    store.link_contacts(
        unit.session, place, [(respid, one.id) for respid, one in zip(respids, fresh, strict=True)]
    )
    return patch, len(there)


def people_of_batch(unit: Unit, batch: Batch, after: int, limit: int) -> list[Person]:
    """Respondents of a batch behind a respid, in the order in which they were loaded."""
    place = Place(unit.workspace_id, batch.survey_id)
    with unit.session.snapshot():
        respids = panel_scopes.respids_of_batch(unit.session, place, batch.id, after, limit)
        rows = panel.rows_of(unit.session, place, respids)
        return with_invitations(unit, people_of(in_order(rows, respids)))


def read_patch(unit: Unit, reference: str) -> tuple[Patch, list[int]]:
    """A patch, and the ids of its respondents that are still there. Raises NotFound."""
    known = _uuid(reference)
    with unit.session.snapshot():
        found = store.patch_by_uuid(unit.session, unit.workspace_id, known) if known else None
        if found is None:
            raise NotFound(f"There is no patch {reference[:64]!r} in this workspace.")
        new, survey = found
        place = Place(unit.workspace_id, survey)
        return new, panel.ids_of_patch(unit.session, place, new.id, new.first_respid, new.received)


def _repeated(unit: Unit, survey: OpenSurvey, batch: Batch, folded: Sequence[str]) -> list[int]:
    """Where an address stands that came before, in this patch or in the batch."""
    lookup = survey.lookup((EMAIL,))
    place = Place(unit.workspace_id, survey.id, lookup.id if lookup else 0)
    distinct = set(folded)
    seen = store.addresses_in_batch(unit.session, place, batch.id, list(distinct))
    if not seen and len(distinct) == len(folded):
        return []
    found = []
    for position, address in enumerate(folded):
        if address in seen:
            found.append(position)
        seen.add(address)
    return found


def _ids(unit: Unit, survey: OpenSurvey, respids: Sequence[int]) -> tuple[int, ...]:
    if not respids:
        return ()
    rows = panel.rows_of(unit.session, Place(unit.workspace_id, survey.id), respids)
    return tuple(sorted(row.id for row in rows))


def _uuid(text: str) -> str | None:
    """The canonical text of a UUID, None for anything else."""
    try:
        return str(uuid.UUID(text.strip())) if len(text) <= 64 else None
    except ValueError:
        return None


def tokens_of_patch(unit: Unit, reference: str, new: Patch) -> list[str]:
    """The tokens of a patch's respondents, in the order in which they were loaded. Raises NotFound."""
    survey = open_survey(unit, reference)
    respids = list(range(new.first_respid, new.first_respid + new.received))
    rows = panel.rows_of(unit.session, Place(unit.workspace_id, survey.id), respids)
    return [row.token or "" for row in sorted(rows, key=lambda row: row.respid)]
