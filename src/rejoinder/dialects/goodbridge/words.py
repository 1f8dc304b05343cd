"""The languages of GoodBridge, and texts in the one that was asked for (000, "Query Parameters")."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from rejoinder.model.survey import Texts

LANGUAGES = ("ru", "kz", "kk", "en", "fr", "de", "tr")
"""What `display_lang_code` and `filters.lang_code` may be; `kz` and `kk` are one language."""
_SYNONYMS = {"kz": "kk"}
_YES_NO = {
    "ru": ("Да", "Нет"),
    "kk": ("Иә", "Жоқ"),
    "en": ("Yes", "No"),
    "fr": ("Oui", "Non"),
    "de": ("Ja", "Nein"),
    "tr": ("Evet", "Hayır"),
}


def canonical(language: str) -> str:
    """A language's code as `info.lang` shows it."""
    return _SYNONYMS.get(language, language)


def spellings(language: str) -> list[str]:
    """All codes under which a language may be stored."""
    code = canonical(language)
    return [code, *(other for other, meant in _SYNONYMS.items() if meant == code)]


def shown_language(stored: str | None) -> bytes:
    """A response's language as JSON."""
    return msgspec.json.encode(stored and canonical(stored))


class Words(NamedTuple):
    """Picks texts: in `language`, else in the survey's `own`, else in any."""

    language: str
    own: str

    def of(self, texts: Texts, otherwise: str) -> str:
        """One text; `otherwise` where there is none in any language."""
        for code in (*spellings(self.language), *spellings(self.own)):
            if text := texts.get(code):
                return text
            if text := next((found for key, found in texts.items() if _is_regional(key, code)), ""):
                return text
        return next(filter(None, texts.values()), otherwise)

    def yes_no(self) -> tuple[str, str]:
        """The two answers of a boolean."""
        return _YES_NO[canonical(self.language)]


def _is_regional(key: str, code: str) -> bool:
    """Whether `key` is a country's variant of a language: `de-AT` of `de`."""
    return key.replace("_", "-").lower().startswith(f"{code.lower()}-")
