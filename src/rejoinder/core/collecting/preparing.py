"""A submission checked and made ready to be stored; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from rejoinder.core.collecting import intake as surveys
from rejoinder.core.collecting.front import take_person
from rejoinder.core.collecting.intake import Ready
from rejoinder.core.collecting.participants import find_participant
from rejoinder.core.collecting.states import intake_state, refusal
from rejoinder.core.collecting.submission import REASONS, Submission, begun_at, check_key, fingerprint
from rejoinder.core.unit import Unit, moment, zone
from rejoinder.files.answers.check import FileFact, check_answers
from rejoinder.model.collecting import Collector, Participant
from rejoinder.model.problems import Invalid, NotAllowed
from rejoinder.model.system import EMAIL
from rejoinder.store import replies, uploads
from rejoinder.store.replies import EarlierReply

MAX_FILES = 50
"""Files of one respondent."""
MAX_FILE_BYTES = 100_000_000
"""Bytes of one respondent's files together."""


class Sent(msgspec.Struct, frozen=True):
    """A submission as it came: to which survey, under which key (None without), by whom.

    `known` — the caller has a token, and may say why a response ended.
    """

    survey_id: int
    body: Submission
    key: str | None = None
    known: bool = False

    @property
    def scope(self) -> str:
        """Within what the key stands for one request."""
        return f"submission:{self.survey_id}"


class Checked(msgspec.Struct, frozen=True):
    """A submission that can be stored as far as anybody knows without the survey's lock.

    `values` — by variable, what the answers and the address say; `files` — keys of uploads that the values
    name; `notes` — what was left out.
    """

    sent: Sent
    ready: Ready
    person: Participant | None
    collector: Collector | None
    values: dict[str, Any]
    language: str
    began_at: int
    reason: int
    body_hash: str
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check_submission(unit: Unit, sent: Sent, *, afresh: bool = False) -> Checked | EarlierReply:
    """Check a submission; gives the reply to the same request, when it came before.

    Parameters: `afresh` — look at the survey as it is now; otherwise what is remembered will do, and is
    compared under the lock later. Raises Invalid with each bad answer, NotFound for an unknown token,
    NotAllowed with the state when the survey takes no answers.
    """
    body_hash = ""
    if sent.key is not None:
        body_hash = fingerprint(sent.body)
        if earlier := look_for_reply(unit, sent, body_hash):
            return earlier
    if afresh:
        return _checked(unit, surveys.ready(unit, sent.survey_id), sent, body_hash)
    known = surveys.remembered(unit, sent.survey_id)
    try:
        return _checked(unit, known, sent, body_hash)
    except (Invalid, NotAllowed):
        now = surveys.ready(unit, sent.survey_id)  # what was remembered may be old
        if now.intake.schema_version == known.intake.schema_version:
            raise
        return _checked(unit, now, sent, body_hash)


def _checked(unit: Unit, ready: Ready, sent: Sent, body_hash: str) -> Checked:
    body, intake = sent.body, ready.intake
    person = None if body.token is None else find_participant(unit, sent.survey_id, body.token)
    through, notes = _collector(ready, person, body.collector)
    state = intake_state(intake, through, person, unit.now)
    if state != "open":
        raise refusal(state)
    if body.finish_reason is not None and not sent.known:
        raise NotAllowed("Only a caller with an access token may send finish_reason.")
    language = spoken(ready, body.lang)
    values, files, dropped = _values(unit, ready, sent, person, body.lang or language)
    began = begun_at(body.started_at, unit.now)
    reason = REASONS[body.finish_reason or "completed"]
    remarks = (*notes, *dropped)
    return Checked(sent, ready, person, through, values, language, began, reason, body_hash, files, remarks)


def look_for_reply(unit: Unit, sent: Sent, body_hash: str, *, gathered: bool = False) -> EarlierReply | None:
    """The reply to the same request, when it came before. Raises Invalid when the key was another body's.

    Parameters: `gathered` — look only among those that this transaction gathered, which costs nothing.
    """
    assert sent.key is not None
    where = (unit.session, unit.workspace_id, sent.scope, check_key(sent.key))
    found = replies.gathered_reply(*where) if gathered else replies.earlier_reply(*where, unit.now)
    if found is not None and found.body_hash != body_hash:
        raise Invalid(
            "This Idempotency-Key was sent before with another body; use a new key for new answers.",
            fields={"Idempotency-Key": "It was sent before with another body."},
        )
    return found


