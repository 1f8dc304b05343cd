"""One request of a person to the console: what handlers are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from rejoinder.console.speech import _
from rejoinder.core.unit import Unit
from rejoinder.kernel.forms import Form, UploadedFile
from rejoinder.kernel.reply import Headers, Reply
from rejoinder.model.people import Member, Seat
from rejoinder.model.problems import Invalid, NotFound

if TYPE_CHECKING:
    from rejoinder.console.area import Action, Page
    from rejoinder.console.shell import Shell
    from rejoinder.kernel.call import Call


class Visit:
    """A call with the person behind it.

    Fields:
      unit: what core verbs take; in the person's workspace, in the person's name.
      member: the person in this workspace; None at the doors, where nobody is signed in.
      seat: the session, with all workspaces that it opens.
      area: which line of the sidebar is lit.
      entry: the Page or Action that is being served.
      prepared: what the action's `prepare` gave.
      headers: more headers of the answer, such as cookies.
    """

    unit: Unit

    def __init__(self, call: Call, shell: Shell, entry: Page | Action, area: str) -> None:
        self.call = call
        self.shell = shell
        self.entry = entry
        self.area = area
        self.seat: Seat | None = None
        self.member: Member | None = None
        self.secret = ""
        self.prepared: Any = None
        self.headers: Headers = ()
        self._form: Form | None = None

    # What was asked.

    @property
    def now(self) -> int:
        """µs since 1970, one value for the whole request."""
        return self.call.now

    @property
    def who(self) -> Member:
        """The person; only where one must be signed in."""
        assert self.member is not None
        return self.member

    @property
    def is_htmx(self) -> bool:
        """Whether the page's script asks for a part of a page, rather than the browser for a whole one."""
        return b"hx-request" in self.call.headers

    def number(self, name: str) -> int:
        """A whole number of the address. Raises NotFound for anything else."""
        return whole_number(self.call.params[name])

    def text(self, name: str) -> str:
        """A segment of the address as it is."""
        return self.call.params[name]

    def asked(self, name: str, otherwise: str = "", longest: int = 2000) -> str:
        """A parameter of the query: the last one of that name; cut at `longest`."""
        found = [value for key, value in self.call.query if key == name]
        return (found[-1] if found else otherwise)[:longest]

    def asked_number(self, name: str) -> int | None:
        """A whole number of the query; None where there is none, and for anything else."""
        text = self.asked(name, longest=16)
        return int(text) if _is_number(text) else None

    @property
    def form(self) -> Form:
        """The form that was sent, nested as its names' brackets say."""
        if self._form is None:
            self._form = self.call.form()
        return self._form

    def field(self, name: str, longest: int = 2000, *, required: bool = False) -> str:
        """A text field of the form without spaces around it; empty when it is not there.

        Raises Invalid, which is shown at the field: too long, missing.
        """
        value = self.form.get(name, "")
        text = value.strip() if isinstance(value, str) else ""
        if "\0" in text:
            text = text.replace("\0", "")
        if len(text) > longest:
            problem = _("This is longer than %(most)s characters.", most=longest)
            raise Invalid(problem, fields={name: problem})
        if required and not text:
            problem = _("Please fill this in.")
            raise Invalid(problem, fields={name: problem})
        return text

    def fields(self, name: str) -> list[str]:
        """The values of a field that may come several times, named `name[]` in the form."""
        found = self.form.get(name, [])
        return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.field(name))

    def file(self, name: str) -> UploadedFile | None:
        """A file of a multipart form; None when none was chosen."""
        found = self.form.get(name)
        return found if isinstance(found, UploadedFile) and (found.filename or found.body) else None

    # Addresses.

    @property
    def prefix(self) -> str:
        """The path under which a proxy shows us; mostly empty."""
        return self.shell.prefix(self.call)

    def to(self, path: str = "", **query: Any) -> str:
        """An address in this workspace, such as `to("/surveys/3", page=2)`; None values are left out.

        A path that begins with `/console` or `/docs` or `/assets` is whole as it is.
        """
        whole = path.startswith(("/console", "/docs", "/assets"))
        start = "" if whole else f"/console/{self.who.workspace_id}"
        pairs = "&".join(
            f"{quote(key)}={quote(str(value), safe='')}" for key, value in query.items() if value is not None
        )
        return f"{self.prefix}{start}{path}{'?' if pairs else ''}{pairs}"

    # Answers.

    def page(self, template: str, status: int = 200, /, **values: Any) -> Reply:
        """A whole page by its template, which extends `layout.html`."""
        return self._reply(self.shell.render(self, template, values, whole=True), status)

    def fragment(self, template: str, status: int = 200, /, **values: Any) -> Reply:
        """A part of a page, for HTMX to put in its place."""
        return self._reply(self.shell.render(self, template, values, whole=False), status)

    def go(self, path: str, said: str = "", *, kind: str = "good") -> Reply:
        """Send the browser to a path (as `to` takes it), and have it say something there.

        Parameters: `said` — shown once on the next page; `kind` — good, bad or note.
        """
        address = self.to(path)
        if said:
            self.headers += (self.shell.flash(self.call, said, kind),)
        if self.is_htmx:
            return Reply(200, b"", None, (*self.headers, (b"hx-redirect", address.encode())))
        return Reply(303, b"", None, (*self.headers, (b"location", address.encode())))

    def push(self, path: str) -> None:
        """Give the answer an address of its own: where what was made can be found again."""
        self.headers += ((b"hx-push-url", self.to(path).encode()),)

    def toast(self, said: str, kind: str = "good") -> None:
        """Have the page say something beside the fragment that is answered."""
        told = msgspec.json.encode({"toast": {"text": said, "kind": kind}}).decode()
        ascii_only = told.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")
        self.headers += ((b"hx-trigger", ascii_only),)

    def _reply(self, text: str, status: int) -> Reply:
        return Reply(status, text.encode(), b"text/html; charset=utf-8", (*self.shell.headers, *self.headers))


def whole_number(text: str) -> int:
    """A number of an address. Raises NotFound for anything else."""
    if not _is_number(text):
        raise NotFound(f"There is nothing at {text[:80]!r}.")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
