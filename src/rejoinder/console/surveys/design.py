"""A survey's questionnaire: the builder, its JSON, what a change would do, and the versions before."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from rejoinder.console.speech import LANGUAGES, _, language_name
from rejoinder.console.surveys.builder import ICONS, builder_words, kind_words, kinds
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.redefining import redefine_survey
from rejoinder.core.respondents.read import count_all
from rejoinder.core.reviewing import (
    Altered,
    Review,
    compare_definitions,
    definition_of,
    list_versions,
    newest_version,
    review_definition,
)
from rejoinder.core.surveys import OpenSurvey
from rejoinder.files.json_places import line_of_byte, line_of_place
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid, Problem, TooLarge, Unreadable

MAX_TEXT = 16_000_000
_BYTE = re.compile(r"\(byte (\d+)\)")


def builder(visit: Visit) -> Reply:
    """Questions as forms, with the survey beside them."""
    return _desk(visit, "surveys/design.html", "build")


def source(visit: Visit) -> Reply:
    """The definition as JSON, with the survey beside it."""
    return _desk(visit, "surveys/design_json.html", "json")


def _desk(visit: Visit, template: str, part: str) -> Reply:
    survey = survey_of(visit)
    version = newest_version(visit.unit, str(survey.id))
    if version:
        document = msgspec.json.decode(definition_of(visit.unit, str(survey.id), version))
    else:
        document = _blank(survey)
    names = {code: language_name(code) for code in LANGUAGES}
    values = framed(
        visit,
        survey,
        "/design",
        parts=parts(visit, survey, part),
        version=version,
        definition=msgspec.json.format(msgspec.json.encode(document), indent=2).decode(),
        words=builder_words(),
        names={code: code for code in survey.shape.schema.languages} | names,
        kinds=kinds(),
        icons=ICONS,
    )
    return visit.page(template, **values)


def _blank(survey: OpenSurvey) -> dict[str, Any]:
    own = survey.shape.schema.languages[0]
    made: dict[str, Any] = {"title": survey.row.name, "pages": [{"name": "page1", "elements": []}]}
    return made if own == "en" else {"locale": own, **made}


def parts(visit: Visit, survey: OpenSurvey, lit: str) -> list[tuple[str, str, bool]]:
    """The links between the ways to look at a questionnaire."""
    start = f"/surveys/{survey.id}/design"
    return [
        (_("Builder"), visit.to(start), lit == "build"),
        (_("JSON"), visit.to(f"{start}/json"), lit == "json"),
        (_("Versions"), visit.to(f"{start}/versions"), lit == "versions"),
    ]


def look_at_change(visit: Visit) -> dict[str, Any]:
    """Find out, outside the writer, what a definition would change."""
    survey = survey_of(visit)
    text = visit.field("definition", MAX_TEXT)
    known: dict[str, Any] = {"respondents": count_all(visit.unit, survey)[0]}
    try:
        review = review_definition(visit.unit, str(survey.id), text.encode())
    except (Invalid, Unreadable, TooLarge) as problem:
        return known | {"errors": _errors(text, problem), "review": None}
    errors = [(line_of_place(text, place), place, why) for place, why in review.refused]
    return known | {"errors": errors, "review": review}


def _errors(text: str, problem: Problem) -> list[tuple[int | None, str, str]]:
    """(line, place, sentence) of what is wrong."""
    if isinstance(problem, Invalid) and problem.fields:
        return [(line_of_place(text, place), place, problem.message) for place in problem.fields]
    found = _BYTE.search(problem.message)
    line = line_of_byte(text, int(found[1])) if found else None
    return [(line, "", _BYTE.sub("", problem.message).replace(" .", "."))]


def check(visit: Visit) -> Reply:
    """Say what a definition would change, in the dialog before saving."""
    found = visit.prepared
    review: Review | None = found["review"]
    harmless = (
        review is not None
        and not found["errors"]
        and not review.notes
        and (not found["respondents"] or all(map(_is_harmless, review.altered)))
    )
    return visit.fragment(
        "surveys/design_review.html",
        errors=found["errors"],
        review=review,
        harmless=harmless,
        respondents=found["respondents"],
        lines=[told(one) for one in review.altered] if review else [],
    )


def _is_harmless(one: Altered) -> bool:
    return one.fate == "new" or (one.fate == "changed" and not one.lost)


def told(one: Altered) -> tuple[str, str, str, list[str]]:
    """(fate, name, kind, what is different) of a variable."""
    variable = one.after or one.before
    assert variable is not None
    said, kinds_of = [], kind_words()
    if one.fate == "gone":
        said.append(_("Not asked any more; its answers stay."))
    if one.fate == "new":
        said.append(_("A new variable."))
    if one.before and one.after:
        if one.before.kind is not one.after.kind:
            said.append(
                _("Was %(old)s, is %(new)s.", old=kinds_of[one.before.kind], new=kinds_of[one.after.kind])
            )
        if one.added:
            said.append(_("New: %(codes)s", codes=_listed(one.added)))
        if one.lost:
            said.append(_("Not offered any more, kept with answers: %(codes)s", codes=_listed(one.lost)))
        if one.before.titles != one.after.titles:
            said.append(_("Other words."))
        elif not said:
            said.append(_("Other words for its options."))
    return one.fate, one.name, kinds_of[variable.kind], said


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(codes[:12]) + ("…" if len(codes) > 12 else "")


def save(visit: Visit) -> Reply:
    """Give the survey the definition, as its next version."""
    survey = survey_of(visit)
    base = visit.field("base", 12)
    after = int(base) if base.isascii() and base.isdecimal() else None
    text = visit.field("definition", MAX_TEXT, required=True)
    try:
        redefine_survey(visit.unit, str(survey.id), text.encode(), after=after)
    except Invalid as problem:
        raise Invalid(problem.message) from None
    version = newest_version(visit.unit, str(survey.id))
    back = "/json" if visit.field("back") == "json" else ""
    return visit.go(f"/surveys/{survey.id}/design{back}", _("Saved as version %(number)s.", number=version))


def versions(visit: Visit) -> Reply:
    """Every version, the newest first."""
    survey = survey_of(visit)
    found = list_versions(visit.unit, str(survey.id))
    values = framed(visit, survey, "/design", parts=parts(visit, survey, "versions"), versions=found)
    return visit.page("surveys/design_versions.html", **values)


def version(visit: Visit) -> Reply:
    """One version: what differs from the newest one, and its text."""
    survey = survey_of(visit)
    number = visit.number("version")
    text = definition_of(visit.unit, str(survey.id), number)
    known = list_versions(visit.unit, str(survey.id))
    newest = known[0].version
    altered = compare_definitions(definition_of(visit.unit, str(survey.id), newest), text)
    at = next(one.at for one in known if one.version == number)
    values = framed(
        visit,
        survey,
        "/design",
        parts=parts(visit, survey, "versions"),
        number=number,
        newest=newest,
        at=at,
        lines=[told(one) for one in altered],
        text=msgspec.json.format(text.encode(), indent=2).decode(),
    )
    return visit.page("surveys/design_version.html", **values)


def restore(visit: Visit) -> Reply:
    """Make an earlier version the newest one again."""
    survey = survey_of(visit)
    number = visit.number("version")
    text = definition_of(visit.unit, str(survey.id), number)
    redefine_survey(visit.unit, str(survey.id), text.encode())
    newest = newest_version(visit.unit, str(survey.id))
    said = _("Version %(old)s is back, as version %(new)s.", old=number, new=newest)
    return visit.go(f"/surveys/{survey.id}/design/versions", said)
