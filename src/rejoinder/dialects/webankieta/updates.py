"""`/respondents/{surveyId}/update` and `…/anonymize`: taken at once, done soon."""

from __future__ import annotations

from typing import Any

from rejoinder.core.anonymise import Scope, anonymise, checked_fields, mailing_in_survey
from rejoinder.core.panel.updates import ask_for_updates
from rejoinder.core.surveys import OpenSurvey, open_survey
from rejoinder.dialects.webankieta.batches import batch_in_survey
from rejoinder.dialects.webankieta.surveys import in_survey
from rejoinder.dialects.webankieta.wire import parse_fields, parse_updates
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.problems import NotFound


def _accepted(job: int) -> Reply:
    """202: taken, not done yet."""
    return json_reply({"status": "accepted", "job_id": str(job)}, 202)


def update(call: Call) -> Reply:
    """Let respondents be updated (002, "Aktualizacja respondenta")."""
    updates, reference = parse_updates(call.json(Any)), call.params["surveyId"]
    return _accepted(in_survey(call, reference, lambda: ask_for_updates(call.unit, reference, updates)))


def _survey(call: Call) -> OpenSurvey:
    reference = call.params["surveyId"]
    return in_survey(call, reference, lambda: open_survey(call.unit, reference))


def anonymise_survey(call: Call) -> Reply:
    """Anonymise everybody in a survey (002, "Anonimizacja respondenta")."""
    fields = checked_fields(parse_fields(call.json(Any)))
    return _accepted(anonymise(call.unit, _survey(call), Scope(), fields))


def anonymise_batch(call: Call) -> Reply:
    """Anonymise those whom a batch brought."""
    fields = checked_fields(parse_fields(call.json(Any)))
    survey = _survey(call)
    batch = batch_in_survey(call, call.params["batchId"], call.params["surveyId"])
    return _accepted(anonymise(call.unit, survey, Scope("batch", batch.id), fields))


def anonymise_mailing(call: Call) -> Reply:
    """Anonymise those whom a mailing was for."""
    fields = checked_fields(parse_fields(call.json(Any)))
    survey, text = _survey(call), call.params["mailingId"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    if not mailing_in_survey(call.unit, survey, number):
        raise NotFound(f"There is no mailing {text[:40]!r} in this survey.")
    return _accepted(anonymise(call.unit, survey, Scope("mailing", number), fields))
