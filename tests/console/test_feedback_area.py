"""Feedback: the category, tags with their terms, texts corrected where one reads them, projects, imports."""

from __future__ import annotations

import re
import time

import pytest

from console.conftest import House
from rejoinder.console.feedback import tags
from rejoinder.core.feedback.importing import prepare_import, store_import
from rejoinder.core.feedback.learning import learnt_lately
from rejoinder.core.feedback.onboarding import choose_category, complete, status
from rejoinder.core.feedback.projects import list_projects
from rejoinder.core.feedback.queueing import REANALYSE
from rejoinder.core.feedback.responses import get_response, list_responses
from rejoinder.core.feedback.surveys import list_imports
from rejoinder.core.feedback.tags import TagEdit, create_tag, every_tag
from rejoinder.core.jobs import enqueue, workspace_jobs
from rejoinder.core.unit import Unit
from rejoinder.jobs.analysis import handlers
from rejoinder.jobs.register import HANDLERS
from rejoinder.jobs.runner import Runner
from rejoinder.model.feedback import FeedbackResponse, Sentiment
from rejoinder.model.job import JobStatus
from servers.plain_engine import PlainEngine
from servers.rejoinder import Tenant

FILE = (
    b"feedback,feedback_date,score,country\n"
    b"The courier was good,2026-05-01,9,PL\n"
    b"Die Lieferung war bad,2026-05-02,2,DE\n"
    b"It was <b>fine</b> & good,2026-05-03,7,PL\n"
    b",2026-05-04,4,DE\n"
)
HOUR = 3_600_000_000
OPEN = (JobStatus.WAITING, JobStatus.RUNNING)
PAGES = ("", "/texts", "/tags", "/projects", "/imports", "/learning", "/new-tag")


def work(tenant: Tenant) -> None:
    """Do what waits, beside the server, which does so too."""
    Runner(tenant.server.database, {**HANDLERS, **handlers(PlainEngine)}).run_due()
    patience = time.monotonic() + 120
    while any(job.status in OPEN for job in tenant.look(workspace_jobs)):
        assert time.monotonic() < patience, "jobs do not end"
        time.sleep(0.02)


@pytest.fixture
def shop(house: House) -> House:
    """The house, with four responses that are read."""
    house.tenant.verb(lambda unit: (choose_category(unit, 2), complete(unit)))
    house.tenant.verb(_stored)
    work(house.tenant)
    return house


def _stored(unit: Unit) -> None:
    store_import(unit, prepare_import(unit, FILE, "reviews.csv"))


def responses(house: House) -> list[FeedbackResponse]:
    """All of them, the newest first."""
    return house.tenant.look(list_responses).items


def test_before_a_category_is_chosen_everything_leads_to_its_choice(house: House) -> None:
    for path in PAGES[1:]:
        reply = house.owner.get(f"/feedback{path}")
        assert (reply.status_code, reply.headers["location"]) == (303, house.owner.path("/feedback")), path
    page = house.owner.get("/feedback").text
    assert page.count('type="radio"') == 15
    assert 'type="radio"' not in house.editor.get("/feedback").text
    assert house.owner.post("/feedback/begin").status_code == 422
    assert house.owner.post("/feedback/begin", category="2").headers["hx-redirect"].endswith("/feedback")
    assert house.tenant.look(status).onboarded
    assert "No feedback yet" in house.owner.get("/feedback").text


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_there(shop: House, path: str) -> None:
    assert shop.owner.get(f"/feedback{path}").status_code == 200
    assert shop.viewer.get(f"/feedback{path}").status_code == (403 if path == "/new-tag" else 200)


def test_things_that_are_not_there(shop: House) -> None:
    for path in ("/texts/999", "/tags/999", "/tags/999/edit", "/projects/999", "/imports/999"):
        assert shop.owner.get(f"/feedback{path}").status_code == 404, path
    for query in ("tag=999", "survey=999", "project=999"):
        assert shop.owner.get(f"/feedback/texts?{query}").status_code == 404, query
    shop.other.verb(lambda unit: (choose_category(unit, 2), complete(unit)))
    number, survey = responses(shop)[0].id, responses(shop)[0].survey_id
    for path in (f"/texts/{number}", f"/imports/{survey}"):
        assert shop.stranger.get(f"/feedback{path}").status_code == 404, path
    assert shop.stranger.post(f"/feedback/texts/{number}", do="sentiment:positive").status_code == 404
    assert get_response_of(shop, number).decided_by is None


