"""How a survey is answered: its address, its collectors, its times and limits, personal links."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno

from rejoinder.console.speech import _, local, ngettext
from rejoinder.console.surveys.tabs import framed, survey_of
from rejoinder.console.visit import Visit
from rejoinder.core.collecting.authoring import (
    CollectorChange,
    IntakeChange,
    change_collector,
    change_intake,
    completed_counts,
    create_collector,
    instant,
    intake_of,
)
from rejoinder.core.links import personal_link, survey_page
from rejoinder.core.naming import remove_alias
from rejoinder.core.panel.batches import add_patch, create_batch, tokens_of_patch
from rejoinder.core.panel.entries import checked_address
from rejoinder.core.surveys import name_survey
from rejoinder.kernel.reply import Headers, Reply
from rejoinder.model.collecting import Collector, Intake
from rejoinder.model.panel import Entry
from rejoinder.model.problems import Invalid, NotFound

MAX_LINKS = 1000
"""Personal links made at once."""
_PICTURES = {"svg": b"image/svg+xml", "png": b"image/png"}


def collect(visit: Visit) -> Reply:
    """Everything about how answers come."""
    survey = survey_of(visit)
    intake = intake_of(visit.unit, str(survey.id))
    counts = completed_counts(visit.unit, intake)
    values = framed(
        visit,
        survey,
        "/collect",
        intake=intake,
        address=survey_page(visit.call.base_url, intake.reference),
        collectors=[_shown(visit, intake, one, counts) for one in intake.collectors],
        counts=counts,
        opens=clock(intake.opens_at),
        closes=clock(intake.closes_at),
        closed_text=intake.settings.closed_texts.get(intake.languages[0], ""),
        kinds=kinds(),
    )
    return visit.page("surveys/collect.html", **values)


def kinds() -> list[tuple[str, str]]:
    """The kinds of collectors with their names."""
    return [
        ("link", _("Link")),
        ("email", _("Email")),
        ("embed", _("Inside a website")),
        ("manual", _("Entered by hand")),
        ("other", _("Other")),
    ]


def _shown(visit: Visit, intake: Intake, one: Collector, counts: dict[int, int]) -> dict[str, Any]:
    now = visit.now
    if one.closes_at is not None and one.closes_at <= now:
        state = "closed"
    elif one.opens_at is not None and one.opens_at > now:
        state = "waiting"
    else:
        state = "full" if one.quota is not None and counts.get(one.id, 0) >= one.quota else "open"
    return {
        "one": one,
        "state": state,
        "address": survey_page(visit.call.base_url, intake.reference, one.code),
        "completed": counts.get(one.id) if one.quota is not None else None,
        "opens": clock(one.opens_at),
        "closes": clock(one.closes_at),
    }


def clock(micros: int | None) -> str:
    """A moment as a field for date and time has it, in the workspace's zone."""
    return "" if micros is None else local(micros).strftime("%Y-%m-%dT%H:%M")


def time_field(visit: Visit, name: str) -> int | None:
    """A moment of a form; None when it is empty. Raises Invalid at the field."""
    text = visit.field(name, 40)
    try:
        return instant(visit.unit, text) if text else None
    except Invalid:
        why = _("This is not a date and time.")
        raise Invalid(why, fields={name: why}) from None


def number_field(visit: Visit, name: str, most: int = 1_000_000_000) -> int | None:
    """A whole number from 1 of a form; None when it is empty. Raises Invalid at the field."""
    text = visit.field(name, 20)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        why = _("This is a whole number from 1 to %(most)s.", most=most)
        raise Invalid(why, fields={name: why})
    return int(text)


def set_status(visit: Visit) -> Reply:
    """Open or close the survey."""
    survey = survey_of(visit)
    status = "open" if visit.field("status") == "open" else "closed"
    change_intake(visit.unit, str(survey.id), IntakeChange(status=status))
    said = _("The survey takes answers.") if status == "open" else _("The survey takes no more answers.")
    return visit.go(f"/surveys/{survey.id}/collect", said)


def set_rules(visit: Visit) -> Reply:
    """Settle times, limit, access and what is said at the end."""
    survey = survey_of(visit)
    opens, closes = time_field(visit, "opens_at"), time_field(visit, "closes_at")
    _check_order(opens, closes)
    found = intake_of(visit.unit, str(survey.id))
    own = found.languages[0]
    texts = {code: text for code, text in found.settings.closed_texts.items() if code != own}
    if text := visit.field("closed_text", 5000):
        texts[own] = text
    change = IntakeChange(
        opens_at=opens,
        closes_at=closes,
        quota=number_field(visit, "quota"),
        access="personal" if visit.field("access") == "personal" else "open",
        closed_texts=texts,
        thanks_url=visit.field("thanks_url") or None,
    )
    try:
        change_intake(visit.unit, str(survey.id), change)
    except Invalid as problem:
        name = "thanks_url" if "address" in problem.message else "quota"
        raise Invalid(problem.message, fields=problem.fields or {name: problem.message}) from None
    return visit.go(f"/surveys/{survey.id}/collect", _("Saved."))


