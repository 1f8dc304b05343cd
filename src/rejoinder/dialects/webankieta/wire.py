"""Webankieta's JSON: what is parsed, what is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rejoinder.core.links import personal_link
from rejoinder.core.unit import moment, zone
from rejoinder.model.mail import MailTemplate
from rejoinder.model.panel import MAX_LABELS, Contact, Entry, Person, Update
from rejoinder.model.problems import Invalid, NotAcceptable, Unreadable

WAITING = "0000-00-00 00:00:00"
"""The date of an invitation that has not gone out yet (002, "date_invitaion_send")."""


def parse_entries(sent: Any) -> list[Entry]:
    """The respondents of a patch, from JSON or from nested form fields.

    Raises NotAcceptable without any, Unreadable for what is no list of respondents, Invalid over 15 labels.
    """
    if sent is None or sent in ("", [], {}):
        raise NotAcceptable("The parameter respondents is missing.")
    if isinstance(sent, dict) and all(isinstance(key, int) for key in sent):
        sent = [*sent.values()]  # numbers with gaps: they only say the order
    if not isinstance(sent, list):
        raise Unreadable("respondents must be a list.")
    return [_entry(place, one) for place, one in enumerate(sent)]


def _entry(place: int, sent: Any) -> Entry:
    if not isinstance(sent, dict):
        raise Unreadable(f"respondents[{place}] must have the fields email and labels.")
    labels = sent.get("labels")
    if labels is None or labels in ("", [], {}):
        return Entry(_plain(sent.get("email"), place, "email"))
    if isinstance(labels, list):
        numbered: Iterable[tuple[Any, Any]] = enumerate(labels)
    elif isinstance(labels, dict):
        numbered = labels.items()
    else:
        raise Unreadable(f"respondents[{place}]: labels must be a list.")
    found = {}
    for index, value in numbered:
        if not isinstance(index, int):
            raise Unreadable(f"respondents[{place}]: labels must be a list.")
        if index >= MAX_LABELS:
            raise Invalid(f"respondents[{place}] has more than {MAX_LABELS} labels.")
        if text := _plain(value, place, "labels"):
            found[index + 1] = text
    return Entry(_plain(sent.get("email"), place, "email"), found)


def _plain(value: Any, place: int, name: str) -> str:
    """A text, or what JavaScript makes of another plain value when it builds a form of it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value)
    raise Unreadable(f"respondents[{place}]: {name} must hold texts.")


def parse_updates(sent: Any) -> list[Update]:
    """The body of an update (002, "Aktualizacja respondenta").

    Raises NotAcceptable without respondents, Unreadable for what does not have the document's shape.
    """
    if not isinstance(sent, dict) or sent.get("respondents") is None:
        raise NotAcceptable("The parameter respondents is missing.")
    if not isinstance(sent["respondents"], list):
        raise Unreadable("respondents must be a list.")
    return [_update(place, one) for place, one in enumerate(sent["respondents"])]


def _update(place: int, sent: Any) -> Update:
    where = f"respondents[{place}]"
    if not isinstance(sent, dict) or not _is_id(sent.get("id")):
        raise Unreadable(f"{where} must have the id of a respondent, a whole number.")
    email, labels = sent.get("email"), sent.get("labels", [])
    if "email" in sent and not isinstance(email, str):
        raise Unreadable(f"{where}: email must be a text; leave it out to keep the address.")
    if not isinstance(labels, list):
        raise Unreadable(f"{where}: labels must be a list.")
    found: dict[int, str | None] = {}
    for label in labels:
        if not isinstance(label, dict) or not _is_id(label.get("id")) or "value" not in label:
            raise Unreadable(f"{where}: a label has an id, which is a number from 1 to 15, and a value.")
        if not isinstance(label["value"], str | None):
            raise Unreadable(f"{where}: the value of a label is a text, or null to clear it.")
        if label["id"] in found:
            raise Invalid(f"{where} names label {label['id']} twice.")
        found[label["id"]] = label["value"]
    return Update(sent["id"], email, found)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**18


def parse_fields(sent: Any) -> list[str | int]:
    """The `fields` of an anonymisation. Raises NotAcceptable without them, Unreadable for what is no list."""
    if not isinstance(sent, dict) or sent.get("fields") is None:
        raise NotAcceptable("The parameter fields is missing.")
    fields = sent["fields"]
    if not isinstance(fields, list) or not all(
        isinstance(f, str | int) and not isinstance(f, bool) for f in fields
    ):
        raise Unreadable('fields must be a list of "email" and numbers of labels.')
    return fields


def render_people(people: Sequence[Person], timezone: str, base: str, reference: str) -> list[dict[str, Any]]:
    """A page of respondents. `reference` — of the survey, as links have it."""
    return [_person(person, timezone, base, reference) for person in people]


def _person(person: Person, timezone: str, base: str, reference: str) -> dict[str, Any]:
    row, created = person.row, render_time(person.row.created_at, timezone)
    return {
        "id": row.id,
        "token": row.token,
        "offline_distribution": row.offline,
        "date_generate": created,
        "date_token_generate": created,
        "date_invitaion_send": WAITING if person.waiting else render_time(row.invited_at, timezone),
        "date_survey_open": render_time(row.opened_at, timezone),
        "date_survey_answer": render_time(row.completed_at, timezone),
        "email": person.email,
        **{f"label{n}": text for n, text in enumerate(person.labels, 1)},
        "answer_postponed": _postponed(person),
        "survey_link": personal_link(base, reference, row.token) if row.token else None,
    }


def _postponed(person: Person) -> int | None:
    """null: not answered; 0: answered without a break; 1: put off for later (002)."""
    if person.row.postponed is not None:
        return person.row.postponed
    return None if person.row.completed_at is None else 0


def render_time(micros: int | None, timezone: str) -> str | None:
    """A time as the document has it, to the second, in the workspace's zone."""
    return None if micros is None else moment(micros).astimezone(zone(timezone)).strftime("%Y-%m-%d %H:%M:%S")


def render_template(template: MailTemplate) -> dict[str, Any]:
    """A mailing template."""
    return {
        "id": template.id,
        "name": template.name,
        "subject": template.subject,
        "content": template.content,
    }


def render_contact(contact: Contact) -> dict[str, Any]:
    """A contact: all fifteen labels, blank ones as empty texts."""
    labels = {f"label{n}": contact.labels.get(n, "") for n in range(1, MAX_LABELS + 1)}
    return {"id": contact.id, "email": contact.email, **labels}
