"""Workspaces are walls: every route of every dialect, called with another workspace's things.

The answer must be the one for a thing that exists nowhere, to the letter. The walk takes the routes from
the dialects themselves, and fails on one that it does not know how to fill: teach it then, below.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from typing import Any

import httpx
import msgspec
import pytest

from rejoinder.core.collecting.submission import Submission
from rejoinder.core.exports.asking import request_export
from rejoinder.core.feedback.importing import prepare_import, store_import
from rejoinder.core.feedback.onboarding import choose_category, complete
from rejoinder.core.feedback.projects import create_project
from rejoinder.core.feedback.tags import TagEdit, create_tag
from rejoinder.core.mail_templates import create_mail_template
from rejoinder.core.panel.batches import add_patch, create_batch
from rejoinder.core.panel.contacts import add_contact
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.surveys import create_template, open_survey, schema_of
from rejoinder.core.unit import Unit
from rejoinder.dialects.cxi import shapes as cxi
from rejoinder.dialects.forsta.wire import Records, UserVariable
from rejoinder.dialects.native.dialect import native
from rejoinder.dialects.native.exports import NewExport
from rejoinder.dialects.native.submissions import Opening
from rejoinder.dialects.native.surveys import NewSurvey
from rejoinder.dialects.native.templates import NewTemplate
from rejoinder.dialects.native.uploads import FileForm
from rejoinder.dialects.register import VENDORS
from rejoinder.dialects.webankieta import shapes
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.kernel.openapi import PARAMETER
from rejoinder.model.exports import Wanted
from rejoinder.model.panel import Entry
from rejoinder.model.survey import Kind, Variable
from rejoinder.model.workspace import FEATURES
from rejoinder.store.counters import EVERYWHERE, at_least
from rejoinder.store.uploads import KEY_LENGTH, Upload, add_upload
from servers import rejoinder
from servers.rejoinder import Tenant

CITY = Variable("city", Kind.TEXT, level="respondent", length=100)
QUESTION = Variable("q1", Kind.TEXT, length=100)
NOWHERE = 987_654_321
NO_BATCH = "00000000-0000-4000-8000-000000000000"
STILL = msgspec.structs.replace(rejoinder.QUICK, jobs=False)
"""Nothing changes by itself."""
FAR = 7_654_321
"""Surveys' numbers begin behind this one, so that they stand for nothing else in a reply."""


SURVEY = {"survey", "project_id", "campaign_url", "id_survey", "surveyId", "survey_id"}
"""Parameters that name a survey."""


@dataclass(frozen=True)
class Things:
    """What a call names: a survey by number or alias, and what belongs to a survey or a workspace."""

    survey: str
    respid: int = NOWHERE
    template: int = NOWHERE
    batch: str = NO_BATCH
    patch: str = NO_BATCH
    contact: int = NOWHERE
    mailing: int = NOWHERE
    question: int = NOWHERE
    file: str = "x" * KEY_LENGTH
    export: int = NOWHERE
    project: int = NOWHERE
    tag: int = NOWHERE
    import_: int = NOWHERE

    def named(self) -> dict[str, str]:
        """Parameter of a path or query → what stands there."""
        survey, respid = self.survey, str(self.respid)
        return {
            **dict.fromkeys(SURVEY, survey),
            **dict.fromkeys(("respId", "id_respondent"), respid),
            **dict.fromkeys(("batchId", "batch_id"), self.batch),
            "patch_id": self.patch,
            "id_contact": str(self.contact),
            "mailingId": str(self.mailing),
            "variableTemplateId": str(self.template),
            "id": str(self.question),
            "key": self.file,
            "export": str(self.export),
            "name": "cv.pdf",
            "project": str(self.project),
            "tag": str(self.tag),
            "import": str(self.import_),
        }

    def body(self, kind: Any) -> dict[str, Any] | None:
        """A valid body of a type. Raises KeyError for a type that is not known here."""
        return None if kind is None else BODIES[kind](self)

    def hidden(self, text: str) -> str:
        """A reply without the names that the caller gave itself, and without the number of a new job."""
        for given in sorted({*self.named().values()}, key=len, reverse=True):
            text = text.replace(given, "…")
        return re.sub(r'"job_id":"\d+"', '"job_id":"…"', text)


