"""A survey's answers as files: ask for one, watch it, fetch it."""

from __future__ import annotations

from typing import Any, cast

from rejoinder.console.speech import _
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.exports.asking import (
    cancel_export,
    delete_export,
    find_export,
    list_exports,
    read_file,
    request_export,
    user_to_notify,
)
from rejoinder.core.surveys import OpenSurvey
from rejoinder.kernel.attachment import attachment
from rejoinder.kernel.reply import Reply
from rejoinder.model.exports import FORMATS, UNFINISHED, Export, Manner, Wanted
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.model.survey import Variable

SHOWN = 50
"""Exports on the page."""


def exports(visit: Visit) -> Reply:
    """The form, and the exports that were asked for."""
    survey = survey_of(visit)
    before = visit.asked("before", longest=18)
    earlier = int(before) if before.isascii() and before.isdecimal() else None
    found = list_exports(visit.unit, survey=survey.id, before=earlier, limit=SHOWN + 1)
    languages = survey.shape.schema.languages
    values = framed(
        visit,
        survey,
        "/exports",
        exports=found[:SHOWN],
        after=visit.to(f"/surveys/{survey.id}/exports", before=found[SHOWN - 1].id)
        if len(found) > SHOWN
        else None,
        formats=formats(),
        variables=[(one.name, title_of(one, languages[0])) for one in survey.shape.schema.variables],
        languages_of=languages,
        filter=visit.asked("filter", longest=16_384),
        states=states(),
        unfinished=UNFINISHED,
    )
    return visit.page("surveys/exporting.html", **values)


def formats() -> dict[str, tuple[str, str]]:
    """Format → what it is called, and what it is for."""
    return {
        "csv": (_("CSV"), _("Opens everywhere")),
        "xlsx": (_("Excel"), _("With a sheet that explains the columns")),
        "sav": (_("SPSS"), _("With labels of variables and values")),
        "parquet": (_("Parquet"), _("For data science, small and typed")),
        "ndjson": (_("NDJSON"), _("The stored records as they are")),
    }


def states() -> dict[str, tuple[str, str]]:
    """State of an export → its word, and the kind of its badge."""
    return {
        "waiting": (_("waiting"), "note"),
        "running": (_("being written"), "note"),
        "done": (_("ready"), "good"),
        "failed": (_("failed"), "bad"),
        "cancelled": (_("cancelled"), ""),
        "withdrawn": (_("withdrawn"), "warn"),
    }


def title_of(variable: Variable, language: str) -> str:
    """What a variable is called for people."""
    return variable.titles.get(language) or next(iter(variable.titles.values()), "")


def ask_for_export(visit: Visit) -> Reply:
    """Ask for a file."""
    survey = survey_of(visit)
    notify = [user_to_notify(visit.unit, visit.who.email)] if visit.ticked("notify") else []
    try:
        request_export(visit.unit, _wanted(visit, survey), notify=notify)
    except Invalid as problem:
        raise Invalid(problem.message, fields=problem.fields or {_culprit(visit): problem.message}) from None
    return visit.go(f"/surveys/{survey.id}/exports", _("The file is being written."), kind="note")


def _culprit(visit: Visit) -> str:
    return "filter" if visit.field("filter", 16_384) else "format"


def _wanted(visit: Visit, survey: OpenSurvey) -> Wanted:
    chosen = visit.field("format", 20) or "csv"
    if chosen not in FORMATS:
        raise Invalid(_("This format is not offered."))
    manner = Manner(
        values="labels" if visit.field("values") == "labels" else "codes",
        language=visit.field("language", 35) or None,
        multiple="joined" if visit.field("multiple") == "joined" else "split",
        bom=visit.ticked("bom"),
        delimiter=cast("Any", {"semicolon": ";", "tab": "\t"}.get(visit.field("delimiter"), ",")),
    )
    return Wanted(
        kind="responses" if visit.field("rows") == "responses" else "respondents",
        format=chosen,
        survey=survey.id,
        filter=visit.field("filter", 16_384),
        columns=tuple(visit.fields("columns")) if visit.field("which") == "some" else (),
        manner=manner,
    )


def _mine(visit: Visit) -> Export:
    """The export of the address, of this survey. Raises NotFound."""
    survey = survey_of(visit)
    found = find_export(visit.unit, visit.number("export"))
    if found.wanted.survey != survey.id:
        raise NotFound("This export is of another survey.")
    return found


def export_row(visit: Visit) -> Reply:
    """One export, for the page to look how far it is."""
    found = _mine(visit)
    return visit.fragment(
        "surveys/export_row.html",
        one=found,
        states=states(),
        unfinished=UNFINISHED,
        start=f"/surveys/{found.wanted.survey}",
    )


def stop_export(visit: Visit) -> Reply:
    """Stop a file that is being written."""
    found = _mine(visit)
    cancel_export(visit.unit, found.id)
    return visit.go(f"/surveys/{found.wanted.survey}/exports", _("The export is cancelled."))


def remove_export(visit: Visit) -> Reply:
    """Delete a file."""
    found = _mine(visit)
    delete_export(visit.unit, found.id)
    return visit.go(f"/surveys/{found.wanted.survey}/exports", _("The export is deleted."))


def download(visit: Visit) -> Reply:
    """The file. Raises NotFound when there is none any more."""
    found = _mine(visit)
    return attachment(found.file_name, read_file(found, visit.now))
