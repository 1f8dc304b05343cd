"""Settings of a workspace."""

from __future__ import annotations

from msgspec import structs

from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_workspace, set_timezone, workspace_of
from rejoinder.store.engine import Database
from rejoinder.store.session import Session
from rejoinder.store.workspaces import set_settings, workspace_by_id


def test_a_change_keeps_what_another_server_has_just_changed(database_url: str) -> None:
    here, there = Database(database_url), Database(database_url)
    number = here.write(lambda session: create_workspace(session, "w", [], 0)[0].id)

    def limit(session: Session) -> None:
        found = workspace_of(Unit(session, number, "test", 0)).settings
        set_settings(session, number, structs.replace(found, max_respondents=7))

    here.write(lambda session: workspace_of(Unit(session, number, "test", 0)))  # remembered from now on
    there.write(limit)
    here.write(lambda session: set_timezone(Unit(session, number, "test", 0), "Europe/Warsaw"))
    found = there.read(lambda session: workspace_by_id(session, number))
    assert found is not None
    assert (found.settings.timezone, found.settings.max_respondents) == ("Europe/Warsaw", 7)
    here.close()
    there.close()