def _collector(
    ready: Ready, person: Participant | None, code: str | None
) -> tuple[Collector | None, tuple[str, ...]]:
    """The collector that the answers belong to; a personal respondent's own one counts first."""
    known = ready.intake.collectors
    if person and person.collector_id:
        return next((found for found in known if found.id == person.collector_id), None), ()
    if not code:
        return None, ()
    found = ready.intake.collector(code)
    return found, () if found else (f"There is no collector {code[:64]!r}; the answers have none.",)


def spoken(ready: Ready, wanted: str | None) -> str:
    """The language of a respondent among those of the survey; its own when there is none such."""
    known = {language.lower(): language for language in ready.intake.languages}
    asked = (wanted or "").lower().replace("_", "-")
    return known.get(asked) or known.get(asked.partition("-")[0]) or ready.intake.languages[0]


def _values(
    unit: Unit, ready: Ready, sent: Sent, person: Participant | None, language: str
) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
    """The values to store, the files they name, and remarks; `language` is the sentences'. Raises Invalid."""
    body = sent.body
    demanding = body.completed and body.finish_reason in (None, "completed")
    asks, answers, wrong = ready.intake.settings.asks, body.answers, dict[str, str]()
    told: dict[str, str] = {}
    if asks:
        schema = ready.survey.shape.schema
        told, answers, wrong = take_person(asks, answers, schema, language, completed=demanding)
    facts = _files(unit, ready, answers, person) if ready.takes_files else {}
    checked = check_answers(
        ready.questionnaire,
        answers,
        hidden={name: _text(value) for name, value in body.hidden.items() if value is not None},
        language=language,
        completed=demanding,
        now=moment(unit.now).astimezone(zone(ready.survey.timezone)),
        files=facts,
    )
    wrong |= checked.errors
    if wrong and body.completed:
        raise Invalid(_sentence(wrong), fields=wrong)
    values = _author_first(ready, checked.values, told, person)
    # Answers that are put off are kept as they came, hidden ones too: so are the files that they name.
    files = _named(facts, values) if body.completed else tuple(facts)
    return values, files, tuple(f"Left out: {place}" for place in checked.dropped[:20])


def _sentence(wrong: Mapping[str, str]) -> str:
    place, told = next(iter(wrong.items()))
    more = f" And {len(wrong) - 1} more." if len(wrong) > 1 else ""
    return f"{place}: {told}{more}"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _author_first(
    ready: Ready, values: dict[str, Any], told: dict[str, str], person: Participant | None
) -> dict[str, Any]:
    """Answers, with what is known of the person: the author's data first, then what they told, then the
    address.

    The email of a personal respondent is their author's business: a page cannot change it.
    """
    if person is None:
        return values | told
    known = msgspec.json.decode(person.doc)
    respondent = ready.questionnaire.background.values()
    fixed = {v.name for v in respondent if v.name in known and (v.name not in told or v.name == EMAIL)}
    return {name: value for name, value in (values | told).items() if name not in fixed}


def _files(
    unit: Unit, ready: Ready, answers: Mapping[str, Any], person: Participant | None
) -> dict[str, FileFact]:
    """The uploads that answers may mean, by key. Raises Invalid when they are too many or too large."""
    keys = sorted({*_contents(answers)})
    if not keys:
        return {}
    where = (unit.session, unit.workspace_id, ready.intake.survey_id)
    found = uploads.free_uploads(*where, keys[:1000], person.respid if person else None)
    if len(found) > MAX_FILES or sum(one.size for one in found) > MAX_FILE_BYTES:
        raise Invalid(f"Answers hold at most {MAX_FILES} files of {MAX_FILE_BYTES // 1_000_000} MB together.")
    return {one.key: FileFact(one.key, one.name, one.size, one.content_type) for one in found}


def _contents(part: Any) -> Iterator[str]:
    """What may be keys of uploads: the last segments of each `content`, and short texts of drawings."""
    waiting = [part]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str) and len(part) <= 4000:
            ending = part.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
            if len(ending) == uploads.KEY_LENGTH:
                yield ending


def _named(facts: Mapping[str, FileFact], values: dict[str, Any]) -> tuple[str, ...]:
    """The files that values name: `KEY/NAME` is the text of a file's variable."""
    if not facts:
        return ()
    text = msgspec.json.encode(values).decode()
    return tuple(key for key in facts if f"{key}/" in text)
