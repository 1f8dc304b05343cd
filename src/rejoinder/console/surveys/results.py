"""A survey's results: every question with a chart, for all answers or some of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from rejoinder.console.speech import LANGUAGES, _, language_name, ngettext
from rejoinder.console.surveys.charting import by_day, card_of, figure
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.surveys.values import Reader, background, questions
from rejoinder.console.visit import Visit
from rejoinder.core.collecting.authoring import list_collectors
from rejoinder.core.feedback.standing import is_onboarded
from rejoinder.core.feedback.surveys import feedback_of_survey
from rejoinder.core.feedback.tag_listing import tag_names
from rejoinder.core.feedback.trends import tags_of_survey
from rejoinder.core.respondents.read import count_all
from rejoinder.core.results.asking import ask_for_results, open_results, standing, stop_counting
from rejoinder.core.results.measures import measure
from rejoinder.core.surveys import OpenSurvey
from rejoinder.kernel.reply import Reply
from rejoinder.model.feedback import Counts
from rejoinder.model.filters.parser import parse
from rejoinder.model.filters.printer import print_tree
from rejoinder.model.filters.tree import And, Compare, Literal, Node, Path
from rejoinder.model.problems import Invalid
from rejoinder.model.results import Asked, Results, Standing
from rejoinder.model.system import EMAIL, ENDED, LANGUAGE
from rejoinder.store.session import Session

MOST_TAGS = 12


class Looking(NamedTuple):
    """Whose answers a visitor wants to see."""

    asked: Asked
    typed: str
    language: str
    collector: str
    since: str
    until: str
    problem: str = ""


def results(visit: Visit) -> Reply:
    """The results as they are kept; those that are not there, or old, are asked for behind the answer."""
    survey = survey_of(visit)
    reader = Reader(survey.shape.schema, visit.asked("in"))
    looking = _looking(visit, survey)
    found = Standing(status="failed", error=looking.problem, stale=False)
    if not looking.problem:
        found = _standing(visit, survey, looking)
    respondents, responses = count_all(visit.unit, survey)
    values: dict[str, Any] = {
        "respondents": respondents,
        "responses": responses,
        "looking": looking,
        "keep": _kept(looking),
        "standing": found,
        "languages": {code: _language(code) for code in reader.schema.languages},
        "collectors": list_collectors(visit.unit, str(survey.id)),
        "narrowed": looking.asked != Asked(),
    }
    if found.results is not None:
        values |= _shown(visit, survey, reader, found.results, whole=looking.asked == Asked())
    else:
        values |= {"cards": [], "background": [], "figures": [], "days": None, "tags": [], "comment": None}
    return visit.page("surveys/results.html", **framed(visit, survey, "", **values))


def progress(visit: Visit) -> Reply:
    """How far the counting is; when it is done, the page is asked for again."""
    survey = survey_of(visit)
    looking = _looking(visit, survey)
    found = standing(visit.unit, survey, looking.asked)
    if not found.busy:
        visit.headers += ((b"hx-refresh", b"true"),)
    values = {"standing": found, "start": f"/surveys/{survey.id}", "keep": _kept(looking)}
    return visit.fragment("surveys/counting_bar.html", **values)


def count_anew(visit: Visit) -> Reply:
    """Count now."""
    survey, asked = survey_of(visit), _asked_in_form(visit)
    ask_for_results(visit.unit, survey, asked)
    return _back(visit, survey)


def stop(visit: Visit) -> Reply:
    """Stop counting; what was counted before stays."""
    survey = survey_of(visit)
    stop_counting(visit.unit, survey, _asked_in_form(visit))
    return _back(visit, survey)


def figures(visit: Visit) -> Reply:
    """What a survey measures, for the overview: a part that comes by itself."""
    survey = survey_of(visit)
    found = _standing(visit, survey, Looking(Asked(), "", "", "", "", ""))
    reader = Reader(survey.shape.schema)
    measured = _figures(reader, found.results) if found.results else []
    return visit.fragment("surveys/figures.html", measured=measured, standing=found)


def _standing(visit: Visit, survey: OpenSurvey, looking: Looking) -> Standing:
    found = standing(visit.unit, survey, looking.asked)
    if found.stale and not found.busy and found.status not in ("stopped", "failed"):
        unit = visit.unit

        def ask(session: Session) -> None:
            ask_for_results(msgspec.structs.replace(unit, session=session), survey, looking.asked)

        visit.call.afterwards = ask
        found = msgspec.structs.replace(found, status="waiting")
    return found


def _looking(visit: Visit, survey: OpenSurvey) -> Looking:
    """The filter of the address; what is wrong with it is said in `problem`."""
    typed, language = visit.asked("f", longest=20_000).strip(), visit.asked("language", longest=35)
    since, until = visit.asked("since", longest=10), visit.asked("until", longest=10)
    chosen = visit.asked("collector", longest=18)
    looking = Looking(Asked(), typed, language, chosen, since, until)
    try:
        tree = _tree(typed, language if language in survey.shape.schema.languages else "", since, until)
        number = int(chosen) if chosen.isascii() and chosen.isdecimal() else None
        asked = Asked(print_tree(tree) if tree is not None else "", number)
        if typed:  # positions are those of what was typed
            open_results(visit.unit, survey, Asked(typed))
        return looking._replace(asked=asked)
    except Invalid as error:
        return looking._replace(problem=error.message)


def _tree(typed: str, language: str, since: str, until: str) -> Node | None:
    """Raises Invalid, with the position."""
    parts: list[Node] = [parse(typed)] if typed else []
    if language:
        parts.append(Compare("=", Path("respondent", LANGUAGE), Literal(language)))
    for text, operator, more in ((since, ">=", 0), (until, "<", 1)):
        if text:
            day = _day(text) + timedelta(days=more)
            parts.append(Compare(operator, Path("response", ENDED), Literal(day)))
    return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def _day(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(_("%(value)s is not a date.", value=text)) from None
    if not 1900 <= found.year < 9000:
        raise Invalid(_("%(value)s is not a date.", value=text))
    return datetime(found.year, found.month, found.day)  # noqa: DTZ001  as records have them


def _kept(looking: Looking) -> dict[str, str | None]:
    return {
        "f": looking.typed or None,
        "language": looking.language or None,
        "collector": looking.collector or None,
        "since": looking.since or None,
        "until": looking.until or None,
    }


def _asked_in_form(visit: Visit) -> Asked:
    collector = visit.field("asked_collector", 18)
    return Asked(visit.field("asked_filter", 25_000), int(collector) if collector.isdecimal() else None)


def _back(visit: Visit, survey: OpenSurvey) -> Reply:
    query = visit.field("back", 30_000)
    return visit.go(f"/surveys/{survey.id}" + (f"?{query}" if query else ""))


def _shown(
    visit: Visit, survey: OpenSurvey, reader: Reader, found: Results, *, whole: bool
) -> dict[str, Any]:
    counted = found.questions
    cards = [card_of(reader, v, counted[v.name]) for v in questions(reader.schema) if v.name in counted]
    known = [v for v in background(reader.schema) if v.name in counted and v.name != EMAIL]
    more = [card_of(reader, v, counted[v.name]) for v in known if counted[v.name].base]
    comment, tags = _tags(visit, survey) if whole else (None, [])
    return {
        "cards": cards,
        "background": more,
        "figures": _figures(reader, found),
        "days": by_day(found.days),
        "tags": tags,
        "comment": comment,
    }


def _language(code: str) -> str:
    return language_name(code) if code in LANGUAGES else code


def _figures(reader: Reader, found: Results) -> list[tuple[str, str, str, str]]:
    """Of every question that measures something: figure, value, margin and answers, the question."""
    told = []
    for variable in questions(reader.schema):
        question = found.questions.get(variable.name)
        if variable.metric and question and (what := measure(variable, question)):
            name, value, margin = figure(what)
            answers = ngettext("%(num)s answer", "%(num)s answers", what.base)
            told.append((name, value, f"{margin} · {answers}", reader.title(variable)))
    return told


def _tags(visit: Visit, survey: OpenSurvey) -> tuple[str | None, list[tuple[str, Counts]]]:
    """The variable that is the survey's comment, and the tags on it: those on most responses first."""
    if not is_onboarded(visit.unit):
        return None, []
    comment = feedback_of_survey(visit.unit, str(survey.id)).roles.comment
    if comment is None:
        return None, []
    counts = tags_of_survey(visit.unit, survey.id)
    names = tag_names(visit.unit)
    most = sorted(counts.items(), key=lambda pair: -pair[1].responses)[:MOST_TAGS]
    return comment, [(names.get(number, str(number)), found) for number, found in most]
