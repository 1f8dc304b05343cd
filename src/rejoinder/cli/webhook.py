"""`rejoinder webhook …`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from rejoinder.cli.commands import Group, choices, one_of, workspace_option
from rejoinder.cli.opening import read, store, write
from rejoinder.cli.output import (
    counted,
    moment_text,
    printable,
    remark,
    show,
    show_facts,
    show_json,
    show_table,
)
from rejoinder.core import webhooks as core
from rejoinder.core.workspaces import find_workspace
from rejoinder.jobs.register import policy
from rejoinder.jobs.trial import Trial, check_where_it_leads, try_webhook
from rejoinder.model.event import KINDS, EventKind
from rejoinder.model.webhook import Delivery, DeliveryStatus, Webhook

TIME = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"])
number_argument = click.argument("number", type=click.IntRange(1), metavar="ID")


def _filters(command: Any) -> Any:
    """The options that choose deliveries."""
    for option in (
        click.option("--until", type=TIME, help="Only events before this time (UTC)."),
        click.option("--since", type=TIME, help="Only events from this time on (UTC)."),
        click.option("--survey", "-s", metavar="A", help="Only events of this survey."),
        click.option("--status", type=one_of([s.value for s in DeliveryStatus]), help="Only these."),
        click.option("--event", "kind", type=one_of([k.value for k in EventKind]), help="Only this kind."),
        click.option("--webhook", type=click.IntRange(1), metavar="ID", help="Only to this webhook."),
    ):
        command = option(command)
    return command


def _micros(time: datetime | None) -> int | None:
    return None if time is None else int(time.replace(tzinfo=UTC).timestamp()) * 1_000_000


@click.group(cls=Group)
def webhook() -> None:
    """Webhooks: addresses that are told of events."""


@webhook.command("create")
@workspace_option
@click.option("--url", "-u", required=True, metavar="U", help="Where to send: http:// or https://…")
@click.option("--survey", "-s", metavar="A", help="Only events of this survey; of all when left out.")
@click.option(
    "--event",
    "-e",
    "kinds",
    multiple=True,
    type=one_of([k.value for k in KINDS]),
    help="Only these; repeatable.",
)
def create(workspace: str, url: str, survey: str | None, kinds: tuple[str, ...]) -> None:
    """Register an address; prints {"id","secret"}, the secret this once."""
    rules = policy(choices().settings())
    check_where_it_leads(url, rules)
    made, secret = write(
        workspace,
        lambda unit: core.create_webhook(unit, url, survey, kinds, allow_private=rules.allow_private),
    )
    show_json({"id": made.id, "secret": secret})
    tried = f"rejoinder webhook test -w {workspace} {made.id}"
    remark(f"Keep the secret: it is not shown again. Try it: {tried}")
    if url.lower().startswith("http://"):
        remark("Answers are sent there unencrypted; use https:// where you can.")


@webhook.command("list")
@workspace_option
def list_(workspace: str) -> None:
    """List the webhooks of a workspace."""
    found = read(workspace, core.list_webhooks)
    rows = [
        (str(w.id), w.url, w.survey_id or "all", _told(w), moment_text(w.created_at), _state(w))
        for w in found
    ]
    columns = ("webhook", "url", "survey", "events", "created", "state")
    empty = "There are no webhooks yet. Make one with: rejoinder webhook create --workspace W --url U"
    show({"webhooks": [_facts(w) for w in found]}, lambda: show_table(columns, rows, empty=empty))


def _told(found: Webhook) -> str:
    return "all" if set(found.events) == set(KINDS) else ", ".join(found.events)


def _state(found: Webhook) -> str:
    if not found.enabled:
        return f"disabled {moment_text(found.disabled_at)}: {found.disabled_reason}"
    return f"failing since {moment_text(found.failing_since)}" if found.failing_since else "enabled"


def _facts(found: Webhook) -> dict[str, Any]:
    return {
        "id": found.id,
        "url": found.url,
        "survey_id": found.survey_id,
        "events": found.events,
        "enabled": found.enabled,
        "created_at": found.created_at,
        "failing_since": found.failing_since,
        "disabled_at": found.disabled_at,
        "disabled_reason": found.disabled_reason,
    }


@webhook.command("test")
@workspace_option
@number_argument
def test(workspace: str, number: int) -> None:
    """Send a test event now, and print request and reply; exit code 1 when it was not taken.

    It shows the newest completed answer, so that the receiver sees what will come.
    """
    with store() as database:
        owner = database.read(lambda session: find_workspace(session, workspace).id)
        trial = try_webhook(database, owner, number, policy(choices().settings()))
    show(_trial_facts(trial), lambda: _print_trial(trial))
    if not trial.outcome.good:
        raise click.exceptions.Exit(1)


def _trial_facts(trial: Trial) -> dict[str, Any]:
    headers = {name.decode(): value.decode() for name, value in trial.headers}
    outcome = trial.outcome
    reply = {
        "status": outcome.status,
        "body": outcome.reply.decode("utf-8", "replace"),
        "error": outcome.error,
    }
    request = {"url": trial.url, "headers": headers, "body": trial.body.decode()}
    milliseconds = round(outcome.spent * 1000)
    return {
        "event": trial.event,
        "good": outcome.good,
        "ms": milliseconds,
        "request": request,
        "reply": reply,
    }


def _print_trial(trial: Trial) -> None:
    click.echo(f"POST {trial.url}")
    for name, value in trial.headers:
        click.echo(f"{name.decode()}: {value.decode()}")
    click.echo(f"\n{printable(trial.body.decode())}\n")
    outcome = trial.outcome
    if outcome.status is None:
        click.echo(f"No reply: {outcome.error}")
        return
    click.echo(f"Reply: {outcome.status}, after {outcome.spent * 1000:.0f} ms")
    click.echo(printable(outcome.reply.decode("utf-8", "replace")))


@webhook.command("disable")
@workspace_option
@number_argument
def disable(workspace: str, number: int) -> None:
    """Stop telling a webhook; what it is still owed is skipped, and can be replayed."""
    write(workspace, lambda unit: core.disable_webhook(unit, number))
    show({"id": number, "enabled": False}, lambda: click.echo(f"Webhook {number} is disabled."))


@webhook.command("enable")
@workspace_option
@number_argument
def enable(workspace: str, number: int) -> None:
    """Tell a webhook again, from now on."""
    write(workspace, lambda unit: core.enable_webhook(unit, number))
    sentence = f"Webhook {number} is enabled. What it missed: rejoinder webhook replay --status skipped."
    show({"id": number, "enabled": True}, lambda: click.echo(sentence))


@webhook.command("rotate")
@workspace_option
@number_argument
def rotate(workspace: str, number: int) -> None:
    """Give a webhook a new secret, printed this once; for 24 hours the old one signs too."""
    secret = write(workspace, lambda unit: core.rotate_webhook(unit, number))
    show_json({"id": number, "secret": secret})
    remark("Keep the secret: it is not shown again. For 24 hours requests carry both signatures.")


@webhook.command("delete")
@workspace_option
@number_argument
def delete(workspace: str, number: int) -> None:
    """Forget a webhook and the history of its deliveries."""
    found = write(workspace, lambda unit: core.delete_webhook(unit, number))
    sentence = f"Webhook {number} ({found.url}) is deleted."
    show({"id": number, "deleted": True}, lambda: click.echo(sentence))


@webhook.command("history")
@workspace_option
@click.argument("event", required=False, metavar="[EVENT]")
@_filters
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--before", type=click.IntRange(1), metavar="N", help="Go on behind a page: its last number.")
def history(workspace: str, event: str | None, limit: int, before: int | None, **given: Any) -> None:
    """List deliveries, the newest event first; with EVENT's id, everything about one."""
    found = read(
        workspace,
        lambda unit: core.list_deliveries(
            unit, core.wanted_deliveries(unit, event=event, **_given(given)), before=before, limit=limit
        ),
    )
    show({"deliveries": found}, lambda: _print_one(found) if event else _print_list(found, limit))


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return options | {name: _micros(options[name]) for name in ("since", "until")}


