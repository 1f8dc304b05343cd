"""Bring a file in: look at it, settle its columns, check it or store it, see what did not fit."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import structs

from rejoinder.console.speech import LANGUAGES, _, language_name, mark
from rejoinder.console.surveys.builder import kind_words
from rejoinder.console.surveys.exporting import title_of
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.incoming import (
    BAD_NAME,
    RETYPABLE,
    SAME_NAME,
    as_table,
    begin_import,
    delete_incoming,
    find_incoming,
    list_incoming,
    look_again,
    look_into,
    may_rename,
    may_retype,
    receive_file,
    settle,
    stop_import,
)
from rejoinder.core.surveys import describe_survey, open_survey
from rejoinder.files.match import fillable
from rejoinder.kernel.reply import Reply
from rejoinder.model.incoming import BUSY, SETTLING, Incoming, IncomingStatus, Seen, Wish
from rejoinder.model.problems import AlreadyExists, Invalid, TooLarge, Unreadable

PAGE = 100
"""Problems on a page."""
_WRONG = {
    BAD_NAME: mark("A name has letters, digits and _, begins with a letter, and is none of our own."),
    SAME_NAME: mark("Another column has this name."),
}
"""What core says of a column's name → what people are told."""


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
        "may_rename": may_rename,
        "may_retype": may_retype,
        "retypable": RETYPABLE,
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
    """Look at the file as its columns are settled, check it, or check and store it."""
    found = find_incoming(visit.unit, visit.number("import"))
    if visit.prepared is not None:
        wish, seen = visit.prepared
        settle(visit.unit, found.id, wish, seen)
        return visit.go(
            f"/surveys/imports/{found.id}", _("This is what becomes of the columns now."), kind="note"
        )
    wish = _wish(visit, found)
    known = {column.variable for column in found.seen.columns} | {*wish.columns.values()}
    if not found.seen.json and any(name not in known for name in wish.keys):
        why = _("This key is no column of the file.")
        raise Invalid(why, fields={"key": why})
    try:
        begin_import(visit.unit, found.id, wish)
    except AlreadyExists as problem:
        raise Invalid(problem.message, fields={"alias": problem.message}) from None
    except Invalid as problem:
        raise _at_columns(problem) from None
    return visit.go(f"/surveys/imports/{found.id}")


def look_once_more(visit: Visit) -> tuple[Wish, Seen] | None:
    """For those who want to look at other names and kinds: what comes of them, outside the writer."""
    if visit.field("what") != "look":
        return None
    found = find_incoming(visit.unit, visit.number("import"))
    wish = _wish(visit, found)
    try:
        return wish, look_again(visit.unit, found.id, wish)
    except Invalid as problem:
        raise _at_columns(problem) from None


def _at_columns(problem: Invalid) -> Invalid:
    """A problem with columns, at the fields of their names."""
    if not any(place.isdecimal() for place in problem.fields):
        return problem
    fields = {f"column[{place}]": _(_WRONG.get(why, why)) for place, why in problem.fields.items()}
    return Invalid(next(iter(fields.values())), fields=fields)


def _names(visit: Visit) -> dict[int, str]:
    """What each column shall become, by its place: every column has a field."""
    sent = visit.form.get("column", {})
    chosen = dict(enumerate(sent)) if isinstance(sent, list) else sent if isinstance(sent, dict) else {}
    return {
        int(place): value.strip(" ")[:200]
        for place, value in chosen.items()
        if isinstance(value, str) and str(place).isdecimal() and len(str(place)) < 7
    }


def _wish(visit: Visit, found: Incoming) -> Wish:
    """What the form says shall become of the file."""
    names, columns, kinds = _names(visit), {}, dict(found.wish.kinds)
    renames: dict[str, str] = {}
    for place, seen in enumerate(found.seen.columns):
        before = f"{seen.variable}\t{seen.part}" if seen.part else seen.variable
        value = names.get(place, before)
        if value != before or (found.survey_id is None and may_rename(seen)):
            columns[str(place)] = value
        if value and may_rename(seen):
            renames[seen.variable] = value
        kind = visit.field(f"kind-{place}", 20) or seen.kind
        if found.survey_id is None and kind != seen.kind and may_retype(seen) and kind in RETYPABLE:
            kinds[str(place)] = kind
    language = visit.field("language", 8)
    key = visit.field("key", 100)
    return Wish(
        columns=columns,
        kinds=kinds,
        keys=(renames.get(key, key),) if key else (),
        store=visit.field("what") == "store",
        name=visit.field("name", 200) or found.wish.name,
        alias=visit.field("alias", 100),
        language=language if language in LANGUAGES else "en",
    )


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
