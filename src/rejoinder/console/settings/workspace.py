"""The workspace: name, time zone, plan; how long surveys keep people; its product category."""

from __future__ import annotations

from zoneinfo import available_timezones

from rejoinder.console.speech import _, ngettext
from rejoinder.console.visit import Visit
from rejoinder.core.feedback import onboarding
from rejoinder.core.feedback.categories import categories, smart_tags
from rejoinder.core.retention import Retention, list_retentions, set_every_retention, set_retention
from rejoinder.core.stats import workspace_stats
from rejoinder.core.workspaces import rename_workspace, set_timezone, switch_feature, workspace_now
from rejoinder.kernel.reply import Reply
from rejoinder.model.problems import Invalid
from rejoinder.model.workspace import FEATURES


def workspace(visit: Visit) -> Reply:
    """What can be chosen, and what the plan holds."""
    held = sum(line.respondents for line in workspace_stats(visit.unit))
    return visit.page(
        "settings/workspace.html",
        workspace=workspace_now(visit.unit),
        zones=sorted(available_timezones()),
        features=[(one, feature_words(one)) for one in FEATURES],
        held=held,
    )


def change(visit: Visit) -> Reply:
    """Keep name and time zone."""
    rename_workspace(visit.unit, visit.field("name", 200, required=True))
    set_timezone(visit.unit, visit.field("timezone", 60, required=True))
    return visit.go("/settings/workspace", _("Saved."))


def feature_words(feature: str) -> str:
    """What a feature of the plan lets programs do."""
    return {"api_export": _("Reading through GoodBridge's API")}.get(feature, feature)


def switch(visit: Visit) -> Reply:
    """Switch a feature of the plan."""
    switch_feature(visit.unit, visit.field("feature", 60, required=True), visit.ticked("on"))
    return visit.go("/settings/workspace", _("Saved."))


def retention(visit: Visit) -> Reply:
    """How long each survey keeps those who answered."""
    return visit.page("settings/retention.html", surveys=list_retentions(visit.unit))


def change_retention(visit: Visit) -> Reply:
    """Choose it for one survey."""
    set_retention(visit.unit, visit.text("survey"), _chosen(visit))
    return visit.go("/settings/retention", _("Saved."))


def change_every_retention(visit: Visit) -> Reply:
    """Choose it for all surveys there are."""
    count = set_every_retention(visit.unit, _chosen(visit))
    said = ngettext("Saved for %(num)s survey.", "Saved for %(num)s surveys.", count)
    return visit.go("/settings/retention", said)


def _chosen(visit: Visit) -> Retention:
    days, action = visit.field("days", 10), visit.field("action")
    if days and not (days.isascii() and days.isdecimal()):
        sentence = _("This is not a whole number.")
        raise Invalid(sentence, fields={"days": sentence})
    return Retention(int(days) if days else None, "anonymise" if action == "anonymise" else "erase")


def category(visit: Visit) -> Reply:
    """Which product category's tags feedback gets."""
    return visit.page(
        "settings/category.html",
        standing=onboarding.status(visit.unit),
        categories=[(one, [tag.display_name for tag in smart_tags(one)]) for one in categories()],
    )


def choose_category(visit: Visit) -> Reply:
    """Choose a category, and with it the smart tags."""
    number = visit.field("category", 4)
    if not (number.isascii() and number.isdecimal()):
        raise Invalid(_("Choose a category."))
    onboarding.choose_category(visit.unit, int(number))
    return visit.go(
        "/settings/category", _("The category is chosen. Confirm it to let feedback be analysed.")
    )


def complete_category(visit: Visit) -> Reply:
    """Onboard the workspace for good."""
    onboarding.complete(visit.unit)
    return visit.go("/settings/category", _("Feedback is analysed from now on."))
