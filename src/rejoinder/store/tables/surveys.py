"""Surveys: aliases, definitions, variables, collectors."""

from __future__ import annotations

from sqlalchemy import Index, Table, Text, UniqueConstraint

from rejoinder.store.tables.columns import key, metadata, optional_int, own_table, required_int, required_text

survey = own_table(
    "survey",
    required_text("name"),
    required_text("status", "open"),
    required_text("languages", '["en"]'),
    required_int("schema_version", 1),
    required_int("next_respid", 1),
    required_int("shuffled", 0),
    required_int("definition_version", 0),
    required_text("settings", "{}"),
    optional_int("opens_at"),
    optional_int("closes_at"),
    optional_int("quota"),
    optional_int("retention_days"),
    required_text("retention_action", "erase"),
    required_int("listening", 0),
    required_int("created_at"),
    required_int("updated_at"),
    UniqueConstraint("id"),
)
survey_alias = Table(
    "survey_alias",
    metadata,
    key("workspace_id"),
    key("alias", Text),
    required_int("survey_id"),
    required_int("position"),
    Index(None, "workspace_id", "survey_id"),
    sqlite_with_rowid=False,
)
survey_definition = Table(
    "survey_definition",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("version"),
    required_text("definition"),
    required_text("notes", "[]"),
    required_int("created_at"),
)
variable = Table(
    "variable",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("folded_name", Text),
    required_int("position"),
    required_int("number"),
    required_text("spec"),
    UniqueConstraint("workspace_id", "number"),
)
survey_loop = Table(
    "survey_loop",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("folded_name", Text),
    required_int("position"),
    required_text("spec"),
)
lookup = Table(
    "lookup",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("id"),
    required_text("variables"),
    UniqueConstraint("workspace_id", "survey_id", "variables"),
)
variable_template = own_table(
    "variable_template",
    required_int("survey_id"),
    required_text("name"),
    required_text("variables"),
    required_int("created_at"),
    Index(None, "workspace_id", "survey_id"),
)
collector = own_table(
    "collector",
    required_int("survey_id"),
    required_text("code"),
    required_text("name"),
    required_text("kind", "link"),
    required_text("settings", "{}"),
    optional_int("opens_at"),
    optional_int("closes_at"),
    optional_int("quota"),
    required_int("created_at"),
    UniqueConstraint("workspace_id", "survey_id", "code"),
)