def get_response_of(shop: House, number: int) -> FeedbackResponse:
    return shop.tenant.look(lambda unit: get_response(unit, number))


def test_a_text_is_shown_as_it_was_written(shop: House) -> None:
    page = shop.owner.get("/feedback/texts").text
    assert "It was &lt;b&gt;fine&lt;/b&gt; &amp;" in re.sub(r"</?mark[^>]*>", "", page)
    assert "<b>fine" not in page
    assert page.count("said-card") >= 4


def test_a_sentiment_is_corrected_and_taken_back(shop: House) -> None:
    found = responses(shop)[0]
    path = f"/feedback/texts/{found.id}"
    reply = shop.editor.post(path, do="sentiment:negative")
    assert reply.status_code == 200, reply.text
    assert shop.editor.email in reply.text
    now = get_response_of(shop, found.id)
    assert (now.sentiment, now.corrected) == (Sentiment.NEGATIVE, True)
    assert now.decided_at is not None
    assert shop.editor.email in shop.viewer.get("/feedback/texts").text
    shop.editor.post(path, do="undo:")
    now = get_response_of(shop, found.id)
    assert (now.sentiment, now.decided_by, now.decided_at) == (found.sentiment, None, None)
    for wrong in ("", "sentiment:glad", "tag:x:positive", "take:", "undo:abc"):
        assert shop.editor.post(path, do=wrong).status_code == 422, wrong
    assert shop.viewer.post(path, do="sentiment:negative").status_code == 403


def test_a_tag_is_put_on_judged_taken_off_and_left_to_the_machine(shop: House) -> None:
    made = shop.tenant.verb(lambda unit: create_tag(unit, TagEdit(name="Call back", mode="manual")))
    number = responses(shop)[0].id
    path = f"/feedback/texts/{number}"
    assert shop.editor.post(path, do="add:", name="nothing of the kind").status_code == 422
    shop.editor.post(path, do="add:", name="call back")
    shop.editor.post(path, do=f"tag:{made.id}:negative")
    (applied,) = [one for one in get_response_of(shop, number).tags if one.tag.id == made.id]
    assert (applied.sentiment, applied.source) == (Sentiment.NEGATIVE, "manual")
    reply = shop.editor.post(path, do=f"take:{made.id}")
    assert f'value="undo:{made.id}"' in reply.text, "what was taken off can be put back"
    assert made.id not in [one.tag.id for one in get_response_of(shop, number).tags]
    shop.editor.post(path, do=f"undo:{made.id}")
    assert get_response_of(shop, number).decided_by is None


def test_terms_are_tried_before_a_tag_has_them(shop: House) -> None:
    reply = shop.editor.post("/feedback/try-terms", terms="courier\nlieferung")
    assert "2 texts" in reply.text
    assert "of 3, all there are" in reply.text
    assert '<mark class="note">courier</mark>' in reply.text
    ruled = shop.editor.post("/feedback/try-terms", terms="courier\nlieferung", properties="country = DE")
    assert "1 text<" in ruled.text
    assert "letter" in shop.editor.post("/feedback/try-terms", terms="!!!").text
    assert "Write a term" in shop.editor.post("/feedback/try-terms", terms=" ").text
    assert every_tag_named(shop, "DELIVERY") is None


def every_tag_named(shop: House, name: str) -> int | None:
    return next((one.id for one in shop.tenant.look(every_tag) if one.name == name), None)