def _check_order(opens: int | None, closes: int | None) -> None:
    if opens is not None and closes is not None and closes <= opens:
        why = _("It must close later than it opens.")
        raise Invalid(why, fields={"closes_at": why})


def add_alias(visit: Visit) -> Reply:
    """Give the survey one more name in addresses."""
    survey = survey_of(visit)
    alias = visit.field("alias", 100, required=True)
    try:
        name_survey(visit.unit, survey.id, alias)
    except Invalid as problem:
        raise Invalid(problem.message, fields={"alias": problem.message}) from None
    return visit.go(f"/surveys/{survey.id}/collect", _("The survey has one more name."))


def drop_alias(visit: Visit) -> Reply:
    """Take a name away."""
    survey = survey_of(visit)
    remove_alias(visit.unit, str(survey.id), visit.field("alias", 100, required=True))
    return visit.go(f"/surveys/{survey.id}/collect", _("The name is gone."))


def _change(visit: Visit) -> CollectorChange:
    opens, closes = time_field(visit, "opens_at"), time_field(visit, "closes_at")
    _check_order(opens, closes)
    return CollectorChange(
        name=visit.field("name", 200, required=True),
        kind=visit.field("kind", 20) or "link",
        opens_at=opens,
        closes_at=closes,
        quota=number_field(visit, "quota"),
    )


def add_collector(visit: Visit) -> Reply:
    """Make a collector."""
    survey = survey_of(visit)
    code = visit.field("code", 64, required=True)
    change = _change(visit)
    try:
        create_collector(visit.unit, str(survey.id), code, change)
    except Invalid as problem:
        raise Invalid(problem.message, fields={"code": problem.message}) from None
    return visit.go(f"/surveys/{survey.id}/collect", _("The collector is there."))


def edit_collector(visit: Visit) -> Reply:
    """Change a collector."""
    survey = survey_of(visit)
    change_collector(visit.unit, str(survey.id), visit.text("collector"), _change(visit))
    return visit.go(f"/surveys/{survey.id}/collect", _("Saved."))


def end_collector(visit: Visit) -> Reply:
    """Close a collector now, or open it again."""
    survey = survey_of(visit)
    if visit.field("status") == "open":
        change = CollectorChange(closes_at=None)
        said = _("The collector takes answers.")
    else:
        one = intake_of(visit.unit, str(survey.id)).collector(visit.text("collector"))
        early = one is not None and one.opens_at is not None and one.opens_at >= visit.now
        change = CollectorChange(closes_at=visit.now)
        if early:
            change = CollectorChange(opens_at=None, closes_at=visit.now)
        said = _("The collector takes no more answers.")
    change_collector(visit.unit, str(survey.id), visit.text("collector"), change)
    return visit.go(f"/surveys/{survey.id}/collect", said)


def qr_code(visit: Visit) -> Reply:
    """The address as a picture for cameras: SVG or PNG; `?c=` of a collector."""
    survey = survey_of(visit)
    kind, code = visit.text("kind"), visit.asked("c")
    intake = intake_of(visit.unit, str(survey.id))
    if kind not in _PICTURES or (code and intake.collector(code) is None):
        raise NotFound("There is no such picture.")
    made = segno.make(survey_page(visit.call.base_url, intake.reference, code or None), error="m")
    out = BytesIO()
    made.save(out, kind=kind, scale=10, border=4, light="#ffffff", dark="#000000")
    headers: Headers = (*visit.shell.headers,)
    if visit.asked("save"):
        name = f"survey-{survey.id}{'-' + code if code else ''}.{kind}"
        headers += ((b"content-disposition", f'attachment; filename="{name}"'.encode()),)
    return Reply(200, out.getvalue(), _PICTURES[kind], headers)


def personal_links(visit: Visit) -> Reply:
    """Make personal links: for addresses, one on a line."""
    survey = survey_of(visit)
    lines = [line.strip() for line in visit.field("addresses", 200_000).splitlines() if line.strip()]
    if not lines:
        why = _("Write at least one address.")
        raise Invalid(why, fields={"addresses": why})
    if len(lines) > MAX_LINKS:
        why = _("At most %(most)s links at once.", most=MAX_LINKS)
        raise Invalid(why, fields={"addresses": why})
    entries = [Entry(_address(number, line), {}) for number, line in enumerate(lines, 1)]
    batch = create_batch(visit.unit, str(survey.id))
    patch = add_patch(visit.unit, batch.uuid, entries)
    reference, base = intake_of(visit.unit, str(survey.id)).reference, visit.call.base_url
    tokens = tokens_of_patch(visit.unit, str(survey.id), patch)
    links = [
        (entry.email, personal_link(base, reference, token))
        for entry, token in zip(entries, tokens, strict=True)
    ]
    visit.toast(ngettext("%(num)s link is there.", "%(num)s links are there.", len(links)))
    return visit.fragment("surveys/collect_links.html", links=links)


def _address(number: int, line: str) -> str:
    try:
        return checked_address(line)
    except Invalid:
        why = _("Line %(number)s is not an email address: %(text)s", number=number, text=line[:80])
        raise Invalid(why, fields={"addresses": why}) from None
