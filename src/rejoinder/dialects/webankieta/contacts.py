"""`/contacts`: addresses from which `/respondents/add` makes respondents."""

from __future__ import annotations

from rejoinder.core.panel.contacts import add_contact, list_contacts
from rejoinder.dialects.webankieta.parameters import fields_of, labels_of, needed, paging, text_of
from rejoinder.dialects.webankieta.wire import render_contact
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.problems import NotFound


def show_contacts(call: Call) -> Reply:
    """Contacts by address; `email` finds one of them (design, Webankieta)."""
    fields = fields_of(call)
    found, total = list_contacts(call.unit, *paging(fields), text_of(fields, "email"))
    if not found:
        raise NotFound("No contacts were found.")
    return json_reply({"total": str(total), "list": [render_contact(contact) for contact in found]})


def add(call: Call) -> Reply:
    """Keep a contact (design, Webankieta)."""
    fields = fields_of(call)
    made = add_contact(call.unit, needed(fields, "email"), labels_of(fields))
    return json_reply({"id_contact": str(made.id)})
