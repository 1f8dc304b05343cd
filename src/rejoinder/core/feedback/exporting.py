"""Exports of feedback, one at a time, of which a link is mailed (CXI 004, "Exports")."""

from __future__ import annotations

from rejoinder.core.exports.asking import request_export
from rejoinder.core.feedback.onboarding import require_onboarded
from rejoinder.core.unit import Unit
from rejoinder.model.exports import Export, Wanted
from rejoinder.model.problems import Invalid
from rejoinder.store.clients import creator_of
from rejoinder.store.mail import owners

KINDS = {"responses": "feedback_responses", "users": "feedback_users"}
"""The vendor's type of an export → our source of its rows."""


def export_feedback(unit: Unit, what: str, *, client: int, user: int | None) -> Export:
    """Ask for an export as CSV; whoever asked is mailed the link.

    Parameters: `client` — who asks; `user` — the person behind it, where there is one: else the person who
    made the client is told, else the workspace's owners. Raises NotOnboarded, Invalid for an unknown type,
    AlreadyExists while another one runs.
    """
    require_onboarded(unit)
    kind = KINDS.get(what)
    if kind is None:
        why = f"export_type is one of {', '.join(KINDS)}."
        raise Invalid(why, fields={"export_type": why})
    told = user or creator_of(unit.session, unit.workspace_id, client)
    people = [told] if told else owners(unit.session, unit.workspace_id)
    return request_export(unit, Wanted(kind), notify=people, alone_among=tuple(KINDS.values()))
