"""What is worked out of a survey's answers and kept, and how people look at them."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text, UniqueConstraint

from rejoinder.store.tables.columns import key, metadata, optional_int, own_table, required_int, required_text

survey_result = own_table(
    "survey_result",
    required_int("survey_id"),
    required_text("wanted_hash"),
    required_text("wanted"),
    required_text("status"),
    required_int("run", 0),
    required_text("progress", "{}"),
    Column("result", Text),
    Column("error", Text),
    optional_int("as_of"),
    required_int("asked_at"),
    UniqueConstraint("workspace_id", "survey_id", "wanted_hash"),
)
"""Answers counted for one filter. `result` is of `as_of`, also while it is counted anew; words of people are
in it, so whoever erases one of them throws it away (`store.traces`)."""
chosen_columns = Table(
    "chosen_columns",
    metadata,
    key("workspace_id"),
    key("user_id"),
    key("survey_id"),
    required_text("names"),
    sqlite_with_rowid=False,
)
