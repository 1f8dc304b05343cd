"""Definitions whose pictures lie elsewhere: said when the survey is made."""

from __future__ import annotations

from rejoinder.files.surveyjs import read_survey

TEXT = {"type": "text", "name": "a"}


def test_pictures_on_other_servers_are_named() -> None:
    picture = {
        "type": "image",
        "name": "p",
        "imageLink": {"default": "https://a.example/1.png", "pl": "//b.example/2"},
    }
    choices = [
        {"value": 1, "imageLink": "data:image/png;base64,AA=="},
        {"value": 2, "imageLink": "HTTP://c.example"},
    ]
    pick = {"type": "imagepicker", "name": "q", "choices": choices}
    _, notes = read_survey({"logo": "https://a.example/1.png", "elements": [TEXT, picture, pick]})
    [note] = [note for note in notes if "other servers" in note]
    assert note.startswith(
        "3 pictures on other servers (//b.example/2, HTTP://c.example, https://a.example/1.png)"
    )


def test_pictures_inside_the_definition_are_fine() -> None:
    _, notes = read_survey({"logo": "data:image/svg+xml,x", "elements": [TEXT]})
    assert notes == []
