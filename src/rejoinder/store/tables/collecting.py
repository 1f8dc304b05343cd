"""How answers come in: public names of surveys, answers begun, files sent, completions counted."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from rejoinder.store.tables.columns import key, metadata, optional_int, required_int, required_text

public_alias = Table(
    "public_alias",
    metadata,
    key("alias", Text),
    required_int("workspace_id"),
    required_int("survey_id"),
    Index(None, "workspace_id", "survey_id"),
    sqlite_with_rowid=False,
)
"""Who owns an alias on public addresses, where no workspace is named: the first survey that took it."""
partial = Table(
    "partial",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("respid"),
    required_text("answers"),
    optional_int("page"),
    required_int("updated_at"),
)
"""Answers as the respondent's page had them when it was put off; gone once they are complete."""
completion = Table(
    "completion",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("collector_id"),
    required_int("completed"),
    sqlite_with_rowid=False,
)
"""How many responses count towards a quota; `collector_id` 0 stands for the whole survey."""
upload = Table(
    "upload",
    metadata,
    key("workspace_id"),
    key("key", Text),
    required_int("survey_id"),
    optional_int("respid"),
    required_text("question"),
    required_text("name"),
    required_text("content_type"),
    required_int("size"),
    required_int("created_at"),
    Index(None, "workspace_id", "survey_id", "respid"),
    Index(None, "created_at"),
    sqlite_with_rowid=False,
)
"""A file that a respondent sent; without a respid it waits for the answers that name it."""
upload_chunk = Table(
    "upload_chunk",
    metadata,
    key("workspace_id"),
    key("key", Text),
    key("position"),
    Column("data", LargeBinary, nullable=False),
)
