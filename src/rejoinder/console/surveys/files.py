"""Files that respondents sent, as answers name them, and their download."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rejoinder.console.speech import _
from rejoinder.console.surveys.tabs import survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.collecting.files import read_upload
from rejoinder.kernel.attachment import attachment
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import NotFound

_LINE = re.compile(r"([A-Za-z0-9_-]{32})/(.+)")


class Named(NamedTuple):
    """A file of an answer. `line` — as the record has it; `key` — what it is fetched by, empty for a drawing
    that is in the record itself."""

    line: str
    key: str
    name: str


def files_of(value: Any) -> list[Named]:
    """The files that an answer names, or the drawing that it is."""
    if not isinstance(value, str) or not value:
        return []
    if value.startswith("data:"):
        return [Named(value, "", _("A drawing"))]
    found = [(line, _LINE.fullmatch(line)) for line in value.split("\n") if line]
    return [Named(line, at[1] if at else "", at[2] if at else line) for line, at in found]


def download_file(visit: Visit) -> Reply:
    """One file of a respondent. Raises NotFound, also where it is another's."""
    survey, respid = survey_of(visit), visit.number("respid")
    found, source = read_upload(visit.unit, visit.text("key"))
    if (found.survey_id, found.respid) != (survey.id, respid):
        raise NotFound("This respondent has no such file.")
    return attachment(found.name, source)