BODIES: dict[Any, Callable[[Things], dict[str, Any]]] = {
    Records: lambda things: {
        "dataSchema": {"keys": ["email"], "variables": ["city"]},
        "data": [{"email": "victim@example.org", "city": "Taken"}],
    },
    UserVariable: lambda things: {"name": "intruder", "dataType": "text"},
    NewTemplate: lambda things: {"name": "intruder", "variables": ["city"]},
    Submission: lambda things: {"answers": {"city": "Taken"}, "completed": False},
    Opening: lambda things: {"token": "intruder"},
    FileForm: lambda things: {},
    NewSurvey: lambda things: {"definition": {"elements": []}},
    NewExport: lambda things: {"survey": things.survey},
    shapes.NewContact: lambda things: {"email": f"{random.randrange(10**12)}@example.org"},
    shapes.NewRespondent: lambda things: {"id_survey": things.survey, "id_contact": things.contact},
    shapes.OldRespondent: lambda things: {"id_survey": things.survey, "id_respondent": things.respid},
    shapes.NewBatch: lambda things: {"survey_id": things.survey},
    shapes.NewPatch: lambda things: {
        "survey_id": things.survey,
        "batch_id": things.batch,
        "respondents": [{"email": "intruder@example.org"}],
    },
    shapes.NewTemplate: lambda things: {"name": "intruder", "subject": "x", "content": "{survey_link}"},
    shapes.BatchMailing: lambda things: {"batch_id": things.batch, "template_id": things.template},
    shapes.Updates: lambda things: {"respondents": [{"id": things.respid, "email": "taken@example.org"}]},
    shapes.Anonymisation: lambda things: {"fields": ["email"]},
    cxi.OnboardingFields: lambda things: {},
    cxi.NewProject: lambda things: {"project": {"name": "intruder"}},
    cxi.NewTag: lambda things: {"tag": {"name": "intruder", "parent_id": things.tag}},
    cxi.ChangedImport: lambda things: {
        "import": {"name": "intruder", "project_ids": [things.project], "tag_names": ["VICTIM"]}
    },
    cxi.ImportFile: lambda things: {"file": "feedback_date\n0"},
    cxi.NewExport: lambda things: {},
    cxi.PropertiesFile: lambda things: {"csv": f"id,plan\n{things.respid},x"},
}
"""A valid body for each type of body."""
TELLING = {"webankieta"}
"""Dialects whose document tells another account's survey (401) from one that is not there (404)."""
OPTIONAL = {"variableTemplateId"}
"""Parameters that name something and are tried alone, because most calls go without them."""
PAGING = {"page": 1, "page_size": 10, "display_lang_code": "en"}
"""What GoodBridge's list needs to be asked for."""
PLAIN = {
    *("page_size", "display_lang_code", "output_format", "sorting.endtime"),
    *(f"filters.{name}" for name in ("starttime_ge", "endtime_le", "classificator", "classificator_2")),
    *("filters.lang_code", "filters.channel_id", "question", "lang", "status", "answers"),
    *("show_questions", "show_options", "order_by[]", "where[]", "before"),
    *("variables", "pageSize", "page", "filterExpression", "limit", "offset", "token", "email"),
    *("date_generate", "date_invitaion_send", "date_survey_open", "date_survey_answer"),
    *(f"label{n}" for n in range(1, 16)),
    *("per_page", "sort_order", "flat", "sort", "search", "no_stats", "exclude_disabled"),
}
"""Query parameters that were looked at and name nothing; a filter is tried in `calls`."""


