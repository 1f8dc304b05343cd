"""Contacts: the address book of a workspace."""

from __future__ import annotations

from rejoinder.console.panel.outbox import letter_lines
from rejoinder.console.panel.paging import PAGE, packed, unpacked
from rejoinder.console.speech import _, ngettext
from rejoinder.console.visit import Visit
from rejoinder.core.erasing import erase_person
from rejoinder.core.mail.desk import letters_to
from rejoinder.core.opt_outs import is_opted_out
from rejoinder.core.panel import contacts as core
from rejoinder.core.panel.contacts import ADDRESS, LABEL, Spot
from rejoinder.kernel.reply import Reply
from rejoinder.model.filters.text import fold
from rejoinder.model.panel import MAX_LABELS
from rejoinder.model.problems import AlreadyExists, Invalid

PARTS = {"address": ADDRESS, "label": LABEL}


def contacts(visit: Visit) -> Reply:
    """The contacts, by address; or those whose address or label begins with what was asked."""
    begins, part = visit.asked("q", longest=200), visit.asked("by")
    part = part if part in PARTS else "address"
    found = core.browse_contacts(
        visit.unit,
        begins,
        PARTS[part],
        after=unpacked(visit.asked("after"), Spot),
        before=unpacked(visit.asked("before"), Spot),
        limit=PAGE,
    )
    return visit.page(
        "panel/contacts.html",
        page=found,
        before=packed(found.before),
        after=packed(found.after),
        total=core.count_contacts(visit.unit),
        q=begins,
        by=part,
    )


def contact(visit: Visit) -> Reply:
    """One contact: labels, surveys, mails."""
    found = core.find_contact(visit.unit, visit.number("contact"))
    member_of = core.memberships(visit.unit, found.id)
    return visit.page(
        "panel/contact.html",
        contact=found,
        surveys=member_of,
        lines=letter_lines(visit, letters_to(visit.unit, [one.respondent_id for one in member_of], 50)),
        opted_out=is_opted_out(visit.unit, found.email),
        labels=[
            (_("Label %(number)s", number=number), text) for number, text in sorted(found.labels.items())
        ],
    )


def _labels(visit: Visit) -> dict[int, str]:
    return {number: visit.field(f"label{number}", 4000) for number in range(1, MAX_LABELS + 1)}


def create(visit: Visit) -> Reply:
    """Add one contact."""
    email = visit.field("email", 400, required=True)
    try:
        made = core.add_contact(visit.unit, email, _labels(visit))
    except (Invalid, AlreadyExists) as problem:
        raise _at_email(problem) from None
    return visit.go(f"/panel/contacts/{made.id}", _("%(email)s is a contact now.", email=made.email))


def change(visit: Visit) -> Reply:
    """Change its address and labels."""
    number, email = visit.number("contact"), visit.field("email", 400, required=True)
    try:
        core.change_contact(visit.unit, number, email, _labels(visit))
    except (Invalid, AlreadyExists) as problem:
        raise _at_email(problem) from None
    return visit.go(f"/panel/contacts/{number}", _("The contact is changed."))


def _at_email(problem: Invalid | AlreadyExists) -> Invalid:
    """The problem beside the address, which it is mostly about."""
    about_label = problem.message.startswith(("Label", "There are labels"))
    return Invalid(problem.message, fields={} if about_label else {"email": problem.message})


def erase(visit: Visit) -> Reply:
    """Erase the person behind a contact from the whole workspace, once the address was typed."""
    found = core.find_contact(visit.unit, visit.number("contact"))
    if fold(visit.field("typed", 400, required=True)) != fold(found.email):
        sentence = _("This is not the contact's address; nothing was erased.")
        raise Invalid(sentence, fields={"typed": sentence})
    erased, _wiped = erase_person(visit.unit, found.email)
    return visit.go(
        "/panel/contacts",
        ngettext(
            "The person is erased, with %(num)s respondent.",
            "The person is erased, with %(num)s respondents.",
            erased,
        ),
    )
