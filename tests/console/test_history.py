"""What people changed of a respondent by hand is told in words, all of it, with who and when."""

from __future__ import annotations

from console.conftest import House
from console.test_feedback_area import work
from console.test_respondent import events, fill
from rejoinder.core.audit import record
from rejoinder.core.feedback import corrections
from rejoinder.core.feedback.onboarding import choose_category, complete
from rejoinder.core.feedback.tags import TagEdit, create_tag, delete_tag
from rejoinder.core.people.accounts import find_by_email, remove_person
from rejoinder.core.respondents.answers import subject_of
from rejoinder.core.respondents.grid import one_row
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import Sentiment


def number_of(house: House) -> int:
    """The id of the first respondent."""
    return house.tenant.look(lambda unit: one_row(unit, open_survey(unit, "visits"), 1)).id


def test_every_correction_is_told(house: House) -> None:
    house.tenant.verb(lambda unit: (choose_category(unit, 2), complete(unit)))
    path = fill(house)
    work(house.tenant)
    number = number_of(house)
    tag = house.tenant.verb(lambda unit: create_tag(unit, TagEdit(name="Courier"))).id
    assert events(house.viewer, path) == []
    assert "Nobody changed" in house.viewer.get(path).text
    said = f"/feedback/texts/{number}"
    for done in ("sentiment:negative", "sentiment:neutral", "undo:"):
        assert house.editor.post(said, do=done).status_code == 200
    for done in (f"put:{tag}", f"tag:{tag}:positive", f"take:{tag}", f"undo:{tag}"):
        assert house.owner.post(said, do=done).status_code == 200, done
    house.editor.post(f"{path}/change", variable="age", value="42")
    told = events(house.viewer, path)
    assert [line.partition(" editor-")[0].partition(" owner-")[0] for line in told] == [
        "Answer changed age",
        "Tag left to the text engine again: COURIER",
        "Tag taken off: COURIER",
        "Sentiment of a tag corrected: COURIER Positive",
        "Tag put on: COURIER Positive",
        "Sentiment left to the text engine again before: Neutral after: Positive",
        "Sentiment corrected before: Negative after: Neutral",
        "Sentiment corrected before: Positive after: Negative",
    ]
    assert all(house.owner.email in line for line in told[1:5])
    assert all(house.editor.email in line for line in (told[0], *told[5:]))


def test_what_programs_did_and_what_is_gone_is_named(house: House) -> None:
    house.tenant.verb(lambda unit: (choose_category(unit, 2), complete(unit)))
    path = fill(house)
    number = number_of(house)

    def work_of_others(unit: Unit) -> None:
        tag = create_tag(unit, TagEdit(name="courier")).id
        corrections.put_tag(unit, number, tag)
        delete_tag(unit, tag)

    house.tenant.verb(work_of_others)
    house.editor.post(f"{path}/change", variable="age", value="42")
    house.tenant.verb(lambda u: remove_person(u, find_by_email(u, house.editor.email).user.id))
    changed, tagged = events(house.owner, path)
    assert "an account that was removed" in changed
    assert "a tag that was deleted" in tagged


def test_a_long_history_has_pages(house: House) -> None:
    house.tenant.verb(lambda unit: (choose_category(unit, 2), complete(unit)))
    path = fill(house)
    number = number_of(house)

    def correct(unit: Unit) -> None:
        for n in range(60):
            record(unit, "respondent.change", subject_of(number), variable=f"v{n}")
        corrections.set_sentiment(unit, number, Sentiment.NEGATIVE)
        record(unit, "respondent.change", subject_of(number + 1), variable="of another")

    house.tenant.verb(correct)
    first = events(house.viewer, path)
    assert len(first) == 50
    page = house.viewer.get(path).text
    earlier = page.partition("earlier=")[2].partition("#")[0]
    second = events(house.viewer, f"{path}?earlier={earlier}")
    assert len(second) == 11
    assert not {*first} & {*second}
    assert "of another" not in "".join([*first, *second])
    assert house.viewer.get(f"{path}?earlier=x").status_code == 200
