"""Webankieta's table of contents (source document 002; design, "Webankieta (002)").

Every path exists under three prefixes. GET and POST mean the same but for `batch` and `patch`; an operation
that writes is a writer by either method.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rejoinder.dialects.webankieta import batches, contacts, mailings, respondents, shapes, tokens, updates
from rejoinder.dialects.webankieta.errors import ErrorBody, problem
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.oauth import bearer
from rejoinder.model.problems import AlreadyExists, Invalid, NotAcceptable, NotFound, NotOnPlan

PREFIXES = ("/api", "/api/v2", "/api/v3")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")
_READING = (Invalid, NotFound, NotAcceptable)
_LOADING = (*_READING, NotOnPlan)


def _reads(path: str, handler: Any, summary: str, source: str, query: type[Any] | None) -> Iterator[Endpoint]:
    """A reading operation, by GET and by POST."""
    for method in ("GET", "POST"):
        yield Endpoint(
            method=method,
            path=path,
            handler=handler,
            summary=summary,
            source=source,
            query=query if method == "GET" else None,
            errors=_READING,
        )


def _writes(
    path: str, handler: Any, summary: str, source: str, shape: type[Any], *more: Any
) -> Iterator[Endpoint]:
    """A writing operation, by GET (with a query) and by POST (with a form)."""
    for method in ("GET", "POST"):
        yield Endpoint(
            method=method,
            path=path,
            handler=handler,
            where=Where.WRITER,
            scope="write",
            summary=summary,
            source=source,
            query=shape if method == "GET" else None,
            body=shape if method == "POST" else None,
            accepts=FORMS,
            errors=(*_READING, *more),
        )


def _job(path: str, handler: Any, summary: str, source: str, body: type[Any]) -> Endpoint:
    """An operation that is taken at once and done soon."""
    return Endpoint(
        method="POST",
        path=path,
        handler=handler,
        where=Where.WRITER,
        scope="write",
        summary=summary,
        source=source,
        body=body,
        reply=shapes.Accepted,
        status=202,
        errors=_READING,
    )


def _respondents(base: str) -> Iterator[Endpoint]:
    listing, searching = "002, Lista respondentów", "002, Wyszukiwanie respondentów"
    everybody, some = respondents.list_respondents, respondents.search_respondents
    yield from _reads(
        base, everybody, "A survey's respondents, id_survey in the query", listing, shapes.Listing
    )
    yield from _reads(f"{base}/{{id_survey}}", everybody, "A survey's respondents", listing, shapes.Page)
    yield from _reads(
        f"{base}/search", some, "Search a survey, id_survey in the query", searching, shapes.Searching
    )
    yield from _reads(f"{base}/search/{{id_survey}}", some, "Search a survey", searching, shapes.Search)
    yield from _writes(
        f"{base}/add",
        respondents.add,
        "Put a contact into a survey",
        "002, Dodanie respondenta do ankiety",
        shapes.NewRespondent,
        AlreadyExists,
        NotOnPlan,
    )
    yield from _writes(
        f"{base}/delete",
        respondents.delete,
        "Take a respondent out of a survey",
        "002, Usuwanie respondenta",
        shapes.OldRespondent,
    )
    yield _job(
        f"{base}/{{surveyId}}/update",
        updates.update,
        "Update up to 100 respondents",
        "002, Aktualizacja respondenta",
        shapes.Updates,
    )


def _anonymising(base: str) -> Iterator[Endpoint]:
    source = "002, Anonimizacja respondenta"
    scopes = {
        f"{base}/{{surveyId}}/anonymize": (updates.anonymise_survey, "Anonymise a survey's respondents"),
        f"{base}/{{surveyId}}/batch/{{batchId}}/anonymize": (
            updates.anonymise_batch,
            "Anonymise the respondents of a batch",
        ),
        f"{base}/{{surveyId}}/mailing/{{mailingId}}/anonymize": (
            updates.anonymise_mailing,
            "Anonymise the respondents of a mailing",
        ),
    }
    for path, (handler, summary) in scopes.items():
        yield _job(path, handler, summary, source, shapes.Anonymisation)


def _batches(base: str) -> Iterator[Endpoint]:
    """Here the method says what is meant, whatever the parameters (002)."""
    creates: dict[str, Any] = {"method": "POST", "where": Where.WRITER, "scope": "write", "accepts": FORMS}
    yield Endpoint(
        path=f"{base}/batch",
        handler=batches.create,
        summary="Begin a batch",
        source="002, 1. TWORZENIE - POST",
        body=shapes.NewBatch,
        errors=_READING,
        **creates,
    )
    yield Endpoint(
        method="GET",
        path=f"{base}/batch",
        handler=batches.show,
        summary="A batch and its patches",
        source="002, 2. POBIERANIE - GET",
        query=shapes.WhichBatch,
        errors=_READING,
    )
    yield Endpoint(
        path=f"{base}/patch",
        handler=batches.add,
        prepare=batches.prepare,
        summary="Load a part of a batch",
        source="002, 3. PRZESYŁANIE PACZKI RESPONDENTÓW - POST",
        body=shapes.NewPatch,
        errors=_LOADING,
        **creates,
    )
    yield Endpoint(
        method="GET",
        path=f"{base}/patch",
        handler=batches.show_patch,
        summary="The respondents of a patch",
        source="002, 4. POBIERANIE RESPONDENTÓW - GET",
        query=shapes.WhichPatch,
        errors=_READING,
    )


def _contacts(base: str) -> Iterator[Endpoint]:
    source = "design, Webankieta: contacts"
    yield from _reads(base, contacts.show_contacts, "Contacts", source, shapes.ContactSearch)
    yield from _reads(
        f"{base}/search", contacts.show_contacts, "Search contacts", source, shapes.ContactSearch
    )
    yield from _writes(
        f"{base}/add", contacts.add, "Keep a contact", source, shapes.NewContact, AlreadyExists
    )


def _mailings(base: str) -> Iterator[Endpoint]:
    source = "design, Webankieta: mailing"
    yield Endpoint(
        method="GET",
        path=f"{base}/templates",
        handler=mailings.show_templates,
        summary="Mailing templates",
        source=source,
        errors=_READING,
    )
    posts = (
        ("templates", mailings.add_template, "Keep a mailing template", source, shapes.NewTemplate),
        ("batch", mailings.send_to_batch, "Invite a batch", "002, Batch upload", shapes.BatchMailing),
    )
    for name, handler, summary, place, body in posts:
        yield Endpoint(
            method="POST",
            path=f"{base}/{name}",
            handler=handler,
            where=Where.WRITER,
            scope="write",
            summary=summary,
            source=place,
            body=body,
            accepts=FORMS,
            errors=_READING,
        )


def _endpoints() -> Iterator[Endpoint]:
    yield tokens.TOKEN
    for prefix in PREFIXES:
        base = f"{prefix}/respondents"
        yield from _respondents(base)
        yield from _anonymising(base)
        yield from _batches(base)
        yield from _contacts(f"{prefix}/contacts")
        yield from _mailings(f"{prefix}/mailing")


WEBANKIETA = Dialect(
    name="webankieta",
    title="Webankieta respondents and mailings",
    endpoints=tuple(_endpoints()),
    credentials=bearer,
    problem=problem,
    problem_type=ErrorBody,
    foreign_id_status=401,
    token_path=tokens.PATH,
    tells_links=True,
)
