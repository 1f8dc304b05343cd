"""`/mailing`: templates, and one invitation for each respondent of a batch."""

from __future__ import annotations

from rejoinder.core.mail_templates import create_mail_template, list_mail_templates
from rejoinder.core.mailings import Recipients, queue_mailing
from rejoinder.dialects.webankieta.batches import batch_in_survey
from rejoinder.dialects.webankieta.parameters import fields_of, needed, number_of, text_of
from rejoinder.dialects.webankieta.wire import render_template
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.problems import NotFound


def show_templates(call: Call) -> Reply:
    """The account's mailing templates, the newest first (design, Webankieta)."""
    found = list_mail_templates(call.unit)
    if not found:
        raise NotFound("No mailing templates were found.")
    return json_reply({"total": str(len(found)), "list": [render_template(one) for one in found]})


def add_template(call: Call) -> Reply:
    """Keep a mailing template (design, Webankieta)."""
    fields = fields_of(call)
    name, subject, content = (needed(fields, key) for key in ("name", "subject", "content"))
    made = create_mail_template(call.unit, name, subject, content)
    return json_reply({"id": made.id})


def send_to_batch(call: Call) -> Reply:
    """Queue an invitation for each respondent of a batch (002, "POST webankieta.pl/api/v2/mailing/batch")."""
    fields = fields_of(call)
    batch, template = needed(fields, "batch_id"), number_of(fields, "template_id")
    found = batch_in_survey(call, batch, text_of(fields, "survey_id"))
    queued = queue_mailing(call.unit, str(found.survey_id), template, Recipients(batch=found.id))
    return json_reply({"mailing_id": str(queued.mailing.id)})
