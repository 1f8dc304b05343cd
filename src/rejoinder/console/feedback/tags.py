"""Tags: their list, one tag's page, switching and deleting them."""

from __future__ import annotations

from typing import Any

from rejoinder.console.feedback.drawing import Part, over_time, parts
from rejoinder.console.feedback.frame import framed, onboarded, survey_names
from rejoinder.console.feedback.pieces import card_words, cards
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.feedback.browsing import browse
from rejoinder.core.feedback.responses import Wanted
from rejoinder.core.feedback.surveys import totals
from rejoinder.core.feedback.tag_listing import Sort, list_tags, usage
from rejoinder.core.feedback.tag_listing import Wanted as Listed
from rejoinder.core.feedback.tags import TagEdit, change_tag, delete_tag, every_tag, get_tag
from rejoinder.core.feedback.trends import tag_by_week
from rejoinder.core.feedback.working import works
from rejoinder.kernel.reply import Reply
from rejoinder.model.feedback import Tag, TagMode, TagNode

PAGE = 100
LATEST = 5


@onboarded
def tags(visit: Visit) -> Reply:
    """All of them, below their parents."""
    sort: Sort = "name_asc" if visit.asked("sort") == "name" else "responses_desc"
    search, skip = visit.asked("q", longest=100).strip(), visit.asked_number("skip") or 0
    found, total = list_tags(visit.unit, Listed(sort, search), skip, PAGE)
    rows: list[tuple[Tag, int, float, list[Part]]] = []
    _flatten(found, 0, rows)
    return visit.page(
        "feedback/tags.html",
        **framed(visit, "/tags"),
        rows=rows,
        total=total,
        skip=skip,
        step=PAGE,
        sort=visit.asked("sort"),
        q=search,
        modes=mode_words(),
    )


def _flatten(nodes: Any, depth: int, into: list[tuple[Tag, int, float, list[Part]]]) -> None:
    node: TagNode
    for node in nodes:
        into.append((node.tag, depth, node.usage / 100, parts(node.tag.counts)))
        _flatten(node.children, depth + 1, into)


def mode_words() -> dict[str, str]:
    """Who applies tags of each mode."""
    return {"smart": _("Smart"), "text_match": _("By its terms"), "manual": _("By hand")}


@onboarded
def tag(visit: Visit) -> Reply:
    """One of them: its numbers, how it changes, what people said."""
    found = get_tag(visit.unit, visit.number("tag"))
    known = {one.id: one for one in every_tag(visit.unit)}
    latest = browse(visit.unit, Wanted(tag_id=found.id), limit=LATEST).items
    total = totals(visit.unit)[0].responses
    return visit.page(
        "feedback/tag.html",
        **framed(visit, "/tags"),
        **card_words(),
        survey_names=survey_names(visit.unit),
        tag=found,
        parent=known.get(found.parent_id or 0),
        children=[one for one in known.values() if one.parent_id == found.id],
        used=usage(found, total) / 100,
        shares=parts(found.counts),
        chart=over_time(tag_by_week(visit.unit, found.id), weeks=True),
        cards=cards(visit.unit, latest, found.id),
        known=list(known.values()),
        modes=mode_words(),
        own=found.mode is not TagMode.SMART,
        busy=bool(works(visit.unit)),
        focus=None,
    )


def switch(visit: Visit) -> Reply:
    """Let a tag be looked for, or not any more; what it is on keeps it."""
    on = visit.field("on") == "1"
    found = change_tag(visit.unit, visit.number("tag"), TagEdit(enabled=on))
    said = _("%(name)s is looked for from now on.") if on else _("%(name)s is not looked for any more.")
    return visit.go(f"/feedback/tags/{found.id}", said % {"name": found.display_name})


def delete(visit: Visit) -> Reply:
    """Delete a tag, from all responses too."""
    found = get_tag(visit.unit, visit.number("tag"))
    delete_tag(visit.unit, found.id)
    return visit.go("/feedback/tags", _("%(name)s is deleted.", name=found.display_name))
