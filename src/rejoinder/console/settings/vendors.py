"""How each API is called: the address to give to a program, and requests to paste."""

from __future__ import annotations

from dataclasses import dataclass

from rejoinder.core.access import DIALECTS
from rejoinder.kernel.endpoint import Dialect

SECRET = "$CLIENT_SECRET"  # noqa: S105  what stands for one
"""Stands in a request where the secret is not known any more."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What the documents of one vendor call for: the form of a token request, and a path worth reading, with
    `{survey}` for a survey's alias."""

    form: str
    path: str


MANNERS = {
    "cxi": Manner("grant_type=client_credentials", "/v1/responses?per_page=10&sort_order=desc"),
    "forsta": Manner("grant_type=api-user&scope=pub.surveys", "/v1/surveys/{survey}/responses/data"),
    "goodbridge": Manner(
        "grant_type=client_credentials", "/integrations/{survey}/respondents?page=1&page_size=10"
    ),
    "surveykiwi": Manner(
        "grant_type=Client_Credentials", "/v1.0/campaign/answers?campaign_url={survey}&status=active&limit=10"
    ),
    "webankieta": Manner("grant_type=client_credentials", "/api/v2/respondents/{survey}?limit=10"),
}
PLAIN = Manner("grant_type=client_credentials", "")


@dataclass(frozen=True, slots=True)
class Way:
    """One API as a client is told to use it."""

    name: str
    title: str
    base: str
    token: str
    read: str


def titles_of(dialects: tuple[Dialect, ...]) -> dict[str, str]:
    """What the APIs are called, by the names that scopes have of them, in their order."""
    known = {dialect.name: dialect.title for dialect in dialects}
    return {name: known.get(name, name.upper()) for name in DIALECTS}


def ways(
    dialects: tuple[Dialect, ...],
    scopes: tuple[str, ...],
    base: str,
    client_id: str,
    secret: str = SECRET,
    survey: str = "SURVEY",
) -> list[Way]:
    """Every API that a client has a scope for, filled in.

    Parameters: `base` — the server's address, no slash at its end; `survey` — an alias of the workspace.
    """
    allowed = {scope.partition(":")[0] for scope in scopes}
    return [
        _way(dialect, base, client_id, secret, survey)
        for dialect in dialects
        if dialect.name in allowed and dialect.token_path
    ]


def _way(dialect: Dialect, base: str, client_id: str, secret: str, survey: str) -> Way:
    manner = MANNERS.get(dialect.name, PLAIN)
    quoted = secret if secret.isalnum() or not secret.startswith("$") else f'"{secret}"'
    token = f"curl -s {base}{dialect.token_path} \\\n  -u {client_id}:{quoted} \\\n  -d '{manner.form}'"
    path = manner.path.replace("{survey}", survey)
    read = f'curl -s "{base}{path}" \\\n  -H "Authorization: Bearer $TOKEN"' if path else ""
    return Way(dialect.name, dialect.title, base, token, read)
