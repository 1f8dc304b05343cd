"""What calls carry, as the OpenAPI document shows it. Handlers read it by `parameters` and `wire`.

Numbers may be sent as texts, and every parameter in the query or in the body.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Labels = [(f"label{n}", Annotated[str, Meta(max_length=4000)] | None, None) for n in range(1, 16)]


class Page(msgspec.Struct):
    """Paging: 1 to 1000 at a time, 50 when left out."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 50
    offset: Annotated[int, Meta(ge=0)] = 0


Search = msgspec.defstruct(
    "Search",
    [
        ("token", str | None, None),
        ("email", str | None, None),
        ("date_generate", Annotated[str | None, Meta(description="A day, YYYY-MM-DD.")], None),
        ("date_invitaion_send", str | None, None),
        ("date_survey_open", str | None, None),
        ("date_survey_answer", str | None, None),
        *Labels,
    ],
    bases=(Page,),
    namespace={"__doc__": "What respondents are searched by; all of it must hold."},
    module=__name__,
)
Listing = msgspec.defstruct("Listing", [("id_survey", str)], bases=(Page,), kw_only=True, module=__name__)
Searching = msgspec.defstruct(
    "Searching", [("id_survey", str)], bases=(Search,), kw_only=True, module=__name__
)
ContactSearch = msgspec.defstruct(
    "ContactSearch", [("email", str | None, None)], bases=(Page,), module=__name__
)
NewContact = msgspec.defstruct("NewContact", [("email", str), *Labels], module=__name__)


class NewRespondent(msgspec.Struct):
    """A contact that becomes a respondent (002, "Dodanie respondenta do ankiety")."""

    id_survey: str
    id_contact: str
    date_invitaion_send: str | None = None


class OldRespondent(msgspec.Struct):
    """A respondent to delete (002, "Usuwanie respondenta")."""

    id_survey: str
    id_respondent: str


class NewBatch(msgspec.Struct):
    """The survey of a new batch (002, "1. TWORZENIE - POST")."""

    survey_id: str


class WhichBatch(msgspec.Struct):
    """A batch to read (002, "2. POBIERANIE - GET")."""

    batch_id: str


class WhichPatch(msgspec.Struct):
    """A patch to read (002, "4. POBIERANIE RESPONDENTÓW - GET")."""

    patch_id: str


class NewEntry(msgspec.Struct):
    """One respondent of a patch, with up to 15 labels."""

    email: str
    labels: list[str] = []


class NewPatch(msgspec.Struct):
    """A part of a batch (002, "3. PRZESYŁANIE PACZKI RESPONDENTÓW - POST")."""

    batch_id: str
    respondents: list[NewEntry]
    survey_id: str | None = None


class NewLabel(msgspec.Struct):
    """A label's number and its new text; null clears it."""

    id: Annotated[int, Meta(ge=1, le=15)]
    value: str | None


class ChangedRespondent(msgspec.Struct, omit_defaults=True):
    """What shall change of a respondent."""

    id: int
    email: str | msgspec.UnsetType = msgspec.UNSET
    labels: list[NewLabel] = []


class Updates(msgspec.Struct):
    """Up to a hundred respondents to update (002, "Aktualizacja respondenta")."""

    respondents: Annotated[list[ChangedRespondent], Meta(max_length=100)]


class Anonymisation(msgspec.Struct):
    """What to anonymise: "email" and numbers of labels (002, "Anonimizacja respondenta")."""

    fields: list[str | int]


class NewTemplate(msgspec.Struct):
    """A mailing template: HTML with placeholders such as {survey_link}."""

    name: str
    subject: str
    content: str


class BatchMailing(msgspec.Struct):
    """Whom to invite, and with which template."""

    batch_id: str
    template_id: str
    survey_id: str | None = None


class Accepted(msgspec.Struct):
    """A job that was taken: it runs soon, in the order in which it was asked for."""

    status: str
    job_id: str
