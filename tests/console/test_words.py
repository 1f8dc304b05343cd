"""Every text of the console is there in every language."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
LANGUAGES = ("es", "pl", "ru", "kk", "fr", "de", "tr")
MANY = 'msgstr[0] "Guardar"\nmsgstr[1] "Guardar"\n'
SPOILS = (
    ("not translated", 'msgstr "Guardar"', 'msgstr ""'),
    ("not translated", '\nmsgstr[2] "%(num)s días"', ""),
    ("plural forms", 'msgid "Save"\nmsgstr', f'msgid "Save"\nmsgid_plural "Saves"\n{MANY}msgstr[2]'),
    ("not sure", 'msgid "Save"', '#, fuzzy\nmsgid "Save"'),
    ("other values", "de %(email)s", "de %(address)s"),
    ("percent signs", 'msgstr "Guardar"', 'msgstr "Guardar 100 %"'),
    ("nobody says", 'msgid "Save"', 'msgid "Save it"\nmsgstr "Guardarlo"\n\nmsgid "Save"'),
    ("any more", 'msgid "Save"', '#~ msgid "Save it"\n#~ msgstr "Guardarlo"\n\nmsgid "Save"'),
)
"""What is told of a fault, and how to make one in Spanish: a text, and what to put in its place."""


@pytest.fixture(scope="module")
def messages() -> Any:
    """The program behind `make messages`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPTS)
        return importlib.import_module("messages")


@pytest.fixture(scope="module")
def source(messages: Any) -> Any:
    """Every text in the code of today."""
    return messages.template()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing(messages: Any, source: Any, language: str) -> None:
    """Each text, each plural form, the same values in each; nothing unsure, nothing left over."""
    assert LANGUAGES == messages.LANGUAGES
    found = list(messages.faults(language, source))
    assert not found, "\n".join(found[:50])


@pytest.mark.parametrize(("told", "old", "new"), SPOILS)
def test_faults_are_found(
    messages: Any, source: Any, told: str, old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = tmp_path / "es.po"
    shutil.copy(messages.WORDS / "es.po", spoilt)
    text = spoilt.read_text()
    assert old in text
    spoilt.write_text(text.replace(old, new, 1))
    monkeypatch.setattr(messages, "WORDS", tmp_path)
    assert any(told in line for line in messages.faults("es", source))
