"""`/v1/tags` (004, "Tags")."""

from __future__ import annotations

from typing import Any, cast

from rejoinder.core.feedback.tag_listing import Sort, Wanted, list_tags
from rejoinder.core.feedback.tags import TagEdit, change_tag, create_tag, delete_tag
from rejoinder.dialects.cxi import wire
from rejoinder.dialects.cxi.gate import onboarded
from rejoinder.dialects.cxi.parameters import (
    boolean,
    fields_of,
    flag_of,
    needed_group,
    number_in_path,
    optional_integer,
    page_of,
    refuse,
    text,
    texts,
    word_of,
)
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, empty_reply, json_reply

SORTS = ("responses_desc", "responses_asc", "name_asc", "name_desc")
_READ_ONLY = frozenset(
    ("id", "display_name", "response_count", "usage", "sentiment_breakdown", "children", "created_at")
)
"""What replies show of a tag and nobody sets: a client may send back what it got."""


@onboarded
def listing(call: Call) -> Reply:
    """004, "Get tags"."""
    page, flat = page_of(call), flag_of(call, "flat")
    numbers = not flag_of(call, "no_stats")
    wanted = Wanted(
        cast(Sort, word_of(call, "sort", SORTS, SORTS[0])),
        (call.query_one("search") or "")[:200],
        flag_of(call, "exclude_disabled"),
        flat,
    )
    nodes, _ = list_tags(call.unit, wanted, page.skip, page.limit)
    return json_reply([wire.listed_tag(node, numbers=numbers, nested=not flat) for node in nodes])


@onboarded
def create(call: Call) -> Reply:
    """004, "Create a Tag"."""
    return json_reply(wire.made_tag(create_tag(call.unit, _edit(call))), 201)


@onboarded
def change(call: Call) -> Reply:
    """004, "Update a Tag"."""
    number = number_in_path(call, "tag", "tag")
    return json_reply(wire.made_tag(change_tag(call.unit, number, _edit(call))))


@onboarded
def delete(call: Call) -> Reply:
    """004, "Delete a Tag": an empty answer with status 200."""
    delete_tag(call.unit, number_in_path(call, "tag", "tag"))
    return empty_reply(200)


def _edit(call: Call) -> TagEdit:
    """What is said of a tag. Raises Invalid for what no tag has."""
    said: dict[str, Any] = {}
    for name, value in needed_group(fields_of(call), "tag").items():
        field = f"tag[{name}]"
        match name:
            case "name" | "mode":
                said[name] = text(value, field)
            case "description":
                said[name] = None if value is None else text(value, field)
            case "enabled" | "scope_by_parent":
                said[name] = boolean(value, field)
            case "parent_id":
                said[name] = optional_integer(value, field)
            case "text_match_terms":
                said["terms"] = texts(value, field)
            case "filter_rules":
                said[name] = value if isinstance(value, dict) else _no_rules(value)
            case _ if name not in _READ_ONLY:
                refuse("tag", f"A tag has no {name[:60]!r}.")
    return TagEdit(**said)


def _no_rules(value: Any) -> dict[str, Any]:
    if value not in (None, "", []):
        refuse(
            "tag[filter_rules]",
            "tag[filter_rules] is a group of conditions, such as tag[filter_rules][score][gte].",
        )
    return {}
