"""Feedback: projects, imports, tags, responses with what was found out about them, and their numbers.

`feedback` has a row for each CXI response of an onboarded workspace, which stands for a row of `respondent`:
it holds no text of a person but a translation. A row of `response_tag` keeps apart what the machine found
(`found`, `machine`) and what people decided (`added`: 1 put on, 0 taken off; `corrected`: a sentiment);
`present` and `sentiment` are what follows from both, and `at` is the response's date. `feedback_stat` counts
responses per survey and day, under tag 0, and those of a tag per survey and week.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, LargeBinary, Table, Text, UniqueConstraint, text

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
feedback_workspace = Table(
    "feedback_workspace",
    metadata,
    key("workspace_id"),
    optional_int("category_id"),
    optional_int("onboarded_at"),
    required_text("draft", "{}"),
    required_int("tags_version", 0),
    required_int("queued", 0),
)
feedback_survey = Table(
    "feedback_survey",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    required_int("imported", 0),
    required_int("active", 0),
    Column("score", Text),
    Column("comment", Text),
    Column("user_variable", Text),
    Column("metric_type", Text),
    required_text("settings", "{}"),
    required_int("responses", 0),
    required_int("analysed", 0),
    required_int("positive", 0),
    required_int("neutral", 0),
    required_int("negative", 0),
    required_int("created_at"),
    sqlite_with_rowid=False,
)
_DUE, _DECIDED = text("due IS NOT NULL"), text("decided_at IS NOT NULL")
feedback = Table(
    "feedback",
    metadata,
    key("workspace_id"),
    key("respondent_id"),
    required_int("survey_id"),
    required_int("respid"),
    required_int("at"),
    Column("score", Float),
    Column("language", Text),
    optional_int("sentiment"),
    optional_int("machine"),
    optional_int("corrected"),
    Column("polarity", Float),
    Column("engine", Text),
    optional_int("fingerprint"),
    Column("translated", Text),
    required_int("revision", 1),
    optional_int("due"),
    optional_int("analysed_at"),
    Column("decided_by", Text),
    optional_int("decided_at"),
    Index("ix_feedback_at", "workspace_id", "at", "respondent_id"),
    Index("ix_feedback_survey", "workspace_id", "survey_id", "at", "respondent_id"),
    Index("ix_feedback_due", "workspace_id", "respondent_id", sqlite_where=_DUE, postgresql_where=_DUE),
    Index(
        "ix_feedback_decided",
        "workspace_id",
        "decided_at",
        "respondent_id",
        sqlite_where=_DECIDED,
        postgresql_where=_DECIDED,
    ),
    sqlite_with_rowid=False,
)
tag = own_table(
    "tag",
    required_text("name"),
    required_text("display_name"),
    Column("description", Text),
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
    key("respondent_id"),
    key("tag_id"),
    required_int("present", 1),
    optional_int("sentiment"),
    required_int("found", 0),
    optional_int("machine"),
    optional_int("added"),
    optional_int("corrected"),
    Column("spans", Text),
    required_int("at", 0),
    # A tag's responses by date; what else is asked of them stands behind, so that the rows are not read.
    Index("ix_response_tag_at", "workspace_id", "tag_id", "at", "respondent_id", "present", "sentiment"),
    sqlite_with_rowid=False,
)
feedback_stat = Table(
    "feedback_stat",
    metadata,
    key("workspace_id"),
    key("tag_id"),
    key("survey_id"),
    key("day"),
    required_int("responses", 0),
    required_int("positive", 0),
    required_int("neutral", 0),
    required_int("negative", 0),
    sqlite_with_rowid=False,
)
text_head = Table(
    "text_head",
    metadata,
    key("workspace_id"),
    Column("heads", LargeBinary, nullable=False),
    required_int("created_at"),
    Column("quality", Text),
)
"""What a workspace's people taught its text engine: weights of hashes, no text; empty where nothing was
better than the engine alone. `quality` tells how each head did."""
