"""Requests to paste into a shell: one for a token, one for each dialect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rejoinder.demo.sample import SURVEY, Credentials
from rejoinder.kernel.endpoint import Dialect


class Example(NamedTuple):
    """How one dialect is shown: the form its token path takes, and a path worth reading."""

    form: str
    path: str


EXAMPLES = {
    "forsta": Example(
        "grant_type=api-user&scope=pub.surveys",
        f"/v1/surveys/{SURVEY}/responses/data?filterExpression=respondent:city%3D'Oslo'",
    ),
    "goodbridge": Example(
        "grant_type=client_credentials",
        f"/integrations/{SURVEY}/respondents?page=1&page_size=2&display_lang_code=en&sorting.endtime=desc",
    ),
    "surveykiwi": Example(
        "grant_type=Client_Credentials",
        f"/v1.0/campaign/answers?campaign_url={SURVEY}&status=active&limit=2&order_by%5B%5D=created_at,DESC",
    ),
    "webankieta": Example(
        "grant_type=client_credentials",
        f"/api/v2/respondents/{SURVEY}?limit=2",
    ),
    "cxi": Example("grant_type=client_credentials", "/v1/responses?per_page=3&sort_order=desc"),
}
"""Dialect → its example. Every dialect that is registered has one."""


def token_request(url: str, dialect: Dialect, who: Credentials) -> str:
    """A `curl` that prints a token as JSON."""
    form = EXAMPLES[dialect.name].form
    return f"curl -s {url}{dialect.token_path} -u {who.client_id}:{who.client_secret} -d '{form}'"


def read_request(url: str, dialect: Dialect, who: Credentials) -> str:
    """A `curl` that fetches a token by itself and reads something with it."""
    token = rf"""{token_request(url, dialect, who)} | sed 's/.*"access_token":"\([^"]*\)".*/\1/'"""
    return f'curl -s "{url}{EXAMPLES[dialect.name].path}" \\\n  -H "Authorization: Bearer $({token})"'


def requests(url: str, dialects: Sequence[Dialect], who: Credentials) -> dict[str, str]:
    """All of them: `token` first, then each dialect by its name."""
    shown = [dialect for dialect in dialects if dialect.name in EXAMPLES]
    found = {"token": token_request(url, shown[0], who)} if shown else {}
    return found | {dialect.name: read_request(url, dialect, who) for dialect in shown}
