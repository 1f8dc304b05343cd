"""Every kind of answer is changed by hand: grids, rankings, loops, files; by forms alone, without script."""

from __future__ import annotations

import html
import re
from typing import Any

import msgspec
import pytest

from console.conftest import House
from console.test_respondent import events
from rejoinder.core.respondents.grid import one_row
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.webhooks import create_webhook
from rejoinder.model.respondent import FINISHED, Lifecycle, State
from rejoinder.model.survey import Field, Kind, Loop, Option, Variable
from rejoinder.store import uploads
from servers.people import Person

MOMENT = 1_760_000_000_000_000
KEYS = ("a" * 32, "b" * 32)
SCALE = tuple(Option(str(n)) for n in range(1, 4))
ROWS = (Field("food", {"en": "The food"}), Field("room", {"en": "The room"}))
VARIABLES = (
    Variable("grid", Kind.RATING, fields=ROWS, options=SCALE),
    Variable("ranks", Kind.RANKING, fields=(*ROWS, Field("staff"))),
    Variable("many", Kind.MULTI_GRID, fields=ROWS, options=SCALE),
    Variable("sums", Kind.NUMERIC, fields=ROWS, precision=3, scale=1),
    Variable("whole", Kind.GRID_3D, fields=ROWS),
    Variable("score", Kind.SINGLE, parent="whole", options=SCALE),
    Variable("note", Kind.TEXT, parent="whole", length=20),
    Variable("tried", Kind.MULTI, parent="whole", options=SCALE),
    Variable("when", Kind.DATETIME),
    Variable("photos", Kind.TEXT, element="file"),
    Variable("dish", Kind.TEXT, level="meals", length=30, titles={"en": "Which dish?"}),
    Variable("stars", Kind.RATING, level="meals", fields=ROWS, options=SCALE),
    Variable("drink", Kind.TEXT, level="drinks"),
)
LOOPS = (Loop("meals", titles={"en": "Meals"}), Loop("drinks", "meals"))
RECORD: dict[str, Any] = {
    "grid": {"food": "3"},
    "ranks": {"food": 1, "room": 2},
    "many": {"food": {"true": ["1"], "false": ["2", "3"]}},
    "sums": {"food": 1.5},
    "whole": {"room": {"score": "2", "note": "warm"}},
    "when": "2026-05-31T14:30:00",
    "photos": f"{KEYS[0]}/cat.png\n{KEYS[1]}/dog.png",
    "meals": [
        {"meals": "noon", "dish": "soup", "drinks": [{"drinks": "1", "drink": "tea"}]},
        {"meals": "night", "dish": "bread"},
    ],
}


def fill(house: House) -> str:
    """One who answered all, with files; gives the path."""
    survey = house.tenant.survey("dinner", VARIABLES, LOOPS)
    done = Lifecycle(State.COMPLETED, MOMENT, MOMENT + 1, MOMENT + 2, "en", FINISHED, 0)
    house.tenant.respond("dinner", [RECORD], [done])

    def keep(unit: Unit) -> None:
        for key, name in zip(KEYS, ("cat.png", "dog.png"), strict=True):
            file = uploads.Upload(key, survey.id, 1, "photos", name, "image/png", 4, MOMENT)
            uploads.add_upload(unit.session, unit.workspace_id, file, name[:4].encode())

    house.tenant.verb(keep)
    return f"/surveys/{survey.id}/respondents/1"


def doc(house: House) -> Any:
    """What is stored."""
    row = house.tenant.look(lambda unit: one_row(unit, open_survey(unit, "dinner"), 1))
    return msgspec.json.decode(row.doc)


def inputs(page: str) -> dict[str, Any]:
    """What a browser without script would send of the page's form as it stands."""
    form = next(part for part in page.split("<form")[1:] if 'name="variable"' in part)
    found: dict[str, Any] = {}
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        lit = re.search(r'value="([^"]*)" selected', body)
        found[name] = lit[1] if lit else ""
    for name, body in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(body)
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{a}="([^"]*)"', tag) for a in ("name", "value"))
        assert name
        if "checkbox" not in tag:
            found[name[1]] = html.unescape(value[1]) if value else ""
        elif " checked" in tag:
            found.setdefault(name[1], []).append(value and value[1])
    return found


