"""How a survey takes answers: who may answer, when, how many, through which collectors."""

from __future__ import annotations

from typing import Literal

import msgspec

from rejoinder.model.survey import Texts

Access = Literal["open", "personal"]
"""`open` — whoever has the survey's address, and personal links; `personal` — personal links only."""
CollectorKind = Literal["link", "email", "embed", "manual", "other"]
PageState = Literal["open", "not_yet", "closed", "full", "answered", "personal_only"]
"""What somebody who opens a survey's page meets."""

PERSON_PREFIX = "respondent_"
"""Begins the names of the questions about the person that are put in front of a questionnaire."""


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something about the person that the first page asks for: a variable of the respondent.

    `name` — `email`, a label or another text variable of the respondent; `titles` — how it is asked.
    """

    name: str
    required: bool = False
    titles: Texts = {}

    @property
    def question(self) -> str:
        """The name of its question on the page, and of its answer."""
        return PERSON_PREFIX + self.name


class SurveyPageSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a survey's author chose for its pages.

    `asks` — about the person, on a page in front; `closed_texts` — shown when the survey takes no answers, by
    language; `thanks_url` — where the browser goes after the last page, None for our own page of thanks.
    """

    access: Access = "open"
    asks: tuple[Asked, ...] = ()
    closed_texts: Texts = {}
    thanks_url: str | None = None


class Collector(msgspec.Struct, frozen=True):
    """A channel through which answers come: a link on the website, a mailing, a code on a till receipt.

    `code` is what links carry (`?c=code`); times in µs; `quota` — completed responses it takes at most.
    """

    id: int
    survey_id: int
    code: str
    name: str
    kind: CollectorKind = "link"
    opens_at: int | None = None
    closes_at: int | None = None
    quota: int | None = None
    created_at: int = 0


class Intake(msgspec.Struct, frozen=True):
    """How one survey takes answers, as everything about its pages reads it. Times in µs.

    `schema_version` changes with each change of any of this, so whoever holds the survey's lock and sees the
    same version knows that this still holds.
    """

    workspace_id: int
    survey_id: int
    schema_version: int
    definition_version: int
    name: str
    status: str
    languages: tuple[str, ...]
    aliases: tuple[str, ...]
    settings: SurveyPageSettings = SurveyPageSettings()
    opens_at: int | None = None
    closes_at: int | None = None
    quota: int | None = None
    collectors: tuple[Collector, ...] = ()
    public_alias: str | None = None

    @property
    def reference(self) -> str:
        """What stands in its public address: the first alias that is its own there, or its number."""
        return self.public_alias or str(self.survey_id)

    def collector(self, code: str | None) -> Collector | None:
        """The collector with a code."""
        return next((found for found in self.collectors if found.code == code), None)


class Participant(msgspec.Struct, frozen=True):
    """A respondent who comes by a personal link, as the store has them. Times in µs."""

    respid: int
    id: int
    state: int
    created_at: int
    opened_at: int | None
    completed_at: int | None
    collector_id: int | None
    postponed: int | None
    manual: int
    language: str | None
    finish_reason: int | None
    token: str
    doc: str


class Partial(msgspec.Struct, frozen=True):
    """Answers that were put off: as the page had them, and the page they were on."""

    answers: dict[str, object]
    page: int | None
