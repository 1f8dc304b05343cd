"""One delivery: what was sent, and what was answered."""

from __future__ import annotations

from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core import webhooks as core
from rejoinder.kernel.reply import Reply


def delivery(visit: Visit) -> Reply:
    """Everything about one delivery."""
    number = visit.number("webhook")
    found, body = core.delivery_of(visit.unit, number, visit.number("event"))
    return visit.page(
        "settings/delivery.html",
        hook=core.find_webhook(visit.unit, number),
        delivery=found,
        body=body,
    )


def replay(visit: Visit) -> Reply:
    """Send one again, with the same id and bytes."""
    number, event = visit.number("webhook"), visit.number("event")
    found, _body = core.delivery_of(visit.unit, number, event)
    core.replay(visit.unit, core.wanted_deliveries(visit.unit, webhook=number, event=found.event))
    return visit.go(f"/settings/webhooks/{number}/deliveries/{event}", _("It will be sent again."))
