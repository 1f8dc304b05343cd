"""One check of one respondent's answers while it runs, and what it runs through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from rejoinder.files.answers.expressions.compile import Condition
from rejoinder.files.answers.expressions.scope import Scope, World
from rejoinder.files.answers.messages import own_sentence, sentence

MOST_ERRORS = 1_000
"""Bad answers that one check names."""
MOST_DROPPED = 1_000
"""Answers left out that one check names."""
_LONGEST_PLACE = 300


class FileFact(msgspec.Struct, frozen=True):
    """An uploaded file that the answers refer to; `size` is in bytes."""

    key: str
    name: str
    size: int
    content_type: str


class Wrong(Exception):
    """An answer that cannot be taken: the key of a sentence and what it counts, or texts of the survey."""

    def __init__(self, key: str, value: object = "", texts: Mapping[str, str] | None = None) -> None:
        super().__init__(key)
        self.key = key
        self.value = value
        self.texts = texts


class Run:
    """The state of one check. `demanding` says that what is required must be there (it is off while a
    respondent saves to continue later, and on pages that were jumped over). `extra` are texts that a grid
    leaves beside its value."""

    __slots__ = ("demanding", "dropped", "errors", "extra", "files", "language", "own", "world")

    def __init__(
        self, world: World, language: str, own: str, demanding: bool, files: Mapping[str, FileFact]
    ) -> None:
        self.world = world
        self.language = language
        self.own = own
        self.demanding = demanding
        self.files = files
        self.errors: dict[str, str] = {}
        self.dropped: list[str] = []
        self.extra: dict[str, Any] = {}

    def refuse(self, place: str, wrong: Wrong) -> None:
        """Note a bad answer; the first sentence about a place stays."""
        if len(self.errors) < MOST_ERRORS:
            place = place[:_LONGEST_PLACE]
            if wrong.texts:
                words = own_sentence(wrong.texts, self.language, self.own).replace("{0}", str(wrong.value))
            else:
                words = sentence(self.language, wrong.key, wrong.value)
            self.errors.setdefault(place, words)

    def drop(self, place: str) -> None:
        """Note an answer that is left out."""
        if len(self.dropped) < MOST_DROPPED:
            self.dropped.append(place[:_LONGEST_PLACE])


Judge = Callable[[Run, Scope, Any, str], Any]
"""An answer → its canonical value, None for a blank one. Raises Wrong; parts of a compound answer are
refused under their own places."""


class Form(NamedTuple):
    """What answers of one type of element are. `judge` is called for blank answers too where `always`."""

    judge: Judge
    restore: Callable[[Any], Any]
    always: bool = False


Validate = Callable[[Run, Scope, Any, str], None]
"""A further rule for an answer that is there. Raises Wrong."""
Aside = Callable[[Run, Any, Mapping[str, Any], str, dict[str, Any]], None]
"""Takes the texts that stand beside an answer (data, place, values to fill)."""


class Question(NamedTuple):
    """One question, compiled. `key` is its name in the data, `place` in messages, `out` its variable or loop
    (nothing when it is kept nowhere)."""

    key: str
    place: str
    out: str
    form: Form
    visible: Condition | None = None
    hidden: bool = False
    required: bool = False
    required_if: Condition | None = None
    required_texts: Mapping[str, str] = {}
    enabled: Condition | None = None
    read_only: bool = False
    validators: tuple[Validate, ...] = ()
    aside: Aside | None = None
    restore_aside: Callable[[Mapping[str, Any], dict[str, Any]], None] | None = None
    clears: bool = False


class Group(NamedTuple):
    """A page or panel: questions that are shown together."""

    place: str
    elements: tuple[Group | Question, ...]
    visible: Condition | None = None
    hidden: bool = False
    required: bool = False
    required_if: Condition | None = None
    required_texts: Mapping[str, str] = {}
    number: int = 0
