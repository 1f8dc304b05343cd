"""What happened to respondents, for those who want to be told."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from rejoinder.model.respondent import State


class EventKind(StrEnum):
    """What can happen; the words that receivers see (design, "SurveyKiwi", webhooks)."""

    CREATED = "answer.created"
    UPDATED = "answer.updated"
    DELETED = "answer.deleted"
    INVITED = "respondent.invited"
    OPENED = "respondent.opened"
    TEST = "webhook.test"

    @property
    def bit(self) -> int:
        """Its place in a set of kinds, as `survey.listening` and `webhook.kinds` store it; 0 for a test."""
        return _BITS[self]


KINDS = tuple(kind for kind in EventKind if kind is not EventKind.TEST)
"""What a webhook can ask for."""
_BITS = {EventKind.TEST: 0} | {kind: 1 << place for place, kind in enumerate(KINDS)}
ALL_KINDS = sum(kind.bit for kind in KINDS)
FEEDBACK = 1 << 20
"""The place in `survey.listening` that says: what is written of this survey's respondents is feedback."""


def kinds_of(bits: int) -> tuple[EventKind, ...]:
    """The kinds in a set."""
    return tuple(kind for kind in KINDS if bits & kind.bit)


class FrozenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event, with the respondent as it stood in the transaction that made the event. Times in µs.

    `id` is the public one (`evt_…`), `number` counts in the workspace. `schema_version` and
    `definition_version` are the survey's of that moment. `record` is the canonical JSON text as it was
    stored, None on `answer.deleted`, which tells ids only, and on a test without a respondent. A test may
    have no survey and no respondent: then their numbers are None.
    """

    workspace_id: int
    number: int
    id: str
    kind: EventKind
    created_at: int
    survey_id: int | None = None
    schema_version: int | None = None
    definition_version: int | None = None
    respid: int | None = None
    respondent_id: int | None = None
    state: State | None = None
    respondent_created_at: int | None = None
    updated_at: int | None = None
    opened_at: int | None = None
    completed_at: int | None = None
    invited_at: int | None = None
    language: str | None = None
    collector_id: int | None = None
    finish_reason: int | None = None
    record: str | None = None
