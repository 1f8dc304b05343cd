"""Respondents, their keys and their counts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text, text

from rejoinder.store.tables.columns import bytewise_key, key, metadata, required_int, required_text

respondent_columns: tuple[tuple[str, bool], ...] = (
    ("id", True),
    ("state", True),
    ("created_at", True),
    ("updated_at", True),
    ("opened_at", False),
    ("completed_at", False),
    ("collector_id", False),
    ("contact_id", False),
    ("patch_id", False),
    ("invited_at", False),
    ("offline", True),
    ("postponed", False),
    ("manual", True),
    ("finish_reason", False),
)
"""Whole-number columns of `respondent` beside its keys, and whether each is required."""


def partial_index(name: str, column: str, *, unique: bool = False) -> Index:
    """An index over the rows of a survey in which this column has a value; the others cost nothing."""
    there = text(f"{column} IS NOT NULL")
    return Index(
        name,
        "workspace_id",
        "survey_id",
        column,
        unique=unique,
        sqlite_where=there,
        postgresql_where=there,
    )


respondent = Table(
    "respondent",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("respid"),
    *(
        Column(n, BigInteger, nullable=not must, server_default="0" if must and n != "id" else None)
        for n, must in respondent_columns
    ),
    Column("language", Text),
    Column("token", Text),
    required_text("doc"),
    Index("uq_respondent_id", "workspace_id", "id", unique=True),
    Index("ix_respondent_created", "workspace_id", "survey_id", "created_at"),
    *(partial_index(f"ix_respondent_{name}", f"{name}_at") for name in ("invited", "opened", "completed")),
    partial_index("uq_respondent_token", "token", unique=True),
    partial_index("uq_respondent_contact", "contact_id", unique=True),
)
respondent_key = Table(
    "respondent_key",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("lookup_id"),
    bytewise_key("value"),
    key("respid"),
    sqlite_with_rowid=False,
)
respondent_block = Table(
    "respondent_block",
    metadata,
    key("workspace_id"),
    key("survey_id"),
    key("level"),
    key("block"),
    required_int("respondents"),
    required_int("responses"),
    sqlite_with_rowid=False,
)
