"""Questions with choices: one of them, several, in an order; and the texts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rejoinder.files.answers.builder import Builder, flag, lists, whole
from rejoinder.files.answers.codes import Codes, codes_of, key_of, raw_values
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.run import Form, Run, Wrong
from rejoinder.files.answers.texts import as_text, clean, comment_form
from rejoinder.files.surveyjs_choices import has_other
from rejoinder.files.surveyjs_reading import At, Element
from rejoinder.model.survey import Kind, Variable

MOST_CHOSEN = 5_000
"""Choices in one answer."""
OTHER = "other"


def single_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """One choice; a text where the choices are not in the definition."""
    if variable is None or variable.kind is not Kind.SINGLE:
        return _listed_form() if variable is None else comment_form(builder, element, at, variable)
    codes, free = codes_of(builder, element, variable.options), is_free(builder, element)

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        code = _one(codes, free, plain(value))
        if codes.is_shown(scope, code):
            return code
        run.drop(place)
        return None

    return Form(judge, codes.back)


def plain(part: Any) -> Any:
    """A choice without the comment that a page puts beside it where single choices have comment boxes."""
    return part["value"] if isinstance(part, Mapping) and "value" in part else part


def is_free(builder: Builder, element: Element) -> bool:
    """Whether the text of an "other" choice is the answer itself, and not a comment beside it."""
    own, whole_survey = element.get("storeOthersAsComment"), builder.document.get("storeOthersAsComment")
    if not has_other(element):
        return False
    if own is False or (own in (None, "default") and whole_survey is False):
        return True
    return any(
        isinstance(item, Mapping) and flag(item, "showCommentArea") for item in lists(element, "choices")
    )


def scale_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """A rating: one code, whose value in the data is a number where it can be."""
    options = variable.options if variable else ()
    own = raw_values(lists(element, "rateValues"))
    raw = {o.code: own.get(o.code, _as_number(o.code) if not own else o.code) for o in options}
    return _plain(Codes(raw, raw))


def boolean_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """Yes or no, or the two values of its own."""
    values = (element.get("valueTrue", True), element.get("valueFalse", False))
    if variable and variable.kind is Kind.SINGLE:
        raw = {key_of(value): value for value in values}
        return _plain(
            Codes((o.code for o in variable.options), raw),
            dict(zip((True, False), map(key_of, values), strict=True)),
        )
    return Form(_truth, lambda value: value == 1)


def _truth(run: Run, scope: Scope, value: Any, place: str) -> Any:
    if value is True or value is False:
        return int(value)
    known = {"true": 1, "1": 1, "false": 0, "0": 0}.get(key_of(value).lower())
    if known is None:
        raise Wrong("boolean")
    return known


def _plain(codes: Codes, also: Mapping[Any, str] | None = None) -> Form:
    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        code = codes.find(value)
        if code is None and also and isinstance(value, bool):
            code = also.get(value)
        if code is None:
            raise Wrong("choice")
        return code

    return Form(judge, codes.back)


def _as_number(code: str) -> Any:
    try:
        number = float(code)
    except ValueError:
        return code
    return int(number) if number.is_integer() else number


def multi_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """Several choices."""
    if variable is None or variable.kind is not Kind.MULTI:
        return _listed_form()
    codes, free = codes_of(builder, element, variable.options), is_free(builder, element)
    least, most = whole(element, "minSelectedChoices"), whole(element, "maxSelectedChoices")
    alone, inside = _exclusive(element), element.get("valuePropertyName")

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        chosen: dict[str, None] = {}
        for part in several(value) if value is not None else ():
            code = _one(
                codes, free, part.get(inside) if inside and isinstance(part, Mapping) else plain(part)
            )
            if codes.is_shown(scope, code):
                chosen.setdefault(code)
            else:
                run.drop(place)
        if most and len(chosen) > most:
            raise Wrong("max_selected", most)
        if least and len(chosen) < least and run.demanding and not alone & chosen.keys():
            raise Wrong("min_selected", least)
        if len(chosen) > 1 and alone & chosen.keys():
            raise Wrong("exclusive")
        return {"true": list(chosen)} if chosen else None

    def restore(value: Mapping[str, Any]) -> Any:
        found = [codes.back(code) for code in value.get("true", ())]
        return [{inside: one} for one in found] if isinstance(inside, str) and inside else found

    return Form(judge, restore, least > 0)


def several(value: Any) -> list[Any]:
    """An answer of several parts as a list. Raises Wrong for too many."""
    if not isinstance(value, list):
        value = [value]
    if len(value) > MOST_CHOSEN:
        raise Wrong("form")
    return value  # type: ignore[no-any-return]


def _one(codes: Codes, free: bool, value: Any) -> str:
    code = codes.find(value)
    if code is None:
        if not free or not isinstance(value, str) or not clean(value).strip():
            raise Wrong("choice")
        return OTHER
    return code


def _exclusive(element: Element) -> frozenset[str]:
    """Codes that stand alone: "none" and its like, and the items that say so."""
    found = {
        code
        for code, switches in (
            ("none", ("showNoneItem", "hasNone")),
            ("refused", ("showRefuseItem",)),
            ("dontknow", ("showDontKnowItem",)),
        )
        if flag(element, *switches)
    }
    found |= {
        key_of(item.get("value"))
        for item in lists(element, "choices")
        if isinstance(item, Mapping) and item.get("isExclusive") is True
    }
    return frozenset(found)


def _listed_form() -> Form:
    """Choices that are not in the definition: a line of text for each that was chosen."""

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        lines = [" ".join(as_text(part).split()) for part in several(value)]
        return as_text("\n".join(line for line in lines if line)) or None

    return Form(judge, lambda value: value.split("\n"))


def pictures_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """Pictures to choose from."""
    make = multi_form if element.get("multiSelect") is True else single_form
    return make(builder, element, at, variable)


def ranking_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """Items in order; with `selectToRankEnabled` some of them."""
    codes = codes_of(builder, element, variable.fields if variable else ())
    some = flag(element, "selectToRankEnabled")
    least = whole(element, "minSelectedChoices") if some else 0
    most = whole(element, "maxSelectedChoices") if some else 0

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        ranks: dict[str, int] = {}
        for part in several(value):
            code = codes.find(part)
            if code is None or code in ranks:
                raise Wrong("ranking")
            if codes.is_shown(scope, code):
                ranks[code] = len(ranks) + 1
        if most and len(ranks) > most:
            raise Wrong("max_selected", most)
        if least and len(ranks) < least and run.demanding:
            raise Wrong("min_selected", least)
        return ranks or None

    def restore(value: Mapping[str, int]) -> list[Any]:
        return [codes.back(code) for code in sorted(value, key=lambda code: value[code])]

    return Form(judge, restore)