@dataclass(frozen=True)
class Victim:
    """Another workspace's survey, with things whose numbers nobody else has;

    `empty` — a survey without any.
    """

    tenant: Tenant
    things: Things
    empty: int

    def contents(self) -> Any:
        """Everything the workspace shows to its owner."""
        base, http = f"/v1/surveys/{self.things.survey}", self.tenant.http
        pages = ("/v1/surveys", f"{base}/respondents/data", f"{base}/respondents/schema")
        own = f"/rejoinder{base}/templates"
        panel = self.tenant.speaking("/token")
        more = [panel.get("/api/contacts"), panel.get("/api/respondents/batch", params=self._batch())]
        feedback = self.tenant.speaking("/oauth/token")
        names = ("projects", "tags", "imports", "responses", f"imports/{self.things.import_}")
        more += [feedback.get(f"/v1/{name}") for name in names]
        return [reply.json() for reply in (*(http.get(path) for path in (*pages, own)), *more)]

    def _batch(self) -> dict[str, str]:
        return {"batch_id": self.things.batch}


def furnish(unit: Unit, alias: str, rows: int) -> Things:
    """Rows, templates, contacts and batches; gives the last of each."""
    people = [{"email": f"p{n}@example.org"} for n in range(rows - 1)] + [{"email": "victim@example.org"}]
    done = add(unit, alias, "respondent", Batch(msgspec.json.encode(people)))
    survey = open_survey(unit, alias)
    for n in range(rows):
        template = create_template(unit, survey, f"t{n}", ["city"])
        contact = add_contact(unit, f"{alias}{n}@example.org", {1: alias})
        create_mail_template(unit, f"{alias} {n}", "Hello", "{survey_link}")
    batch = create_batch(unit, alias)
    patch = add_patch(unit, batch.uuid, [Entry("victim@example.org")])
    respid = done.inserted_ids[-1]
    return Things(
        str(survey.id),
        respid,
        template.id,
        batch.uuid,
        patch.uuid,
        contact.id,
        question=next(v.number for v in schema_of(survey).variables if v.name == "q1"),
        file=keep_file(unit, survey.id, respid),
        export=[request_export(unit, Wanted(survey=survey.id)).id for _ in range(min(rows, 9))][-1],
        **feedback(unit, alias, rows),
    )


def feedback(unit: Unit, alias: str, rows: int) -> dict[str, int]:
    """An onboarded workspace with projects, tags and an import; gives the last of each."""
    choose_category(unit, 9)
    complete(unit)
    for n in range(rows):
        project = create_project(unit, f"{alias} {n}")
        tag = create_tag(unit, TagEdit(name=alias if n == rows - 1 else f"{alias} {n}"))
    new = prepare_import(unit, f"feedback,feedback_date\n{alias},0\n".encode(), f"{alias}.csv")
    return {"project": project.id, "tag": tag.id, "import_": store_import(unit, new).survey_id}