def _print_list(found: list[Delivery], limit: int) -> None:
    rows = [
        (
            one.event,
            one.kind,
            str(one.webhook_id),
            one.status,
            str(one.attempts),
            moment_text(one.created_at),
            _last(one),
        )
        for one in found
    ]
    columns = ("event", "kind", "webhook", "status", "#tries", "created", "last")
    show_table(columns, rows, empty="There are no such deliveries.")
    if len(found) == limit:
        remark(f"There may be more: add --before {found[-1].number}.")


def _last(one: Delivery) -> str:
    if not one.tries:
        return ""
    last = one.tries[-1]
    text = str(last.status) if last.error is None else last.error
    return f"{text}; again {moment_text(one.due_at)}" if one.status is DeliveryStatus.WAITING else text


def _print_one(found: list[Delivery]) -> None:
    if not found:
        click.echo("There is no such delivery.")
    for one in found:
        show_facts(
            (
                ("event", one.event),
                ("kind", one.kind),
                ("webhook", str(one.webhook_id)),
                ("survey", str(one.survey_id or "")),
                ("respid", str(one.respid or "")),
                ("status", one.status),
                ("created", moment_text(one.created_at)),
                ("next try", moment_text(one.due_at)),
            )
        )
        for n, attempt in enumerate(one.tries, 1):
            said = attempt.error or str(attempt.status)
            click.echo(f"try {n}     {moment_text(attempt.at)}, {attempt.ms} ms: {said}")
            if attempt.reply:
                click.echo(f"          {printable(attempt.reply)}")


@webhook.command("replay")
@workspace_option
@click.argument("event", required=False, metavar="[EVENT]")
@_filters
def replay(workspace: str, event: str | None, **given: Any) -> None:
    """Send again, with the same ids and bytes: one EVENT by its id, or what the options choose."""
    if event is None and not any(given.values()):
        raise click.UsageError("Say what to send again: an event's id, or at least one option.")
    count = write(
        workspace,
        lambda unit: core.replay(unit, core.wanted_deliveries(unit, event=event, **_given(given))),
    )
    told = f"{counted(count, 'delivery', 'deliveries')} will be sent again."
    show({"replayed": count}, lambda: click.echo(told))
