"""Bring the console's catalogues up to date with the texts in its code.

Texts are found in `src/rejoinder/console` (`_`, `ngettext`, `mark`, templates) and merged into
`words/<language>.po`: new ones come without a translation, and those that nobody says any more are dropped.

Usage: python scripts/messages.py
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

CONSOLE = Path(__file__).resolve().parents[1] / "src" / "rejoinder" / "console"
WORDS = CONSOLE / "words"
LANGUAGES = ("es", "pl", "ru", "kk", "fr", "de", "tr")
METHODS = [("**/templates/**.html", "jinja2"), ("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {
    "**/templates/**.html": {"trimmed": "true", "silent": "false"},
    "templates/**.html": {"trimmed": "true", "silent": "false"},
}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}


def template() -> Catalog:
    """Every text of the console, each with the files that say it."""
    found = Catalog(charset="utf-8", fuzzy=False)
    texts = extract_from_dir(CONSOLE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("To translators:",))
    for file, _line, message, comments, context in texts:
        found.add(message, None, [(file, None)], auto_comments=comments, context=context)
    return found


def update(language: str, source: Catalog) -> Catalog:
    """A language's catalogue with the texts of today."""
    path = WORDS / f"{language}.po"
    if path.is_file():
        with path.open("rb") as file:
            kept = read_po(file, locale=language)
    else:
        kept = Catalog(locale=language, charset="utf-8", fuzzy=False)
    kept.update(source, no_fuzzy_matching=True, update_header_comment=False)
    kept.obsolete.clear()
    return kept


def main() -> None:
    """Write them all; says how many texts of each still lack a translation."""
    WORDS.mkdir(exist_ok=True)
    source = template()
    for language in LANGUAGES:
        made = update(language, source)
        with (WORDS / f"{language}.po").open("wb") as out:
            write_po(out, made, width=110, sort_output=True, omit_header=False, include_lineno=False)
        missing = sum(1 for message in made if message.id and not _said(message.string))
        print(f"{language}: {len(made)} texts, {missing} without a translation")  # noqa: T201


def _said(string: str | tuple[str, ...] | list[str]) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    main()
