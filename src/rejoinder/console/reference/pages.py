"""`/docs`: the APIs that this server speaks, to read and to try."""

from __future__ import annotations

from functools import lru_cache

from rejoinder.console.reference.markdown import html_of
from rejoinder.console.reference.operations import AUTHENTICATION, Group, groups
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.kernel.endpoint import Dialect
from rejoinder.kernel.reply import Reply
from rejoinder.model.people import Member
from rejoinder.model.problems import NotAllowed, NotFound


def index(visit: Visit) -> Reply:
    """All APIs, with all their operations to search in."""
    base = visit.call.base_url
    apis = [(one, groups(one, base)) for one in visit.shell.outside.dialects]
    return visit.page("reference/index.html", apis=apis, base=base, abouts=_abouts(), **_frame(visit))


def api(visit: Visit) -> Reply:
    """One API."""
    dialect = find_dialect(visit, visit.text("api"))
    base = visit.call.base_url
    return visit.page(
        "reference/api.html",
        api=dialect,
        about=_abouts().get(dialect.name, ""),
        groups=groups(dialect, base),
        base=base,
        notes=_notes(visit.shell.outside.about(dialect.name)),
        here=visit.to(f"/docs/{dialect.name}", w=visit.asked("w") or None),
        noun_of=noun_of,
        words=_words(),
        refused=visit.member and refusal(visit.member, dialect),
        **_frame(visit),
    )


@lru_cache(maxsize=16)
def _notes(text: str) -> str:
    return html_of(text) if text else ""


def refusal(who: Member, dialect: Dialect) -> NotAllowed | None:
    """Why somebody's role does not let them try an API."""
    if who.may("editor") or not dialect.tells_links:
        return None
    return NotAllowed(
        "This API tells personal links, which viewers do not see; ask an owner for the role of an editor."
    )


def find_dialect(visit: Visit, name: str) -> Dialect:
    """An API by its name. Raises NotFound."""
    for one in visit.shell.outside.dialects:
        if one.name == name:
            return one
    raise NotFound(f"There is no API {name[:40]!r}.")


def noun_of(group: Group) -> str:
    """What a group is called."""
    if group.noun == AUTHENTICATION:
        return _("Authentication")
    return group.noun[:1].upper() + group.noun[1:].replace("_", " ")


def _frame(visit: Visit) -> dict[str, object]:
    """The page's frame: the console's for those who are signed in, a plain one for others."""
    return {
        "base_template": "layout.html" if visit.member else "reference/plain.html",
        "apis_listed": [(one.name, one.title) for one in visit.shell.outside.dialects],
        "workspace": visit.asked("w") or None,
    }


def _abouts() -> dict[str, str]:
    return {
        "forsta": _("Read and write survey data: respondents, responses, variables, as pages or streams."),
        "goodbridge": _("Respondents of a project with their answers, ready for integrations."),
        "surveykiwi": _("Campaigns, their answers and questions."),
        "webankieta": _("Respondents, contacts, batches and mailings of a panel."),
        "cxi": _("Feedback: imports, tags, sentiment, statistics and exports."),
        "native": _("Our own: surveys, answers, templates and exports."),
    }


def _words() -> dict[str, str]:
    """What the page's script says."""
    return {
        "token": _("Good until %(time)s."),
        "ended": _("The token has ended; get a new one."),
        "revoked": _("The token is revoked."),
        "need": _("Get a token first, at the top of this page."),
        "sending": _("Sending …"),
        "cancelled": _("Cancelled."),
        "failed": _("The server could not be reached."),
        "took": _("%(ms)s ms, %(size)s bytes"),
        "cut": _("Only the beginning is shown."),
        "none": _("No operation is like that."),
        "body": _("The body is not JSON: %(why)s"),
        "empty": _("The reply has no body."),
        "fill": _("Fill in: %(names)s"),
    }
