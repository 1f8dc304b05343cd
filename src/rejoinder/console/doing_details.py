"""What the audit log keeps beside an action, and what jobs count, in words: names with their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rejoinder.console.hearing import heard
from rejoinder.console.speech import _, mark, number_text
from rejoinder.core.access import DIALECTS
from rejoinder.core.feedback.categories import categories
from rejoinder.model.audit import Entry
from rejoinder.model.event import KINDS, EventKind

COUNTS = {
    "respondents": mark("Respondents"),
    "responses": mark("Responses"),
    "addresses": mark("Addresses"),
    "inserted": mark("Added"),
    "updated": mark("Updated"),
    "skipped": mark("Left out"),
    "rows": mark("Rows"),
    "deliveries": mark("Deliveries"),
    "letters": mark("Mails"),
    "events": mark("Events"),
    "files": mark("Files"),
    "replies": mark("Kept replies to programs"),
    "contacts": mark("Contacts"),
    "exports": mark("Exports"),
    "seen": mark("Looked at"),
    "analysed": mark("Read"),
}
"""What is counted → what people call it. Nothing of it (0) is not worth a word."""
NAMES = {
    "name": mark("Name"),
    "alias": mark("Name in the address"),
    "scopes": mark("Rights"),
    "dialect": mark("API"),
    "write": mark("Rights"),
    "role": mark("Role"),
    "timezone": mark("Time zone"),
    "max_respondents": mark("Respondents at most"),
    "feature": mark("Feature"),
    "on": mark("Now"),
    "events": mark("Events"),
    "reason": mark("Reason"),
    "days": mark("Days"),
    "action": mark("Then"),
    "scope": mark("Whom"),
    "email": mark("Address"),
    "labels": mark("Labels"),
    "respid": mark("Respondent"),
    "variable": mark("Question"),
    "cleared": mark("Answer"),
    "score": mark("Score"),
    "comment": mark("Comment"),
    "category": mark("Category"),
    "learnt": mark("Learnt"),
    "sentiment": mark("Sentiment"),
    "was": mark("Before"),
    "now": mark("Now"),
    "put": mark("Tag put on"),
    "taken": mark("Tag taken off"),
    "tag": mark("Tag"),
    "reverted": mark("Tag left to the text engine"),
    "kind": mark("Rows"),
    "format": mark("Format"),
}
"""Other things → what people call them."""
_PLACES = {name: place for place, name in enumerate(dict.fromkeys((*NAMES, *COUNTS)))}
HIDDEN = frozenset({"survey", "number"})
"""What the sentence about an action says already, or nobody knows it by."""
_CODES = {
    "role": {"owner": mark("Owner"), "editor": mark("Editor"), "viewer": mark("Viewer")},
    "action": {"erase": mark("Erased"), "anonymise": mark("Anonymised")},
    "kind": {"respondents": mark("Respondents"), "responses": mark("Responses")},
    "scope": {
        "survey": mark("everybody in the survey"),
        "batch": mark("one batch"),
        "mailing": mark("one mailing"),
        "completed_before": mark("those who answered long enough ago"),
        "filter": mark("those whom a filter found"),
        "chosen": mark("those who were chosen in the list"),
    },
    "was": {"positive": mark("Positive"), "neutral": mark("Neutral"), "negative": mark("Negative")},
}
_CODES |= {"now": _CODES["was"], "sentiment": _CODES["was"]}
Titles = Mapping[str, str]
"""What APIs are called, by the names of their dialects."""


def details(entry: Entry, titles: Titles) -> list[str]:
    """What is kept beside an action, a text for each; none where the sentence says it all."""
    if entry.action == "job.cancel":
        return []
    if entry.action == "survey.retention" and not entry.detail.get("days"):
        return [_("Kept for ever")]
    kept = sorted(entry.detail.items(), key=lambda one: _PLACES.get(one[0], len(_PLACES)))
    return [
        text
        for name, value in kept
        if name not in HIDDEN and value not in (None, [], "") and (text := _detail(name, value, titles))
    ]


def counted(found: Mapping[str, Any]) -> list[str]:
    """What was counted, without what there was none of."""
    return [
        _named(_(COUNTS.get(name, name.replace("_", " "))), number_text(value))
        for name, value in found.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and value
    ]


def event_words() -> dict[EventKind, str]:
    """What a webhook can be told of, in words."""
    return {
        EventKind.CREATED: _("An answer arrives"),
        EventKind.UPDATED: _("An answer changes"),
        EventKind.DELETED: _("An answer is deleted"),
        EventKind.INVITED: _("Somebody is invited"),
        EventKind.OPENED: _("Somebody opens the survey"),
    }


def rights(scopes: Sequence[str], titles: Titles) -> list[tuple[str, str]]:
    """What scopes let a program do: each API with how."""
    words = {
        ("read",): _("read"),
        ("write",): _("write"),
        ("read", "write"): _("read and write"),
    }
    found = []
    for name in DIALECTS:
        may = tuple(right for right in ("read", "write") if f"{name}:{right}" in scopes)
        if may:
            found.append((titles.get(name, name), words[may]))
    return found


def _detail(name: str, value: Any, titles: Titles) -> str:
    if name in COUNTS and isinstance(value, int):
        return "; ".join(counted({name: value}))
    title = _(NAMES[name]) if name in NAMES else name
    make = _VALUES.get(name)
    if make is not None:
        return _named(title, make(value, titles))
    if isinstance(value, bool):
        return _named(title, _("yes") if value else _("no"))
    if isinstance(value, list):
        return _named(title, ", ".join(str(one) for one in value))
    code = _CODES.get(name, {}).get(str(value))
    if code:
        return _named(title, _(code))
    return _named(title, number_text(value) if isinstance(value, int) else str(value))


def _named(name: str, value: str) -> str:
    return _("%(name)s: %(value)s", name=name, value=value)


def _scopes(value: Sequence[str], titles: Titles) -> str:
    found = rights(value, titles)
    if len(found) == len(DIALECTS) and {how for _title, how in found} == {_("read and write")}:
        return _("read and write through every API")
    return ", ".join(f"{title} ({how})" for title, how in found)


def _events(value: Sequence[str], _titles: Titles) -> str:
    words = {kind.value: said for kind, said in event_words().items()}
    return _("All") if len(value) == len(KINDS) else ", ".join(words.get(kind, kind) for kind in value)


def _category(value: int, _titles: Titles) -> str:
    return next((one.name for one in categories() if one.id == value), f"#{value}")


_VALUES: dict[str, Callable[[Any, Titles], str]] = {
    "scopes": _scopes,
    "events": _events,
    "category": _category,
    "dialect": lambda value, titles: titles.get(value, str(value)),
    "write": lambda value, _titles: _("read and write") if value else _("read"),
    "on": lambda value, _titles: _("On") if value else _("Off"),
    "email": lambda value, _titles: _("replaced") if value else _("kept"),
    "labels": lambda value, _titles: _("%(numbers)s replaced", numbers=", ".join(map(str, value))),
    "cleared": lambda _value, _titles: _("deleted"),
    "reason": lambda value, _titles: heard(str(value)),
    "format": lambda value, _titles: str(value).upper(),
    "respid": lambda value, _titles: str(value),
    **dict.fromkeys(("put", "taken", "tag", "reverted"), lambda value, _titles: f"#{value}"),
}
"""Values that are neither counts nor codes → what stands for them."""
