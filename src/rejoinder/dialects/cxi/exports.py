"""`/v1/exports` (004, "Exports")."""

from __future__ import annotations

from rejoinder.core.feedback.exporting import export_feedback
from rejoinder.dialects.cxi.gate import onboarded
from rejoinder.dialects.cxi.parameters import fields_of, text
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, empty_reply


@onboarded
def create(call: Call) -> Reply:
    """004, "Create an export": an empty answer with status 201; the link comes by mail."""
    assert call.caller is not None  # the endpoint has a scope
    what = text(fields_of(call).get("export_type", "responses"), "export_type")
    export_feedback(call.unit, what, client=call.caller.client_id, user=call.caller.user_id)
    return empty_reply(201)
