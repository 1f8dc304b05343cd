"""Store submissions and openings: the only way in for respondents' own answers."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

import msgspec

from rejoinder.core.collecting.intake import Ready, ready
from rejoinder.core.collecting.participants import find_participant
from rejoinder.core.collecting.preparing import Checked, Sent, check_submission, look_for_reply
from rejoinder.core.collecting.states import has_quota, intake_state, is_done, is_full, refusal
from rejoinder.core.collecting.submission import Receipt
from rejoinder.core.events import tell
from rejoinder.core.links import personal_link
from rejoinder.core.respondents.rows import change_rows, insert_numbered
from rejoinder.core.surveys import lock_survey
from rejoinder.core.unit import Unit
from rejoinder.model.collecting import Partial, Participant
from rejoinder.model.event import EventKind
from rejoinder.model.problems import AlreadyExists, Invalid
from rejoinder.model.respondent import FINISHED, QUOTA_FULL, STATUS_OF_REASON, Lifecycle, Marks, State
from rejoinder.store import collectors, participants, uploads
from rejoinder.store.failures import Outdated
from rejoinder.store.hot import KeptReply, StoredRespondent
from rejoinder.store.replies import EarlierReply, keep_reply

TOKEN_BYTES = 16
"""Random bytes of the token of somebody who puts an anonymous response off."""
STATUS = 201


class Turn:
    """One submission on its way through the writer, which may begin it more than once."""

    def __init__(self, sent: Sent, checked: Checked | EarlierReply, base: str) -> None:
        self.sent = sent
        self.base = base
        self._checked: Checked | EarlierReply = checked
        self._begun = 0

    def store(self, unit: Unit) -> bytes:
        """Store it; gives the JSON of its `Receipt`, or of the one that the same request got before.

        What was checked outside the writer may have changed meanwhile. The store finds that out and the
        writer begins again; then everything is looked at afresh. Raises what `check_submission` raises,
        AlreadyExists while another server is storing the same request.
        """
        self._begun += 1
        checked = self._checked
        if self._begun > 1:
            checked = check_submission(unit, self.sent, afresh=True)
        elif self.sent.key is not None and isinstance(checked, Checked):
            checked = look_for_reply(unit, self.sent, checked.body_hash, gathered=True) or checked
        if isinstance(checked, EarlierReply):
            return checked.reply.encode()
        receipt = store_submission(unit, checked, self.base)
        reply = msgspec.json.encode(receipt)
        if self.sent.key is not None:
            self._keep(unit, checked, reply)
        return reply

    def _keep(self, unit: Unit, checked: Checked, reply: bytes) -> None:
        sent = self.sent
        assert sent.key is not None
        kept = KeptReply(
            unit.workspace_id, sent.scope, sent.key, checked.body_hash, STATUS, reply.decode(), unit.now
        )
        try:
            keep_reply(unit.session, kept)
        except Outdated:
            if self._begun <= 2:
                raise
            sentence = "The same request is being stored right now; ask again in a moment."
            raise AlreadyExists(sentence, in_flight=True) from None


def store_submission(unit: Unit, checked: Checked, base: str) -> Receipt:
    """Store what was checked, under the survey's lock. `base` — the address that links begin with.

    Raises NotAllowed when the personal link was used meanwhile, Invalid when a file is gone, Outdated.
    """
    if checked.person is not None:
        return _change(unit, checked, checked.person, base)
    return _insert(unit, checked, base)


def _insert(unit: Unit, checked: Checked, base: str) -> Receipt:
    """A new respondent with a response, complete or put off."""
    body, intake = checked.sent.body, checked.ready.intake
    life = _life(unit, checked, None)
    token = None if body.completed else token_urlsafe(TOKEN_BYTES)
    row = msgspec.convert(checked.values, checked.ready.row_class)
    through = checked.collector.id if checked.collector else None
    respids, identity = insert_numbered(
        unit,
        checked.ready.survey,
        [row],
        responses=True,
        lives=[life],
        tokens=[token],
        marks=Marks(collector_id=through, postponed=int(not body.completed)),
    )
    _hang_on(unit, checked, respids[0])
    link = personal_link(base, intake.reference, token) if token else None
    return Receipt(identity, respids[0], STATUS_OF_REASON[life.finish_reason], token, link, checked.notes)


def _change(unit: Unit, checked: Checked, before: Participant, base: str) -> Receipt:
    """The response of a respondent who is there already."""
    body, ready = checked.sent.body, checked.ready
    lock_survey(unit, ready.survey)
    person = find_participant(unit, ready.intake.survey_id, before.token)
    if is_done(person):
        raise refusal("answered")
    life = _life(unit, checked, person)
    postponed = 1 if not body.completed or person.postponed else 0
    columns: dict[str, Any] = {"postponed": postponed, "manual": life.manual, "language": life.language}
    columns |= {"finish_reason": life.finish_reason}
    if checked.collector and person.collector_id is None:
        columns["collector_id"] = checked.collector.id
    where = (unit.session, unit.workspace_id, ready.intake.survey_id)
    participants.mark_respondent(*where, person.respid, columns)
    if body.completed and person.postponed:
        participants.forget_partials(*where, [person.respid])
    _replace(unit, ready, person, checked.values, life)
    _hang_on(unit, checked, person.respid)
    link = None if body.completed else personal_link(base, ready.intake.reference, person.token)
    token = None if body.completed else person.token
    return Receipt(person.id, person.respid, STATUS_OF_REASON[life.finish_reason], token, link, checked.notes)


def _replace(unit: Unit, ready: Ready, person: Participant, values: dict[str, Any], life: Lifecycle) -> None:
    """Put answers in place of those that were there; of the person, only what is given."""
    survey = ready.survey
    members = [member for member in survey.shape.members if not member.system]
    sent = {member.name: None for member in members if member.answer} | values
    names = [member.name for member in members]
    row = msgspec.convert(sent, survey.shape.changed_rows(names).cls)
    stored = StoredRespondent(person.respid, person.state, person.opened_at, person.completed_at, person.doc)
    change_rows(unit, survey, [row], [stored], responses=True, names=names, lives=[life])


def _life(unit: Unit, checked: Checked, person: Participant | None) -> Lifecycle:
    """How far the respondent is with this submission; a completed one is counted where there is a quota."""
    now, sent = unit.now, checked.sent
    created, opened = (person.created_at, person.opened_at) if person else (now, None)
    if opened is None:
        opened = checked.began_at
    manual = int(sent.known)
    if not sent.body.completed:
        return Lifecycle(State.ANSWERED, created, opened, None, checked.language, None, manual)
    reason = checked.reason
    if reason == FINISHED and has_quota(checked.ready.intake, checked.collector):
        reason = _count(unit, checked)
    return Lifecycle(State.COMPLETED, created, opened, now, checked.language, reason, manual)


def _count(unit: Unit, checked: Checked) -> int:
    """Count a completed response, under the survey's lock; a full quota ends it so."""
    intake, through = checked.ready.intake, checked.collector
    lock_survey(unit, checked.ready.survey)
    where = (unit.session, unit.workspace_id, intake.survey_id)
    if is_full(intake, through, collectors.completions(*where)):
        return QUOTA_FULL
    if intake.quota is not None:
        collectors.count_completion(*where, collectors.WHOLE_SURVEY, 1)
    if through and through.quota is not None:
        collectors.count_completion(*where, through.id, 1)
    return FINISHED


