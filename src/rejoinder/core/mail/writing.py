"""Write the letter that a row of mail stands for, from what the store now knows."""

from __future__ import annotations

from msgspec import json

from rejoinder.core.exports.telling import export_letter
from rejoinder.core.links import personal_link
from rejoinder.core.mail.keyring import store_key
from rejoinder.core.mail.message import Letter
from rejoinder.core.mail.placeholders import SURVEY_LINK, UNSUBSCRIBE_LINK, compiled, fill
from rejoinder.core.mail.recipients import facts_of, hindrance
from rejoinder.core.mail_templates import find_mail_template
from rejoinder.core.opt_outs import address_hash, opt_out_token, opted_out
from rejoinder.core.unit import Unit
from rejoinder.model.mail import Mail, MailTemplate, Skip
from rejoinder.model.mailbox import parse_address
from rejoinder.model.problems import NotFound
from rejoinder.model.system import EMAIL, LANGUAGE
from rejoinder.store import mail as store
from rejoinder.store import mailings
from rejoinder.store.mail import Person
from rejoinder.store.public import intake


def write_letter(unit: Unit, mail: Mail, base: str) -> Letter | Skip:
    """The letter, or why there is none.

    Parameters: `base` — the public address that links begin with. A respondent must have a token.
    """
    return _to_user(unit, mail, base) if mail.respondent_id is None else _to_respondent(unit, mail, base)


def _to_user(unit: Unit, mail: Mail, base: str) -> Letter | Skip:
    email = store.user_email(unit.session, unit.workspace_id, mail.user_id) if mail.user_id else None
    address = parse_address(email or "")
    if address is None:
        return Skip.NO_ADDRESS
    if mail.kind == store.EXPORT:
        return export_letter(unit, mail, address, base)
    content = json.decode(mail.content or "{}", type=dict[str, str])
    return Letter(address, content["subject"], content["text"])


def _to_respondent(unit: Unit, mail: Mail, base: str) -> Letter | Skip:
    assert mail.respondent_id is not None
    person = store.person(unit.session, unit.workspace_id, mail.respondent_id)
    if person is None:
        return Skip.DELETED
    if person.completed_at is not None:
        return Skip.ANSWERED
    if person.offline:
        return Skip.OWN_DISTRIBUTION
    facts, key = facts_of(person.doc), store_key(unit)
    email = facts[EMAIL]
    if why := hindrance(email, opted_out(unit, key, [email])):
        return why
    address = parse_address(email)
    assert address is not None
    leaving = opt_out_token(key, unit.workspace_id, address_hash(key, unit.workspace_id, email))
    values = facts | _survey(unit, mail, person, base) | {UNSUBSCRIBE_LINK: f"{base}/u/{leaving}"}
    said = _template(unit, mail).said_in(facts[LANGUAGE])
    made = compiled(said.subject, said.content)
    return Letter(
        address,
        fill(made.subject, values),
        fill(made.text, values),
        fill(made.html, values, escaped=True),
        values[UNSUBSCRIBE_LINK],
    )


def _survey(unit: Unit, mail: Mail, person: Person, base: str) -> dict[str, str]:
    found = intake(unit.session, unit.workspace_id, mail.survey_id or 0)
    if found is None:
        raise NotFound("The survey of this letter does not exist any more.")
    return {"survey_name": found.name, SURVEY_LINK: personal_link(base, found.reference, person.token or "")}


def _template(unit: Unit, mail: Mail) -> MailTemplate:
    found = mailings.mailing_by_id(unit.session, unit.workspace_id, mail.mailing_id or 0)
    if found is None:
        raise NotFound("The mailing of this letter does not exist any more.")
    return find_mail_template(unit, found.template_id)
