"""Texts of a SurveyJS definition: plain, or `{"default": …, "pl": …}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rejoinder.files.titles import clean
from rejoinder.model.survey import Texts

MAX_TEXT = 20_000
"""Longest title or label, in characters; what is longer is cut."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})?\Z")
_MOST_LANGUAGES = 200


@dataclass
class Languages:
    """The languages met so far; `own` is the survey's, under which "default" texts are kept."""

    own: str = "en"
    met: dict[str, None] = field(default_factory=dict)

    def texts(self, value: object, otherwise: str = "") -> Texts:
        """Return a text in its languages; `otherwise` is used, in the survey's own, when there is none."""
        found = self._found(value)
        if not found and otherwise:
            found = {self.own: clean(otherwise[:MAX_TEXT])}
        for language in found:
            self.met.setdefault(language)
        return found

    def all(self) -> tuple[str, ...]:
        """The survey's own language, then the others as they were met."""
        return (self.own, *(language for language in self.met if language != self.own))

    def _found(self, value: object) -> Texts:
        if isinstance(value, str):
            return {self.own: clean(value[:MAX_TEXT])} if value.strip() else {}
        if not isinstance(value, Mapping):
            return {}
        found: Texts = {}
        for language, text in list(value.items())[:_MOST_LANGUAGES]:
            code = self.own if language == "default" else language
            if isinstance(text, str) and text.strip() and isinstance(code, str) and _LANGUAGE.match(code):
                found.setdefault(code, clean(text[:MAX_TEXT]))
        return found


def is_language(value: object) -> bool:
    """Whether `value` is a language code such as `en` or `pt-br`."""
    return isinstance(value, str) and _LANGUAGE.match(value) is not None