def _hang_on(unit: Unit, checked: Checked, respid: int) -> None:
    """What belongs to the answers beside their record: files, and the page's own state when put off."""
    where = (unit.session, unit.workspace_id, checked.ready.intake.survey_id)
    body = checked.sent.body
    if checked.files and not uploads.claim_uploads(*where, checked.files, respid):
        raise Invalid("A file that the answers name is not there any more; send it again.")
    if checked.ready.takes_files and checked.person is not None:
        uploads.release_uploads(*where, checked.files, respid)
    if not body.completed:
        participants.keep_partial(*where, respid, Partial(body.answers, body.page), unit.now)


def needs_opening(unit: Unit, survey_id: int, token: str) -> bool:
    """Whether a personal link is opened for the first time. Raises NotFound, NotAllowed with the state."""
    person = find_participant(unit, survey_id, token)
    if person.state != State.LISTED:
        return False
    found = ready(unit, survey_id)
    through = next((c for c in found.intake.collectors if c.id == person.collector_id), None)
    state = intake_state(found.intake, through, person, unit.now)
    if state != "open":
        raise refusal(state)
    return True


def open_link(unit: Unit, survey_id: int, token: str) -> None:
    """Note that a personal link was opened; only the first time counts. Raises NotFound, NotAllowed."""
    found = ready(unit, survey_id)
    lock_survey(unit, found.survey)
    if not needs_opening(unit, survey_id, token):
        return
    person = find_participant(unit, survey_id, token)
    life = Lifecycle(State.OPENED, person.created_at, unit.now, None, person.language, None, person.manual)
    row = found.survey.shape.changed_rows([]).cls()
    stored = StoredRespondent(person.respid, person.state, person.opened_at, person.completed_at, person.doc)
    change_rows(unit, found.survey, [row], [stored], responses=False, names=(), lives=[life])
    tell(unit, survey_id, EventKind.OPENED, [person.respid])
