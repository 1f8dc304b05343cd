"""Give respondents the dates and language that a file knows of them, in place of the clock's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from rejoinder.core.surveys import OpenSurvey
from rejoinder.core.unit import Unit, zone
from rejoinder.model.system import CREATED, ENDED, LANGUAGE, STARTED
from rejoinder.store.dates import Dated, date_rows, records_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KNOWN = (CREATED, STARTED, ENDED, LANGUAGE)
"""The system variables that a file may know better."""


def date_respondents(unit: Unit, survey: OpenSurvey, known: Mapping[int, Mapping[str, str]]) -> None:
    """Rewrite dates and language.

    Parameters: `known` — respid → values of `KNOWN`, times as records show them (naive ISO text in the
    workspace's zone). Of start and end, one that is not known becomes the other: the clock's would make the
    interview last for years.
    """
    stored = records_of(unit.session, unit.workspace_id, survey.id, list(known))
    records = survey.shape.read_all([doc for _, doc in stored])
    rows = [
        _dated(survey, respid, record, _paired(known[respid]))
        for (respid, _), record in zip(stored, records, strict=True)
    ]
    date_rows(unit.session, unit.workspace_id, survey.id, rows)


def _paired(values: Mapping[str, str]) -> Mapping[str, str]:
    only = values.get(STARTED) or values.get(ENDED)
    return {STARTED: only, ENDED: only, **values} if only else values


def _dated(survey: OpenSurvey, respid: int, record: Any, values: Mapping[str, str]) -> Dated:
    for name, value in values.items():
        setattr(record, survey.shape.attribute[name], value)
    created, opened, completed = (
        micros(values[name], survey.timezone) if name in values else None
        for name in (CREATED, STARTED, ENDED)
    )
    doc = msgspec.json.encode(record).decode()
    return Dated(respid, created, opened, completed, values.get(LANGUAGE), doc)


def micros(text: str, timezone: str) -> int:
    """Naive ISO text in a zone as microseconds since 1970."""
    return (datetime.fromisoformat(text).replace(tzinfo=zone(timezone)) - _EPOCH) // timedelta(microseconds=1)
