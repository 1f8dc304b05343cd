"""Feedback: projects, imports, tags, analyses."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, UniqueConstraint

from rejoinder.store.tables.columns import key, metadata, optional_int, own_table, required_int, required_text

project = own_table(
    "project", required_text("name"), required_int("response_count", 0), required_int("created_at")
)
project_response = Table(
    "project_response",
    metadata,
    key("workspace_id"),
    key("project_id"),
    key("respondent_id"),
    Index(None, "workspace_id", "respondent_id"),
    sqlite_with_rowid=False,
)
feedback_import = own_table(
    "feedback_import",
    required_int("survey_id"),
    required_text("name"),
    required_text("settings", "{}"),
    required_text("status"),
    required_int("received", 0),
    required_int("analysed", 0),
    required_int("created_at"),
)
tag = own_table(
    "tag",
    required_text("name"),
    required_text("display_name"),
    required_text("mode"),
    optional_int("parent_id"),
    required_int("enabled", 1),
    required_text("settings", "{}"),
    required_int("responses", 0),
    required_int("positive", 0),
    required_int("neutral", 0),
    required_int("negative", 0),
    required_int("created_at"),
    UniqueConstraint("workspace_id", "name"),
)
response_tag = Table(
    "response_tag",
    metadata,
    key("workspace_id"),
    key("tag_id"),
    key("respondent_id"),
    required_text("sentiment"),
    required_text("source"),
    required_text("spans", "[]"),
    Index(None, "workspace_id", "respondent_id"),
    sqlite_with_rowid=False,
)
analysis = Table(
    "analysis",
    metadata,
    key("workspace_id"),
    key("respondent_id"),
    required_text("engine"),
    required_text("language"),
    required_text("sentiment"),
    Column("score", Float),
    required_text("source", "machine"),
    required_int("analysed_at"),
)
