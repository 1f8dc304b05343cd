"""Webhooks: register, list, test, switch off and on, change the secret, look at deliveries, send again."""

from __future__ import annotations

from collections.abc import Sequence

from rejoinder.core.audit import record
from rejoinder.core.signing import new_signing_secret
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.addresses import Target, parse_target, refusal
from rejoinder.model.event import ALL_KINDS, KINDS, EventKind, kinds_of
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound
from rejoinder.model.webhook import Delivery, Webhook
from rejoinder.store import deliveries
from rejoinder.store import webhooks as store
from rejoinder.store.deliveries import Wanted

MAX_WEBHOOKS = 20
"""Webhooks of one workspace: each event is kept and sent once for each of them."""
OVERLAP = 24 * 3600 * 1_000_000
"""Microseconds for which a rotated secret signs beside the new one."""
BY_HAND = "It was disabled by hand."


def create_webhook(
    unit: Unit, url: str, survey: str | None = None, kinds: Sequence[str] = (), *, allow_private: bool = False
) -> tuple[Webhook, str]:
    """Register an address; gives the webhook with its secret.

    Parameters: `url` — of which the caller has checked where its name leads; `survey` — a reference, None for
    every survey, those to come too; `kinds` — names of events, all when left out.
    Raises Invalid, NotFound for the survey, AlreadyExists for one webhook too many.
    """
    check_target(url, allow_private=allow_private)
    bits = sum(kind.bit for kind in {_kind(name) for name in kinds}) or ALL_KINDS
    survey_id = None if survey is None else open_survey(unit, survey).id
    store.lock_webhooks(unit.session, unit.workspace_id)
    if store.count_webhooks(unit.session, unit.workspace_id) >= MAX_WEBHOOKS:
        raise AlreadyExists(f"A workspace has at most {MAX_WEBHOOKS} webhooks; delete one first.")
    secret = new_signing_secret()
    made = store.add_webhook(unit.session, unit.workspace_id, url, survey_id, bits, secret, unit.now)
    store.refresh_listening(unit.session, unit.workspace_id, survey_id)
    record(unit, "webhook.create", f"webhook:{made.id}", survey=survey_id, events=kinds_of(bits))
    return made, secret


def check_target(url: str, *, allow_private: bool) -> Target:
    """Read an address and refuse one that must not be used by its very text. Raises Invalid."""
    target = parse_target(url)
    why = target.address and refusal(target.address, allow_private=allow_private)
    if why:
        raise Invalid(f"{url[:100]!r} cannot be a webhook's address: {why}.", fields={"url": why})
    return target


def _kind(name: str) -> EventKind:
    if name not in KINDS:
        raise Invalid(f"Unknown event {name[:40]!r}; there are: {', '.join(KINDS)}.")
    return EventKind(name)


def list_webhooks(unit: Unit) -> list[Webhook]:
    """The workspace's webhooks, oldest first."""
    return store.webhooks(unit.session, unit.workspace_id)


def find_webhook(unit: Unit, number: int) -> Webhook:
    """A webhook by its number. Raises NotFound."""
    found = store.webhook_by_id(unit.session, unit.workspace_id, number)
    if found is None:
        raise NotFound(f"There is no webhook {number} in this workspace; see: rejoinder webhook list.")
    return found


def enable_webhook(unit: Unit, number: int) -> Webhook:
    """Tell a webhook again, from now on; safe to say twice. Raises NotFound."""
    store.lock_webhooks(unit.session, unit.workspace_id)
    found = find_webhook(unit, number)
    if not found.enabled:
        store.enable(unit.session, unit.workspace_id, number)
        record(unit, "webhook.enable", f"webhook:{number}")
        store.refresh_listening(unit.session, unit.workspace_id, found.survey_id)
    return find_webhook(unit, number)


def disable_webhook(unit: Unit, number: int, reason: str = BY_HAND) -> Webhook:
    """Stop telling a webhook; what it is still owed is skipped, and can be replayed. Raises NotFound."""
    store.lock_webhooks(unit.session, unit.workspace_id)
    found = find_webhook(unit, number)
    if found.enabled:
        store.disable(unit.session, unit.workspace_id, number, reason, unit.now)
        record(unit, "webhook.disable", f"webhook:{number}", reason=reason)
        store.refresh_listening(unit.session, unit.workspace_id, found.survey_id)
        deliveries.skip_waiting(unit.session, unit.workspace_id, number, unit.now)
    return find_webhook(unit, number)


