"""`/rejoinder/v1/surveys/{survey}/submissions` and `…/opened`: how respondents' answers come in.

Without a token the reference is the survey's public one; with a token, one of the token's workspace.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, structs

from rejoinder.core.collecting.intake import own_survey, public_survey
from rejoinder.core.collecting.preparing import Sent, check_submission
from rejoinder.core.collecting.submission import Submission
from rejoinder.core.collecting.submitting import STATUS, Turn, needs_opening, open_link
from rejoinder.core.unit import Unit
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, empty_reply

RESPONDENT = "respondent"
"""The actor of those who come without a token."""


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A personal link that was opened."""

    token: Annotated[str, Meta(min_length=1, max_length=200)]


def place(call: Call) -> tuple[Unit, int]:
    """The unit and the survey of a call, whoever makes it. Raises NotFound."""
    reference = call.params["survey"]
    if call.caller is not None:
        return call.unit, own_survey(call.unit, reference)[1]
    workspace, survey_id = public_survey(call.unit.session, reference)
    call.lane = workspace
    return _as_respondent(call, workspace), survey_id


def _as_respondent(call: Call, workspace: int) -> Unit:
    return structs.replace(call.unit, workspace_id=workspace, actor=RESPONDENT)


def writing_unit(call: Call) -> Unit:
    """The unit of the write that `place` was called for."""
    return call.unit if call.caller is not None else _as_respondent(call, call.lane)


def check(call: Call) -> Turn:
    """Check a submission, before the writer is asked for anything."""
    body = call.json(Submission)
    unit, survey_id = place(call)
    sent = Sent(survey_id, body, call.header("idempotency-key"), call.caller is not None)
    base = "" if body.completed else call.base_url  # only a response that is put off gets a link
    return Turn(sent, check_submission(unit, sent), base)


def submit(call: Call) -> Reply:
    """Store a submission, once."""
    turn: Turn = call.prepared
    return Reply(STATUS, turn.store(writing_unit(call)))


def check_opening(call: Call) -> tuple[int, str] | None:
    """Find out whether a link is opened for the first time; None when there is nothing to note."""
    token = call.json(Opening).token
    unit, survey_id = place(call)
    return (survey_id, token) if needs_opening(unit, survey_id, token) else None


def opened(call: Call) -> Reply:
    """Note the first opening of a personal link."""
    if call.prepared is not None:
        open_link(writing_unit(call), *call.prepared)
    return empty_reply()
