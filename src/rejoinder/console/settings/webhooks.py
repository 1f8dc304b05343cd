"""Webhooks: addresses that are told of events."""

from __future__ import annotations

from datetime import datetime

from rejoinder.console.doing_details import event_words
from rejoinder.console.speech import _, ngettext
from rejoinder.console.visit import Visit
from rejoinder.core import webhooks as core
from rejoinder.core.surveys import every_survey
from rejoinder.core.unit import zone
from rejoinder.kernel.reply import Reply
from rejoinder.model.event import KINDS
from rejoinder.model.problems import Invalid
from rejoinder.model.webhook import DeliveryStatus

PAGE = 50


def webhooks(visit: Visit) -> Reply:
    """All of them."""
    surveys = every_survey(visit.unit)
    return visit.page(
        "settings/webhooks.html",
        webhooks=core.list_webhooks(visit.unit),
        surveys=surveys,
        names={survey.id: survey.name for survey in surveys},
        kinds=KINDS,
        words=event_words(),
    )


def check_address(visit: Visit) -> None:
    """Look where the address leads, outside the writer. Raises Invalid."""
    visit.shell.outside.check_address(visit.field("url", 2000, required=True))


def create(visit: Visit) -> Reply:
    """Register an address; its page shows the secret this once."""
    made, secret = core.create_webhook(
        visit.unit,
        visit.field("url", 2000, required=True),
        visit.field("survey") or None,
        visit.fields("kinds"),
        allow_private=visit.shell.outside.settings.webhook_allow_private,
    )
    visit.push(f"/settings/webhooks/{made.id}")
    return _show(visit, made.id, secret)


def webhook(visit: Visit) -> Reply:
    """One of them, with its deliveries."""
    return _show(visit, visit.number("webhook"))


def rotate(visit: Visit) -> Reply:
    """Give a webhook a new secret; its page shows it this once."""
    number = visit.number("webhook")
    return _show(visit, number, core.rotate_webhook(visit.unit, number))


def _show(visit: Visit, number: int, secret: str = "") -> Reply:
    status = visit.asked("status")
    chosen = status if status in {one.value for one in DeliveryStatus} else None
    wanted = core.wanted_deliveries(visit.unit, webhook=number, status=chosen)
    before = visit.asked_number("before")
    found = core.list_deliveries(visit.unit, wanted, before=before, limit=PAGE + 1)
    hook = core.find_webhook(visit.unit, number)
    names = {survey.id: survey.name for survey in every_survey(visit.unit)}
    return visit.page(
        "settings/webhook.html",
        hook=hook,
        survey=names.get(hook.survey_id or 0),
        secret=secret,
        deliveries=found[:PAGE],
        more=found[PAGE - 1].number if len(found) > PAGE else None,
        first=before is None,
        status=chosen or "",
        all_kinds=KINDS,
        told=event_words(),
    )


def pause(visit: Visit) -> Reply:
    """Stop telling a webhook."""
    number = visit.number("webhook")
    core.disable_webhook(visit.unit, number)
    return visit.go(
        f"/settings/webhooks/{number}", _("The webhook is paused; what it misses can be replayed.")
    )


def resume(visit: Visit) -> Reply:
    """Tell it again."""
    number = visit.number("webhook")
    core.enable_webhook(visit.unit, number)
    return visit.go(
        f"/settings/webhooks/{number}",
        _("The webhook is told again. Replay what it missed where you need it."),
    )


def delete(visit: Visit) -> Reply:
    """Forget a webhook and its deliveries."""
    core.delete_webhook(visit.unit, visit.number("webhook"))
    return visit.go("/settings/webhooks", _("The webhook is deleted."))


def send_test(visit: Visit) -> object:
    """Send a test event, outside the writer; it may take as long as a delivery. Raises NotFound."""
    number = visit.number("webhook")
    core.find_webhook(visit.unit, number)
    return visit.shell.outside.try_webhook(visit.unit.workspace_id, number)


def tested(visit: Visit) -> Reply:
    """How the test went: request and reply."""
    return visit.fragment("settings/tested.html", told=visit.prepared, number=visit.number("webhook"))


def replay(visit: Visit) -> Reply:
    """Send again what a status and a range of days choose."""
    number, status = visit.number("webhook"), visit.field("status")
    since, until = (_moment(visit, name) for name in ("since", "until"))
    wanted = core.wanted_deliveries(
        visit.unit, webhook=number, status=status or None, since=since, until=until
    )
    count = core.replay(visit.unit, wanted)
    said = ngettext("%(num)s delivery will be sent again.", "%(num)s deliveries will be sent again.", count)
    return visit.go(f"/settings/webhooks/{number}", said)


def _moment(visit: Visit, name: str) -> int | None:
    """A time of the form, in the workspace's zone."""
    text = visit.field(name, 40)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        local = found.replace(tzinfo=zone(visit.who.timezone)) if found.tzinfo is None else found
        return int(local.timestamp()) * 1_000_000
    except (ValueError, OverflowError):
        sentence = _("This is not a time.")
        raise Invalid(sentence, fields={name: sentence}) from None
