"""Make a tag and change it; its terms are tried on real texts while one writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rejoinder.console.feedback.frame import framed, metric_words, onboarded, project_names, words
from rejoinder.console.feedback.pieces import Piece, marked
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.tag_rules import MAX_DESCRIPTION, MAX_NAME
from rejoinder.core.feedback.tags import TagEdit, change_tag, create_tag, every_tag, get_tag
from rejoinder.core.feedback.trying import Trial, try_terms
from rejoinder.kernel.reply import Reply
from rejoinder.model.feedback import MAX_TERM, MAX_TERMS, METRIC_TYPES, SENTIMENTS, Tag, TagMode
from rejoinder.model.problems import Invalid

MOST_TEXT = MAX_TERMS * (MAX_TERM + 2) + 1000
"""Characters of all terms together."""
NAMES = {"text_match_terms": "terms", "parent_id": "parent", "filter_rules": "properties"}
"""Parameters of the verb → fields of the form at which problems are shown."""


class Tried(NamedTuple):
    """What came of trying terms: a problem in words, or a trial with its examples cut into pieces."""

    problem: str = ""
    trial: Trial | None = None
    examples: tuple[list[Piece], ...] = ()


@onboarded
def new(visit: Visit) -> Reply:
    """A form for a tag that is not there yet."""
    return _form(visit, None)


@onboarded
def edit(visit: Visit) -> Reply:
    """A form for one that is."""
    found = get_tag(visit.unit, visit.number("tag"))
    if found.mode is TagMode.SMART:
        return visit.go(f"/feedback/tags/{found.id}", _("A smart tag cannot be changed."), kind="note")
    return _form(visit, found)


def _form(visit: Visit, found: Tag | None) -> Reply:
    known = every_tag(visit.unit)
    rules = found.filter_rules if found else None
    properties = rules.properties if rules else {}
    return visit.page(
        "feedback/tag_form.html",
        **framed(visit, "/tags"),
        tag=found,
        rules=rules,
        properties="\n".join(f"{key} = {', '.join(values)}" for key, values in properties.items()),
        parents=[("", _("None")), *((one.id, one.display_name) for one in known if not _is(one, found))],
        projects=project_names(visit.unit),
        metrics=[(metric, metric_words()[metric]) for metric in METRIC_TYPES],
        sentiments=[(word, words()[word]) for word in reversed(SENTIMENTS)],
        max_name=MAX_NAME,
        max_terms=MAX_TERMS,
        ruled=bool(rules and any(getattr(rules, name) for name in rules.__struct_fields__)),
    )


def _is(one: Tag, other: Tag | None) -> bool:
    return other is not None and one.id == other.id


def create(visit: Visit) -> Reply:
    """Make it."""
    made = _at_fields(lambda: create_tag(visit.unit, _said(visit)))
    return visit.go(f"/feedback/tags/{made.id}", _("%(name)s is made.", name=made.display_name))


def change(visit: Visit) -> Reply:
    """Keep what was changed."""
    number = visit.number("tag")
    get_tag(visit.unit, number)
    _at_fields(lambda: change_tag(visit.unit, number, _said(visit)))
    return visit.go(f"/feedback/tags/{number}", _("Saved."))


def try_out(visit: Visit) -> Tried:
    """What the terms would find; outside the writer."""
    terms = _terms(visit)
    if not terms:
        return Tried()
    try:
        trial = try_terms(visit.unit, terms, _rules(visit), _parent(visit) if visit.ticked("scope") else None)
    except Invalid as refused:
        return Tried(problem=next(iter(refused.fields.values()), refused.message))
    return Tried(trial=trial, examples=tuple(_cut(text, spans) for text, spans in trial.examples))


def tried(visit: Visit) -> Reply:
    """The part of the form that shows it."""
    return visit.fragment("feedback/tried.html", tried=visit.prepared, marked=marked)


def _cut(text: str, spans: Any) -> list[Piece]:
    """A text with its terms marked, and no more of it than one can read at a glance."""
    pieces, place = [], 0
    for begin, end in spans:
        if begin >= place:
            pieces += [Piece(text[place:begin]), Piece(text[begin:end], "", "note")]
            place = end
    first, last = pieces[0].text, text[place:]
    pieces[0] = Piece(f"…{first[-120:]}" if len(first) > 140 else first)
    return [*pieces, Piece(f"{last[:160]}…" if len(last) > 180 else last)]


def _said(visit: Visit) -> TagEdit:
    mode = visit.field("mode", 20) or "text_match"
    by_terms, parent = mode == "text_match", _parent(visit)
    return TagEdit(
        name=visit.field("name", MAX_NAME, required=True),
        description=visit.field("description", MAX_DESCRIPTION) or None,
        mode=mode,
        parent_id=parent,
        scope_by_parent=parent is not None and visit.ticked("scope"),
        terms=_terms(visit) if by_terms else (),
        filter_rules=_rules(visit) if by_terms else {},
    )


def _terms(visit: Visit) -> list[str]:
    lines = visit.field("terms", MOST_TEXT).splitlines()
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _parent(visit: Visit) -> int | None:
    text = visit.field("parent", 16)
    return int(text) if text.isascii() and text.isdecimal() else None


def _rules(visit: Visit) -> dict[str, Any]:
    """The filter rules of the form. Raises Invalid, which is shown at the field."""
    rules: dict[str, Any] = {
        name: visit.fields(name) for name in ("sentiment", "metric_type") if visit.fields(name)
    }
    if projects := visit.fields("project_ids"):
        rules["project_ids"] = projects
    score = {name: _number(visit, field) for name, field in (("gte", "score_from"), ("lte", "score_to"))}
    if score := {name: value for name, value in score.items() if value is not None}:
        rules["score"] = score
    if properties := _properties(visit.field("properties", 5000)):
        rules["properties"] = properties
    return rules


def _number(visit: Visit, name: str) -> float | None:
    text = visit.field(name, 20).replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        sentence = _("This is not a number.")
        raise Invalid(sentence, fields={name: sentence}) from None


def _properties(text: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in filter(str.strip, text.splitlines()):
        name, equals, values = line.partition("=")
        said = [value.strip() for value in values.split(",") if value.strip()]
        if not (equals and name.strip() and said):
            sentence = _("Write each line as a name, an equals sign and values, such as country = PL, DE.")
            raise Invalid(sentence, fields={"properties": sentence})
        found[name.strip()] = said
    return found


def _at_fields(work: Any) -> Tag:
    """Run a verb; what it refuses is shown at this form's fields."""
    try:
        made: Tag = work()
    except Invalid as refused:
        fields = {NAMES.get(name, name): sentence for name, sentence in refused.fields.items()}
        raise Invalid(refused.message, fields=fields) from None
    return made
