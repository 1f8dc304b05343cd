"""What a survey's author decides: when it is open, for whom, how many answers it takes.

Every verb sets and none toggles, so each may be said twice.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
from msgspec import UNSET, UnsetType, structs

from rejoinder.core.collecting.front import check_asks, element_names
from rejoinder.core.surveys import OpenSurvey, lock_survey, open_survey
from rejoinder.core.unit import LAST_MOMENT, Unit, zone
from rejoinder.core.workspaces import workspace_of
from rejoinder.model.collecting import Asked, Collector, CollectorKind, Intake, SurveyPageSettings
from rejoinder.model.problems import AlreadyExists, Invalid, NotFound
from rejoinder.model.survey import Texts
from rejoinder.store import collectors as store
from rejoinder.store.public import definition, intake
from rejoinder.store.surveys import change_version

KINDS: tuple[str, ...] = get_args(CollectorKind)
MAX_QUOTA = 1_000_000_000
MAX_COLLECTORS = 1000
MAX_TEXT = 5000
"""Characters of a text on a page."""
_CODE = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_URL = re.compile(r"https?://(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]%<>^|\\]+)(?::([0-9]{1,5}))?(?:[/?#]\S*)?")
"""What every browser can go to: one that it cannot read would leave respondents without a word."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class IntakeChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be different about a survey's pages; what is UNSET stays. Times in µs, None for no limit."""

    status: str | UnsetType = UNSET
    opens_at: int | UnsetType | None = UNSET
    closes_at: int | UnsetType | None = UNSET
    quota: int | UnsetType | None = UNSET
    access: str | UnsetType = UNSET
    asks: tuple[Asked, ...] | UnsetType = UNSET
    closed_texts: Texts | UnsetType = UNSET
    thanks_url: str | UnsetType | None = UNSET


class CollectorChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be different about a collector; what is UNSET stays. Times in µs, None for no limit."""

    name: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    opens_at: int | UnsetType | None = UNSET
    closes_at: int | UnsetType | None = UNSET
    quota: int | UnsetType | None = UNSET


def instant(unit: Unit, text: str) -> int:
    """A time that somebody wrote (ISO; without an offset in the workspace's zone) in µs. Raises Invalid."""
    try:
        found = datetime.fromisoformat(text.strip())
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone(workspace_of(unit).settings.timezone))
        micros = (found - _EPOCH) // timedelta(microseconds=1)
        if not 0 <= micros <= LAST_MOMENT:
            raise ValueError
        return micros
    except (ValueError, OverflowError):
        raise Invalid(f"{text[:40]!r} is not a time; write it as 2026-03-31 or 2026-03-31T18:00.") from None


def intake_of(unit: Unit, reference: str) -> Intake:
    """How a survey takes answers. Raises NotFound."""
    return _intake(unit, open_survey(unit, reference))


def _intake(unit: Unit, survey: OpenSurvey) -> Intake:
    found = intake(unit.session, unit.workspace_id, survey.id)
    if found is None:
        raise NotFound("This survey does not exist any more.")
    return found


