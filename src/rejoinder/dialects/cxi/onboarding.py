"""`/v1/onboarding`: which product category, and whether the account is ready (004, "Onboarding")."""

from __future__ import annotations

from typing import Any

from rejoinder.core.feedback.categories import categories
from rejoinder.core.feedback.onboarding import choose_category, complete, keep_draft, status
from rejoinder.core.feedback.projects import checked_name
from rejoinder.dialects.cxi import wire
from rejoinder.dialects.cxi.imports import known_metric
from rejoinder.dialects.cxi.parameters import Fields, boolean, fields_of, group, integer, text
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.feedback import Draft, Onboarding


def show(call: Call) -> Reply:
    """004, "Get Onboarding status"."""
    return _reply(status(call.unit), drafts=False)


def change(call: Call) -> Reply:
    """004, "Update Onboarding status": the category, then the names, then whether it is done."""
    unit, fields = call.unit, fields_of(call)
    found = keep_draft(unit, _draft(fields))
    if fields.get("product_category_id") is not None:
        found = choose_category(unit, integer(fields["product_category_id"], "product_category_id"))
    if boolean(fields.get("onboarded", False), "onboarded"):
        found = complete(unit)
    return _reply(found, drafts=True)


def _reply(found: Onboarding, *, drafts: bool) -> Reply:
    shown = [{"id": one.id, "name": one.name} for one in categories()]
    return json_reply(wire.onboarding(found, shown, drafts=drafts))


def _draft(fields: Fields) -> Draft:
    """What is said of a project and an import. Raises Invalid."""
    project, new = group(fields, "project") or {}, group(fields, "import") or {}

    def said(name: str) -> Any:
        return text(new[name], f"import[{name}]")[:200] if new.get(name) is not None else None

    metric = said("metric_type")
    return Draft(
        project=checked_name(text(project["name"], "project[name]")) if project.get("name") else None,
        import_name=said("name"),
        import_source=said("source"),
        import_metric_type=known_metric(metric) if metric else None,
        import_language=said("language"),
    )
