"""What the audit log notes, in words: on the overview, and beside the log's own names for it."""

from __future__ import annotations

from rejoinder.console.speech import _, mark

DEEDS = {
    "client.create": mark("API client created"),
    "client.revoke": mark("API client revoked"),
    "client.rotate": mark("New secret for an API client"),
    "export.cancel": mark("Export cancelled"),
    "export.create": mark("Export asked for"),
    "export.delete": mark("Export deleted"),
    "feedback.correct": mark("Feedback corrected"),
    "feedback.onboard": mark("Feedback category confirmed"),
    "feedback.settle": mark("Feedback of a survey settled"),
    "feedback.train": mark("Training on corrections asked for"),
    "import.create": mark("Feedback imported"),
    "import.delete": mark("Feedback import deleted"),
    "job.cancel": mark("Job cancelled"),
    "opt_out.add": mark("Opt-out added"),
    "opt_out.remove": mark("Opt-out removed"),
    "person.erase": mark("Person erased"),
    "respondent.change": mark("Answer changed"),
    "respondents.anonymise": mark("Respondents anonymised"),
    "respondents.erase": mark("Respondents erased"),
    "responses.properties": mark("Properties of responses changed"),
    "survey.alias_remove": mark("Name in an address removed"),
    "survey.delete": mark("Survey deleted"),
    "survey.import": mark("Answers imported"),
    "survey.rename": mark("Survey renamed"),
    "survey.retention": mark("Retention changed"),
    "token.grant": mark("Token for trying the API given"),
    "user.create": mark("Person added"),
    "user.link": mark("Password link made"),
    "user.password": mark("Password changed"),
    "user.remove": mark("Person removed"),
    "user.revoke_session": mark("Session ended"),
    "user.role": mark("Role changed"),
    "user.sign_in": mark("Signed in"),
    "user.sign_out": mark("Signed out"),
    "webhook.create": mark("Webhook created"),
    "webhook.delete": mark("Webhook deleted"),
    "webhook.disable": mark("Webhook paused"),
    "webhook.enable": mark("Webhook resumed"),
    "webhook.replay": mark("Deliveries replayed"),
    "webhook.rotate": mark("New secret for a webhook"),
    "workspace.limit": mark("Most respondents changed"),
    "workspace.rename": mark("Workspace renamed"),
    "workspace.timezone": mark("Time zone changed"),
}
"""Actions as `core.audit.record` notes them (a test holds that each has its words)."""
NOUNS = {
    "client": mark("API clients"),
    "survey": mark("Surveys"),
    "user": mark("People"),
    "webhook": mark("Webhooks"),
    "workspace": mark("Workspace"),
    "export": mark("Files"),
    "feedback": mark("Feedback"),
    "respondent": mark("Respondents"),
    "job": mark("Jobs"),
}
"""What the log can be asked for: the first part of actions."""


def deed_text(action: str) -> str:
    """An action in words; one of an older version keeps its name."""
    return _(DEEDS[action]) if action in DEEDS else action
