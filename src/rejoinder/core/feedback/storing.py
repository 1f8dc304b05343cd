"""Store what was found out, beside what people decided, in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rejoinder.core.feedback.finding import Result
from rejoinder.core.feedback.slices import Slice
from rejoinder.core.unit import Unit
from rejoinder.model.feedback import SENTIMENTS
from rejoinder.store.feedback.states import CLEAN, Change, State, TagState, apply_changes, judged, states
from rejoinder.store.feedback.workspaces import lock_feedback, standing

NOTHING: Mapping[int, str] = {}


def store_results(
    unit: Unit, slice_: Slice, results: Sequence[Result], translations: Mapping[int, str] = NOTHING
) -> int | None:
    """Store results, where the response is still the one that was read; gives how many were.

    Parameters: `translations` — of comments, by the response's number.
    None when a tag was changed meanwhile: then nothing is stored, and the slice is to be read again.
    """
    session, workspace = unit.session, unit.workspace_id
    lock_feedback(session, workspace)
    if standing(session, workspace).tags_version != slice_.version:
        return None
    now = states(session, workspace, [result.item.state.id for result in results])
    changes: list[Change] = []
    for result in results:
        before = now.get(result.item.state.id)
        if before is not None and before.revision == result.item.state.revision:
            changes.append((before, _after(unit, before, result, translations.get(before.id))))
    apply_changes(session, workspace, changes)
    return len(changes)


def _after(unit: Unit, before: State, result: Result, translated: str | None) -> State:
    """A response with what was found out."""
    item, after = result.item, before
    if result.only is None:
        after = after._replace(
            score=item.reader.score(item.record),
            fingerprint=item.fingerprint,
            due=None,
            analysed_at=before.analysed_at if before.analysed_at and not _new(before, result) else unit.now,
        )
        if item.comment is None:
            after = after._replace(language=None, machine=None, polarity=None, engine=None, translated=None)
        elif result.read is not None:
            read = result.read
            after = after._replace(
                language=read.lang,
                machine=None if read.sentiment is None else int(SENTIMENTS[read.sentiment]),
                polarity=round(read.scores[2] - read.scores[0], 4),
                engine=result.engine,
                translated=translated or (before.translated if not _reworded(before, result) else None),
            )
    return judged(after, _tags(before.tags, result))


def _new(before: State, result: Result) -> bool:
    return result.read is not None or _reworded(before, result)


def _reworded(before: State, result: Result) -> bool:
    """Whether the text is another than the one that was analysed before."""
    return before.fingerprint != result.item.fingerprint


def _tags(before: Mapping[int, TagState], result: Result) -> dict[int, TagState]:
    """The tags on a response: what the machine finds now, in place of what it found before."""
    tags = dict(before)
    for number, mark in before.items():
        asked = number not in result.kept and (result.only is None or number in result.only)
        if asked and number not in result.tags:
            tags[number] = mark._replace(found=0, machine=None, spans=None)
    for number, hit in result.tags.items():
        mark = before.get(number, CLEAN)
        tags[number] = mark._replace(found=1, machine=hit.sentiment, spans=hit.stored())
    return tags