def edit(person: Person, path: str, variable: str, at: str = "", **changed: Any) -> Any:
    """Open a form, change some inputs, and send it as a browser without script does; gives the reply."""
    page = person.get(f"{path}/answer", params={"variable": variable} | ({"at": at} if at else {}))
    assert page.status_code == 200, page.text
    sent = inputs(page.text) | changed
    return person.http.post(person.path(f"{path}/change"), data=sent)


@pytest.mark.parametrize(
    ("variable", "changed", "stored"),
    [
        ("grid", {"value-0": "1", "value-1": "2"}, {"food": "1", "room": "2"}),
        ("grid", {"value-0": ""}, None),
        ("ranks", {"value-0": "3", "value-2": "1"}, {"food": 3, "room": 2, "staff": 1}),
        ("sums", {"value-1": "12,5"}, {"food": 1.5, "room": 12.5}),
        ("when", {"value": "2026-06-01T09:15"}, "2026-06-01T09:15:00"),
        (
            "many",
            {"value-1[]": ["2", "3"]},
            {"food": {"true": ["1"], "false": ["2", "3"]}, "room": {"true": ["2", "3"], "false": ["1"]}},
        ),
        (
            "whole",
            {"value-0-1": "fine", "value-1-0": "", "value-1-2[]": ["3"]},
            {
                "food": {"note": "fine"},
                "room": {"note": "warm", "tried": {"true": ["3"], "false": ["1", "2"]}},
            },
        ),
    ],
)
def test_every_kind_is_changed(house: House, variable: str, changed: dict[str, Any], stored: Any) -> None:
    path = fill(house)
    assert edit(house.editor, path, variable, **changed).status_code == 303
    found = doc(house)
    assert found.get(variable) == stored
    rest = {name: value for name, value in RECORD.items() if name != variable}
    assert {name: found.get(name) for name in rest} == rest
    assert events(house.viewer, path)[0].startswith("Answer deleted" if stored is None else "Answer changed")


@pytest.mark.parametrize("variable", [name for name in RECORD if name != "meals"])
def test_what_is_not_changed_stays(house: House, variable: str) -> None:
    path = fill(house)
    before = doc(house)
    assert edit(house.editor, path, variable).status_code == 303
    assert doc(house) == before


@pytest.mark.parametrize(
    ("variable", "field", "value", "told"),
    [
        ("grid", "value-1", "9", "none of the question"),
        ("ranks", "value-1", "1", "can be given once"),
        ("sums", "value-1", "12.55", "A number is expected"),
        ("when", "value", "soon", "A date is expected"),
        ("whole", "value-0-1", "much too long a note for it", "longer than the question"),
        ("many", "value-0[]", "7", "none of the question"),
    ],
)
def test_what_does_not_fit_is_said_at_its_input(
    house: House, variable: str, field: str, value: str, told: str
) -> None:
    path = fill(house)
    before = doc(house)
    plain = edit(house.editor, path, variable, **{field: value})
    assert plain.status_code == 422
    name = field.removesuffix("[]")
    problem = re.search(rf'id="a-{name}-problem"\s*>(.*?)</p>', plain.text)
    assert problem, plain.text
    assert told in problem[1]
    if not field.endswith("[]") and variable not in ("grid", "ranks"):
        assert html.escape(value) in plain.text, "what was typed is still there"
    whole = inputs(house.editor.get(f"{path}/answer?variable={variable}").text) | {field: value}
    scripted = house.editor.post(f"{path}/change", None, **whole)
    assert scripted.status_code == 422
    assert told in scripted.json()["fields"][name]
    assert doc(house) == before


