"""The console's words in eight languages: gettext catalogues, plurals, and CLDR's dates and numbers.

Python and templates say `_("Surveys")` and `ngettext("%(num)d survey", "%(num)d surveys", n)`; which language
that is depends on the visit that is being answered in this thread.
"""

from __future__ import annotations

import gettext as gnu
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Literal, NamedTuple

from babel import Locale, dates, numbers
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from rejoinder.core.unit import moment, zone

Form = Literal["short", "medium", "long", "full"]
LANGUAGES = ("en", "es", "pl", "ru", "kk", "fr", "de", "tr")


class Voice(NamedTuple):
    """How to speak to a visitor."""

    language: str = "en"
    timezone: str = "UTC"


VOICE: ContextVar[Voice] = ContextVar("voice", default=Voice())  # noqa: B039  an immutable tuple


def _(text: str, /, **values: Any) -> str:
    """A text in the visitor's language; `%(name)s` in it is replaced by `name`."""
    said = _catalogue(VOICE.get().language).gettext(text)
    return said % values if values else said


def ngettext(singular: str, plural: str, number: int, /, **values: Any) -> str:
    """A text about a number of things; `%(num)s` in it is the number as the language writes it."""
    said = _catalogue(VOICE.get().language).ngettext(singular, plural, number)
    return said % {"num": number_text(number), **values}


def ngettext_raw(singular: str, plural: str, number: int) -> str:
    """As `ngettext`, with what it says about values left to the caller; for templates."""
    return _catalogue(VOICE.get().language).ngettext(singular, plural, number)


def mark(text: str) -> str:
    """Say that a text is to be translated where it stands, and is spoken later."""
    return text


@cache
def _catalogue(language: str) -> gnu.NullTranslations:
    """A language's catalogue, compiled once in each process; English is what the code says."""
    if language == "en":
        return gnu.NullTranslations()
    read = _read(language)
    if read is None:
        return gnu.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def _read(language: str) -> Catalog | None:
    source = files("rejoinder.console") / "words" / f"{language}.po"
    if not source.is_file():
        return None
    with source.open("rb") as file:
        return read_po(file, locale=language)


@cache
def catalogue_of(language: str, context: str = "problem") -> dict[str, str]:
    """The texts of one context: English → the language's, those that are translated."""
    found = _read(language) or ()
    return {
        one.id: one.string
        for one in found
        if one.context == context and isinstance(one.id, str) and isinstance(one.string, str) and one.string
    }


@cache
def locale(language: str) -> Locale:
    """CLDR's rules of a language."""
    return Locale.parse(language)


def _locale() -> Locale:
    return locale(VOICE.get().language)


def language_name(language: str) -> str:
    """What a language calls itself, with a capital letter where it stands alone."""
    name = locale(language).get_display_name() or language
    return name[:1].upper() + name[1:]


def local(micros: int) -> datetime:
    """A moment in the workspace's time zone."""
    return moment(micros).astimezone(zone(VOICE.get().timezone))


def moment_text(micros: int | None, form: Form = "medium") -> str:
    """Date and time in the workspace's zone; `form` is short, medium, long or full. A dash for None."""
    if micros is None:
        return "–"
    text: str = dates.format_datetime(local(micros), form, locale=_locale())
    return text.replace("\u202f", "\u00a0")  # so narrow a space cannot be seen in our face


def day_text(micros: int | None, form: Form = "medium") -> str:
    """A date in the workspace's zone. A dash for None."""
    if micros is None:
        return "–"
    text: str = dates.format_date(local(micros), form, locale=_locale())
    return text.replace("\u202f", "\u00a0")


def date_text(day: date, skeleton: str) -> str:
    """A day, or the month or year that begins with it in words. `skeleton` — CLDR's letters: MMMd."""
    return dates.format_skeleton(skeleton, day, locale=_locale())


def ago_text(micros: int | None, now: int) -> str:
    """How long ago something was, or how soon it will be. A dash for None."""
    if micros is None:
        return "–"
    seconds = round((micros - now) / 1e6)
    if -5 < seconds <= 0:
        return _("just now")
    return dates.format_timedelta(seconds, add_direction=True, locale=_locale())


def span_text(seconds: float) -> str:
    """How long something takes."""
    return dates.format_timedelta(round(seconds), locale=_locale())


def number_text(value: float | None, digits: int | None = None) -> str:
    """A number as the language writes it. `digits` — after the point, None: as needed."""
    if value is None:
        return "–"
    if digits is None:
        return numbers.format_decimal(value, locale=_locale())
    return numbers.format_decimal(value, f"#,##0.{'0' * digits}" if digits else "#,##0", locale=_locale())


def percent_text(share: float | None, digits: int = 0) -> str:
    """A share of 1 as percent. A dash for None."""
    if share is None:
        return "–"
    rounded = round(share * 100, digits)
    text = number_text(rounded, digits)
    return _("%(number)s%%", number=text) if VOICE.get().language == "en" else _percent_sign(text)


def _percent_sign(text: str) -> str:
    pattern: str = _locale().percent_formats[None].pattern
    return pattern[: pattern.index("#")] + text + pattern.rpartition("0")[2]


def bytes_text(size: int | None) -> str:
    """A size in B, KB, MB or GB."""
    if size is None:
        return "–"
    amount, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if amount < 1000 or unit == "TB":
            break
        amount /= 1000
    return f"{number_text(round(amount, 0 if unit == 'B' or amount >= 100 else 1))}\u00a0{unit}"
