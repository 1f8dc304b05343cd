"""`/respondents/batch` and `/respondents/patch`: POST creates and GET reads, whatever the parameters."""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.core.panel.batches import add_patch, create_batch, find_batch, read_batch, read_patch
from rejoinder.core.panel.entries import checked_entries
from rejoinder.core.surveys import open_survey
from rejoinder.dialects.webankieta.parameters import fields_of, needed, text_of
from rejoinder.dialects.webankieta.patches import patch_fields
from rejoinder.dialects.webankieta.surveys import in_survey
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.panel import Batch, Entry
from rejoinder.model.problems import Invalid, NotFound

AN_ERROR = "An error ocured"
"""The document's words for a batch or patch that is not there, as it spells them."""


def create(call: Call) -> Reply:
    """Begin a batch (002, "1. TWORZENIE - POST")."""
    reference = needed(fields_of(call), "survey_id")
    made = in_survey(call, reference, lambda: create_batch(call.unit, reference))
    return json_reply({"batch_id": made.uuid})


def show(call: Call) -> Reply:
    """A batch with its patches (002, "2. POBIERANIE - GET")."""
    reference = needed(fields_of(call), "batch_id")
    try:
        found = read_batch(call.unit, reference)
    except NotFound:
        raise Invalid(AN_ERROR) from None
    return json_reply(
        {
            "id": found.batch.uuid,
            "account_id": call.unit.workspace_id,
            "survey_id": found.batch.survey_id,
            "patches": [patch.uuid for patch in found.patches],
        }
    )


class Sent(NamedTuple):
    """A patch as it was sent."""

    batch: str
    survey: str | None
    entries: list[Entry]


def prepare(call: Call) -> Sent:
    """Read and check a patch before the writer is asked for anything."""
    fields, entries = patch_fields(call)
    batch, survey = needed(fields, "batch_id"), text_of(fields, "survey_id")
    return Sent(batch, survey, checked_entries(entries))


def add(call: Call) -> Reply:
    """Load one part of a batch (002, "3. PRZESYŁANIE PACZKI RESPONDENTÓW - POST")."""
    sent: Sent = call.prepared
    batch_in_survey(call, sent.batch, sent.survey)
    made = add_patch(call.unit, sent.batch, sent.entries)
    return json_reply({"patch_id": made.uuid} | ({"repeated": made.repeated} if made.repeated else {}))


def batch_in_survey(call: Call, reference: str, survey: str | None) -> Batch:
    """A batch of the survey that the call names. Raises Invalid for none, NotFound for another survey's."""
    number = None
    if survey is not None:
        number = in_survey(call, survey, lambda: open_survey(call.unit, survey)).id
    try:
        batch = find_batch(call.unit, reference)
    except NotFound:
        raise Invalid(AN_ERROR) from None
    if number is not None and batch.survey_id != number:
        raise NotFound("This batch belongs to another survey.")
    return batch


def show_patch(call: Call) -> Reply:
    """The ids of a patch's respondents (002, "4. POBIERANIE RESPONDENTÓW - GET")."""
    reference = needed(fields_of(call), "patch_id")
    try:
        _, ids = read_patch(call.unit, reference)
    except NotFound:
        raise Invalid(AN_ERROR) from None
    return json_reply({"respondents": ids})
