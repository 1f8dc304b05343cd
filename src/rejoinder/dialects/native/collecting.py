"""The table of contents of collecting answers."""

from __future__ import annotations

from rejoinder.core.collecting.files import Kept
from rejoinder.core.collecting.submission import MAX_SUBMISSION, Receipt, Submission
from rejoinder.dialects.native import submissions, surveys, uploads
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.model.problems import AlreadyExists, Invalid, NotAllowed, NotFound, TooLarge

SURVEY = "/rejoinder/v1/surveys/{survey}"

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/rejoinder/v1/surveys",
        handler=surveys.create,
        where=Where.WRITER,
        scope="write",
        summary="Make a survey of a SurveyJS definition",
        body=surveys.NewSurvey,
        reply=surveys.MadeSurvey,
        status=201,
        errors=(Invalid, AlreadyExists),
        source="docs/collecting.md",
    ),
    Endpoint(
        method="GET",
        path=SURVEY,
        handler=surveys.show,
        summary="How a survey is answered: settings, collectors, counts",
        reply=surveys.ShownSurvey,
        errors=(NotFound,),
        source="docs/collecting.md",
    ),
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


def file_endpoints(most: int) -> tuple[Endpoint, ...]:
    """Files in and out; `most` — bytes of a file."""
    return (
        Endpoint(
            method="POST",
            path=f"{SURVEY}/files",
            handler=uploads.keep,
            prepare=uploads.checker(most),
            max_body=most + uploads.ENVELOPE,
            where=Where.WRITER,
            scope="write",
            public=True,
            summary="Send a file that answers will name",
            query=uploads.FileQuery,
            body=uploads.FileForm,
            accepts=("multipart/form-data",),
            reply=Kept,
            status=201,
            errors=(NotFound, NotAllowed, Invalid, TooLarge),
            source="docs/collecting.md",
        ),
        Endpoint(
            method="GET",
            path="/rejoinder/v1/files/{key}/{name}",
            handler=uploads.read,
            where=Where.STREAM,
            summary="Read a file that answers name",
            produces=("application/octet-stream",),
            errors=(NotFound,),
            source="docs/collecting.md",
        ),
    )
