"""Every sample of CXI's document, its `curl` run by curl itself; where we differ from it is named.

An exchange keeps the document's words (`documented`; a reply without a request is a second one to the request
before), what must be there before (`state`), what is `checked`, and for each place (`at`) where that differs
from the document, what forces it (`because`). In what is checked, `<number>`, `<time>`, `<account>` and their
like stand for what is new each time, or what the analysis that runs meanwhile changes.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dialects.forsta.document import differences
from rejoinder.core.workspaces import create_user
from rejoinder.store.counters import at_least
from servers.rejoinder import Tenant

from .account import FIRST, HEADER, Account, csv_of, good
from .document import command, read_reply, samples

FOLDER = Path(__file__).with_name("exchanges")
EXCHANGES = {path.stem: msgspec.json.decode(path.read_bytes()) for path in sorted(FOLDER.glob("[0-9]*.json"))}
PASSWORD = "correct horse battery"
TAG_KEYS = {
    *("id", "name", "display_name", "description", "mode", "sentiment", "text_match_terms", "filter_rules"),
}
SECOND = "We need more integrations.,2020-07-16,ann@example.org,9,iOS,Poland,Pro,Developer"
OTHER = (
    ("feedback", "feedback_date", "user_id", "score", "pricing_plan", "platform", "persona", "country"),
    (
        "I wish your pricing model worked better for me. I need a custom plan.",
        *("1504948149", "mitsu.takasu@example1434.mx", "7", "Lite", "Solaris", "Business User", "Ecuador"),
    ),
)
"""The file behind the later samples, whose columns come in another order than those of the first."""

every_exchange = pytest.mark.parametrize("exchange", EXCHANGES.values(), ids=EXCHANGES)


def test_every_sample_of_the_document_is_an_exchange() -> None:
    parts = [one["documented"][part] for one in EXCHANGES.values() for part in ("request", "reply")]
    assert ["\n".join(part) for part in parts if part] == samples()


@every_exchange
def test_what_is_checked_differs_from_the_document_where_the_exchange_says(exchange: dict[str, Any]) -> None:
    named = {difference["at"] for difference in exchange["differences"]}
    assert all(difference["because"] for difference in exchange["differences"])
    if not exchange["documented"]["reply"]:
        return
    status, printed = read_reply("\n".join(exchange["documented"]["reply"]))
    found = differences(printed, exchange["checked"]["body"])
    assert found == named
    assert status in (None, exchange["checked"]["status"])


@every_exchange
def test_the_server_answers_curl_as_the_exchange_says(
    tenant: Tenant, exchange: dict[str, Any], tmp_path: Path
) -> None:
    status, body = run(tenant, exchange, tmp_path)
    assert status == exchange["checked"]["status"], body
    assert seen(tenant, body, exchange["checked"]["body"]) == exchange["checked"]["body"]


def run(tenant: Tenant, exchange: dict[str, Any], folder: Path) -> tuple[int, Any]:
    """Bring about the state, and run the printed command in a shell."""
    words = prepare(tenant, exchange["state"])
    (folder / "data.csv").write_text(f"{HEADER}\n{FIRST}\n")
    shell = command(
        "\n".join(exchange["documented"]["request"] or exchange["asked"]), tenant.server.url, words
    )
    done = subprocess.run(["bash", "-c", shell], cwd=folder, capture_output=True, timeout=30, check=True)
    reply, _, status = done.stdout.decode().rpartition("\n")
    if " -i " in shell:
        reply = reply.replace("\r", "").partition("\n\n")[2]
    return int(status), msgspec.json.decode(reply) if reply else None


def prepare(tenant: Tenant, state: list[str]) -> dict[str, str]:
    """Bring about a state; gives what the reader of the document fills in."""
    tenant.verb(lambda unit: create_user(unit, "you@example.org", PASSWORD))
    account = Account(tenant)
    words = {
        "NPS-XXXX": tenant.account_token,
        "<youremailaddress>": "you@example.org",
        "<yourpassword>": f"'{PASSWORD}'",
        "<yourclientid>": tenant.client_id,
        "<yourclientsecret>": tenant.client_secret,
        "<youraccesstoken>": account.token,
        "myaccesstoken": account.token,
    }
    for word in state:
        words |= STATES[word](account) or {}
    return words


def first_number(account: Account, kind: str, number: int) -> None:
    """Let the next thing of a kind have this number."""
    account.tenant.verb(lambda unit: at_least(unit.session, unit.workspace_id, kind, number - 1))


def categorised(account: Account) -> None:
    first_number(account, "tag", 89)
    good(account.http.put("/v1/onboarding", data={"product_category_id": 9}))


def onboarded(account: Account) -> None:
    account.onboard(2)


def seventh_project(account: Account) -> None:
    first_number(account, "project", 7)
    account.project("Enterprise")


def new_project(account: Account) -> None:
    first_number(account, "project", 8)


def eighth_project(account: Account) -> None:
    new_project(account)
    account.project("My new Project")


def new_tag(account: Account) -> None:
    first_number(account, "tag", 78)


def seventy_eighth_tag(account: Account) -> None:
    new_tag(account)
    terms = {"text_match_terms": ["term1", "term2", "term3"]}
    account.tag(name="my-tag", description="the descrition", mode="text_match", **terms)


def two_imports(account: Account) -> dict[str, str]:
    one = account.imported(f"{HEADER}\n{FIRST}\n", "sample.csv")
    two = account.imported(f"{HEADER}\n{FIRST}\n{SECOND}\n", "ai.csv")
    for made, source in ((one, "Survey Monkey"), (two, "Intercom")):
        fields = {"import[source]": source, "import[metric_type]": "nps"}
        good(account.http.put(f"/v1/imports/{made['id']}", data=fields))
    return {"imports/6": f"imports/{two['id']}", "imports/10": f"imports/{one['id']}"}


def new_import(account: Account) -> None:
    first_number(account, "respondent", 403)


def eleventh_import(account: Account) -> dict[str, str]:
    first_number(account, "respondent", 413)
    first_number(account, "project", 5)
    account.project("Fifth")
    account.tag(name="TEST")
    made = account.imported(csv_of(OTHER[1], header=OTHER[0]))
    return {"imports/11": f"imports/{made['id']}"}


def ces_import(account: Account) -> None:
    number = eleventh_import(account)["imports/11"]
    good(account.http.put(f"/v1/{number}", data={"import[metric_type]": "CES", "import[project_ids][]": 5}))


STATES: dict[str, Callable[[Account], dict[str, str] | None]] = {
    "categorised": categorised,
    "onboarded": onboarded,
    "project 7": seventh_project,
    "before project 8": new_project,
    "project 8": eighth_project,
    "before tag 78": new_tag,
    "tag 78": seventy_eighth_tag,
    "two imports": two_imports,
    "before response 403": new_import,
    "import 11": eleventh_import,
    "import 11 measures ces": ces_import,
}
"""What an exchange may need before it."""


def seen(tenant: Tenant, body: Any, checked: Any) -> Any:
    """A reply, with the names of the exchange for what is new each time."""
    if isinstance(checked, dict) and isinstance(body, dict):
        return {name: seen(tenant, value, checked.get(name)) for name, value in body.items()}
    if isinstance(checked, list) and isinstance(body, list) and len(body) == len(checked):
        return [seen(tenant, *pair) for pair in zip(body, checked, strict=True)]
    match checked:
        case "<number>":
            assert isinstance(body, int)
            assert body > 0
        case "<time>":
            assert abs(body - time.time()) < 60
        case "<account>":
            assert body == tenant.workspace_id
        case "<tags>":
            assert all(tag.keys() == TAG_KEYS for tag in body)
        case "<sentiment>":
            assert body in (None, "positive", "neutral", "negative")
        case "<count>":
            assert isinstance(body, int)
        case "<flag>":
            assert isinstance(body, bool)
        case "<token>":
            assert len(body) > 40
        case _:
            return body
    return checked
