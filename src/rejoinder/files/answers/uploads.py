"""Uploaded files and drawn signatures.

A file is kept as one line, `KEY/NAME`. In the data it is `{"name", "type", "content"}`, where the content is
the upload's key or an address that ends with it.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from typing import Any

from rejoinder.files.answers.builder import Builder, flag, whole
from rejoinder.files.answers.expressions.scope import Scope
from rejoinder.files.answers.run import FileFact, Form, Run, Wrong
from rejoinder.files.answers.texts import as_text
from rejoinder.files.surveyjs_reading import At, Element
from rejoinder.model.survey import Variable

MOST_FILES = 1_000
_LONGEST_ADDRESS = 4_000
_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]+")


def file_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """One uploaded file, or with `allowMultiple` several."""
    most = (whole(element, "maxFiles") or MOST_FILES) if flag(element, "allowMultiple") else 1
    largest, accepted = whole(element, "maxSize"), accepted_types(element.get("acceptedTypes"))

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        given = value if isinstance(value, list) else [value]
        if len(given) > most:
            raise Wrong("file_count", most)
        facts = {fact.key: fact for fact in (_fact(run, part) for part in given)}
        for fact in facts.values():
            if largest and fact.size > largest:
                raise Wrong("file_size", size_text(largest))
            if accepted and not is_accepted(fact, accepted):
                raise Wrong("file_type")
        return as_text("\n".join(f"{fact.key}/{file_name(fact.name)}" for fact in facts.values())) or None

    return Form(judge, _restored)


def signature_form(builder: Builder, element: Element, at: At, variable: Variable | None) -> Form:
    """A drawing as text, or an uploaded file."""

    def judge(run: Run, scope: Scope, value: Any, place: str) -> Any:
        if isinstance(value, str) and value not in run.files:
            return as_text(value) or None
        fact = _fact(run, value)
        return f"{fact.key}/{file_name(fact.name)}"

    return Form(judge, lambda value: value)


def _fact(run: Run, part: Any) -> FileFact:
    content = part.get("content") if isinstance(part, Mapping) else part
    if not isinstance(content, str) or len(content) > _LONGEST_ADDRESS:
        raise Wrong("file")
    ending = content.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    fact = run.files.get(content) or run.files.get(ending)
    if fact is None:
        raise Wrong("file")
    return fact


def file_name(name: str) -> str:
    """A file's name in one line, without folders."""
    return _UNFIT.sub("_", name).strip()[:250] or "file"


def accepted_types(written: Any) -> frozenset[str]:
    """The kinds of files that a question takes, as `acceptedTypes` lists them; none for every kind."""
    if not isinstance(written, str):
        return frozenset()
    return frozenset(part.strip().lower() for part in written.split(",")[:200] if part.strip())


def is_accepted(fact: FileFact, accepted: frozenset[str]) -> bool:
    """Whether one of `.png`, `image/png`, `image/*` fits."""
    kind = fact.content_type.partition(";")[0].strip().lower()
    ending = f".{fact.name.rpartition('.')[2].lower()}"
    return not accepted.isdisjoint((kind, ending, f"{kind.partition('/')[0]}/*", "*", "*/*"))


def size_text(count: int) -> str:
    """A size as people read it."""
    for unit, size in (("MB", 1_048_576), ("KB", 1024)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} B"


def _restored(value: str) -> list[dict[str, Any]]:
    found = []
    for line in value.split("\n"):
        key, _, name = line.partition("/")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        found.append({"name": name, "type": kind, "content": key})
    return found
