"""`/v1/responses` (004, "Responses")."""

from __future__ import annotations

from rejoinder.core.feedback.properties import update_properties
from rejoinder.core.feedback.responses import list_responses
from rejoinder.dialects.cxi import wire
from rejoinder.dialects.cxi.gate import onboarded
from rejoinder.dialects.cxi.parameters import fields_of, file_of, page_of, word_of
from rejoinder.dialects.cxi.shapes import Updated
from rejoinder.files.property_csv import PropertyFile, read_properties
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply


@onboarded
def listing(call: Call) -> Reply:
    """004, "Get responses"."""
    page, order = page_of(call), word_of(call, "sort_order", ("desc", "asc"), "desc")
    found = list_responses(call.unit, skip=page.skip, limit=page.limit, descending=order == "desc")
    items = [wire.response(one, call.unit.workspace_id) for one in found.items]
    return json_reply({"total_count": found.total, "items": items})


@onboarded
def prepare_properties(call: Call) -> PropertyFile:
    """Read and check the file, before the writer is asked for anything."""
    return read_properties(file_of(fields_of(call), "csv", "file").body)


def change_properties(call: Call) -> Reply:
    """Properties of all responses in a CSV file, as the vendor's pages have it ("Update properties bulk")."""
    return json_reply(Updated(update_properties(call.unit, call.prepared)))