def test_a_tag_is_made_changed_switched_and_deleted(shop: House) -> None:
    form = {
        "name": "Delivery",
        "mode": "text_match",
        "terms": "courier\nlieferung\ncourier",
        "score_from": "3",
    }
    assert shop.editor.post("/feedback/tags", None, **(form | {"score_from": "many"})).status_code == 422
    assert shop.editor.post("/feedback/tags", None, **form).status_code == 200
    again = shop.editor.post("/feedback/tags", None, **form)
    assert list(again.json()["fields"]) == ["name"]
    work(shop.tenant)
    number = every_tag_named(shop, "DELIVERY")
    assert number is not None
    texts = shop.viewer.get(f"/feedback/texts?tag={number}").text
    assert re.search(r"<mark [^>]*>courier</mark>", texts)
    assert "Lieferung" not in texts, "its score is under 3"
    assert shop.viewer.get(f"/feedback/tags/{number}").status_code == 200
    shop.editor.post(
        f"/feedback/tags/{number}", None, **(form | {"score_from": "", "description": "Parcels"})
    )
    work(shop.tenant)
    assert "Lieferung" in re.sub(r"</?mark[^>]*>", "", shop.viewer.get(f"/feedback/texts?tag={number}").text)
    shop.editor.post(f"/feedback/tags/{number}/switch", on="")
    assert "This tag is disabled" in shop.viewer.get(f"/feedback/tags/{number}").text
    shop.editor.post(f"/feedback/tags/{number}/switch", on="1")
    assert "It comes off 2 responses" in shop.editor.get(f"/feedback/tags/{number}").text
    shop.editor.post(f"/feedback/tags/{number}/delete")
    assert every_tag_named(shop, "DELIVERY") is None


def test_a_tag_with_none_above_it_is_not_bound_to_one(shop: House) -> None:
    above = shop.tenant.look(every_tag)[0].id
    for name, parent in (("Alone", ""), ("Below", str(above))):
        form = {"name": name, "mode": "manual", "parent": parent, "scope": "1"}
        assert shop.editor.post("/feedback/tags", None, **form).status_code == 200
    found = {one.name: one.scope_by_parent for one in shop.tenant.look(every_tag)}
    assert (found["ALONE"], found["BELOW"]) == (False, True)


def test_long_texts_of_a_list_are_folded(shop: House) -> None:
    long = "The courier was late. " * 60
    sent = {"file": ("long.csv", f"feedback,feedback_date\n{long},2026-05-09\n".encode(), "text/csv")}
    assert shop.editor.post("/feedback/imports", sent, language="en").status_code == 200
    work(shop.tenant)
    page = shop.viewer.get("/feedback/texts").text
    assert page.count('class="quote long"') == page.count("Read all of it") == 1


def test_a_new_tag_tells_that_texts_are_looked_through(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "works", lambda unit: [1])
    number = shop.tenant.verb(lambda unit: create_tag(unit, TagEdit(name="late"))).id
    assert 'id="working"' in shop.viewer.get(f"/feedback/tags/{number}").text
    monkeypatch.setattr(tags, "works", lambda unit: [])
    assert 'id="working"' not in shop.viewer.get(f"/feedback/tags/{number}").text


def test_a_smart_tag_is_only_switched(shop: House) -> None:
    number = shop.tenant.look(every_tag)[0].id
    assert shop.editor.get(f"/feedback/tags/{number}/edit").status_code == 303
    assert shop.editor.post(f"/feedback/tags/{number}", name="Mine").status_code == 422
    assert shop.editor.post(f"/feedback/tags/{number}/delete").status_code == 422
    assert shop.editor.post(f"/feedback/tags/{number}/switch", on="").status_code == 200


def test_numbers_of_some_responses(shop: House) -> None:
    survey = responses(shop)[0].survey_id
    for query, count in (("", 4), (f"survey={survey}", 4), ("since=2026-05-02&until=2026-05-03", 2)):
        page = shop.viewer.get(f"/feedback?{query}").text
        assert f'<p class="stat-value">{count}</p>' in page, query
    assert "Nothing with these filters" in shop.viewer.get("/feedback?language=tr").text
    assert shop.viewer.get("/feedback?since=yesterday&survey=x&language=%00").status_code == 200


def test_texts_are_found(shop: House) -> None:
    assert "Lieferung" in shop.viewer.get("/feedback/texts?q=lief").text
    assert "No texts" in shop.viewer.get("/feedback/texts?q=zebra").text
    assert "at least one letter" in shop.viewer.get("/feedback/texts?q=%21%21").text
    older = shop.viewer.get("/feedback/texts?before=1777680000000000.0").text
    assert "courier" in older
    assert "Lieferung" not in older
    assert shop.viewer.get("/feedback/texts?before=x.y").status_code == 200


