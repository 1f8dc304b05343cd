"""`/rejoinder/v1/exports`: ask for a file, see how far it is, fetch it, stop it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from rejoinder.core.exports.asking import (
    delete_export,
    find_export,
    list_exports,
    read_file,
    request_export,
    user_to_notify,
)
from rejoinder.core.exports.links import download_link
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import moment
from rejoinder.kernel.attachment import attachment
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import Reply, empty_reply, json_reply
from rejoinder.model.exports import MAX_FILTER, Export, ExportStatus, Format, Manner, Wanted
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound, NotOffered, TooMany

PATH = "/rejoinder/v1/exports"
PAGE = 100
Name = Annotated[str, Meta(max_length=300)]


class NewExport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to export: a survey by number or alias, its `respondents` or its `responses`, in which format.

    `filter` — an expression of the Forsta language; `columns` — variables, all when left out; `notify` — the
    address of a user of the workspace who gets a mail with the link.
    """

    survey: Annotated[str, Meta(max_length=200)] | int
    format: Format = "csv"
    rows: Annotated[str, Meta(pattern="^(respondents|responses)$")] = "respondents"
    filter: Annotated[str, Meta(max_length=MAX_FILTER)] = ""
    columns: Annotated[list[Name], Meta(max_length=10_000)] = []
    values: Annotated[str, Meta(pattern="^(codes|labels)$")] = "codes"
    language: Annotated[str, Meta(max_length=35)] | None = None
    multiple: Annotated[str, Meta(pattern="^(split|joined)$")] = "split"
    bom: bool = False
    delimiter: Annotated[str, Meta(pattern="^[,;\t]$")] = ","
    formulas: bool = False
    notify: Annotated[str, Meta(max_length=512)] | None = None


class ShownExport(msgspec.Struct, frozen=True):
    """An export. Times ISO in UTC; `rows` written of `total` (null while nobody knows); `seconds_left` at its
    pace so far; `cut` — cells longer than the format allows; `link` once there is a file."""

    id: int
    status: ExportStatus
    kind: str
    format: Format
    survey: int | None
    file_name: str
    rows: int
    total: int | None
    seconds_left: int | None
    cut: int
    size: int
    error: str | None
    created_at: str
    finished_at: str | None
    expires_at: str | None
    link: str | None


class ExportList(msgspec.Struct, frozen=True):
    """Exports, the newest first; `before` continues with older ones, null at the end."""

    exports: list[ShownExport]
    before: int | None


class ListQuery(msgspec.Struct, frozen=True):
    """`survey` — only that one's; `before` — only exports with a lower number."""

    survey: str | None = None
    before: int | None = None


def create(call: Call) -> Reply:
    """Ask for an export."""
    body = call.json(NewExport)
    survey = open_survey(call.unit, str(body.survey))
    manner = Manner(body.values, body.language, body.multiple, body.bom, body.delimiter, body.formulas)  # type: ignore[arg-type]  # checked by their patterns
    wanted = Wanted(body.rows, body.format, survey.id, body.filter, tuple(body.columns), manner)
    notify = (user_to_notify(call.unit, body.notify),) if body.notify else ()
    return json_reply(_shown(call, request_export(call.unit, wanted, notify=notify)), 202)


def read_all(call: Call) -> Reply:
    """Some exports, the newest first."""
    survey, before = call.query_one("survey"), call.query_one("before")
    number = open_survey(call.unit, survey).id if survey else None
    found = list_exports(call.unit, survey=number, before=_number(before) if before else None, limit=PAGE)
    more = found[-1].id if len(found) == PAGE else None
    return json_reply(ExportList([_shown(call, one) for one in found], more))


def read_one(call: Call) -> Reply:
    """How far an export is."""
    return json_reply(_shown(call, find_export(call.unit, _number(call.params["export"]))))


def read_content(call: Call) -> Reply:
    """The file of an export."""
    found = find_export(call.unit, _number(call.params["export"]))
    return attachment(found.file_name, read_file(found, call.now))


def remove(call: Call) -> Reply:
    """Stop an export and delete its file."""
    delete_export(call.unit, _number(call.params["export"]))
    return empty_reply(204)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NotFound(f"There is no export {text[:40]!r} in this workspace.")
    return int(text)


def _shown(call: Call, one: Export) -> ShownExport:
    there = one.status is ExportStatus.DONE and (one.expires_at or 0) > call.now
    return ShownExport(
        one.id,
        one.status,
        one.wanted.kind,
        one.wanted.format,
        one.wanted.survey,
        one.file_name,
        one.progress.done,
        one.progress.total,
        one.seconds_left(call.now),
        one.progress.cut,
        one.size,
        one.error,
        _iso(one.created_at) or "",
        _iso(one.finished_at),
        _iso(one.expires_at),
        download_link(call.unit, one.id, call.base_url) if there else None,
    )


def _iso(micros: int | None) -> str | None:
    return None if micros is None else moment(micros).isoformat().replace("+00:00", "Z")


_ONE = f"{PATH}/{{export}}"
ENDPOINTS = (
    Endpoint(
        method="POST",
        path=PATH,
        handler=create,
        where=Where.WRITER,
        scope="write",
        summary="Ask for a file of a survey's respondents or responses",
        body=NewExport,
        reply=ShownExport,
        status=202,
        errors=(NotFound, Invalid, NotOffered, AlreadyExists, TooMany),
        source="docs/exports.md",
    ),
    Endpoint(
        method="GET",
        path=PATH,
        handler=read_all,
        summary="Exports, the newest first",
        query=ListQuery,
        reply=ExportList,
        errors=(NotFound,),
        source="docs/exports.md",
    ),
    Endpoint(
        method="GET",
        path=_ONE,
        handler=read_one,
        summary="How far an export is, and its link",
        reply=ShownExport,
        errors=(NotFound,),
        source="docs/exports.md",
    ),
    Endpoint(
        method="GET",
        path=f"{_ONE}/file",
        handler=read_content,
        where=Where.STREAM,
        summary="The file of an export",
        produces=("application/octet-stream",),
        errors=(NotFound,),
        source="docs/exports.md",
    ),
    Endpoint(
        method="DELETE",
        path=_ONE,
        handler=remove,
        where=Where.WRITER,
        scope="write",
        summary="Stop an export and delete its file",
        status=204,
        errors=(NotFound,),
        source="docs/exports.md",
    ),
)
