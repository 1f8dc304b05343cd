"""Who may see and do what: every page and action, every role, strangers, and workspaces of others."""

from __future__ import annotations

import re

import pytest

from console.conftest import House
from rejoinder.console.area import Action, Page
from rejoinder.console.gate import full_path
from rejoinder.console.register import AREAS
from rejoinder.model.people import ROLES
from servers.people import Person

PAGES = [page for area in AREAS for page in area.pages]
ACTIONS = [action for area in AREAS for action in area.actions]
ENTRIES: list[Page | Action] = [*PAGES, *ACTIONS]
GUARDED = [entry for entry in ENTRIES if entry.role is not None]
PARAMETER = re.compile(r"\{(\w+)\}")
ENDS = {"/console/sign-out"}
"""Actions after which a session is no more."""


def address(entry: Page | Action, workspace: int) -> str:
    """A path with ids that exist nowhere, but for the workspace."""
    return PARAMETER.sub(
        lambda found: str(workspace) if found[1] == "workspace" else "999999", full_path(entry)
    )


def send(person: Person, entry: Page | Action, workspace: int) -> int:
    """The status of a visit."""
    path = address(entry, workspace)
    return (person.get(path) if isinstance(entry, Page) else person.post(path)).status_code


def test_no_two_entries_share_a_place() -> None:
    places = [(type(entry), full_path(entry)) for entry in ENTRIES]
    assert len(places) == len(set(places))


def test_roles_are_kept(house: House) -> None:
    """Who has too little gets 403; who has enough never does for want of a role."""
    for entry in GUARDED:
        for role, person in house.people().items():
            if full_path(entry) in ENDS:
                continue
            status = send(person, entry, house.tenant.workspace_id)
            allowed = ROLES.index(role) <= ROLES.index(str(entry.role))
            assert (status != 403) == allowed, (entry.summary, role, status)
            assert status < 500, (entry.summary, role, status)


def test_another_workspace_is_nowhere(house: House) -> None:
    for entry in GUARDED:
        if entry.whole:
            continue
        assert send(house.stranger, entry, house.tenant.workspace_id) == 404, entry.summary
        assert send(house.stranger, entry, 987_654_321) == 404, entry.summary


def test_who_is_not_signed_in_is_sent_to_the_door(house: House) -> None:
    nobody = house.server.client()
    for entry in GUARDED:
        path = address(entry, house.tenant.workspace_id)
        reply = nobody.get(path) if isinstance(entry, Page) else nobody.post(path, data={"csrf": "x"})
        assert reply.status_code == 303, entry.summary
        assert reply.headers["location"].startswith("/console/sign-in"), entry.summary


def test_forms_of_other_sites_are_refused(house: House) -> None:
    for action in ACTIONS:
        path = address(action, house.tenant.workspace_id)
        for form, headers in (
            ({}, {}),
            ({"csrf": house.editor.token()}, {}),
            ({"csrf": house.owner.token()}, {"Sec-Fetch-Site": "cross-site"}),
        ):
            reply = house.owner.http.post(path, data=form, headers=headers)
            assert reply.status_code == 403, (action.summary, form)
    assert house.owner.get("/account").status_code == 200, "nobody was signed out"


@pytest.mark.parametrize("number", ["abc", "-1", "1e3", "9" * 30, "%00", "١"])
def test_workspaces_that_are_no_numbers_are_nowhere(house: House, number: str) -> None:
    assert house.owner.http.get(f"/console/{number}/account").status_code == 404


def test_every_page_forbids_what_is_not_ours(house: House) -> None:
    for reply in (
        house.owner.get("/account"),
        house.owner.get("/nothing"),
        house.server.client().get("/console/sign-in"),
    ):
        policy = reply.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert reply.headers["cache-control"] == "no-store"
        assert " style=" not in reply.text
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", reply.text)
