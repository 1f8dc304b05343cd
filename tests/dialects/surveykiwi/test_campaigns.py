"""`campaign/list` and `question`."""

from __future__ import annotations

from typing import Any

import pytest

from rejoinder.core.surveys import create_survey
from rejoinder.model.survey import Field, Kind, Option, Variable

from .campaign import NOON, SECOND, Kiwi, condition, refused

FIFTEEN = [
    "id", "question", "description", "type", "max_length", "mandatory", "position", "picture", "random",
    "range_from", "range_to", "other", "alerts", "alert_words", "options",
]  # fmt: skip


def questions(kiwi: Kiwi, **query: Any) -> dict[str, dict[str, Any]]:
    (campaign,) = kiwi.ok("campaign/list", show_questions=1, **query)
    return {one["question"]: one for one in campaign["questions"]}


def test_a_campaign(kiwi: Kiwi) -> None:
    number = kiwi.campaign()
    (campaign,) = kiwi.ok("campaign/list")
    updated = campaign.pop("updated_at")
    assert updated.endswith("-0300")
    assert campaign == {
        "id": number,
        "name": "Satisfacción",
        "url": "satisfaccion",
        "language": "es",
        "type": "survey",
        "status": "active",
        "created_at": "2020-12-05T14:50:28-0300",
    }
    assert "questions" not in kiwi.ok("campaign/list", show_options=1)[0]


def test_questions_have_fifteen_members(kiwi: Kiwi) -> None:
    kiwi.campaign()
    found = list(questions(kiwi).values())
    assert [one["position"] for one in found] == [*range(1, len(found) + 1)]
    assert len({one["id"] for one in found}) == len(found)
    for one in found:
        assert list(one) == FIFTEEN
        assert (one["alerts"], one["alert_words"], one["options"]) == (None, None, [])
        whole = kiwi.ok("question", id=one["id"])
        assert list(whole) == FIFTEEN
        assert whole | {"options": []} == one


def test_what_a_definition_knows(kiwi: Kiwi) -> None:
    kiwi.campaign()
    found = questions(kiwi, show_options=1)

    def known(title: str, *names: str) -> list[Any]:
        return [found[title][name] for name in names]

    assert known("¿Cómo te llamas?", "description", "max_length", "mandatory", "random", "other") == [
        "Nombre y apellido", 50, True, False, False
    ]  # fmt: skip
    assert known("Correo", "description", "max_length", "mandatory") == [None, None, False]
    assert known("veces", "range_from", "range_to") == [0, 30]
    assert known("Nota", "range_from", "range_to") == [1, 5]
    assert known("¿Nos recomendarías?", "range_from", "range_to") == [0, 10]
    assert known("¿Dónde compraste?", "random", "other", "range_from") == [True, True, None]
    number = found["Logo"]["id"] * 1_000_000
    assert found["Logo"]["options"] == [
        {"id": number + 1, "option": "Azul", "position": 1, "picture": "https://img.example/a.png"},
        {"id": number + 2, "option": "b", "position": 2, "picture": None},
    ]
    assert [one["option"] for one in found["Ordena"]["options"]] == ["Horario", "Variedad"]
    assert [one["option"] for one in found["Contacto"]["options"]] == ["Teléfono", "Dirección"]
    assert [one["option"] for one in found["Servicio"]["options"]] == ["Mal", "Bien"]


def test_a_survey_without_a_definition(kiwi: Kiwi) -> None:
    """Imported surveys have variables alone, and perhaps no alias."""
    variables = [
        Variable(
            "q1", Kind.RATING, options=(Option("1", score=1.0), Option("2", score=2.5)), fields=(Field("r"),)
        ),
        Variable("q2", Kind.SINGLE, options=(Option("x"),), titles={"en": "Which?"}),
    ]
    number = kiwi.verb(lambda unit: create_survey(unit, "Import", [], variables)).id
    (campaign,) = kiwi.ok("campaign/list", show_questions=1)
    assert (campaign["url"], campaign["language"]) == (str(number), "en")
    assert kiwi.answers(campaign_url=campaign["url"]) == []
    first, second = campaign["questions"]
    assert (first["question"], first["type"], first["range_from"], first["range_to"]) == (
        "q1",
        "matrix",
        1,
        2.5,
    )
    assert (second["question"], second["mandatory"], second["random"]) == ("Which?", None, None)


