"""What people decide about responses: sentiments and tags, kept beside what the machine found.

No analysis overwrites a decision, and each can be taken back: then the machine's word counts again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rejoinder.core.audit import record
from rejoinder.core.feedback.queueing import ask_for_analysis
from rejoinder.core.feedback.responses import get_response
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.feedback.tags import get_tag
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import FeedbackResponse, FilterRules, Sentiment, Tag
from rejoinder.model.problems import NotFound
from rejoinder.store.feedback import bulk_tagging
from rejoinder.store.feedback import tags as tag_store
from rejoinder.store.feedback.states import CLEAN, State, TagState, apply_changes, judged, states
from rejoinder.store.feedback.workspaces import lock_feedback


def set_sentiment(unit: Unit, response: int, sentiment: Sentiment) -> FeedbackResponse:
    """Say what a response sounds like. Raises NotOnboarded, NotFound."""
    return _decide(unit, response, lambda s: s._replace(corrected=int(sentiment)), sentiment=sentiment.word)


def revert_sentiment(unit: Unit, response: int) -> FeedbackResponse:
    """Let the machine's sentiment count again. Raises NotOnboarded, NotFound."""
    return _decide(unit, response, lambda s: s._replace(corrected=None), sentiment=None)


def put_tag(unit: Unit, response: int, tag: int) -> FeedbackResponse:
    """Put a tag on a response, whoever finds it there. Raises NotOnboarded, NotFound."""
    return _decide_tag(unit, response, tag, lambda mark: mark._replace(added=1), put=tag)


def take_tag(unit: Unit, response: int, tag: int) -> FeedbackResponse:
    """Take a tag off a response; no analysis puts it back. Raises NotOnboarded, NotFound."""
    return _decide_tag(unit, response, tag, lambda mark: mark._replace(added=0), taken=tag)


def set_tag_sentiment(unit: Unit, response: int, tag: int, sentiment: Sentiment) -> FeedbackResponse:
    """Say what a response sounds like where it speaks of a tag. Raises NotOnboarded, NotFound."""
    corrected, word = int(sentiment), sentiment.word
    return _decide_tag(
        unit, response, tag, lambda mark: mark._replace(corrected=corrected), tag=tag, sentiment=word
    )


def revert_tag(unit: Unit, response: int, tag: int) -> FeedbackResponse:
    """Let what the machine found of a tag on a response count again. Raises NotOnboarded, NotFound."""
    return _decide_tag(unit, response, tag, lambda m: m._replace(added=None, corrected=None), reverted=tag)


def apply_tags(
    unit: Unit, tags: Sequence[Tag], responses: Sequence[int] = (), *, survey_id: int | None = None
) -> int:
    """Put tags on many responses by hand: the numbered ones, or all that a survey has now.

    Gives how many tags came onto responses that did not carry them. Raises NotOnboarded.
    """
    require_onboarded(unit)
    lock_feedback(unit.session, unit.workspace_id)
    where = (unit.session, unit.workspace_id)
    count = sum(bulk_tagging.put_on(*where, tag.id, responses, survey_id) for tag in tags)
    if tags and _watched(unit):
        bulk_tagging.make_due(*where, responses, survey_id)
        ask_for_analysis(unit)
    return count


def _decide(
    unit: Unit, response: int, change: Callable[[State], State], about: int | None = None, /, **said: object
) -> FeedbackResponse:
    """Change what people decided of a response, or of the tag that it is `about`; the audit log keeps each
    decision, with the sentiment that was there before and the one that is there now."""
    require_onboarded(unit)
    lock_feedback(unit.session, unit.workspace_id)
    before = states(unit.session, unit.workspace_id, [response]).get(response)
    if before is None:
        raise NotFound(f"There is no response {response} in this workspace.")
    changed = change(before)
    after = judged(changed, changed.tags)
    if after != before:
        by, at = (unit.actor, unit.now) if _decided(after) else (None, None)
        after = after._replace(decided_by=by, decided_at=at)
        watched = _watched(unit)
        if watched:
            after = after._replace(due=1, revision=after.revision + 1)
        apply_changes(unit.session, unit.workspace_id, [(before, after)])
        if watched:
            ask_for_analysis(unit)
        was, now = _sounded(before, about), _sounded(after, about)
        record(unit, "feedback.correct", subject_of(response), **said, was=was, now=now)
    return get_response(unit, response)


def subject_of(response: int) -> str:
    """What the audit log calls a response."""
    return f"response:{response}"


def _sounded(state: State, about: int | None) -> str | None:
    """The word of a response's sentiment, or of that of a tag on it; None where there is none."""
    if about is None:
        found = state.sentiment
    else:
        mark = state.tags.get(about, CLEAN)
        found = mark.sentiment if mark.present else None
    return None if found is None else Sentiment(found).word


def _decided(state: State) -> bool:
    """Whether anything of a response is a person's decision."""
    marks = state.tags.values()
    return state.corrected is not None or any(m.added is not None or m.corrected is not None for m in marks)


def _decide_tag(
    unit: Unit, response: int, tag: int, change: Callable[[TagState], TagState], /, **said: object
) -> FeedbackResponse:
    """Change what people decided of a tag on a response."""
    get_tag(unit, tag)

    def work(state: State) -> State:
        mark = change(state.tags.get(tag, CLEAN))
        return state._replace(tags={**state.tags, tag: mark})

    return _decide(unit, response, work, tag, **said)


def _watched(unit: Unit) -> bool:
    """Whether there are tags that come and go with what else is known of a response."""
    nothing = FilterRules()
    known = tag_store.tags(unit.session, unit.workspace_id)
    return any(tag.filter_rules != nothing or (tag.scope_by_parent and tag.parent_id) for tag in known)
