"""Bring the console's catalogues up to date with the texts in its code.

Texts are found in `src/rejoinder/console` (`_`, `ngettext`, `mark`, templates) and, with the context
"problem", in all that raises problems (with "piece": words that are values in those); they are merged into
`words/<language>.po`: new ones come without a translation, and those that nobody says any more are dropped.

Usage: python scripts/messages.py [--check]

With --check, it only tells what is missing or wrong, and fails then.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from sentences import pieces, sentences

CONSOLE = Path(__file__).resolve().parents[1] / "src" / "rejoinder" / "console"
WORDS = CONSOLE / "words"
LANGUAGES = ("es", "pl", "ru", "kk", "fr", "de", "tr")
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
PLACE = re.compile(r"%\((\w+)\)[sd]")
SIGN = re.compile(r"%\(\w+\)[sd]|(%%?)")
TAG = re.compile(r"</?[a-z][^>]*>|\{\w+\}")
HEADER = "# The console's words in %s. `make messages` brings them up to date with the code."


def template() -> Catalog:
    """Every text, each with the files that say it."""
    found = Catalog(charset="utf-8", fuzzy=False)
    texts = extract_from_dir(CONSOLE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("To translators:",))
    for file, _line, message, comments, context in texts:
        found.add(message, None, [(file, None)], auto_comments=comments, context=context)
    for file, text in sentences():
        found.add(text, None, [(file, None)], context="problem")
    for file, text in pieces():
        found.add(text, None, [(file, None)], context="piece")
    return found


def kept(language: str) -> Catalog:
    """A language's catalogue as it is."""
    path = WORDS / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, source: Catalog) -> None:
    """Write a language's catalogue with the texts of today."""
    made = kept(language)
    date = made.creation_date
    made.update(source, no_fuzzy_matching=True, update_header_comment=False)
    made.creation_date = date  # a new one each time would only let merges conflict
    made.obsolete.clear()
    made.header_comment = HEADER % (made.locale.english_name if made.locale else language)
    made.project, made.version, made.last_translator, made.language_team = "Rejoinder", "1", "", language
    with (WORDS / f"{language}.po").open("wb") as out:
        write_po(out, made, width=110, sort_output=True, include_lineno=False)
    missing = sum(1 for message in made if message.id and not _said(message))
    print(f"{language}: {len(made)} texts, {missing} without a translation")  # noqa: T201


def faults(language: str, source: Catalog) -> Iterator[str]:
    """What is missing or wrong in a language."""
    found = kept(language)
    plurals = found.num_plurals
    for wanted in source:
        if not wanted.id:
            continue
        said = found.get(_first(wanted), wanted.context)
        if said is None or not _said(said):
            yield f"{language}: not translated: {_first(wanted)!r}"
        elif said.fuzzy:
            yield f"{language}: not sure: {_first(wanted)!r}"
        elif len(_forms(said)) != (1 if isinstance(wanted.id, str) else plurals):
            yield f"{language}: has {len(_forms(said))} of {plurals} plural forms: {_first(wanted)!r}"
        elif not _same_places(wanted, said):
            yield f"{language}: other values than in English: {_first(wanted)!r}"
        elif not _same_signs(wanted, said):
            yield f"{language}: other percent signs or markup than in English: {_first(wanted)!r}"
    for message in (*found, *found.obsolete.values()):
        if message.id and source.get(_first(message), message.context) is None:
            yield f"{language}: nobody says any more: {_first(message)!r}"


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    """What a translation says: one text, or one for each plural form."""
    string = message.string
    return tuple(string) if isinstance(string, tuple | list) else (string,)


def _said(message: Message) -> bool:
    return all(_forms(message))


def _many(wanted: Message) -> str:
    return wanted.id if isinstance(wanted.id, str) else wanted.id[-1]


def _same_places(wanted: Message, said: Message) -> bool:
    """Whether a translation names the values that the English text names; `num` may be written out."""
    needed = {*PLACE.findall(_many(wanted))} - {"num"}
    return all({*PLACE.findall(text)} - {"num"} == needed for text in _forms(said))


def _same_signs(wanted: Message, said: Message) -> bool:
    """Whether percent signs (a stray one is an error when it is said), tags and {placeholders} are kept."""
    return all(_signs(text) == _signs(_many(wanted)) for text in _forms(said))


def _signs(text: str) -> list[str]:
    return sorted([*filter(None, SIGN.findall(text)), *TAG.findall(text)])


def main() -> None:
    """Write them all, or tell what is wrong."""
    source = template()
    if "--check" in sys.argv[1:]:
        wrong = [line for language in LANGUAGES for line in faults(language, source)]
        print("\n".join(wrong))  # noqa: T201
        sys.exit(bool(wrong))
    WORDS.mkdir(exist_ok=True)
    for language in LANGUAGES:
        update(language, source)


if __name__ == "__main__":
    main()
