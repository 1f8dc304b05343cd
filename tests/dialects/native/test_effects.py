"""What submissions leave beside their records: events, counts and keys that agree with them."""

from __future__ import annotations

from sqlalchemy import select

from dialects.native.conftest import Collecting
from rejoinder.core.webhooks import create_webhook
from rejoinder.store.consistency import check_survey
from rejoinder.store.tables.effects import event


def told(survey: Collecting) -> list[tuple[str, int, str | None, int | None]]:
    columns = (event.c.kind, event.c.respid, event.c.language, event.c.finish_reason)
    statement = (
        select(*columns).where(event.c.workspace_id == survey.tenant.workspace_id).order_by(event.c.id)
    )
    return survey.tenant.look(lambda unit: [tuple(row) for row in unit.session.rows(statement)])


def test_events_are_told_once_each_and_partial_answers_tell_none(survey: Collecting) -> None:
    survey.tenant.verb(lambda unit: create_webhook(unit, "https://example.org/hook"))
    survey.invite("secret-token-1")
    for _ in range(2):
        assert survey.post({"token": "secret-token-1"}, what="opened").status_code == 204
    assert survey.answer(token="secret-token-1", completed=False).status_code == 201
    assert [kind for kind, *_ in told(survey)] == ["respondent.opened"]
    for _ in range(2):
        survey.post({"answers": {"colour": "red"}, "token": "secret-token-1"}, Idempotency_Key="k")
    survey.answer(completed=False)
    survey.answer()
    assert told(survey)[1:] == [("answer.created", 1, "en", 1), ("answer.created", 3, "en", 1)]


def test_counts_and_keys_agree_with_the_records(survey: Collecting) -> None:
    survey.invite("secret-token-1", "leia@example.com")
    survey.invite("secret-token-2")
    survey.post({"token": "secret-token-1"}, what="opened")
    survey.answer(token="secret-token-2", hidden={"email": "han@example.com"}, completed=False)
    survey.answer(token="secret-token-1")
    survey.answer(hidden={"email": "r2@example.com"})
    where = (survey.tenant.workspace_id, survey.number)
    assert survey.tenant.look(lambda unit: check_survey(unit.session, *where)) == []
    shown = survey.tenant.http.get(f"/rejoinder/v1/surveys/{survey.number}").json()
    assert (shown["respondents"], shown["responses"]) == (3, 3)
