"""Settings: what owners of a workspace choose and look after."""

from __future__ import annotations

from rejoinder.console.area import Action, Area, Page, Show
from rejoinder.console.settings import clients, deliveries, jobs, operating, people, webhooks, workspace
from rejoinder.console.speech import mark
from rejoinder.console.visit import Visit
from rejoinder.kernel.reply import Reply


def first(visit: Visit) -> Reply:
    """`/settings`: to its first page."""
    return visit.go("/settings/clients")


def _page(path: str, show: Show, summary: str) -> Page:
    return Page(path=f"/settings{path}", show=show, summary=summary, role="owner")


def _action(path: str, do: Show, summary: str) -> Action:
    return Action(path=f"/settings{path}", do=do, summary=summary, role="owner")


_HOOK = "/webhooks/{webhook}"
_PERSON = "/people/{user}"

SETTINGS = Area(
    name="settings",
    title=mark("Settings"),
    icon="settings",
    path="/settings",
    role="owner",
    pages=(
        _page("", first, "To the first page of the settings"),
        _page("/clients", clients.clients, "API clients"),
        _page("/clients/{client}", clients.client, "One API client, with requests to paste"),
        _page("/webhooks", webhooks.webhooks, "Webhooks"),
        _page(_HOOK, webhooks.webhook, "One webhook and its deliveries"),
        _page(_HOOK + "/deliveries/{event}", deliveries.delivery, "One delivery: request and reply"),
        _page("/people", people.people, "People of the workspace"),
        _page(_PERSON, people.person, "One person and their sessions"),
        _page("/workspace", workspace.workspace, "Name, time zone, plan"),
        _page("/retention", workspace.retention, "How long surveys keep people"),
        _page("/category", workspace.category, "The product category for feedback"),
        _page("/mail", operating.mail, "The mail server's state"),
        _page("/audit", operating.audit, "The audit log"),
        _page("/jobs", jobs.jobs, "Background jobs"),
        _page("/jobs/list", jobs.jobs_part, "The list of jobs, watched"),
    ),
    actions=(
        _action("/clients", clients.create, "Make an API client"),
        _action("/clients/{client}/rotate", clients.rotate, "Give a client a new secret"),
        _action("/clients/{client}/revoke", clients.revoke, "Shut a client out"),
        Action(
            path="/settings/webhooks",
            prepare=webhooks.check_address,
            do=webhooks.create,
            summary="Register a webhook",
            role="owner",
        ),
        Action(
            path=f"/settings{_HOOK}/test",
            prepare=webhooks.send_test,
            do=webhooks.tested,
            summary="Send a webhook a test event",
            role="owner",
        ),
        _action(_HOOK + "/pause", webhooks.pause, "Pause a webhook"),
        _action(_HOOK + "/resume", webhooks.resume, "Resume a webhook"),
        _action(_HOOK + "/rotate", webhooks.rotate, "Give a webhook a new secret"),
        _action(_HOOK + "/delete", webhooks.delete, "Delete a webhook"),
        _action(_HOOK + "/replay", webhooks.replay, "Send deliveries again"),
        _action(_HOOK + "/deliveries/{event}/replay", deliveries.replay, "Send one delivery again"),
        _action("/people", people.invite, "Invite a person"),
        _action(_PERSON + "/role", people.change_role, "Give a person another role"),
        _action(_PERSON + "/link", people.new_link, "Make a link to choose a password"),
        _action(_PERSON + "/remove", people.remove, "Remove a person"),
        _action(_PERSON + "/sessions/{session}/end", people.end_session, "End a session"),
        _action("/workspace", workspace.change, "Change name and time zone"),
        _action("/workspace/feature", workspace.switch, "Switch a feature of the plan"),
        _action("/retention", workspace.change_every_retention, "Choose every survey's retention"),
        _action("/retention/{survey}", workspace.change_retention, "Choose a survey's retention"),
        _action("/category", workspace.choose_category, "Choose the product category"),
        _action("/category/complete", workspace.complete_category, "Complete the onboarding"),
        Action(
            path="/settings/mail/test",
            prepare=operating.send_test_mail,
            do=operating.mail_sent,
            summary="Send a test mail",
            role="owner",
        ),
        _action("/audit/verify", operating.verified, "Verify the audit log"),
        _action("/jobs/{job}/retry", jobs.retry, "Let a job run again"),
        _action("/jobs/{job}/cancel", jobs.cancel, "Cancel a waiting job"),
    ),
)
