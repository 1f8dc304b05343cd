"""Workspaces are walls: every route of every dialect, called with another workspace's things.

The answer must be the one for a thing that exists nowhere, to the letter. The walk takes the routes from
the dialects themselves, and fails on one that it does not know how to fill: teach it then, below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

import httpx
import msgspec
import pytest

from rejoinder.core.collecting.submission import Submission
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import create_template, open_survey, schema_of
from rejoinder.core.unit import Unit
from rejoinder.dialects.forsta.wire import Records, UserVariable
from rejoinder.dialects.native.dialect import native
from rejoinder.dialects.native.submissions import Opening
from rejoinder.dialects.native.surveys import NewSurvey
from rejoinder.dialects.native.templates import NewTemplate
from rejoinder.dialects.native.uploads import FileForm
from rejoinder.dialects.register import VENDORS
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.openapi import PARAMETER
from rejoinder.model.survey import Kind, Variable
from rejoinder.model.workspace import FEATURES
from rejoinder.store.counters import EVERYWHERE, at_least
from rejoinder.store.uploads import KEY_LENGTH, Upload, add_upload
from servers import rejoinder
from servers.rejoinder import Tenant

CITY = Variable("city", Kind.TEXT, level="respondent", length=100)
QUESTION = Variable("q1", Kind.TEXT, length=100)
BODIES: dict[Any, dict[str, Any]] = {
    Records: {
        "dataSchema": {"keys": ["email"], "variables": ["city"]},
        "data": [{"email": "victim@example.org", "city": "Taken"}],
    },
    UserVariable: {"name": "intruder", "dataType": "text"},
    Submission: {"answers": {"city": "Taken"}, "completed": False},
    Opening: {"token": "intruder"},
    FileForm: {},
    NewSurvey: {"definition": {"elements": []}},
    NewTemplate: {"name": "intruder", "variables": ["city"]},
}
"""A valid body for each type of body."""
PATHS = {"survey", "project_id", "respId", "key", "name"}
"""Path parameters that `Things` knows."""
PAGING = {"page": 1, "page_size": 10, "display_lang_code": "en"}
"""What GoodBridge's list needs to be asked for."""
QUERIES = {
    *("variables", "pageSize", "page", "variableTemplateId", "filterExpression"),
    *("page_size", "display_lang_code", "output_format", "sorting.endtime"),
    *(f"filters.{name}" for name in ("starttime_ge", "endtime_le", "classificator", "classificator_2")),
    *("filters.lang_code", "filters.channel_id", "question", "token", "lang"),
    *("show_questions", "show_options", "offset", "limit", "order_by[]", "where[]"),
    *("campaign_url", "status", "answers", "id"),
}
"""Query parameters that were looked at; those that name a thing are filled in `calls`."""
NAMING = {"campaign_url", "id"}
"""Query parameters without which an endpoint does not know what it is about: a campaign, a question."""
NOWHERE = 987_654_321
FAR = 7_654_321
"""Surveys' numbers begin behind this one, so that they stand for nothing else in a reply."""


@dataclass(frozen=True)
class Things:
    """What a call names: a survey by number or alias, a respondent, a template, a question."""

    survey: str
    respid: int = NOWHERE
    template: int = NOWHERE
    question: int = NOWHERE
    file: str = "x" * KEY_LENGTH

    def path(self, endpoint: Endpoint) -> str:
        """The endpoint's path, filled."""
        filled = endpoint.path.replace("{survey}", self.survey).replace("{project_id}", self.survey)
        filled = filled.replace("{respId}", str(self.respid))
        return filled.replace("{key}", self.file).replace("{name}", "cv.pdf")

    def hidden(self, text: str) -> str:
        """A reply without the names that the caller gave itself."""
        for given in (self.survey, str(self.respid), str(self.template), str(self.question), self.file):
            text = text.replace(given, "…")
        return text


