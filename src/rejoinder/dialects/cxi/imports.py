"""`/v1/imports` (004, "Imports")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rejoinder.core.feedback.importing import NewImport, prepare_import, store_import
from rejoinder.core.feedback.imports import ImportEdit, change_import, delete_import
from rejoinder.core.feedback.surveys import get_import, list_imports
from rejoinder.core.unit import Unit
from rejoinder.dialects.cxi import wire
from rejoinder.dialects.cxi.gate import onboarded
from rejoinder.dialects.cxi.parameters import (
    Fields,
    fields_of,
    file_of,
    group,
    integer,
    needed_group,
    number_in_path,
    optional_integer,
    page_of,
    refuse,
    several,
    text,
    texts,
)
from rejoinder.dialects.cxi.rendering import pieces_of
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import JSON, Reply, empty_reply, json_reply
from rejoinder.model.feedback import METRIC_TYPES, FeedbackSurvey
from rejoinder.store.session import Session

_READ_ONLY = frozenset(("id", "response_count", "created_at", "sample_analyzed", "responses"))


@onboarded
def listing(call: Call) -> Reply:
    """004, "Get imports": newest first."""
    page = page_of(call)
    found, _ = list_imports(call.unit, page.skip, page.limit)
    return json_reply([wire.listed_import(one) for one in found])


@onboarded
def show(call: Call) -> Reply:
    """004, "Get a specific import": with all its responses."""
    return _whole(call, get_import(call.unit, number_in_path(call, "import", "import")), 200)


@onboarded
def prepare(call: Call) -> tuple[NewImport, ImportEdit]:
    """Read and check the file, before the writer is asked for anything."""
    fields = fields_of(call)
    file = file_of(fields, "file", "csv")
    edit = _edit(group(fields, "import") or {})
    return prepare_import(call.unit, file.body, file.filename), edit


def create(call: Call) -> Reply:
    """004, "Create an import"."""
    new, edit = call.prepared
    made = store_import(call.unit, new)
    return _whole(call, change_import(call.unit, made.survey_id, edit), 201)


@onboarded
def change(call: Call) -> Reply:
    """004, "Update an import": what it is called, what it measures, tags and projects for all its rows."""
    number = number_in_path(call, "import", "import")
    edit = _edit(needed_group(fields_of(call), "import"))
    return _whole(call, change_import(call.unit, number, edit), 200)


@onboarded
def delete(call: Call) -> Reply:
    """004, "Delete an import": it is gone at once, its responses soon."""
    delete_import(call.unit, number_in_path(call, "import", "import"))
    return empty_reply(202)


def known_metric(word: str) -> str:
    """A metric type in lower case. Raises Invalid."""
    if word.lower() not in METRIC_TYPES:
        refuse("metric_type", f"A metric type is one of {', '.join(METRIC_TYPES)}.")
    return word.lower()


def _edit(sent: Fields) -> ImportEdit:
    """What is said of an import. Raises Invalid for what no import has."""
    said: dict[str, Any] = {}
    for name, value in sent.items():
        field = f"import[{name}]"
        match name:
            case "name" | "language":
                said[name] = text(value, field)
            case "source":
                said[name] = text(value, field) if value else None
            case "metric_type":
                said[name] = known_metric(text(value, field)) if value else None
            case "secondary_product_category_id":
                said[name] = optional_integer(value, field)
            case "tag_names":
                said[name] = tuple(texts(value, field))
            case "project_ids":
                said[name] = tuple(integer(one, field) for one in several(value))
            case _ if name not in _READ_ONLY:
                refuse("import", f"An import has no {name[:60]!r}.")
    return ImportEdit(**said)


def _whole(call: Call, found: FeedbackSurvey, status: int) -> Reply:
    """An import with all its responses, piece by piece."""
    head = wire.listed_import(found) | {"sample_analyzed": found.sample_analyzed}
    begin = msgspec.json.encode(head)[:-1] + b',"responses":['
    return Reply(status, b"", JSON, stream=_stream(call.unit, found.survey_id, begin))


def _stream(unit: Unit, survey_id: int, begin: bytes) -> Callable[[Session], bytes | None]:
    """The pieces: the head, then responses in the order of their arrival, then the end."""
    after, first, ended = 0, True, False
    read: Callable[[Unit, int], tuple[int, bytes]] | None = None

    def piece(session: Session) -> bytes | None:
        nonlocal after, first, ended, read
        if ended:
            return None
        now = msgspec.structs.replace(unit, session=session)
        if read is None:
            read = pieces_of(now, survey_id)
        after, body = read(now, after)
        if not body:
            ended = True
            return (begin if first else b"") + b"]}"
        lead, first = begin if first else b",", False
        return lead + body

    return piece
