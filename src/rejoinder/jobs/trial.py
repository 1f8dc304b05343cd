"""Send a webhook a test event at once, and show what was said."""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple

from rejoinder.core.signing import signature_headers
from rejoinder.core.unit import Unit
from rejoinder.core.webhooks import add_test, find_webhook
from rejoinder.jobs import carrying
from rejoinder.jobs.resolver import Refused, Resolver
from rejoinder.jobs.sender import Outcome, Sender, request_headers
from rejoinder.model.addresses import Target, parse_target
from rejoinder.model.delivering import Policy
from rejoinder.model.problems import Broken, Invalid
from rejoinder.store import queue
from rejoinder.store.engine import Database
from rejoinder.store.queue import Claimed, Receiver
from rejoinder.store.session import Session
from rejoinder.store.webhooks import secrets_of

WORKER = "test"


class Trial(NamedTuple):
    """One test: what was sent, and how it went."""

    event: str
    url: str
    headers: list[tuple[bytes, bytes]]
    body: bytes
    outcome: Outcome


def check_where_it_leads(url: str, policy: Policy) -> None:
    """Resolve an address as a delivery would. Raises Invalid with the reason when it could not be sent to."""
    target = parse_target(url)

    async def look() -> None:
        resolver = Resolver(allow_private=policy.allow_private)
        try:
            async with asyncio.timeout(policy.timeout):
                await resolver.resolve(target)
        finally:
            resolver.close()

    try:
        asyncio.run(look())
    except Refused as refused:
        raise Invalid(str(refused), fields={"url": str(refused)}) from None
    except TimeoutError:
        raise Invalid(f"The name {target.host} could not be resolved in time; try again.") from None


def try_webhook(database: Database, workspace: int, number: int, policy: Policy) -> Trial:
    """Make a test event, send it once, and write down how it went. Raises NotFound, Broken.

    The delivery is in the history like any other; when this process dies on the way, a server tries again.
    """
    now = time.time_ns() // 1000
    until = now + int((policy.timeout + 30) * 1_000_000)

    def begin(session: Session) -> tuple[Receiver, str]:
        unit = Unit(session, workspace, "cli", now)
        name = add_test(unit, number, WORKER, until)
        return _receiver(unit, number), name

    receiver, name = database.write(begin, workspace)
    place = int(name.rpartition("_")[2])
    bodies = database.read(lambda session: carrying.render(session, [(receiver, [place])], policy.base_url))
    if not bodies:
        raise Broken("The test could not be rendered; the log has the details.")
    database.write(lambda session: queue.keep_bodies(session, bodies), workspace)
    body = bodies[0][2].encode()
    headers = signature_headers(receiver.keys(now), name, now // 1_000_000, body)
    target = parse_target(receiver.url)
    outcome = asyncio.run(_send(target, headers, body, policy))
    claimed = Claimed(workspace, number, place, name, 0, "[]", None)
    at = time.time_ns() // 1000
    note = carrying.note_of(_once(policy), claimed, outcome, now, at, 0.0)
    database.write(lambda session: queue.note(session, WORKER, [note]), workspace)
    return Trial(name, receiver.url, request_headers(target, headers, body), body, outcome)


def _receiver(unit: Unit, number: int) -> Receiver:
    found, secrets = find_webhook(unit, number), secrets_of(unit.session, unit.workspace_id, number)
    assert secrets is not None
    return Receiver(unit.workspace_id, number, found.url, *secrets)


def _once(policy: Policy) -> Policy:
    """A test is not tried again by itself."""
    return Policy((), policy.timeout, 1, policy.disable_after, policy.allow_private)


async def _send(target: Target, headers: list[tuple[bytes, bytes]], body: bytes, policy: Policy) -> Outcome:
    resolver = Resolver(allow_private=policy.allow_private)
    try:
        return await Sender(resolver, policy.timeout).post(target, headers, body)
    finally:
        resolver.close()
