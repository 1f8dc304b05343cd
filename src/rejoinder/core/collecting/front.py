"""The page about the person, in front of a questionnaire: its questions, and what its answers become."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rejoinder.core.records.types import DEFAULT_LENGTH
from rejoinder.files.answers.messages import sentence
from rejoinder.model.collecting import Asked
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Kind, Schema, Variable
from rejoinder.model.system import EMAIL

FRONT_PAGE = "respondent_page"
"""The name of the page."""
_ADDRESS = re.compile(r"[^\s@<>\"(),;:\\]{1,64}@[^\s@<>\"(),;:\\]{1,255}\.[^\s@<>\"(),;:\\.]{2,}")
_EMAIL_TITLES = {
    "default": "Your email address",
    "de": "Ihre E-Mail-Adresse",
    "en": "Your email address",
    "es": "Su correo electrónico",
    "fr": "Votre adresse e-mail",
    "kk": "Электрондық поштаңыз",
    "pl": "Twój adres e-mail",
    "pt": "Seu e-mail",
    "ru": "Ваш адрес электронной почты",
    "uk": "Ваша електронна адреса",
}


def with_front_page(document: Mapping[str, Any], asks: Sequence[Asked], schema: Schema) -> dict[str, Any]:
    """A definition with a page about the person in front; as it is when nothing is asked."""
    if not asks:
        return dict(document)
    page = {"name": FRONT_PAGE, "elements": [_element(asked, schema) for asked in asks]}
    rest = {name: part for name, part in document.items() if name not in ("elements", "questions", "pages")}
    pages = document.get("pages")
    if not isinstance(pages, list):
        pages = [{"name": "page1", "elements": document.get("elements") or document.get("questions") or []}]
    return {**rest, "pages": [page, *pages]}


def _element(asked: Asked, schema: Schema) -> dict[str, Any]:
    variable = _variable(schema, asked.name)
    titles: Mapping[str, str] = asked.titles or (variable.titles if variable else {})
    if asked.name == EMAIL and not titles:
        titles = _EMAIL_TITLES
    element: dict[str, Any] = {"type": "text", "name": asked.question, "title": dict(titles) or asked.name}
    if asked.name == EMAIL:
        element |= {"inputType": "email", "autocomplete": "email"}
    if asked.required:
        element["isRequired"] = True
    if variable and variable.length:
        element["maxLength"] = variable.length
    return element


def _variable(schema: Schema, name: str) -> Variable | None:
    return next((v for v in schema.variables if v.name == name and v.level == "respondent"), None)


def check_asks(asks: Iterable[Asked], schema: Schema, taken: Iterable[str]) -> None:
    """Whether these can be asked of the person. Raises Invalid.

    Parameters: `taken` — the names of the questionnaire's own questions.
    """
    seen, questions = set[str](), set(taken)
    for asked in asks:
        variable = _variable(schema, asked.name)
        if (
            variable is None
            or variable.kind is not Kind.TEXT
            or variable.origin == "system"
            or variable.fields
        ):
            raise Invalid(
                f"{asked.name[:64]!r} cannot be asked: name email, a label or a respondent's text variable."
            )
        if asked.name in seen:
            raise Invalid(f"{asked.name!r} is asked twice.")
        if asked.question in questions:
            raise Invalid(
                f"The questionnaire has a question {asked.question!r} itself; {asked.name!r} cannot be asked."
            )
        seen.add(asked.name)


def element_names(part: Any) -> set[str]:
    """Every `name` in a definition."""
    found, waiting = set[str](), [part]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("name"), str):
                found.add(part["name"])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def take_person(
    asks: Sequence[Asked], answers: dict[str, Any], schema: Schema, language: str, *, completed: bool
) -> tuple[dict[str, str], dict[str, Any], dict[str, str]]:
    """Part the answers about the person from the others.

    Parameters: `completed` — what is required must be there. Gives the values by variable, the other answers,
    and what is wrong by the question's name.
    """
    rest, values, errors = dict(answers), dict[str, str](), dict[str, str]()
    for asked in asks:
        given = rest.pop(asked.question, None)
        text = given.strip() if isinstance(given, str) else given
        if text is None or text == "":
            if asked.required and completed:
                errors[asked.question] = sentence(language, "required")
        elif wrong := _wrong(asked, text, schema):
            errors[asked.question] = sentence(language, *wrong)
        else:
            values[asked.name] = text
    return values, rest, errors


def _wrong(asked: Asked, text: Any, schema: Schema) -> tuple[Any, ...]:
    """The key of the sentence about a bad answer, and what it counts; empty for a good one."""
    variable = _variable(schema, asked.name)
    longest = (variable.length if variable else None) or DEFAULT_LENGTH
    if not isinstance(text, str):
        return ("text",)
    if len(text) > longest:
        return ("too_long", longest)
    if asked.name == EMAIL and not _ADDRESS.fullmatch(text):
        return ("email",)
    return ()
