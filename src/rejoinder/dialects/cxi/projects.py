"""`/v1/projects` (004, "Projects")."""

from __future__ import annotations

from rejoinder.core.feedback.projects import create_project, list_projects, rename_project
from rejoinder.dialects.cxi import wire
from rejoinder.dialects.cxi.gate import onboarded
from rejoinder.dialects.cxi.parameters import fields_of, needed_group, number_in_path, text
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply


@onboarded
def listing(call: Call) -> Reply:
    """004, "Get projects": all of them, oldest first."""
    return json_reply([wire.project(found) for found in list_projects(call.unit)])


@onboarded
def create(call: Call) -> Reply:
    """004, "Create a Project"."""
    return json_reply(wire.project(create_project(call.unit, _name(call))), 201)


@onboarded
def change(call: Call) -> Reply:
    """004, "Update a Project"."""
    number = number_in_path(call, "project", "project")
    return json_reply(wire.project(rename_project(call.unit, number, _name(call))))


def _name(call: Call) -> str:
    return text(needed_group(fields_of(call), "project").get("name"), "project[name]")
