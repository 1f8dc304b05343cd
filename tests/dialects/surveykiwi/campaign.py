"""A campaign with every kind of question, two answers to it, and a client that speaks SurveyKiwi."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import httpx
import msgspec

from rejoinder.core.definitions import define_survey
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.surveys import add_user_variable, ensure_variables, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import set_timezone
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.model.survey import Kind, Option, Variable
from servers.rejoinder import Tenant

T = TypeVar("T")
ZONE = "America/Argentina/Buenos_Aires"
NOON = 1_607_190_628_000_000
"""2020-12-05T14:50:28-0300, the moment of the document's samples."""
SECOND = 1_000_000
KEY = "kYb3q0ZqT2mO9xJw5nVd8A"

DEFINITION: dict[str, Any] = {
    "title": {"default": "Satisfacción", "en": "Satisfaction"},
    "locale": "es",
    "pages": [
        {
            "elements": [
                {
                    "type": "text",
                    "name": "nombre",
                    "title": "¿Cómo te llamas?",
                    "description": "Nombre y apellido",
                    "maxLength": 50,
                    "isRequired": True,
                },
                {"type": "text", "name": "correo", "inputType": "email", "title": "Correo"},
                {"type": "text", "name": "nacido", "inputType": "date", "title": "Fecha de nacimiento"},
                {"type": "text", "name": "visita", "inputType": "datetime-local", "title": "Última visita"},
                {"type": "text", "name": "veces", "inputType": "number", "min": 0, "max": 30},
                {"type": "comment", "name": "opinion", "title": "100% sincero: ¿qué opinas?"},
                {
                    "type": "radiogroup",
                    "name": "canal",
                    "title": "¿Dónde compraste?",
                    "choices": [{"value": "t", "text": "Tienda"}, {"value": "w", "text": "Web"}],
                    "choicesOrder": "random",
                    "showOtherItem": True,
                    "otherText": "Otro",
                    "showCommentArea": True,
                },
                {"type": "dropdown", "name": "pais", "title": "País", "choices": ["AR", "ES"]},
                {
                    "type": "checkbox",
                    "name": "motivos",
                    "title": "¿Por qué?",
                    "choices": [{"value": 1, "text": "Precio"}, {"value": 2, "text": "Calidad"}, 3],
                },
                {"type": "rating", "name": "nota", "title": "Nota", "rateMax": 5},
                {
                    "type": "rating",
                    "name": "nps",
                    "title": "¿Nos recomendarías?",
                    "rateMin": 0,
                    "rateMax": 10,
                    "metric": "nps",
                },
                {"type": "boolean", "name": "volver", "title": "¿Volverías?"},
                {
                    "type": "imagepicker",
                    "name": "logo",
                    "title": "Logo",
                    "choices": [
                        {"value": "a", "text": "Azul", "imageLink": "https://img.example/a.png"},
                        "b",
                    ],
                },
                {
                    "type": "ranking",
                    "name": "orden",
                    "title": "Ordena",
                    "choices": [{"value": "h", "text": "Horario"}, {"value": "v", "text": "Variedad"}],
                },
                {
                    "type": "matrix",
                    "name": "servicio",
                    "title": "Servicio",
                    "columns": [{"value": 1, "text": "Mal"}, {"value": 2, "text": "Bien"}],
                    "rows": [{"value": "p", "text": "Personal"}, {"value": "e", "text": "Entrega"}],
                },
                {
                    "type": "matrix",
                    "cellType": "checkbox",
                    "name": "usos",
                    "title": "Usos",
                    "columns": [{"value": "c", "text": "Casa"}, {"value": "o", "text": "Oficina"}],
                    "rows": [{"value": "d", "text": "De día"}],
                },
                {
                    "type": "matrixdropdown",
                    "name": "tiendas",
                    "title": "Tiendas",
                    "rows": [{"value": "n", "text": "Norte"}, {"value": "s", "text": "Sur"}],
                    "columns": [
                        {
                            "name": "limpia",
                            "title": "Limpia",
                            "cellType": "dropdown",
                            "choices": [{"value": "y", "text": "Sí"}, {"value": "n", "text": "No"}],
                        },
                        {"name": "nota_tienda", "title": "Comentario", "cellType": "text"},
                    ],
                },
                {
                    "type": "multipletext",
                    "name": "contacto",
                    "title": "Contacto",
                    "items": [{"name": "tel", "title": "Teléfono"}, {"name": "dir", "title": "Dirección"}],
                },
                {
                    "type": "paneldynamic",
                    "name": "hijos",
                    "title": "Hijos",
                    "templateElements": [
                        {"type": "text", "name": "hijo", "title": "Nombre"},
                        {
                            "type": "dropdown",
                            "name": "edad",
                            "title": "Edad",
                            "choices": [{"value": "1", "text": "0 a 5"}, {"value": "2", "text": "6 o más"}],
                            "showOtherItem": True,
                        },
                        {
                            "type": "paneldynamic",
                            "name": "juegos",
                            "title": "Juegos",
                            "templateElements": [{"type": "text", "name": "juego", "title": "Juego"}],
                        },
                    ],
                },
                {"type": "file", "name": "foto", "title": "Foto", "allowMultiple": True},
            ]
        }
    ],
}
FULL: dict[str, Any] = {
    "email": "ana@example.com",
    "label1": "oro",
    "classificator": "norte",
    "city": "Córdoba",
    "age": 41,
    "segment": "b",
    "nombre": 'Ana "la" Pérez',
    "correo": "ana@example.com",
    "nacido": "1979-03-02T00:00:00",
    "visita": "2020-12-01T10:30:00",
    "veces": 3,
    "opinion": "50% bien\nlínea dos",
    "canal": "other",
    "canal_other": "Feria",
    "canal_comment": "Con amigos",
    "pais": "ES",
    "motivos": {"true": ["1", "3"], "false": ["2"]},
    "nota": "4",
    "nps": "10",
    "volver": 1,
    "logo": "a",
    "orden": {"h": 2, "v": 1},
    "servicio": {"p": "2", "e": "1"},
    "usos": {"d": {"true": ["c", "o"]}},
    "tiendas": {"n": {"limpia": "y", "nota_tienda": "Impecable"}, "s": {"limpia": "n"}},
    "contacto": {"tel": "123", "dir": "Calle 1"},
    "foto": f"{KEY}/una foto.png\n{KEY}/dos.png",
    "hijos": [
        {
            "hijos": "1",
            "hijo": "Leo",
            "edad": "other",
            "edad_other": "12",
            "juegos": [{"juegos": "1", "juego": "Go"}],
        },
        {"hijos": "2", "hijo": "Mar", "edad": "1"},
    ],
}
"""An answer to everything, as records hold it."""