@dataclass(frozen=True)
class Victim:
    """Another workspace's survey, with a respondent, a template and a question of its own numbers."""

    tenant: Tenant
    number: int
    respid: int
    template: int
    question: int
    file: str

    def things(self, survey: str) -> Things:
        """What it has, under this name for a survey."""
        return Things(survey, self.respid, self.template, self.question, self.file)

    def contents(self) -> Any:
        """Everything the workspace shows to its owner."""
        base, http = f"/v1/surveys/{self.number}", self.tenant.http
        pages = ("/v1/surveys", f"{base}/respondents/data", f"{base}/respondents/schema")
        own = f"/rejoinder{base}/templates"
        return [http.get(path).json() for path in (*pages, own)]


def furnish(unit: Unit, alias: str, rows: int) -> tuple[int, int]:
    """Rows and templates; gives the last respid and the last template."""
    people = [{"email": f"p{n}@example.org"} for n in range(rows - 1)] + [{"email": "victim@example.org"}]
    done = add(unit, alias, "respondent", Batch(msgspec.json.encode(people)))
    survey = open_survey(unit, alias)
    made = [create_template(unit, survey, f"t{n}", ["city"]) for n in range(rows)]
    return done.inserted_ids[-1], made[-1].id


def keep_file(unit: Unit, survey: int, respid: int) -> str:
    """A file of a respondent; gives its key."""
    key = token_urlsafe(KEY_LENGTH * 3 // 4)
    add_upload(
        unit.session, unit.workspace_id, Upload(key, survey, respid, "cv", "cv.pdf", "x/y", 1, 0), b"!"
    )
    return key


@pytest.fixture
def houses(database_url: str) -> Iterator[tuple[Victim, Tenant]]:
    with rejoinder.running(database_url) as server:
        owner, stranger = server.tenant(features=FEATURES), server.tenant(features=FEATURES)
        owner.verb(lambda unit: at_least(unit.session, EVERYWHERE, "survey", FAR))
        owner.verb(lambda unit: at_least(unit.session, unit.workspace_id, "variable", FAR))
        survey = owner.survey("victim", [CITY, QUESTION])
        respid, template = owner.verb(lambda unit: furnish(unit, "victim", 9))
        question = owner.look(lambda unit: schema_of(open_survey(unit, "victim")).variables[-1].number)
        stranger.survey("mine", [CITY, QUESTION])
        stranger.verb(lambda unit: furnish(unit, "mine", 2))
        file = owner.verb(lambda unit: keep_file(unit, survey.id, respid))
        assert owner.speaking("/rejoinder/v1/token").get(f"/rejoinder/v1/files/{file}/cv.pdf").content == b"!"
        yield Victim(owner, survey.id, respid, template, question, file), stranger


def guarded() -> Iterator[tuple[Dialect, Endpoint]]:
    """Every endpoint that acts for a workspace."""
    for dialect in (*VENDORS, native()):
        for endpoint in dialect.endpoints:
            if endpoint.scope is not None and endpoint.refused is None:
                yield dialect, endpoint


def queries(endpoint: Endpoint) -> set[str]:
    """The names of an endpoint's query parameters."""
    return (
        {field.encode_name for field in msgspec.structs.fields(endpoint.query)} if endpoint.query else set()
    )


def unknown(endpoint: Endpoint) -> str | None:
    """What this test does not know how to fill."""
    if more := set(PARAMETER.findall(endpoint.path)) - PATHS:
        return f"path parameters {more}"
    if more := queries(endpoint) - QUERIES:
        return f"query parameters {more}"
    if endpoint.where is Where.WRITER and endpoint.body not in BODIES:
        return f"the body {endpoint.body}"
    return None


def test_every_route_can_be_walked() -> None:
    found = {f"{d.name} {e.method} {e.path}": what for d, e in guarded() if (what := unknown(e))}
    assert found == {}, "teach tests/house/test_tenants.py how to fill these"


def calls(endpoint: Endpoint, things: Things) -> Iterator[dict[str, Any]]:
    """The requests that name these things on one endpoint."""
    base = {"method": endpoint.method, "url": things.path(endpoint), "json": BODIES.get(endpoint.body)}
    if endpoint.body is FileForm:
        base = base | {"json": None, "files": {"file": ("cv.pdf", b"!")}, "params": {"question": "cv"}}
    names = queries(endpoint)
    if names.issuperset(PAGING):
        base["params"] = PAGING
    if "{" in endpoint.path:
        yield base
    if "variableTemplateId" in names:
        yield base | {"params": {"variableTemplateId": things.template}}
    if "filterExpression" in names:
        yield base | {"params": {"filterExpression": f'{things.survey}.respondent:email = "x"'}}
    if "campaign_url" in names:
        yield base | {"params": {"campaign_url": things.survey}}
    if "id" in names:
        yield base | {"params": {"id": things.question}}


def speakers(tenant: Tenant) -> dict[str, httpx.Client]:
    """A client for each dialect, with a token of the dialect's own path."""
    return {
        dialect.name: tenant.speaking(dialect.token_path)
        for dialect in (*VENDORS, native())
        if dialect.token_path
    }


def answer(stranger: httpx.Client, things: Things, call: dict[str, Any]) -> tuple[int, str]:
    reply = stranger.request(**call)
    return reply.status_code, things.hidden(reply.text)


def test_another_workspaces_surveys_do_not_exist(houses: tuple[Victim, Tenant]) -> None:
    victim, stranger = houses
    before, clients = victim.contents(), speakers(stranger)
    pairs = (
        (victim.things(str(victim.number)), Things(str(NOWHERE - 1))),
        (victim.things("victim"), Things("nobody")),
    )
    for dialect, endpoint in guarded():
        for foreign, nothing in pairs:
            for theirs, missing in zip(calls(endpoint, foreign), calls(endpoint, nothing), strict=True):
                found = answer(clients[dialect.name], foreign, theirs)
                by_alias = foreign.survey == "victim" and "id" not in theirs.get("params", ())
                assert found[0] == (404 if by_alias else dialect.foreign_id_status), (theirs, found)
                assert found == answer(clients[dialect.name], nothing, missing), theirs
    assert victim.contents() == before


def test_another_workspaces_respondents_and_templates_do_not_exist(houses: tuple[Victim, Tenant]) -> None:
    """The survey is one's own; what else is named by its number is only in the other workspace."""
    victim, stranger = houses
    before, clients = victim.contents(), speakers(stranger)
    foreign, nothing = victim.things("mine"), Things("mine")
    for dialect, endpoint in guarded():
        for theirs, missing in zip(calls(endpoint, foreign), calls(endpoint, nothing), strict=True):
            named = {"variableTemplateId", "id"} & theirs.get("params", {}).keys()
            if "respId" not in endpoint.path and not named:
                continue
            found = answer(clients[dialect.name], foreign, theirs)
            assert found[0] == dialect.foreign_id_status, (theirs, found)
            assert found == answer(clients[dialect.name], nothing, missing), theirs
    assert victim.contents() == before


def test_a_filter_does_not_know_another_workspaces_survey(houses: tuple[Victim, Tenant]) -> None:
    victim, stranger = houses

    def told(reference: str) -> tuple[int, str]:
        expression = f'{reference}.respondent:email = "victim@example.org"'
        reply = stranger.http.get(
            "/v1/surveys/mine/respondents/data", params={"filterExpression": expression}
        )
        return reply.status_code, reply.text.replace(reference, "…")

    assert told(str(victim.number))[0] == 400
    assert told(str(victim.number)) == told("9" * len(str(victim.number)))
    assert told("victim") == told("nobody")


def test_lists_show_ones_own(houses: tuple[Victim, Tenant]) -> None:
    """Endpoints that name nothing show the caller's workspace alone."""
    _, stranger = houses
    clients = speakers(stranger)
    for dialect, endpoint in guarded():
        if endpoint.where is Where.WRITER:
            continue  # what it makes, it makes in the caller's workspace
        if "{" not in endpoint.path and not NAMING & queries(endpoint):
            reply = clients[dialect.name].request(endpoint.method, endpoint.path)
            assert reply.status_code == 200
            assert "victim" not in reply.text
