"""The respondents or responses of one survey, as rows."""

from __future__ import annotations

from rejoinder.core.exports.sources import Slice, Source
from rejoinder.core.respondents.filtered import matcher
from rejoinder.core.respondents.read import Reading, count_all, read_stream, selection
from rejoinder.core.surveys import describe_survey, open_survey
from rejoinder.core.unit import Unit
from rejoinder.files.exports.layout import Layout
from rejoinder.model.exports import Wanted
from rejoinder.model.problems import Invalid
from rejoinder.model.respondent import Level
from rejoinder.store.session import Session


def respondents(unit: Unit, wanted: Wanted) -> Source:
    """Everybody in the survey, with answers or without."""
    return _rows(unit, wanted, "respondent")


def responses(unit: Unit, wanted: Wanted) -> Source:
    """Those who opened the survey or answered."""
    return _rows(unit, wanted, "response")


def _rows(unit: Unit, wanted: Wanted, level: Level) -> Source:
    """Raises NotFound, Invalid for an unknown variable or language and for a bad filter."""
    if wanted.survey is None:
        raise Invalid("Say which survey to export.", fields={"survey": "is missing"})
    survey = open_survey(unit, str(wanted.survey))
    found = describe_survey(unit, str(survey.id))
    name = found.aliases[0] if found.aliases else f"survey-{survey.id}"
    test = matcher(unit, survey, wanted.filter, found.aliases) if wanted.filter.strip() else None
    total = None if test else count_all(unit, survey)[0 if level == "respondent" else 1]
    layout = Layout(survey.shape.schema, wanted.manner, wanted.columns or None)
    if wanted.format == "ndjson":
        narrow = selection(survey, level, wanted.columns) if wanted.columns else None
        stream = read_stream(unit, survey, Reading(level, narrow, test))
    else:
        stream = read_stream(unit, survey, Reading(level, None, test))

    def next_slice(session: Session) -> Slice | None:
        lines = stream(session)
        if lines is None:
            return None
        if wanted.format == "ndjson":
            return Slice((), lines.count(b"\n"), lines)
        return Slice(*layout.read(lines))

    return Source(name, layout.columns, total, next_slice)
