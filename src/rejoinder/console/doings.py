"""The audit log in words: who did what, and where it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from rejoinder.console.doing_details import details
from rejoinder.console.settings.jobs import job_titles
from rejoinder.console.settings.vendors import titles_of
from rejoinder.console.speech import _, mark
from rejoinder.console.visit import Visit
from rejoinder.core.access import list_clients
from rejoinder.core.people.accounts import emails_by_actor
from rejoinder.core.surveys import survey_names
from rejoinder.core.unit import Unit
from rejoinder.core.webhooks import list_webhooks
from rejoinder.model.audit import Entry
from rejoinder.model.workspace import Client

DONE = {
    "client.create": mark("Created the API client %(thing)s"),
    "client.revoke": mark("Revoked the API client %(thing)s"),
    "client.rotate": mark("Gave the API client %(thing)s a new secret"),
    "export.cancel": mark("Cancelled an export"),
    "export.create": mark("Asked for an export: %(thing)s"),
    "export.delete": mark("Deleted an export"),
    "feedback.correct": mark("Corrected what was read in a text"),
    "feedback.onboard": mark("Chose the product category for feedback"),
    "feedback.settle": mark("Settled what counts as feedback in the survey %(thing)s"),
    "feedback.train": mark("Let the text engine learn from corrections"),
    "import.create": mark("Imported feedback: %(thing)s"),
    "import.delete": mark("Deleted the feedback import %(thing)s"),
    "job.cancel": mark("Cancelled a job: %(thing)s"),
    "opt_out.add": mark("Added opt-outs"),
    "opt_out.remove": mark("Removed an opt-out"),
    "person.erase": mark("Erased a person everywhere"),
    "respondent.anonymise": mark("Anonymised a respondent"),
    "respondent.change": mark("Changed an answer of a respondent"),
    "respondents.anonymise": mark("Anonymised respondents of the survey %(thing)s"),
    "respondents.erase": mark("Erased respondents of the survey %(thing)s"),
    "responses.properties": mark("Changed properties of feedback"),
    "survey.alias_remove": mark("Took a name from the address of the survey %(thing)s"),
    "survey.delete": mark("Deleted the survey %(thing)s"),
    "survey.import": mark("Imported answers into the survey %(thing)s"),
    "survey.rename": mark("Renamed the survey %(thing)s"),
    "survey.retention": mark("Chose how long the survey %(thing)s keeps people"),
    "token.grant": mark("Took a token to try an API"),
    "user.create": mark("Added %(thing)s to the workspace"),
    "user.link": mark("Made a link to choose a password for %(thing)s"),
    "user.password": mark("Changed the password of %(thing)s"),
    "user.remove": mark("Removed the account %(thing)s"),
    "user.revoke_session": mark("Ended a session of %(thing)s"),
    "user.role": mark("Changed the role of %(thing)s"),
    "user.sign_in": mark("Signed in"),
    "user.sign_out": mark("Signed out"),
    "webhook.create": mark("Created the webhook %(thing)s"),
    "webhook.delete": mark("Deleted the webhook %(thing)s"),
    "webhook.disable": mark("Paused the webhook %(thing)s"),
    "webhook.enable": mark("Resumed the webhook %(thing)s"),
    "webhook.replay": mark("Sent deliveries of the webhook %(thing)s again"),
    "webhook.rotate": mark("Gave the webhook %(thing)s a new secret"),
    "workspace.feature": mark("Switched a feature of the workspace's plan"),
    "workspace.limit": mark("Changed how many respondents the workspace may hold"),
    "workspace.rename": mark("Renamed the workspace"),
    "workspace.timezone": mark("Changed the time zone of the workspace"),
}
"""What the log says was done → the sentence about it; `thing` is what people call what it was done to."""
_NOUNS = {
    "client": mark("API clients"),
    "export": mark("Exports"),
    "feedback": mark("Feedback"),
    "import": mark("Feedback imports"),
    "job": mark("Jobs"),
    "opt_out": mark("Opt-outs"),
    "person": mark("Erased people"),
    "respondent": mark("Single respondents"),
    "respondents": mark("Many respondents"),
    "responses": mark("Properties of feedback"),
    "survey": mark("Surveys"),
    "token": mark("Tokens"),
    "user": mark("People"),
    "webhook": mark("Webhooks"),
    "workspace": mark("Workspace"),
}
_ACTORS = {
    "cli": mark("the command line"),
    "console": mark("the set-up link"),
    "demo": mark("the demo"),
    "job": mark("a job"),
    "retention": mark("the daily retention"),
    "respondent": mark("a respondent"),
    "webhooks": mark("the sender of webhooks"),
}
_PLACES = {
    "user": "/settings/people/{}",
    "webhook": "/settings/webhooks/{}",
    "workspace": "/settings/workspace",
    "job": "/settings/jobs",
}
"""Kinds of things that only owners have pages of."""
_GONE = ("survey.delete", "import.delete", "webhook.delete", "user.remove")


class Doing(NamedTuple):
    """An entry in words. `path` — of the page about the thing, empty where there is none for the visitor;
    `details` — what is kept beside it."""

    what: str
    who: str
    at: int
    path: str
    details: list[str]


class _Known(NamedTuple):
    """What things are called, by their numbers."""

    surveys: Mapping[int, str]
    people: Mapping[str, str]
    clients: Mapping[int, Client]
    webhooks: Mapping[int, str]


def nouns() -> list[tuple[str, str]]:
    """What the log can be about: as it stands there, and in words, in their order."""
    return sorted(((noun, _(word)) for noun, word in _NOUNS.items()), key=lambda one: one[1].casefold())


def tell(visit: Visit, entries: Sequence[Entry]) -> list[Doing]:
    """Entries of the audit log in words."""
    names = actor_names(visit.unit, [entry.actor for entry in entries])
    kinds = {entry.subject.partition(":")[0] for entry in entries}
    numbers = {number for entry in entries if (number := _survey_of(entry)) is not None}
    known = _Known(
        survey_names(visit.unit, sorted(numbers)) if numbers else {},
        emails_by_actor(visit.unit) if "user" in kinds else {},
        {one.id: one for one in list_clients(visit.unit)} if "client" in kinds else {},
        {one.id: urlsplit(one.url).netloc for one in list_webhooks(visit.unit)} if "webhook" in kinds else {},
    )
    titles = titles_of(visit.shell.outside.dialects)
    return [
        Doing(
            _sentence(entry, known),
            names(entry.actor),
            entry.at,
            _path(visit, entry, known),
            details(entry, titles),
        )
        for entry in entries
    ]


def actor_names(unit: Unit, actors: Sequence[str]) -> Callable[[str], str]:
    """Gives what people call those who act, as the audit log names them."""
    known = emails_by_actor(unit) if any(actor.startswith("user:") for actor in actors) else {}
    if any(actor.startswith("client:") for actor in actors):
        known |= {f"client:{one.id}": _("API client %(name)s", name=one.name) for one in list_clients(unit)}

    def name(actor: str) -> str:
        if actor.startswith("user:") and actor not in known:
            return _("an account that was removed")
        return known.get(actor) or (_(_ACTORS[actor]) if actor in _ACTORS else actor)

    return name


def _sentence(entry: Entry, known: _Known) -> str:
    said = DONE.get(entry.action)
    return _(said, thing=_thing(entry, known)) if said else entry.action


def _thing(entry: Entry, known: _Known) -> str:
    """What people call it; its number where it has no name, or is gone."""
    kind, _colon, number = entry.subject.partition(":")
    if entry.action == "job.cancel":
        title = str(entry.detail.get("kind", ""))
        return job_titles().get(title, title)
    if kind == "user":
        return known.people.get(entry.subject, f"#{number}")
    if kind == "client" and number.isdecimal() and int(number) in known.clients:
        return known.clients[int(number)].name
    if kind == "webhook" and number.isdecimal() and int(number) in known.webhooks:
        return known.webhooks[int(number)]
    survey = None if kind == "webhook" else _survey_of(entry)
    if survey is not None:
        return known.surveys.get(survey) or f"#{survey}"
    return f"#{number}" if number.isdecimal() else number


def _survey_of(entry: Entry) -> int | None:
    """The number of the survey that an entry is about."""
    kind, _colon, number = entry.subject.partition(":")
    found = number if kind == "survey" else entry.detail.get("survey")
    text = str(found) if isinstance(found, int | str) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _path(visit: Visit, entry: Entry, known: _Known) -> str:
    """Where the thing is, below the workspace."""
    kind, _colon, number = entry.subject.partition(":")
    if entry.action in _GONE or (kind == "user" and entry.subject not in known.people):
        return ""
    if kind in _PLACES:
        owner = visit.who.may("owner") and (number.isdecimal() or "{}" not in _PLACES[kind])
        return _PLACES[kind].format(number) if owner else ""
    if kind == "client":
        found = known.clients.get(int(number)) if number.isdecimal() else None
        return f"/settings/clients/{found.client_id}" if found and visit.who.may("owner") else ""
    if kind == "response":
        return f"/feedback/texts/{number}"
    survey = _survey_of(entry)
    if survey not in known.surveys:
        return ""
    if kind == "respondent":
        respid = entry.detail.get("respid")
        return f"/surveys/{survey}/respondents/{respid}" if isinstance(respid, int) else ""
    return f"/feedback/imports/{survey}" if entry.action == "import.create" else f"/surveys/{survey}"
