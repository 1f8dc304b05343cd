"""Bring a file in: look at it, settle its columns, check it or store it, see what did not fit."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import structs

from rejoinder.console.speech import LANGUAGES, _, language_name
from rejoinder.console.surveys.builder import kind_words
from rejoinder.console.surveys.exporting import title_of
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.incoming import (
    as_table,
    begin_import,
    delete_incoming,
    find_incoming,
    list_incoming,
    look_into,
    receive_file,
    stop_import,
)
from rejoinder.core.surveys import describe_survey, open_survey
from rejoinder.files.match import fillable
from rejoinder.kernel.reply import Reply
from rejoinder.model.incoming import BUSY, SETTLING, Incoming, IncomingStatus, Seen, Wish
from rejoinder.model.problems import AlreadyExists, Invalid, TooLarge, Unreadable

PAGE = 100
"""Problems on a page."""


class Upload(NamedTuple):
    """A file that was looked into before the transaction."""

    name: str
    data: bytes
    seen: Seen


def import_page(visit: Visit) -> Reply:
    """Choose a file for a survey that exists, and see those that came."""
    survey = survey_of(visit)
    came = list_incoming(visit.unit, str(survey.id))
    values = framed(visit, survey, "/import", came=came, states=states())
    return visit.page("surveys/importing.html", **values)


def states() -> dict[str, tuple[str, str]]:
    """State → its word, and the kind of its badge."""
    return {
        "ready": (_("to be settled"), "note"),
        "waiting": (_("waiting"), "note"),
        "checking": (_("being checked"), "note"),
        "storing": (_("being stored"), "note"),
        "fits": (_("fits"), "good"),
        "refused": (_("does not fit"), "bad"),
        "done": (_("imported"), "good"),
        "failed": (_("failed"), "bad"),
        "cancelled": (_("cancelled"), ""),
    }


def look_at_file(visit: Visit) -> Upload:
    """Read a file that was sent, outside the writer. Raises Invalid at its field."""
    reference = str(survey_of(visit).id) if "survey" in visit.call.params else None
    file = visit.file("file")
    if file is None or not file.body:
        why = _("Choose a file that is not empty.")
        raise Invalid(why, fields={"file": why})
    try:
        data, note = as_table(file.body)
        seen = look_into(visit.unit, data, reference)
    except (Invalid, TooLarge, Unreadable) as problem:
        raise Invalid(problem.message, fields={"file": problem.message}) from None
    seen = structs.replace(seen, notes=(note, *seen.notes)) if note else seen
    return Upload(file.filename, data, seen)


def upload(visit: Visit) -> Reply:
    """Keep the file, and go on to its columns."""
    reference = str(survey_of(visit).id) if "survey" in visit.call.params else None
    sent: Upload = visit.prepared
    new = receive_file(visit.unit, reference, sent.data, sent.name, sent.seen)
    return visit.go(f"/surveys/imports/{new.id}")


def incoming(visit: Visit) -> Reply:
    """One file: its columns while they are settled, how far it is, what became of it."""
    found = find_incoming(visit.unit, visit.number("import"))
    languages = [(code, language_name(code)) for code in LANGUAGES]
    values = {
        "one": found,
        "states": states(),
        "busy": BUSY,
        "offers": offers(visit, found),
        "keys": [
            (name, name)
            for name in dict.fromkeys(one.variable for one in found.seen.columns if not one.part)
            if name
        ],
        "name": describe_survey(visit.unit, str(found.survey_id)).name if found.survey_id else "",
        "languages_of": languages,
        "kind_words": kind_words(),
        "settling": found.status in SETTLING,
        **_problems(visit, found),
    }
    return visit.page("surveys/import_file.html", **values)


def _problems(visit: Visit, found: Incoming) -> dict[str, object]:
    """One page of what did not fit."""
    asked = visit.asked("at", longest=6)
    start = int(asked) if asked.isascii() and asked.isdecimal() else 0
    problems = found.outcome.problems
    here = f"/surveys/imports/{found.id}"
    return {
        "problems": problems[start : start + PAGE],
        "before": visit.to(here, at=max(0, start - PAGE)) if start else None,
        "after": visit.to(here, at=start + PAGE) if start + PAGE < len(problems) else None,
        "shown": len(problems),
    }


def offers(visit: Visit, found: Incoming) -> list[tuple[str, str]]:
    """What a column may become: (value, words)."""
    if found.survey_id is None:
        return []
    survey = open_survey(visit.unit, str(found.survey_id))
    own = survey.shape.schema.languages[0]
    offered = []
    for variable, part in fillable(survey.shape.schema):
        value = f"{variable.name}\t{part}" if part else variable.name
        title = title_of(variable, own)[:50]
        words = f"{variable.name}: {part}" if part else variable.name
        offered.append((value, f"{words} — {title}" if title else words))
    return offered


def progress(visit: Visit) -> Reply:
    """How far a file is, for the page to look."""
    found = find_incoming(visit.unit, visit.number("import"))
    if found.status not in BUSY and visit.is_htmx:
        return visit.go(f"/surveys/imports/{found.id}")
    return visit.fragment("surveys/import_progress.html", one=found)


def start(visit: Visit) -> Reply:
    """Check the file as its columns are settled, or check and store it."""
    found = find_incoming(visit.unit, visit.number("import"))
    known = {name for column in found.seen.columns if (name := column.variable)}
    sent = visit.form.get("column", {})
    chosen = dict(enumerate(sent)) if isinstance(sent, list) else sent if isinstance(sent, dict) else {}
    columns = {}
    for place, seen in enumerate(found.seen.columns):
        value = chosen.get(place, chosen.get(str(place)))
        before = f"{seen.variable}\t{seen.part}" if seen.part else seen.variable
        if isinstance(value, str) and value != before:
            columns[str(place)] = value[:200]
    language = visit.field("language", 8)
    wish = Wish(
        columns=columns,
        keys=(key,) if (key := visit.field("key", 100)) else (),
        store=visit.field("what") == "store",
        name=visit.field("name", 200) or found.wish.name,
        alias=visit.field("alias", 100),
        language=language if language in LANGUAGES else "en",
    )
    if not found.seen.json and any(name not in known for name in wish.keys):
        why = _("This key is no column of the file.")
        raise Invalid(why, fields={"key": why})
    try:
        begin_import(visit.unit, found.id, wish)
    except AlreadyExists as problem:
        raise Invalid(problem.message, fields={"alias": problem.message}) from None
    return visit.go(f"/surveys/imports/{found.id}")


def cancel(visit: Visit) -> Reply:
    """Stop the import."""
    found = stop_import(visit.unit, visit.number("import"))
    stopped = found.status is IncomingStatus.CANCELLED
    said = _("The import is cancelled; nothing was stored.") if stopped else _("It was too late to stop it.")
    return visit.go(f"/surveys/imports/{found.id}", said, kind="good" if stopped else "note")


def remove(visit: Visit) -> Reply:
    """Delete the file; what was imported from it stays."""
    found = find_incoming(visit.unit, visit.number("import"))
    delete_incoming(visit.unit, found.id)
    back = "/surveys/new" if found.survey_id is None else f"/surveys/{found.survey_id}/import"
    return visit.go(back, _("The file is deleted."))