def test_rounds_of_loops_are_changed_and_deleted(house: House) -> None:
    path = fill(house)
    page = house.editor.get(path).text
    assert all(word in page for word in ("Meals", "Round noon", "Round night", "Which dish?", "tea"))
    noon, night = '[["meals","noon"]]', '[["meals","night"]]'
    tea = '[["meals","noon"],["drinks","1"]]'
    assert edit(house.editor, path, "dish", night, value="rice").status_code == 303
    assert edit(house.editor, path, "stars", noon, **{"value-0": "3"}).status_code == 303
    assert edit(house.editor, path, "drink", tea, value="water").status_code == 303
    assert doc(house)["meals"] == [
        {
            "meals": "noon",
            "dish": "soup",
            "stars": {"food": "3"},
            "drinks": [{"drinks": "1", "drink": "water"}],
        },
        {"meals": "night", "dish": "rice"},
    ]
    assert edit(house.editor, path, "dish", noon, value="x" * 31).status_code == 422
    for at in (tea, noon):
        assert house.editor.post(f"{path}/drop", at=at).status_code == 200
        assert house.editor.post(f"{path}/drop", at=at).status_code == 412, "it is gone"
    assert doc(house)["meals"] == [{"meals": "night", "dish": "rice"}]
    house.editor.post(f"{path}/drop", at=night)
    assert "meals" not in doc(house)
    told = events(house.viewer, path)
    assert "Answer deleted Meals" in told[0]
    assert len(told) == 6


@pytest.mark.parametrize(
    "at", ["[", "{}", '[["meals"]]', '[["drinks","1"]]', '[["meals","noon"],["meals","noon"]]', "[[1,2]]"]
)
def test_places_that_are_none_are_not_found(house: House, at: str) -> None:
    path = fill(house)
    asked = house.editor.get(f"{path}/answer", params={"variable": "dish", "at": at})
    assert asked.status_code == 404
    assert house.editor.post(f"{path}/change", variable="dish", at=at, value="x").status_code == 404
    assert house.editor.post(f"{path}/drop", at=at).status_code == 404
    assert house.viewer.post(f"{path}/drop", at='[["meals","noon"]]').status_code == 403


def test_files_are_fetched_and_deleted(house: House) -> None:
    path = fill(house)
    page = house.viewer.get(path).text
    assert "cat.png" in page
    file = house.viewer.get(f"{path}/files/{KEYS[0]}")
    assert file.content == b"cat."
    assert "attachment" in file.headers["content-disposition"]
    assert house.stranger.get(house.viewer.path(f"{path}/files/{KEYS[0]}")).status_code == 404
    assert house.viewer.get(f"{path[:-1]}2/files/{KEYS[0]}").status_code == 404
    gone = edit(house.editor, path, "photos", **{"value[]": [f"{KEYS[0]}/cat.png"]})
    assert gone.status_code == 303
    assert doc(house)["photos"] == f"{KEYS[1]}/dog.png"
    assert house.viewer.get(f"{path}/files/{KEYS[0]}").status_code == 404
    assert house.viewer.get(f"{path}/files/{KEYS[1]}").status_code == 200
    edit(house.editor, path, "photos", **{"value[]": [f"{KEYS[1]}/dog.png"]})
    assert "photos" not in doc(house)
    assert house.viewer.get(f"{path}/files/{KEYS[1]}").status_code == 404


def test_webhooks_are_told_as_of_a_request(house: House) -> None:
    house.tenant.verb(lambda unit: create_webhook(unit, "https://example.org/hook"))
    path = fill(house)
    before = house.viewer.get(path).text.count("answer.updated")
    edit(house.editor, path, "dish", '[["meals","noon"]]', value="rice")
    assert house.viewer.get(path).text.count("answer.updated") == before + 1
    edit(house.editor, path, "grid")
    assert house.viewer.get(path).text.count("answer.updated") == before + 1, "nothing changed"


def test_forms_need_their_token(house: House) -> None:
    path = fill(house)
    editor = house.editor
    for action in ("change", "drop"):
        sent = {"variable": "dish", "at": '[["meals","noon"]]', "value": "x"}
        assert editor.http.post(editor.path(f"{path}/{action}"), data=sent).status_code == 403
