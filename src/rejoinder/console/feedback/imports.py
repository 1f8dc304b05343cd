"""Imports: feedback from CSV files."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from rejoinder.console.feedback.frame import analysed_share, framed, metric_words, onboarded, project_names
from rejoinder.console.feedback.progress import watched
from rejoinder.console.speech import _, language_name
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.importing import NewImport, prepare_import, store_import
from rejoinder.core.feedback.imports import ImportEdit, change_import, delete_import
from rejoinder.core.feedback.onboarding import require_onboarded
from rejoinder.core.feedback.surveys import get_import, list_imports
from rejoinder.files.csv_rows import MAX_BYTES
from rejoinder.kernel.reply import Reply
from rejoinder.model.analysis import LANGUAGES
from rejoinder.model.problems import Invalid

PAGE = 50
MAX_BODY = MAX_BYTES + 65_536
SHOWN = 200
"""Wrong rows that the page lists."""


@onboarded
def imports(visit: Visit) -> Reply:
    """Some of them, the newest first."""
    skip = visit.asked_number("skip") or 0
    found, total = list_imports(visit.unit, skip, PAGE)
    return visit.page(
        "feedback/imports.html",
        **framed(visit, "/imports"),
        **_form(visit),
        imports=[(one, analysed_share(one)) for one in found],
        total=total,
        skip=skip,
        step=PAGE,
        lively=any(not one.sample_analyzed and one.counts.responses for one in found),
    )


def _form(visit: Visit) -> dict[str, Any]:
    return {
        "metrics": [("", _("Not said")), *metric_words().items()],
        "metric_words": metric_words(),
        "languages": [(code, language_name(code)) for code in LANGUAGES],
        "projects": project_names(visit.unit),
        "most": MAX_BYTES,
    }


@onboarded
def one(visit: Visit) -> Reply:
    """One of them."""
    found = get_import(visit.unit, visit.number("import"))
    return visit.page(
        "feedback/import.html",
        **framed(visit, "/imports"),
        **_form(visit),
        found=found,
        share=analysed_share(found),
        works=watched(visit)["works"],
    )


def read(visit: Visit) -> NewImport | Invalid:
    """Read and check the file, outside the writer; gives what is wrong with its rows."""
    require_onboarded(visit.unit)
    file = visit.file("file")
    if file is None:
        sentence = _("Choose a CSV file.")
        raise Invalid(sentence, fields={"file": sentence})
    try:
        return prepare_import(visit.unit, file.body, visit.field("name", 200) or file.filename)
    except Invalid as refused:
        if refused.report is None:
            raise Invalid(refused.message, fields={"file": refused.message}) from None
        return refused


def create(visit: Visit) -> Reply:
    """Store it, or list the rows that are wrong."""
    ready = visit.prepared
    if isinstance(ready, Invalid):
        rows = ready.report.rows if ready.report else ()
        return visit.fragment(
            "feedback/wrong_rows.html",
            message=ready.message,
            rows=rows[:SHOWN],
            more=max(0, len(rows) - SHOWN),
        )
    made = store_import(visit.unit, ready)
    change_import(visit.unit, made.survey_id, _edit(visit, named=False))
    return visit.go(f"/feedback/imports/{made.survey_id}", _("The file is stored. Its texts are being read."))


def change(visit: Visit) -> Reply:
    """Keep what is said of it."""
    number = visit.number("import")
    change_import(visit.unit, number, _edit(visit, named=True))
    return visit.go(f"/feedback/imports/{number}", _("Saved."))


def _edit(visit: Visit, *, named: bool) -> ImportEdit:
    project = visit.field("project", 16)
    return ImportEdit(
        name=visit.field("name", 200, required=True) if named else UNSET,
        source=visit.field("source", 200) or None,
        metric_type=visit.field("metric_type", 10) or None,
        language=visit.field("language", 10) or "en",
        project_ids=(int(project),) if project.isascii() and project.isdecimal() else (),
    )


def delete(visit: Visit) -> Reply:
    """Delete it with all its responses, once its name was written."""
    found = get_import(visit.unit, visit.number("import"))
    if visit.field("confirm", 200).casefold() != found.name.strip().casefold():
        sentence = _("This is not the import's name.")
        raise Invalid(sentence, fields={"confirm": sentence})
    delete_import(visit.unit, found.survey_id)
    return visit.go(
        "/feedback/imports", _("%(name)s is deleted; its responses are being erased.", name=found.name)
    )