def delete_webhook(unit: Unit, number: int) -> Webhook:
    """Forget a webhook and the log of its deliveries. Raises NotFound."""
    store.lock_webhooks(unit.session, unit.workspace_id)
    found = find_webhook(unit, number)
    store.delete_webhook(unit.session, unit.workspace_id, number)
    store.refresh_listening(unit.session, unit.workspace_id, found.survey_id)
    record(unit, "webhook.delete", f"webhook:{number}")
    return found


def rotate_webhook(unit: Unit, number: int) -> str:
    """Give a webhook a new secret; for 24 hours the old one signs too. Raises NotFound."""
    find_webhook(unit, number)
    secret = new_signing_secret()
    store.set_secret(unit.session, unit.workspace_id, number, secret, unit.now + OVERLAP)
    record(unit, "webhook.rotate", f"webhook:{number}")
    return secret


def list_deliveries(
    unit: Unit, wanted: Wanted, *, before: int | None = None, limit: int = 100
) -> list[Delivery]:
    """Deliveries, the newest event first.

    Parameters: `before` — the `number` of the last one of the page before.
    """
    return deliveries.newest(unit.session, unit.workspace_id, wanted, before=before, limit=limit)


def wanted_deliveries(
    unit: Unit,
    *,
    webhook: int | None = None,
    event: str | None = None,
    kind: str | None = None,
    status: str | None = None,
    survey: str | None = None,
    since: int | None = None,
    until: int | None = None,
) -> Wanted:
    """A filter over deliveries. Raises Invalid, NotFound for what it names."""
    if webhook is not None:
        find_webhook(unit, webhook)
    if event is not None:
        _check_event(event)
    survey_id = None if survey is None else open_survey(unit, survey).id
    name = None if kind is None else EventKind(kind).value
    return Wanted(webhook, event, name, status, survey_id, since, until)


def _check_event(public_id: str) -> None:
    head, _, number = public_id.rpartition("_")
    if not head.startswith("evt_") or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise NotFound(f"{public_id[:60]!r} is not an event's id; it looks like evt_5f2e…_17.")


def delivery_of(unit: Unit, webhook: int, number: int) -> tuple[Delivery, str | None]:
    """One delivery by its webhook and the number of its event, with the body that is sent; None while nobody
    has tried it. Raises NotFound."""
    find_webhook(unit, webhook)
    found = deliveries.delivery_of(unit.session, unit.workspace_id, webhook, number)
    if found is None:
        raise NotFound(f"There is no delivery {number} to webhook {webhook}; it may have been forgotten.")
    return found


def replay(unit: Unit, wanted: Wanted) -> int:
    """Send again what a filter finds, with the same ids and bytes; gives how many deliveries that is.

    Deliveries on their way are left alone, those that wait are tried now. Raises Invalid where the webhook is
    disabled, NotFound where the filter names an event that nothing was owed for.
    """
    if wanted.webhook is not None and not find_webhook(unit, wanted.webhook).enabled:
        raise Invalid(f"Webhook {wanted.webhook} is disabled; enable it first.")
    count = deliveries.replay(unit.session, unit.workspace_id, wanted, unit.now)
    if wanted.public_id is not None and not count:
        raise NotFound(
            f"There is nothing to replay of {wanted.public_id[:60]!r}; see: rejoinder webhook history."
        )
    record(unit, "webhook.replay", f"webhook:{wanted.webhook or 'all'}", deliveries=count)
    unit.session.rings = True
    return count


def add_test(unit: Unit, number: int, worker: str, until: int) -> str:
    """Make a test event for one webhook, claimed by whoever is to send it; gives its public id.

    It shows the newest completed answer of the webhook's surveys, so that a receiver sees what will come.
    Raises NotFound.
    """
    found = find_webhook(unit, number)
    return deliveries.add_test(unit.session, found, worker, until, unit.now)
