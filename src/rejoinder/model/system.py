"""The variables that every survey has: made by the store (system) or at launch (background).

Forsta (001), "Adding User-variables", and the table "Same fact, five names" of the design.
"""

from __future__ import annotations

from rejoinder.model.respondent import STATUS_CODES
from rejoinder.model.survey import Kind, Option, Variable

RESPID, RESPONSEID, CREATED = "respid", "responseid", "createddate"
STARTED, ENDED, STATUS = "interview_start", "interview_end", "status"
LANGUAGE, SMTP = "language", "smtpStatus"
EMAIL = "email"
LABELS = tuple(f"label{n}" for n in range(1, 16))
CLASSIFICATORS = ("classificator", "classificator_2")
LIFECYCLE = (CREATED, STARTED, ENDED, STATUS)
"""Written by the store whenever a participant moves on; in the record, so that reading is copying."""

HEAD: tuple[Variable, ...] = (
    Variable(RESPID, Kind.NUMERIC, level="respondent", origin="system", precision=10, scale=0),
    Variable(CREATED, Kind.DATETIME, level="respondent", origin="system"),
    Variable(SMTP, Kind.TEXT, level="respondent", origin="system", length=64),
    Variable(LANGUAGE, Kind.TEXT, level="respondent", origin="system", length=35),
    Variable(RESPONSEID, Kind.NUMERIC, level="response", origin="system", precision=10, scale=0),
    Variable(STARTED, Kind.DATETIME, level="response", origin="system"),
    Variable(ENDED, Kind.DATETIME, level="response", origin="system"),
    Variable(
        STATUS,
        Kind.SINGLE,
        level="response",
        origin="system",
        options=tuple(Option(code) for code in STATUS_CODES),
    ),
    Variable(EMAIL, Kind.TEXT, level="respondent", origin="background", length=512, indexed=True),
)
"""In canonical order; every schema begins with them. `responseid` equals `respid`; no record holds it."""

RESERVED = frozenset(name.lower() for name in (*(v.name for v in HEAD), *LABELS, *CLASSIFICATORS))
"""Names, in lower case, that a questionnaire's own variable may not take."""


def on_demand(name: str) -> Variable | None:
    """A label or classificator: text of a respondent, in the schema once it is used."""
    if name in LABELS or name in CLASSIFICATORS:
        return Variable(name, Kind.TEXT, level="respondent", origin="background", length=4000)
    return None