def keep_file(unit: Unit, survey: int, respid: int) -> str:
    """A file of a respondent; gives its key."""
    key = token_urlsafe(KEY_LENGTH * 3 // 4)
    add_upload(
        unit.session, unit.workspace_id, Upload(key, survey, respid, "cv", "cv.pdf", "x/y", 1, 0), b"!"
    )
    return key


@pytest.fixture
def houses(database_url: str) -> Iterator[tuple[Victim, Tenant]]:
    with rejoinder.running(database_url, STILL) as server:
        owner, stranger = server.tenant(features=FEATURES), server.tenant(features=FEATURES)
        owner.verb(lambda unit: at_least(unit.session, EVERYWHERE, "survey", FAR))
        owner.verb(lambda unit: at_least(unit.session, unit.workspace_id, "variable", FAR))
        owner.survey("victim", [CITY, QUESTION])
        things = owner.verb(lambda unit: furnish(unit, "victim", 9))
        stranger.survey("mine", [CITY, QUESTION])
        stranger.verb(lambda unit: furnish(unit, "mine", 2))
        reply = owner.speaking("/rejoinder/v1/token").get(f"/rejoinder/v1/files/{things.file}/cv.pdf")
        assert reply.content == b"!"
        yield Victim(owner, things, owner.survey("empty").id), stranger


def guarded() -> Iterator[tuple[Dialect, Endpoint]]:
    """Every endpoint that acts for a workspace."""
    for dialect in (*VENDORS, native()):
        for endpoint in dialect.endpoints:
            if endpoint.scope is not None and endpoint.refused is None:
                yield dialect, endpoint


def query_names(endpoint: Endpoint) -> set[str]:
    """What the query of an endpoint may hold."""
    fields = msgspec.structs.fields(endpoint.query) if endpoint.query else ()
    return {field.encode_name for field in fields}


def names_something(endpoint: Endpoint, wanted: set[str]) -> bool:
    """Whether an endpoint names a thing of one of these kinds, in its path, query or body."""
    body = endpoint.body and msgspec.structs.fields(endpoint.body)
    inside = {field.encode_name for field in body or ()}
    if endpoint.body and endpoint.body.__module__ == cxi.__name__:
        inside = set()  # groups of fields; what they name is tried in CXI's own tests
    if endpoint.body is shapes.BatchMailing:
        inside.remove("survey_id")  # it goes without, and then names no survey
    if endpoint.body is shapes.Updates:
        inside.add("id_respondent")
    wanted = wanted - {"name"}  # of a file, or of a new thing: it finds nothing
    return bool(wanted & {*PARAMETER.findall(endpoint.path), *query_names(endpoint), *inside})


def unknown(endpoint: Endpoint) -> str | None:
    """What this test does not know how to fill."""
    known = {*Things("").named()}
    if more := set(PARAMETER.findall(endpoint.path)) - known:
        return f"path parameters {more}"
    if more := query_names(endpoint) - known - PLAIN:
        return f"query parameters {more}"
    writes = endpoint.where is Where.WRITER and endpoint.method != "DELETE"  # that names all in its path
    if writes and endpoint.body not in BODIES and endpoint.query is None:
        return f"the body {endpoint.body}"
    return None


def test_every_route_can_be_walked() -> None:
    found = {f"{d.name} {e.method} {e.path}": what for d, e in guarded() if (what := unknown(e))}
    assert found == {}, "teach tests/house/test_tenants.py how to fill these"


def calls(endpoint: Endpoint, things: Things) -> Iterator[dict[str, Any]]:
    """The requests that name these things on one endpoint."""
    named, names = things.named(), query_names(endpoint)
    path = PARAMETER.sub(lambda found: named[found[1]], endpoint.path)
    query: dict[str, Any] = {name: named[name] for name in sorted(names & named.keys() - OPTIONAL)}
    if names.issuperset(PAGING):
        query |= PAGING
    base = {"method": endpoint.method, "url": path, "json": things.body(endpoint.body), "params": query}
    if endpoint.body is FileForm:
        base |= {"json": None, "files": {"file": ("cv.pdf", b"!")}, "params": {"question": "cv"}}
    if names_something(endpoint, {*named} - OPTIONAL):
        yield base
    for name in sorted(names & OPTIONAL):
        yield base | {"params": query | {name: named[name]}}
    if "filterExpression" in names:
        yield base | {"params": {"filterExpression": f'{things.survey}.respondent:email = "x"'}}
    if "campaign_url" in names:
        yield base | {"params": {"campaign_url": things.survey}}
    if "id" in names:
        yield base | {"params": {"id": things.question}}


class Walk:
    """The stranger's calls, each with a token of its dialect."""

    def __init__(self, stranger: Tenant) -> None:
        self._clients = {
            dialect.name: stranger.speaking(dialect.token_path)
            for dialect in (*VENDORS, native())
            if dialect.token_path
        }

    def answer(self, dialect: Dialect, things: Things, call: dict[str, Any]) -> tuple[int, str]:
        """The status and the text, without what the caller named itself."""
        reply: httpx.Response = self._clients[dialect.name].request(**call)
        return reply.status_code, things.hidden(reply.text)

    def pairs(
        self, endpoint: Endpoint, foreign: Things, nothing: Things
    ) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The same calls with things of another workspace, and with things that are nowhere."""
        return zip(calls(endpoint, foreign), calls(endpoint, nothing), strict=True)


def test_another_workspaces_surveys_do_not_exist(houses: tuple[Victim, Tenant]) -> None:
    """By alias they are like one that is nowhere.

    So they are by number, but for vendors that say otherwise.
    """
    victim, stranger = houses
    before, walk = victim.contents(), Walk(stranger)
    aliases = replace(victim.things, survey="victim"), Things("nobody")
    numbers = victim.things, Things(str(NOWHERE - 1))
    for dialect, endpoint in guarded():
        if not names_something(endpoint, SURVEY):
            continue
        for theirs, missing in walk.pairs(endpoint, *aliases):
            found = walk.answer(dialect, aliases[0], theirs)
            assert found[0] == 404, (theirs, found)
            assert found == walk.answer(dialect, aliases[1], missing), theirs
        for theirs, missing in walk.pairs(endpoint, *numbers):
            found = walk.answer(dialect, numbers[0], theirs)
            assert found[0] == dialect.foreign_id_status, (theirs, found)
            absent = walk.answer(dialect, numbers[1], missing)
            assert found == absent or (dialect.name in TELLING and absent[0] == 404), theirs
    assert victim.contents() == before


def test_a_foreign_survey_tells_nothing_of_itself(houses: tuple[Victim, Tenant]) -> None:
    """Where a vendor tells a foreign number from an unknown one, it still tells nothing else."""
    victim, stranger = houses
    full, empty, walk = victim.things, Things(str(victim.empty)), Walk(stranger)
    for dialect, endpoint in guarded():
        if names_something(endpoint, SURVEY):
            for one, other in walk.pairs(endpoint, full, empty):
                assert walk.answer(dialect, full, one) == walk.answer(dialect, empty, other), one


def test_another_workspaces_things_do_not_exist(houses: tuple[Victim, Tenant]) -> None:
    """The survey is one's own; what else is named is only in the other workspace."""
    victim, stranger = houses
    before, walk = victim.contents(), Walk(stranger)
    foreign, nothing = replace(victim.things, survey="mine"), Things("mine")
    others = {*nothing.named()} - SURVEY
    for dialect, endpoint in guarded():
        if not names_something(endpoint, others):
            continue
        for theirs, missing in walk.pairs(endpoint, foreign, nothing):
            if not names_something(endpoint, others - OPTIONAL) and not OPTIONAL & theirs["params"].keys():
                continue
            found = walk.answer(dialect, foreign, theirs)
            accepted = endpoint.body is shapes.Updates  # a job skips what it does not find
            assert found[0] in ((202,) if accepted else (400, 404)), (theirs, found)
            assert found == walk.answer(dialect, nothing, missing), theirs
    assert victim.contents() == before


def test_a_filter_does_not_know_another_workspaces_survey(houses: tuple[Victim, Tenant]) -> None:
    victim, stranger = houses

    def told(reference: str) -> tuple[int, str]:
        expression = f'{reference}.respondent:email = "victim@example.org"'
        reply = stranger.http.get(
            "/v1/surveys/mine/respondents/data", params={"filterExpression": expression}
        )
        return reply.status_code, reply.text.replace(reference, "…")

    number = victim.things.survey
    assert told(number)[0] == 400
    assert told(number) == told("9" * len(number))
    assert told("victim") == told("nobody")


def test_lists_show_ones_own(houses: tuple[Victim, Tenant]) -> None:
    """Endpoints that name nothing show the caller's workspace alone."""
    _, stranger = houses
    for dialect, endpoint in guarded():
        if endpoint.where is Where.WRITER or names_something(endpoint, {*Things("").named()} - OPTIONAL):
            continue
        if endpoint.path.endswith(("/respondents", "/respondents/search")):
            continue  # by POST, they name the survey in the body
        reply = stranger.speaking(dialect.token_path or "").request(endpoint.method, endpoint.path)
        assert reply.status_code == 200, endpoint.path
        assert "victim" not in reply.text