def test_projects(shop: House) -> None:
    assert shop.editor.post("/feedback/projects", name=" ").status_code == 422
    shop.editor.post("/feedback/projects", name="Launch")
    (project,) = shop.tenant.look(list_projects)
    path = f"/feedback/projects/{project.id}"
    shop.editor.post(path, name="Autumn launch")
    assert shop.editor.post(f"{path}/fill", survey="999").status_code == 404
    shop.editor.post(f"{path}/fill", survey=str(responses(shop)[0].survey_id))
    page = shop.viewer.get(path).text
    assert "Autumn launch" in page
    assert "4 responses" in page
    assert "courier" in shop.viewer.get(f"/feedback/texts?project={project.id}").text
    assert '<p class="stat-value">4</p>' in shop.viewer.get(f"/feedback?project={project.id}").text


def test_a_file_is_imported_changed_and_deleted(shop: House) -> None:
    sent = {"file": ("more.csv", FILE, "text/csv")}
    shop.editor.post("/feedback/projects", name="Launch")
    (project,) = shop.tenant.look(list_projects)
    said = {"source": "Shop", "metric_type": "nps", "project": str(project.id)}
    reply = shop.editor.post("/feedback/imports", sent, **said)
    assert shop.tenant.look(list_projects)[0].response_count == 4, "they are in the project at once"
    assert reply.headers["hx-redirect"]
    newest = shop.tenant.look(lambda unit: list_imports(unit, 0, 1))[0][0]
    assert (newest.name, newest.chosen.source, newest.counts.responses) == ("more.csv", "Shop", 4)
    path = f"/feedback/imports/{newest.survey_id}"
    shop.editor.post(path, name="More reviews", source="App", metric_type="csat", language="de")
    assert "More reviews" in shop.viewer.get("/feedback/imports").text
    assert list(shop.editor.post(f"{path}/delete", confirm="more.csv").json()["fields"]) == ["confirm"]
    shop.editor.post(f"{path}/delete", confirm="More reviews")
    assert shop.viewer.get(path).status_code == 404


def test_rows_that_are_wrong_are_listed(shop: House) -> None:
    bad = FILE + b"fine,yesterday,9,PL\nfine,2026-01-01,many,PL\n"
    reply = shop.editor.post("/feedback/imports", {"file": ("bad.csv", bad, "text/csv")})
    assert reply.status_code == 200
    assert '<td class="number" data-label="Row">6</td>' in reply.text
    assert '<td class="number" data-label="Row">7</td>' in reply.text
    assert shop.tenant.look(lambda unit: list_imports(unit, 0, 9))[1] == 1, "nothing was stored"
    assert shop.editor.post("/feedback/imports").status_code == 422
    assert shop.editor.post("/feedback/imports", {"file": ("x.csv", b"\0\1", "text/csv")}).status_code == 422


def test_learning_and_reading_again(shop: House) -> None:
    shop.editor.post("/feedback/learning/train")
    work(shop.tenant)
    lately = shop.tenant.look(learnt_lately)
    assert lately is not None
    assert not lately.using
    assert lately.qualities[0].name == "sentiment"
    assert "Sentiment" in shop.viewer.get("/feedback/learning").text
    shop.editor.post("/feedback/learning/reread", every="1")
    work(shop.tenant)
    assert len(responses(shop)) == 4
    assert "has ended" in shop.viewer.get("/feedback/progress").text
    for page, refreshed in (
        ("/feedback", "true"),
        ("/feedback/tags?q=a", "true"),
        ("/feedback/new-tag", None),
    ):
        here = {"hx-current-url": f"http://x{shop.viewer.path(page)}"}
        reply = shop.viewer.get("/feedback/progress", headers=here)
        assert reply.headers.get("hx-refresh") == refreshed, page


def test_reading_again_is_cancelled(shop: House) -> None:
    later = shop.tenant.verb(
        lambda unit: enqueue(unit, REANALYSE, {"survey": None, "every": True}, run_at=unit.now + HOUR)
    )
    assert "Waiting for its turn" in shop.viewer.get("/feedback/learning").text
    path = f"/feedback/doing/{later}/cancel"
    assert shop.viewer.post(path).status_code == 403
    assert shop.editor.post(path).status_code == 200
    assert shop.editor.post(path).status_code == 422
    assert "Waiting for its turn" not in shop.viewer.get("/feedback/learning").text
