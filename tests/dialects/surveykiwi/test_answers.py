"""What `campaign/answers` shows: every kind of question, people, times, pages."""

from __future__ import annotations

from typing import Any

import pytest

from .campaign import KEY, NOON, SECOND, Kiwi, life


def by_title(answer: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """(type, answer, place of each option, comment) by the question's text."""
    return {
        one["question"]: (
            one["type"],
            one["answer"],
            [n % 1_000_000 for n in one["option_ids"]],
            one["comment"],
        )
        for one in answer["answers"]
    }


def row(title: str, answer: Any, comment: str | None = None) -> tuple[str, Any, str | None]:
    return title, answer, comment


def rows(answer: Any) -> Any:
    """Rows without their options."""
    return [row(one["row"], one["answer"], one["comment"]) for one in answer]


def test_a_full_answer(filled: Kiwi) -> None:
    answer, _ = filled.answers()
    assert list(answer) == [
        "id", "status", "created_at", "finished_at", "participant", "hiddenfields", "answers"
    ]  # fmt: skip
    assert answer["created_at"] == "2020-12-05T14:50:28-0300"
    assert answer["finished_at"] == "2020-12-05T14:51:28-0300"
    assert answer["participant"] == {"email": "ana@example.com", "label1": "oro"}
    assert answer["hiddenfields"] == {
        "classificator": "norte", "city": "Córdoba", "age": 41, "since": None, "vip": None, "segment": "b",
        "tags": None,
    }  # fmt: skip
    for one in answer["answers"]:
        assert list(one) == ["question_id", "question", "type", "answer", "option_ids", "comment"]


def test_every_kind_of_question(filled: Kiwi) -> None:
    found = by_title(filled.answers()[0])
    plain = {title: seen for title, seen in found.items() if not isinstance(seen[1], list)}
    assert plain == {
        "¿Cómo te llamas?": ("short_text", 'Ana "la" Pérez', [], None),
        "Correo": ("email", "ana@example.com", [], None),
        "Fecha de nacimiento": ("date", "1979-03-02", [], None),
        "Última visita": ("datetime", "2020-12-01T10:30:00", [], None),
        "veces": ("number", 3, [], None),
        "100% sincero: ¿qué opinas?": ("long_text", "50% bien\nlínea dos", [], None),
        "¿Dónde compraste?": ("single_choice", "Otro", [3], "Feria\nCon amigos"),
        "País": ("single_choice", "ES", [2], None),
        "Nota": ("scale", 4, [4], None),
        "¿Nos recomendarías?": ("nps", 10, [11], None),
        "¿Volverías?": ("yes_no", True, [], None),
        "Logo": ("single_choice", "Azul", [1], None),
    }
    lists = {title: (seen[0], seen[1], seen[2]) for title, seen in found.items() if title not in plain}
    base = f"{filled.tenant.server.url}/rejoinder/v1/files/{KEY}"
    assert lists.pop("Foto") == ("file", [f"{base}/una%20foto.png", f"{base}/dos.png"], [])
    assert lists.pop("¿Por qué?") == ("multiple_choice", ["Precio", "3"], [1, 3])
    assert lists.pop("Ordena") == ("ranking", ["Variedad", "Horario"], [2, 1])
    assert {title: (kind, rows(answer), places) for title, (kind, answer, places) in lists.items()} == {
        "Servicio": ("matrix", [row("Personal", "Bien"), row("Entrega", "Mal")], [2, 1]),
        "Usos": ("matrix_multiple", [row("De día", ["Casa", "Oficina"])], [1, 2]),
        "Tiendas – Limpia": ("single_choice", [row("Norte", "Sí"), row("Sur", "No")], [1, 2]),
        "Tiendas – Comentario": ("short_text", [row("Norte", "Impecable")], []),
        "Contacto": ("multiple_text", [row("Teléfono", "123"), row("Dirección", "Calle 1")], [1, 2]),
        "Hijos – Nombre": ("short_text", [row("1", "Leo"), row("2", "Mar")], []),
        "Hijos – Edad": (
            "single_choice",
            [row("1", "Other (describe)", "12"), row("2", "0 a 5")],
            [3, 1],
        ),
        "Juegos – Juego": (
            "short_text",
            [row("1", [{"row": "1", "answer": "Go", "option_ids": [], "comment": None}])],
            [],
        ),
    }


def test_what_was_not_answered_is_left_out(filled: Kiwi) -> None:
    begun = filled.answers()[1]
    assert (begun["status"], begun["finished_at"], begun["answers"]) == ("pending", None, [])
    assert begun["participant"] == {"email": None, "label1": None}


def test_a_comment_alone_is_shown(kiwi: Kiwi) -> None:
    kiwi.campaign()
    kiwi.fill([{"canal_comment": "sin elegir"}, {"motivos": {"false": ["1"]}}], [life(), life()])
    first, second = kiwi.answers()
    assert by_title(first)["¿Dónde compraste?"] == ("single_choice", None, [], "sin elegir")
    assert by_title(second)["¿Por qué?"] == ("multiple_choice", [], [], None)


def test_facts_about_people_in_every_kind(kiwi: Kiwi) -> None:
    kiwi.campaign()
    facts = {"vip": 0, "tags": {"true": ["y"], "false": ["x"]}, "since": "2019-01-02T03:04:05", "age": 7.5}
    kiwi.fill([facts, {"vip": 1, "tags": {"false": ["x"]}}], [life(), life()])
    first, second = (one["hiddenfields"] for one in kiwi.answers())
    assert {name: first[name] for name in facts} == facts | {"vip": False, "tags": ["y"]}
    assert (second["vip"], second["tags"], second["age"]) == (True, [], None)


def test_every_question_of_an_answer_is_a_question(filled: Kiwi) -> None:
    """Ids lead from an answer to the question and its options."""
    (campaign,) = filled.ok("campaign/list", show_questions=1, show_options=1)
    listed = {one["id"]: one for one in campaign["questions"]}
    for one in filled.answers()[0]["answers"]:
        asked = listed.pop(one["question_id"])
        assert (asked["question"], asked["type"]) == (one["question"], one["type"])
        assert {option["id"] for option in asked["options"]}.issuperset(one["option_ids"])
        assert filled.ok("question", id=asked["id"]) == asked
    assert listed == {}, "every question was answered"


@pytest.mark.parametrize(
    ("status", "count"), [("active", 1), ("pending", 1), ("all", 2), ("ACTIVE", 1), ("", 2)]
)
def test_status(filled: Kiwi, status: str, count: int) -> None:
    assert len(filled.answers(status=status)) == count


def test_answers_can_be_hidden(filled: Kiwi) -> None:
    assert all("answers" not in one for one in filled.answers(answers="hide"))


def test_a_campaign_is_found_by_its_number_too(filled: Kiwi) -> None:
    (campaign,) = filled.ok("campaign/list")
    assert filled.answers(campaign_url=campaign["id"]) == filled.answers()


def test_pages_and_orders(kiwi: Kiwi) -> None:
    kiwi.campaign()
    kiwi.fill([{}] * 25, [life(n * 7 % 25, ended=n % 2 == 0) for n in range(25)])
    every = kiwi.answers(limit=100)
    assert [one["id"] for one in every] == sorted(one["id"] for one in every)
    assert len(kiwi.answers()) == 10, "the document's default"
    assert kiwi.answers(offset=20, limit=3) == every[20:23]
    assert kiwi.answers(offset=100) == []
    newest = sorted(every, key=lambda one: one["created_at"], reverse=True)
    for written in ("created_at,DESC", "created_at DESC", "CREATED_AT,desc"):
        assert kiwi.answers(order_by_=[written], limit=100) == newest
    ended = sorted(every, key=lambda one: (one["status"], one["created_at"]))
    assert kiwi.answers(order_by_=["status,ASC", "created_at"], limit=100) == ended
    assert kiwi.answers(order_by_=["status,ASC,created_at,ASC"], offset=3, limit=9) == ended[3:12]
    unfinished_last = [one["finished_at"] for one in kiwi.answers(order_by_=["finished_at,DESC"], limit=100)]
    assert unfinished_last[13:] == [None] * 12


def test_times_are_the_workspaces(kiwi: Kiwi) -> None:
    """Summer time included, and fractions of a second left out."""
    kiwi.campaign(zone="Europe/Madrid")
    kiwi.fill([{}, {}], [life(), life()._replace(created_at=NOON + 182 * 86_400 * SECOND + 999_999)])
    assert [one["created_at"] for one in kiwi.answers()] == [
        "2020-12-05T18:50:28+0100",
        "2021-06-05T19:50:28+0200",
    ]
