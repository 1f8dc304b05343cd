"""What calls take and give, for the description of the API (004)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from rejoinder.dialects.cxi.parameters import MOST_PAGES, MOST_RECORDS, RECORDS


class Paged(msgspec.Struct):
    """What paged lists take."""

    page: Annotated[int, Meta(ge=1, le=MOST_PAGES)] = 1
    per_page: Annotated[int, Meta(ge=1, description=f"More than {MOST_RECORDS} is {MOST_RECORDS}.")] = RECORDS


class ResponsesQuery(Paged, kw_only=True):
    """004, "Get responses"."""

    sort_order: Literal["asc", "desc"] = "desc"


class TagsQuery(Paged, kw_only=True):
    """004, "Get tags"."""

    flat: bool = False
    sort: Literal["name_asc", "name_desc", "responses_asc", "responses_desc"] = "responses_desc"
    search: str = ""
    no_stats: bool = False
    exclude_disabled: bool = False


class Named(msgspec.Struct, omit_defaults=True):
    """A project's or import's name."""

    name: str


class NewProject(msgspec.Struct):
    """004, "Create a Project"."""

    project: Named


class TagFields(msgspec.Struct, omit_defaults=True):
    """What can be said of a tag."""

    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    mode: Literal["manual", "text_match"] | UnsetType = UNSET
    parent_id: int | UnsetType | None = UNSET
    text_match_terms: list[str] | UnsetType = UNSET
    filter_rules: dict[str, Any] | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    scope_by_parent: bool | UnsetType = UNSET


class NewTag(msgspec.Struct):
    """004, "Create a Tag"."""

    tag: TagFields


class ImportFields(msgspec.Struct, omit_defaults=True):
    """What can be said of an import."""

    name: str | UnsetType = UNSET
    source: str | UnsetType | None = UNSET
    metric_type: Literal["nps", "ces", "csat", "other"] | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    secondary_product_category_id: int | UnsetType | None = UNSET
    tag_names: list[str] | UnsetType = UNSET
    project_ids: list[int] | UnsetType = UNSET


class ChangedImport(msgspec.Struct):
    """004, "Update an import"."""

    import_: ImportFields = field(name="import")


class ImportFile(msgspec.Struct):
    """004, "Create an import"."""

    file: bytes


class PropertiesFile(msgspec.Struct):
    """Properties of many responses."""

    csv: bytes


class OnboardingFields(msgspec.Struct, omit_defaults=True):
    """004, "Update Onboarding status"."""

    product_category_id: int | UnsetType = UNSET
    onboarded: bool | UnsetType = UNSET
    project: Named | UnsetType = UNSET
    import_: ImportFields | UnsetType = field(name="import", default=UNSET)


class NewExport(msgspec.Struct):
    """004, "Create an export"."""

    export_type: Literal["responses", "users"] = "responses"


class Updated(msgspec.Struct):
    """How many responses were given properties."""

    updated_count: int
