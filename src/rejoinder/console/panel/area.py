"""Panel: whom surveys are sent to, and the mail that does it."""

from __future__ import annotations

from rejoinder.console.area import Action, Area, Page, Role, Show
from rejoinder.console.panel import (
    batches,
    contacts,
    loading,
    mail_templates,
    mailings,
    opt_outs,
    outbox,
)
from rejoinder.console.speech import mark


def _page(path: str, show: Show, summary: str, role: Role = "viewer") -> Page:
    return Page(path=f"/panel{path}", show=show, summary=summary, role=role)


def _action(path: str, do: Show, summary: str, max_body: int = 1_048_576) -> Action:
    return Action(path=f"/panel{path}", do=do, summary=summary, max_body=max_body)


_CONTACT = "/contacts/{contact}"
_BATCH = "/batches/{batch}"
_TEMPLATE = "/templates/{template}"
_MAILING = "/mailings/{mailing}"
_LETTER = "/outbox/{letter}"
_LARGE = 4_194_304

PANEL = Area(
    name="panel",
    title=mark("Panel"),
    icon="people",
    path="/panel",
    pages=(
        _page("", contacts.contacts, "Contacts"),
        _page("/contacts", contacts.contacts, "Contacts"),
        _page("/import", loading.import_page, "Import contacts", "editor"),
        _page(_CONTACT, contacts.contact, "One contact"),
        _page("/batches", batches.batches, "Batches"),
        _page("/add", loading.new_batch, "Put people into a survey", "editor"),
        _page(_BATCH, batches.batch, "One batch with its people"),
        _page("/templates", mail_templates.templates, "Mail templates"),
        _page("/write", mail_templates.editor, "Write a mail template", "editor"),
        _page(_TEMPLATE, mail_templates.template, "One mail template"),
        _page(_TEMPLATE + "/html", mail_templates.template_html, "A mail template, for a frame"),
        _page("/mailings", mailings.mailings, "Mailings"),
        _page("/compose", mailings.compose, "Compose a mailing", "editor"),
        _page(_MAILING, mailings.mailing, "One mailing and its mails"),
        _page(_MAILING + "/funnel", mailings.funnel, "What became of a mailing"),
        _page(_MAILING + "/due", mailings.due, "How many a reminder would be for"),
        _page("/opt-outs", opt_outs.opt_outs, "Opt-outs"),
        _page("/outbox", outbox.outbox, "The outbox"),
        _page(_LETTER, outbox.letter, "One mail"),
        Page(
            path=f"/panel{_LETTER}/html",
            show=outbox.letter_html,
            summary="One mail, for a frame",
            role="editor",
        ),
    ),
    actions=(
        _action("/contacts", contacts.create, "Add a contact"),
        _action("/contacts/keep", loading.keep_part, "Keep a part of a list as contacts", _LARGE),
        _action(_CONTACT, contacts.change, "Change a contact"),
        _action(_CONTACT + "/erase", contacts.erase, "Erase a person"),
        _action("/batches", loading.begin_batch, "Begin a batch"),
        _action(_BATCH + "/rows", loading.add_rows, "Put a part of a list into a batch", _LARGE),
        _action(_BATCH + "/contacts", loading.add_some_contacts, "Put contacts into a batch"),
        _action("/templates", mail_templates.create, "Keep a mail template", _LARGE),
        _action("/templates/preview", mail_templates.preview, "Look at a mail as it is written", _LARGE),
        _action("/templates/preview-html", mail_templates.preview_html, "The same, for a frame", _LARGE),
        Action(
            path=f"/panel{_TEMPLATE}/test",
            prepare=mail_templates.send_test,
            do=mail_templates.test_sent,
            summary="Send a template to oneself",
        ),
        Action(
            path="/panel/mailings/check",
            prepare=mailings.composed,
            do=mailings.check,
            summary="Look at a mailing before it is made",
        ),
        Action(
            path="/panel/mailings",
            prepare=mailings.composed,
            do=mailings.create,
            summary="Make a mailing",
        ),
        _action(_MAILING + "/pause", mailings.pause, "Hold a mailing up"),
        _action(_MAILING + "/resume", mailings.resume, "Let a mailing go on"),
        _action(_MAILING + "/stop", mailings.stop, "Stop a mailing"),
        _action(_MAILING + "/remind", mailings.remind, "Remind those who have not answered"),
        _action("/opt-outs", opt_outs.add, "Add opt-outs"),
        _action("/opt-outs/remove", opt_outs.remove, "Remove an opt-out"),
        _action("/outbox/release", outbox.release, "Let the outbox be sent"),
        _action(_LETTER + "/resend", outbox.resend, "Send a mail"),
        _action(_LETTER + "/sent", outbox.mark_sent, "Note a mail as sent"),
        _action(_LETTER + "/cancel", outbox.cancel, "Let a mail never go out"),
    ),
)