class Kiwi:
    """A workspace with a client that holds a token of SurveyKiwi's path; it sends it as a parameter."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.http = tenant.server.client()
        keys = {"client_id": tenant.client_id, "client_secret": tenant.client_secret}
        reply = self.http.post("/oAuth2/token", data={"grant_type": "Client_Credentials"} | keys)
        assert reply.status_code == 200, reply.text
        self.token: str = reply.json()["access_token"]

    def verb(self, work: Callable[[Unit], T], now: int = NOON) -> T:
        """Run a core verb at a moment."""
        tenant = self.tenant
        return tenant.server.database.write(
            lambda session: work(Unit(session, tenant.workspace_id, "test", now)), tenant.workspace_id
        )

    def make(self, alias: str, definition: Any, zone: str, now: int = NOON) -> int:
        """Make a campaign at a moment; gives its number."""

        def work(unit: Unit) -> int:
            set_timezone(unit, zone)
            return define_survey(unit, msgspec.json.encode(definition), [alias]).survey.id

        return self.verb(work, now)

    def campaign(self, alias: str = "satisfaccion", zone: str = ZONE) -> int:
        """Make a campaign with every kind of question, and facts about people; gives its number."""

        def add_facts(unit: Unit) -> None:
            ensure_variables(unit, alias, ["label1", "classificator"])
            for variable in FACTS:
                add_user_variable(unit, open_survey(unit, alias), variable)

        number = self.make(alias, DEFINITION, zone)
        self.verb(add_facts)
        return number

    def fill(
        self, records: Sequence[dict[str, Any]], lives: Sequence[Lifecycle], alias: str = "satisfaccion"
    ) -> None:
        """Insert rows just as they are given, with lives of their own."""

        def insert(unit: Unit) -> None:
            survey = open_survey(unit, alias)
            rows = survey.shape.new_rows(None).decode(msgspec.json.encode(records))
            insert_rows(unit, survey, rows, responses=False, lives=lives)

        self.verb(insert)

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Ask; parameters whose names end with `_` stand for lists (`where_` is `where[]`)."""
        params = [("access_token", self.token)]
        for name, value in query.items():
            many = name.endswith("_")
            params += [(f"{name[:-1]}[]", one) for one in value] if many else [(name, value)]
        return self.http.get(f"/v1.0/{path}", params=params)

    def ok(self, path: str, **query: Any) -> Any:
        """Ask for what must be there."""
        reply = self.get(path, **query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def answers(self, **query: Any) -> list[dict[str, Any]]:
        """Answers of the campaign."""
        found: list[dict[str, Any]] = self.ok(
            "campaign/answers", **({"campaign_url": "satisfaccion"} | query)
        )
        return found

    def ids(self, **query: Any) -> list[int]:
        """Ids of answers of the campaign."""
        return [one["id"] for one in self.answers(limit=100, answers="hide", **query)]


FACTS = (
    Variable("city", Kind.TEXT, level="respondent", origin="user", length=100),
    Variable("age", Kind.NUMERIC, level="respondent", origin="user", precision=5, scale=1),
    Variable("since", Kind.DATETIME, level="respondent", origin="user"),
    Variable("vip", Kind.BOOLEAN, level="respondent", origin="user"),
    Variable("segment", Kind.SINGLE, level="respondent", origin="user", options=(Option("a"), Option("b"))),
    Variable("tags", Kind.MULTI, level="respondent", origin="user", options=(Option("x"), Option("y"))),
)


def life(n: int = 0, *, ended: bool = True) -> Lifecycle:
    """A response that was begun `n` seconds after noon, and ended a minute later."""
    begun = NOON + n * SECOND
    if not ended:
        return Lifecycle(State.ANSWERED, begun, begun)
    return Lifecycle(State.COMPLETED, begun, begun, begun + 60 * SECOND, finish_reason=FINISHED)


def condition(variable: str, operator: str, value: Any, kind: str = "default") -> str:
    """One object of `where[]`."""
    found = {"type": kind, "var": variable, "operator": operator, "val": value}
    return msgspec.json.encode(found).decode()


def refused(reply: httpx.Response, status: int, error: str, *words: str) -> None:
    """Check that a reply is an error of a type, with a sentence that holds these words."""
    assert reply.status_code == status, reply.text
    assert reply.json().keys() == {"error", "error_description"}
    assert reply.json()["error"] == error
    for word in words:
        assert word in reply.json()["error_description"]
