"""The panel: contacts, the respondents made of them, and the batches in which they are loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

MAX_LABELS = 15
"""Texts that a contact or respondent may carry beside its address (Webankieta 002, "labels")."""


class Contact(msgspec.Struct, frozen=True):
    """An address of the workspace, in no survey or in many.

    `labels`: number (1 to 15) → text; times in µs.
    """

    id: int
    email: str
    labels: dict[int, str]
    created_at: int
    updated_at: int


class Entry(NamedTuple):
    """One respondent to load: an address, and texts by the label's number (1 to 15)."""

    email: str
    labels: Mapping[int, str] = {}


class PanelRow(NamedTuple):
    """A row of the store with the columns that the panel shows. Times in µs."""

    respid: int
    id: int
    state: int
    created_at: int
    invited_at: int | None
    opened_at: int | None
    completed_at: int | None
    offline: int
    postponed: int | None
    token: str | None
    doc: str


class Person(NamedTuple):
    """A respondent as the panel sees it.

    `waiting` — an invitation is queued and has not gone out; `labels` — all fifteen, `""` where blank.
    """

    row: PanelRow
    email: str
    labels: tuple[str, ...]
    waiting: bool = False


class Batch(NamedTuple):
    """Respondents of one survey that are loaded in parts and invited together."""

    id: int
    uuid: str
    survey_id: int
    created_at: int


class Patch(NamedTuple):
    """One part of a batch. Its rows were inserted together, so their respids follow each other.

    `repeated` — ids of those whose address came before in the batch.
    """

    id: int
    uuid: str
    batch_id: int
    received: int
    first_respid: int
    repeated: tuple[int, ...]
    created_at: int


class Update(msgspec.Struct, frozen=True, omit_defaults=True):
    """What shall change of one respondent. `labels`: number → new text, None clears."""

    id: int
    email: str | None = None
    labels: dict[int, str | None] = {}


class Criteria(NamedTuple):
    """What a search asks for; all of it must hold. `days` — column → (from, to) in µs."""

    token: str | None = None
    email: str | None = None
    labels: Mapping[int, str] = {}
    days: Mapping[str, tuple[int, int]] = {}

    def any(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.token or self.email or self.labels or self.days)


def label_name(number: int) -> str:
    """The variable of a label."""
    return f"label{number}"
