"""API clients: programs that may ask for tokens."""

from __future__ import annotations

from rejoinder.console.doing_details import rights
from rejoinder.console.settings.vendors import SECRET, titles_of, ways
from rejoinder.console.speech import _
from rejoinder.console.visit import Visit
from rejoinder.core.access import (
    DIALECTS,
    SCOPES,
    create_client,
    find_client,
    list_clients,
    revoke_client,
    rotate_client,
)
from rejoinder.core.surveys import some_surveys
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid
from rejoinder.model.workspace import Client


def clients(visit: Visit) -> Reply:
    """All of them."""
    found = sorted(list_clients(visit.unit), key=lambda one: (one.revoked_at is not None, -one.created_at))
    titles = titles_of(visit.shell.outside.dialects)
    apis = {one.id: _apis(one, titles) for one in found}
    return visit.page("settings/clients.html", clients=found, apis=apis, titles=titles, dialects=DIALECTS)


def _apis(found: Client, titles: dict[str, str]) -> str:
    """The APIs that a client may use, by their titles."""
    names = {scope.partition(":")[0] for scope in found.scopes}
    return (
        _("All") if names >= set(DIALECTS) else ", ".join(titles[name] for name in DIALECTS if name in names)
    )


def client(visit: Visit) -> Reply:
    """One of them, with requests to paste."""
    return _show(visit, find_client(visit.unit, visit.text("client")))


def create(visit: Visit) -> Reply:
    """Make a client; its page shows the secret this once."""
    chosen = [scope for scope in visit.fields("scopes") if scope in SCOPES]
    if not chosen:
        raise Invalid(_("Tick at least one API."))
    made, secret = create_client(visit.unit, visit.field("name", 200, required=True), chosen)
    visit.push(f"/settings/clients/{made.client_id}")
    return _show(visit, made, secret)


def rotate(visit: Visit) -> Reply:
    """Give a client a new secret; its page shows it this once."""
    found = find_client(visit.unit, visit.text("client"))
    return _show(visit, found, rotate_client(visit.unit, found.client_id))


def revoke(visit: Visit) -> Reply:
    """Shut a client out."""
    found = revoke_client(visit.unit, visit.text("client"))
    return visit.go("/settings/clients", _("%(name)s is revoked; its tokens work no more.", name=found.name))


def _show(visit: Visit, found: Client, secret: str = "") -> Reply:
    surveys = some_surveys(visit.unit, 0, 1)
    alias = surveys[0].aliases[0] if surveys and surveys[0].aliases else "SURVEY"
    told = ways(
        visit.shell.outside.dialects,
        found.scopes,
        visit.call.base_url,
        found.client_id,
        secret or SECRET,
        alias,
    )
    return visit.page(
        "settings/client.html",
        client=found,
        secret=secret,
        ways=told,
        rights=rights(found.scopes, titles_of(visit.shell.outside.dialects)),
    )
