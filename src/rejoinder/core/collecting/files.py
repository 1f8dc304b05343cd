"""Files that respondents send before the answers that name them, and who may read them."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Any

import msgspec

from rejoinder.core.collecting import intake as surveys
from rejoinder.core.collecting.participants import find_participant
from rejoinder.core.collecting.preparing import spoken
from rejoinder.core.collecting.states import intake_state, refusal
from rejoinder.core.unit import Unit
from rejoinder.files.answers.messages import sentence
from rejoinder.files.answers.run import FileFact
from rejoinder.files.answers.uploads import accepted_types, file_name, is_accepted, size_text
from rejoinder.model.problems import Invalid, NotFound, TooLarge, TooMany
from rejoinder.store import uploads as store
from rejoinder.store.session import Session
from rejoinder.store.uploads import KEY_LENGTH, Upload

DEFAULT_MAX_UPLOAD = 10_000_000
"""Bytes of a file."""
MAX_WAITING = 2_000_000_000
"""Bytes of one survey's files that no answers have named yet."""
_ASKING = ("file", "signaturepad")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")


class SentFile(msgspec.Struct, frozen=True):
    """A file as it came: for which question, by whom, and what its sender says of it."""

    question: str
    name: str
    content_type: str
    data: bytes
    token: str | None = None
    language: str | None = None


class Kept(msgspec.Struct, frozen=True):
    """A file that waits for answers; `content` is what an answer names it by."""

    name: str
    type: str
    content: str
    size: int


def check_upload(unit: Unit, survey_id: int, sent: SentFile, most: int) -> Upload:
    """Whether a survey's question takes a file now; gives it with a new key.

    Raises NotFound (no such survey or token), NotAllowed with the state, Invalid (no such question, a wrong
    kind, too large for the question), TooLarge, TooMany when too many files wait.
    """
    ready = surveys.ready(unit, survey_id)
    person = None if sent.token is None else find_participant(unit, survey_id, sent.token)
    through = next((c for c in ready.intake.collectors if person and c.id == person.collector_id), None)
    state = intake_state(ready.intake, through, person, unit.now)
    if state != "open":
        raise refusal(state)
    question = _questions(ready).get(sent.question)
    if question is None:
        told = "The survey has no question of this name that asks for files."
        raise Invalid(f"question: {told}", fields={"question": told})
    if len(sent.data) > most:
        raise TooLarge(f"The file is larger than {size_text(most)}.")
    fact = FileFact(token_urlsafe(KEY_LENGTH * 3 // 4), file_name(sent.name), len(sent.data), _kind(sent))
    wrong = _wrong(question, fact)
    if wrong:
        told = sentence(sent.language or spoken(ready, None), *wrong)
        raise Invalid(told, fields={sent.question[:300]: told})
    if store.weight_of_waiting(unit.session, unit.workspace_id, survey_id) + fact.size > MAX_WAITING:
        raise TooMany("Too many files wait for their answers in this survey; send it again later.", 3600)
    return Upload(fact.key, survey_id, None, sent.question, fact.name, fact.content_type, fact.size, unit.now)


def _questions(ready: surveys.Ready) -> dict[str, Mapping[str, Any]]:
    """The elements that ask for files, by name."""
    found: dict[str, Mapping[str, Any]] = {}
    waiting: list[Any] = [msgspec.json.decode(ready.definition)] if ready.takes_files else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            asks = part.get("type", part.get("cellType")) in _ASKING
            if asks and isinstance(part.get("name"), str):
                found.setdefault(part["name"], part)
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def _kind(sent: SentFile) -> str:
    """What kind of file it says it is; by its name where it does not say."""
    kind = sent.content_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(kind) or kind == "application/octet-stream":
        kind = mimetypes.guess_type(file_name(sent.name))[0] or "application/octet-stream"
    return kind


def _wrong(question: Mapping[str, Any], fact: FileFact) -> tuple[Any, ...]:
    """The key of the sentence about a file that the question does not take; empty for one that it does."""
    largest = question.get("maxSize")
    if isinstance(largest, int) and 0 < largest < fact.size:
        return "file_size", size_text(largest)
    accepted = accepted_types(question.get("acceptedTypes"))
    return ("file_type",) if accepted and not is_accepted(fact, accepted) else ()


def keep_upload(unit: Unit, new: Upload, data: bytes) -> Kept:
    """Keep a file that was checked."""
    store.add_upload(unit.session, unit.workspace_id, new, data)
    return Kept(new.name, new.content_type, new.key, new.size)


def read_upload(unit: Unit, key: str) -> tuple[Upload, Callable[[Session], bytes | None]]:
    """A file that answers name, and what gives its pieces. Raises NotFound."""
    found = store.upload_by_key(unit.session, unit.workspace_id, key) if len(key) == KEY_LENGTH else None
    if found is None or found.respid is None:
        raise NotFound("There is no such file in this workspace.")
    workspace, position = unit.workspace_id, -1

    def next_piece(session: Session) -> bytes | None:
        nonlocal position
        position += 1
        return store.piece(session, workspace, key, position)

    return found, next_piece
