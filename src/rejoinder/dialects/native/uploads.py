"""`/rejoinder/v1/surveys/{survey}/files` and `/rejoinder/v1/files/{key}/{name}`: files in, files out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from rejoinder.core.collecting.files import SentFile, check_upload, keep_upload, read_upload
from rejoinder.dialects.native.submissions import place, writing_unit
from rejoinder.kernel.attachment import attachment
from rejoinder.kernel.call import Call
from rejoinder.kernel.forms import UploadedFile
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.problems import Invalid, Unreadable
from rejoinder.store.uploads import Upload

ENVELOPE = 65_536
"""Bytes of a multipart body beside the file itself."""


class FileQuery(msgspec.Struct, frozen=True):
    """For which question a file is; `token` — of a personal link; `lang` — of what may be wrong with it."""

    question: Annotated[str, Meta(max_length=1000)]
    token: Annotated[str, Meta(max_length=200)] | None = None
    lang: Annotated[str, Meta(max_length=35)] | None = None


class FileForm(msgspec.Struct, frozen=True):
    """The form: one part, the file."""

    file: bytes


def checker(most: int) -> Callable[[Call], tuple[Upload, bytes]]:
    """The step before the writer; `most` — bytes of a file."""

    def check(call: Call) -> tuple[Upload, bytes]:
        sent = _sent(call)
        unit, survey_id = place(call)
        return check_upload(unit, survey_id, sent, most), sent.data

    return check


def _sent(call: Call) -> SentFile:
    given = {name: value for name in ("question", "token", "lang") if (value := call.query_one(name))}
    try:
        query = msgspec.convert(given, FileQuery)
    except msgspec.ValidationError as error:
        raise Invalid(f"The address does not fit: {error}.", fields={"question": str(error)}) from None
    if call.content_type != "multipart/form-data":
        raise Unreadable("Send the file as one part of a multipart/form-data body.")
    files = [value for value in _leaves(call.form()) if isinstance(value, UploadedFile)]
    if len(files) != 1:
        raise Unreadable(f"The body holds {len(files)} files; send one.")
    file = files[0]
    return SentFile(query.question, file.filename, file.content_type, file.body, query.token, query.lang)


def _leaves(part: Any) -> list[Any]:
    if isinstance(part, dict):
        return [leaf for value in part.values() for leaf in _leaves(value)]
    return [leaf for value in part for leaf in _leaves(value)] if isinstance(part, list) else [part]


def keep(call: Call) -> Reply:
    """Keep a file until answers name it."""
    new, data = call.prepared
    return json_reply(keep_upload(writing_unit(call), new, data), 201)


def read(call: Call) -> Reply:
    """A file, never to be shown by the browser itself: nobody knows what is in it."""
    found, source = read_upload(call.unit, call.params["key"])
    return attachment(found.name, source)
