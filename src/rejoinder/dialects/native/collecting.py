"""The table of contents of collecting answers."""

from __future__ import annotations

from rejoinder.core.collecting.submission import MAX_SUBMISSION, Receipt, Submission
from rejoinder.dialects.native import submissions
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.model.problems import AlreadyExists, Invalid, NotAllowed, NotFound

SURVEY = "/rejoinder/v1/surveys/{survey}"

ENDPOINTS = (
    Endpoint(
        method="POST",
        path=f"{SURVEY}/submissions",
        handler=submissions.submit,
        prepare=submissions.check,
        brief=lambda call: True,
        max_body=MAX_SUBMISSION,
        where=Where.WRITER,
        scope="write",
        public=True,
        summary="Send a respondent's answers, complete or to continue later",
        body=Submission,
        reply=Receipt,
        status=201,
        errors=(NotFound, NotAllowed, Invalid, AlreadyExists),
        source="docs/collecting.md",
    ),
    Endpoint(
        method="POST",
        path=f"{SURVEY}/opened",
        handler=submissions.opened,
        prepare=submissions.check_opening,
        brief=lambda call: True,
        max_body=4096,
        where=Where.WRITER,
        scope="write",
        public=True,
        summary="Note that a personal link was opened",
        body=submissions.Opening,
        status=204,
        errors=(NotFound, NotAllowed),
        source="docs/collecting.md",
    ),
)
