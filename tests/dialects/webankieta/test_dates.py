"""Dates that callers write: none of them may make a survey unreadable."""

from __future__ import annotations

import pytest

from rejoinder.core.workspaces import set_timezone

from .panel import Panel, good, refused


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_an_invitation_at_the_end_of_time_is_refused(panel: Panel, zone: str) -> None:
    panel.tenant.verb(lambda unit: set_timezone(unit, zone))
    contact = good(panel.http.post("/api/contacts/add", data={"email": "a@example.org"}))["id_contact"]
    form = {"id_survey": "p1", "id_contact": contact, "date_invitaion_send": "9999-12-31 23:59:59"}
    refused(panel.http.post("/api/respondents/add", data=form), 400, "date_invitaion_send", "9999-12-31")
    good(panel.http.post("/api/respondents/add", data=form | {"date_invitaion_send": "9998-12-30 23:59:59"}))
    assert [row["date_invitaion_send"] for row in panel.list()] == ["9998-12-30 23:59:59"]
