"""What is noted in the audit log can be told in words."""

from __future__ import annotations

import re
from pathlib import Path

import rejoinder
from rejoinder.console.deeds import DEEDS, NOUNS, deed_text

RECORD = re.compile(r'\brecord\(\s*[\w.]+,\s*"([a-z_.]+)"')


def test_every_action_has_words() -> None:
    source = Path(rejoinder.__file__).parent
    noted = {name for file in source.rglob("*.py") for name in RECORD.findall(file.read_text("utf-8"))}
    assert noted == set(DEEDS)


def test_what_the_log_can_be_asked_for_is_noted() -> None:
    assert set(NOUNS) <= {action.partition(".")[0] for action in DEEDS}


def test_an_action_of_another_version_keeps_its_name() -> None:
    assert deed_text("client.create") == "API client created"
    assert deed_text("moon.land") == "moon.land"
