"""Whether a survey takes an answer now, and from whom."""

from __future__ import annotations

from collections.abc import Mapping

from rejoinder.model.collecting import Collector, Intake, PageState, Participant
from rejoinder.model.problems import NotAllowed
from rejoinder.model.respondent import State
from rejoinder.store.collectors import WHOLE_SURVEY

SENTENCES: dict[str, str] = {
    "not_yet": "This survey is not open yet.",
    "closed": "This survey is closed.",
    "full": "This survey has received all the answers it needs.",
    "answered": "This survey has been answered with this link already.",
    "personal_only": "This survey can be answered with a personal link only.",
}


def page_state(
    intake: Intake,
    collector: Collector | None,
    participant: Participant | None,
    counts: Mapping[int, int],
    now: int,
) -> PageState:
    """What somebody meets who opens the page; `counts` — completions as `store.collectors` counts them."""
    found = intake_state(intake, collector, participant, now)
    begun = participant is not None and participant.state >= State.OPENED
    if found == "open" and not begun and is_full(intake, collector, counts):
        return "full"
    return found


def intake_state(
    intake: Intake, collector: Collector | None, participant: Participant | None, now: int
) -> PageState:
    """As `page_state`, whatever the quotas say."""
    if participant is not None and is_done(participant):
        return "answered"
    windows = [(intake.opens_at, intake.closes_at)]
    if collector:
        windows.append((collector.opens_at, collector.closes_at))
    if intake.status != "open" or any(closes is not None and closes <= now for _, closes in windows):
        return "closed"
    if any(opens is not None and now < opens for opens, _ in windows):
        return "not_yet"
    if intake.settings.access == "personal" and participant is None:
        return "personal_only"
    return "open"


def is_done(participant: Participant) -> bool:
    """Whether a personal link is used up."""
    return participant.state >= State.COMPLETED


def is_full(intake: Intake, collector: Collector | None, counts: Mapping[int, int]) -> bool:
    """Whether the survey, or the collector, has all the completed responses it asked for."""
    if intake.quota is not None and counts.get(WHOLE_SURVEY, 0) >= intake.quota:
        return True
    return (
        collector is not None
        and collector.quota is not None
        and counts.get(collector.id, 0) >= collector.quota
    )


def has_quota(intake: Intake, collector: Collector | None) -> bool:
    """Whether completions must be counted."""
    return intake.quota is not None or (collector is not None and collector.quota is not None)


def refusal(state: PageState) -> NotAllowed:
    """The problem of answering in a state other than `open`."""
    return NotAllowed(SENTENCES[state], state=state)
