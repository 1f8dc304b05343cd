"""What callers send: query and body together, bodies as forms of either kind or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from rejoinder.kernel.call import Call
from rejoinder.kernel.forms import UploadedFile
from rejoinder.model.problems import Invalid, NotFound, Unreadable

MOST_PAGES, MOST_RECORDS, RECORDS = 30, 50, 25
"""004, "URL Parameters": page 1 to 30, per_page 25 by default and 50 at the most."""
_TRUTHS = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}
Fields = dict[str, Any]


class Page(NamedTuple):
    """One page of a list."""

    skip: int
    limit: int


def fields_of(call: Call) -> Fields:
    """All that was sent; the body wins over the query. Raises Unreadable."""
    if not call.body:
        return call.query_form()
    sent = call.json(dict[str, Any]) if call.content_type == "application/json" else call.form()
    return call.query_form() | sent


def group(fields: Mapping[str, Any], name: str) -> Fields | None:
    """The fields `name[…]`, None when there are none. Raises Invalid for a plain value."""
    found = fields.get(name)
    if found is None:
        return None
    if not isinstance(found, dict):
        refuse(name, f"{name} is a group of fields, such as {name}[name].")
    return dict(found)


def needed_group(fields: Mapping[str, Any], name: str) -> Fields:
    """As `group`. Raises Invalid when it is missing, too."""
    found = group(fields, name)
    if found is None:
        refuse(name, f"The parameter {name}[…] is missing.")
    return found


def refuse(field: str, why: str) -> NoReturn:
    """Raise Invalid for one parameter."""
    raise Invalid(why, fields={field: why})


def page_of(call: Call) -> Page:
    """The page that is asked for. Raises Unreadable: no number, below 1, over `MOST_PAGES`."""
    page = _positive(call, "page", 1)
    if page > MOST_PAGES:
        raise Unreadable(f"page is at most {MOST_PAGES}.")
    size = min(_positive(call, "per_page", RECORDS), MOST_RECORDS)
    return Page((page - 1) * size, size)


def _positive(call: Call, name: str, default: int) -> int:
    sent = call.query_one(name)
    if sent is None or sent == "":
        return default
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 19 and int(sent) > 0):
        raise Unreadable(f"{name} must be a whole number from 1.")
    return int(sent)


def flag_of(call: Call, name: str) -> bool:
    """A boolean of the query, false when left out. Raises Unreadable for another word."""
    sent = call.query_one(name) or "false"
    if sent.lower() not in _TRUTHS:
        raise Unreadable(f"{name} is true or false.")
    return _TRUTHS[sent.lower()]


def word_of(call: Call, name: str, known: Iterable[str], default: str) -> str:
    """A word of the query among those that are known. Raises Unreadable for another."""
    sent = call.query_one(name) or default
    words = tuple(known)
    if sent not in words:
        raise Unreadable(f"{name} is one of {', '.join(words)}.")
    return sent


def number_in_path(call: Call, name: str, what: str) -> int:
    """A thing's number. Raises NotFound for what is no number, as for one that is not there."""
    sent = call.params[name]
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 19):
        raise NotFound(f"There is no {what} {sent[:40]} in this workspace.")
    return int(sent)


def text(value: Any, field: str) -> str:
    """A text. Raises Invalid."""
    if not isinstance(value, str):
        refuse(field, f"{field} must be text.")
    if "\0" in value:
        refuse(field, f"{field} holds a NUL character.")
    return value


def boolean(value: Any, field: str) -> bool:
    """True or false, as JSON or in words. Raises Invalid."""
    if isinstance(value, bool):
        return value
    word = _TRUTHS.get(value.lower()) if isinstance(value, str) else None
    if word is None:
        refuse(field, f"{field} is true or false.")
    return word


def integer(value: Any, field: str) -> int:
    """A whole number, as JSON or in digits. Raises Invalid."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 62:
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    refuse(field, f"{field} must be a whole number.")


def optional_integer(value: Any, field: str) -> int | None:
    """As `integer`; null and empty text are none."""
    return None if value is None or value == "" else integer(value, field)


def several(value: Any) -> list[Any]:
    """The elements of a list, which a form may also write with one plain value or with names of its own."""
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else [value]


def texts(value: Any, field: str) -> list[str]:
    """A list of texts. Raises Invalid."""
    return [text(one, field) for one in several(value)]


def file_of(fields: Mapping[str, Any], *names: str) -> UploadedFile:
    """The file of a multipart body under the first of these names that holds one; a field without a file
    name counts as one too. Raises Invalid when there is none."""
    for name in names:
        found = fields.get(name)
        if isinstance(found, UploadedFile):
            return found
        if isinstance(found, str) and found:
            return UploadedFile("", "text/csv", found.encode())
    refuse(names[0], f"Send the CSV file as the multipart field {names[0]}.")
