"""Every problem in SurveyKiwi's words, and every type of error that its document names."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from rejoinder.dialects.surveykiwi.dialect import SURVEYKIWI
from rejoinder.dialects.surveykiwi.errors import SPELLING, problem
from rejoinder.kernel.call import Call
from rejoinder.kernel.origin import Origin
from rejoinder.model import problems as p
from servers import rejoinder
from servers.rejoinder import QUICK

from .campaign import Kiwi, refused
from .document import error_types

OURS = {"too_many_requests"}


def every_problem() -> Iterator[p.Problem]:
    for kind in p.Problem.__subclasses__():
        if kind is p.TooMany:
            yield p.TooMany("Slow.", 3)
        elif kind is p.NotGranted:
            yield p.NotGranted("invalid_client", "No.")
        else:
            yield kind("A sentence.")


@pytest.mark.parametrize("found", list(every_problem()), ids=lambda found: type(found).__name__)
def test_every_problem_has_a_type_and_a_sentence(found: p.Problem) -> None:
    scope = {"method": "GET", "raw_path": b"/v1.0/x", "headers": [], "query_string": b""}
    call = Call(scope, Origin(None))
    reply = problem(call, found)
    body = msgspec.json.decode(reply.body)
    assert list(body) == ["error", "error_description"]
    assert (reply.status, body["error"]) == SPELLING[type(found)]
    assert body["error_description"]


def test_the_types_are_the_documents() -> None:
    assert {error for _, error in SPELLING.values()} - OURS == error_types().keys()


def test_the_sentences_are_the_documents(filled: Kiwi) -> None:
    said = error_types()
    assert said["invalid_token"] == filled.http.get("/v1.0/question").json()["error_description"]
    assert said["method_exception"] == filled.http.put("/v1.0/question").json()["error_description"]
    assert filled.get("nowhere").json()["error_description"].startswith(said["not_found"])
    foreign = filled.get("question", id=2**40).json()["error_description"]
    assert foreign in said["validation_exception"].replace("[pregunta|campaña|etc]", "pregunta")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["campaign/list", "campaign/answers", "question"])
def test_other_methods(kiwi: Kiwi, method: str, path: str) -> None:
    reply = kiwi.http.request(method, f"/v1.0/{path}", params={"access_token": kiwi.token})
    refused(reply, 405, "method_exception", "El método utilizado no está permitido")
    assert "GET" in reply.headers["allow"]


@pytest.mark.parametrize(
    "path", ["campaign", "campaign/", "campaign/list/1", "Campaign/List", "questions", ""]
)
def test_unknown_paths(kiwi: Kiwi, path: str) -> None:
    refused(kiwi.get(path), 404, "not_found", f"/v1.0/{path}")


def test_a_slash_at_the_end_is_served(kiwi: Kiwi) -> None:
    assert kiwi.ok("campaign/list/") == []


def test_head(kiwi: Kiwi) -> None:
    reply = kiwi.http.head("/v1.0/campaign/list", params={"access_token": kiwi.token})
    assert (reply.status_code, reply.content) == (200, b"")


def test_a_fault_of_ours_says_nothing_of_itself(filled: Kiwi, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("rejoinder.dialects.surveykiwi.campaigns.renderer_of", fail)
    reply = filled.get("campaign/answers", campaign_url="satisfaccion")
    refused(reply, 500, "internal_server_error", "Hubo un problema en el servidor")
    assert "secret" not in reply.text


def test_a_store_that_cannot_be_reached(filled: Kiwi, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise p.Unavailable("The database cannot be reached.")

    monkeypatch.setattr("rejoinder.dialects.surveykiwi.campaigns.some_surveys", fail)
    reply = filled.get("campaign/list")
    refused(reply, 503, "service_unavailable", "El servicio no está disponible por el momento.")
    assert reply.headers["retry-after"]


def test_too_many_requests(sqlite_url: str) -> None:
    limited = msgspec.structs.replace(QUICK, rate_limits={"surveykiwi": 2})
    with rejoinder.running(sqlite_url, limited) as server:
        kiwi = Kiwi(server.tenant())
        replies = [kiwi.get("campaign/list") for _ in range(6)]
    last = replies[-1]
    refused(last, 429, "too_many_requests", "Retry-After")
    assert int(last.headers["retry-after"]) >= 1
    assert last.headers["x-rate-limit-limit"] == "2"


def test_a_client_without_the_scope(server: rejoinder.Server) -> None:
    tenant = server.tenant(scopes=("forsta:read", "forsta:write"))
    asked = {"client_id": tenant.client_id, "client_secret": tenant.client_secret}
    reply = tenant.http.post("/oAuth2/token", data=asked | {"grant_type": "client_credentials"})
    refused(reply, 401, "Unauthorized", "No estás autorizado para realizar esta acción.")


def test_the_dialect_says_what_a_foreign_number_is() -> None:
    assert SURVEYKIWI.foreign_id_status == 400