def test_option_ids_survive_what_is_added(kiwi: Kiwi) -> None:
    kiwi.campaign()
    before = questions(kiwi, show_options=1)
    kiwi.campaign("otra")
    after = kiwi.ok("campaign/list", show_questions=1, show_options=1)
    assert {one["question"]: one for one in after[0]["questions"]} == before
    ids = [option["id"] for campaign in after for one in campaign["questions"] for option in one["options"]]
    assert len(ids) == len(set(ids))


def test_pages_and_orders(kiwi: Kiwi) -> None:
    for n, name in enumerate(["b", "Á", "c", "a"]):
        kiwi.verb(lambda unit, name=name: create_survey(unit, name, [f"u-{name}"], []), NOON - n * SECOND)
    assert [one["name"] for one in kiwi.ok("campaign/list")] == ["b", "Á", "c", "a"]
    assert [one["name"] for one in kiwi.ok("campaign/list", offset=1, limit=2)] == ["Á", "c"]
    assert kiwi.ok("campaign/list", offset=4) == []
    by_name = kiwi.ok("campaign/list", order_by_=["name,DESC"])
    assert [one["name"] for one in by_name] == ["Á", "c", "b", "a"]
    newest = kiwi.ok("campaign/list", order_by_=["status,ASC", "created_at,DESC"], offset=1, limit=2)
    assert [one["name"] for one in newest] == ["Á", "c"]
    found = kiwi.ok("campaign/list", where_=[condition("url", "LIKE", "U-_")], order_by_=["id,DESC"], limit=1)
    assert [one["name"] for one in found] == ["a"]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"limit": 0}, '"limit"'),
        ({"limit": 101}, "entre 1 y 100"),
        ({"limit": "x"}, '"x"'),
        ({"offset": -1}, '"offset"'),
        ({"offset": "9" * 30}, '"offset"'),
        ({"show_questions": 2}, '"show_questions"'),
        ({"show_options": "yes"}, '"show_options"'),
        ({"order_by_": ["email,ASC"]}, '"email"'),
        ({"order_by_": ["id,UP"]}, '"UP"'),
        ({"order_by_": ["id,ASC"] * 9}, "8"),
        ({"page": 1}, "Parámetro desconocido"),
    ],
)
def test_bad_parameters_of_the_list(kiwi: Kiwi, query: dict[str, Any], word: str) -> None:
    refused(kiwi.get("campaign/list", **query), 400, "validation_exception", word)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"campaign_url": ""}, '"campaign_url"'),
        ({"status": "done"}, "all, active, pending"),
        ({"answers": 1}, "show, hide"),
        ({"limit": 101}, '"limit"'),
        ({"order_by_": ["updated_at,ASC"]}, '"updated_at"'),
        ({"show_questions": 1}, "Parámetro desconocido"),
    ],
)
def test_bad_parameters_of_answers(kiwi: Kiwi, query: dict[str, Any], word: str) -> None:
    kiwi.campaign()
    reply = kiwi.get("campaign/answers", **({"campaign_url": "satisfaccion"} | query))
    refused(reply, 400, "validation_exception", word)


@pytest.mark.parametrize("sent", ["", "x", "1.5", "0", "-1", "9" * 30, "١"])
def test_bad_question_ids(kiwi: Kiwi, sent: str) -> None:
    refused(kiwi.get("question", id=sent), 400, "validation_exception", '"id"')


def test_numbers_that_are_not_yours(kiwi: Kiwi) -> None:
    kiwi.campaign()
    reply = kiwi.get("question", id=9_999_999)
    refused(reply, 400, "validation_exception", "Esta pregunta no te pertenece")
    reply = kiwi.get("question", id=1)
    refused(
        reply, 400, "validation_exception", "Esta pregunta no te pertenece"
    )  # a system variable is no question
    for number in ("999999", "9" * 40, "٣"):
        reply = kiwi.get("campaign/answers", campaign_url=number)
        refused(reply, 400, "validation_exception", "Esta campaña no te pertenece")


@pytest.mark.parametrize("url", ["nadie", "\0", "a/b", "x" * 300, "ñ", "1e5"])
def test_a_campaign_that_nobody_has(kiwi: Kiwi, url: str) -> None:
    refused(kiwi.get("campaign/answers", campaign_url=url), 404, "not_found", "Recurso no econtrado.")