def change_intake(unit: Unit, reference: str, change: IntakeChange) -> Intake:
    """Change how a survey takes answers; gives how it does then. Raises NotFound, Invalid."""
    survey = open_survey(unit, reference)
    lock_survey(unit, survey)
    before = _intake(unit, survey)
    given = {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
    columns = {n: v for n, v in given.items() if n in ("status", "opens_at", "closes_at", "quota")}
    after = structs.replace(before, **columns)
    _check_window(after.opens_at, after.closes_at, after.quota)
    if after.status not in ("open", "closed"):
        raise Invalid(f"A survey is open or closed, not {str(after.status)[:20]!r}.")
    settings = structs.replace(before.settings, **{n: v for n, v in given.items() if n not in columns})
    if settings != before.settings:
        _check_settings(unit, survey, before, settings)
        columns["settings"] = _kept_settings(unit, survey, settings)
    if columns:
        store.change_intake(unit.session, unit.workspace_id, survey.id, columns | {"updated_at": unit.now})
        change_version(unit.session, unit.workspace_id, survey.id)
    if "quota" in columns:
        _count(unit, survey.id, store.WHOLE_SURVEY, after.quota)
    return _intake(unit, survey)


def _kept_settings(unit: Unit, survey: OpenSurvey, settings: SurveyPageSettings) -> str:
    """The settings' JSON with what others keep there."""
    text = store.settings_of(unit.session, unit.workspace_id, survey.id)
    others: dict[str, Any] = msgspec.json.decode(text)
    mine = SurveyPageSettings.__struct_fields__
    kept = {name: value for name, value in others.items() if name not in mine}
    return msgspec.json.encode(kept | msgspec.to_builtins(settings)).decode()


def _check_settings(unit: Unit, survey: OpenSurvey, before: Intake, settings: SurveyPageSettings) -> None:
    if settings.access not in ("open", "personal"):
        raise Invalid(f"Access is open or personal, not {str(settings.access)[:20]!r}.")
    for language, text in settings.closed_texts.items():
        if not _LANGUAGE.fullmatch(language) or not 0 < len(text) <= MAX_TEXT:
            raise Invalid(
                f"A text of a closed page has a language such as en, and 1 to {MAX_TEXT} characters."
            )
    url = settings.thanks_url
    if url is not None and not _can_go_to(url):
        raise Invalid(f"{url[:100]!r} is not an address to go to; it begins with https:// or http://.")
    stored = definition(unit.session, unit.workspace_id, survey.id, before.definition_version)
    names = element_names(msgspec.json.decode(stored)) if stored else set()
    check_asks(settings.asks, survey.shape.schema, names)


def _can_go_to(url: str) -> bool:
    found = _URL.fullmatch(url) if len(url) <= 2000 and url.isprintable() else None
    return found is not None and int(found[1] or 0) <= 65535


def _check_window(opens_at: int | None, closes_at: int | None, quota: int | None) -> None:
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise Invalid("The time to close must be later than the time to open.")
    if quota is not None and not 1 <= quota <= MAX_QUOTA:
        raise Invalid(f"A quota is a whole number from 1 to {MAX_QUOTA:,}; none for no limit.")


def _count(unit: Unit, survey_id: int, collector_id: int, quota: int | None) -> None:
    """Begin to count towards a quota, or cease to."""
    where = (unit.session, unit.workspace_id, survey_id, collector_id)
    if quota is None:
        store.stop_counting(*where)
    else:
        store.begin_counting(*where)


def create_collector(
    unit: Unit,
    reference: str,
    code: str,
    change: CollectorChange = CollectorChange(),  # noqa: B008  it cannot change
) -> Collector:
    """Make a collector. Raises NotFound, Invalid, AlreadyExists for a taken code."""
    survey = open_survey(unit, reference)
    lock_survey(unit, survey)
    if not _CODE.fullmatch(code):
        raise Invalid(
            f"{code[:64]!r} cannot be a collector's code: 1 to 64 letters, digits, '.', '_', '~' or '-'."
        )
    known = store.collectors(unit.session, unit.workspace_id, survey.id)
    if any(found.code == code for found in known):
        raise AlreadyExists(f"The survey has a collector with the code {code!r} already.")
    if len(known) >= MAX_COLLECTORS:
        raise Invalid(f"A survey has at most {MAX_COLLECTORS} collectors.")
    new = _changed(Collector(0, survey.id, code, code, created_at=unit.now), change)
    number = store.add_collector(unit.session, unit.workspace_id, new)
    change_version(unit.session, unit.workspace_id, survey.id)
    _count(unit, survey.id, number, new.quota)
    return structs.replace(new, id=number)


def _changed(collector: Collector, change: CollectorChange) -> Collector:
    given = {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
    new = structs.replace(collector, **given)
    _check_window(new.opens_at, new.closes_at, new.quota)
    if not 1 <= len(new.name.strip()) <= 200 or not new.name.isprintable():
        raise Invalid("A collector's name has 1 to 200 printable characters.")
    if new.kind not in KINDS:
        raise Invalid(f"Unknown kind {str(new.kind)[:20]!r}; there are: {', '.join(KINDS)}.")
    return new


def list_collectors(unit: Unit, reference: str) -> list[Collector]:
    """A survey's collectors, oldest first. Raises NotFound."""
    return store.collectors(unit.session, unit.workspace_id, open_survey(unit, reference).id)


def change_collector(unit: Unit, reference: str, code: str, change: CollectorChange) -> Collector:
    """Change a collector; gives it as it then is. Raises NotFound, Invalid."""
    survey = open_survey(unit, reference)
    lock_survey(unit, survey)
    known = store.collectors(unit.session, unit.workspace_id, survey.id)
    old = next((found for found in known if found.code == code), None)
    if old is None:
        raise NotFound(f"The survey has no collector with the code {code[:64]!r}.")
    new = _changed(old, change)
    if new == old and change.quota is UNSET:
        return old
    columns = {name: getattr(new, name) for name in CollectorChange.__struct_fields__}
    store.change_collector(unit.session, unit.workspace_id, old.id, columns)
    change_version(unit.session, unit.workspace_id, survey.id)
    if change.quota is not UNSET:
        _count(unit, survey.id, old.id, new.quota)
    return new


def completed_counts(unit: Unit, found: Intake) -> dict[int, int]:
    """Completions counted by collector, where there is a quota; 0 stands for the whole survey."""
    return store.completions(unit.session, unit.workspace_id, found.survey_id)
