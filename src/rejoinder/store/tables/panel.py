"""The panel: contacts, batches, mailings."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from rejoinder.store.tables.columns import key, metadata, optional_int, own_table, required_int, required_text

contact = own_table(
    "contact",
    required_text("email"),
    required_text("folded_email"),
    required_text("labels", "{}"),
    required_int("created_at"),
    required_int("updated_at"),
    Index(None, "workspace_id", "folded_email"),
)
batch = own_table(
    "batch",
    required_text("uuid"),
    required_int("survey_id"),
    required_int("created_at"),
    UniqueConstraint("workspace_id", "uuid"),
)
patch = own_table(
    "patch",
    required_text("uuid"),
    required_int("batch_id"),
    required_text("status"),
    required_int("received"),
    required_int("kept"),
    required_text("report", "[]"),
    required_int("created_at"),
    UniqueConstraint("workspace_id", "uuid"),
    Index(None, "workspace_id", "batch_id"),
)
mail_template = own_table(
    "mail_template",
    required_text("name"),
    required_text("subject"),
    required_text("content"),
    required_int("created_at"),
)
mailing = own_table(
    "mailing",
    required_int("survey_id"),
    optional_int("batch_id"),
    required_int("template_id"),
    required_text("kind"),
    required_text("status"),
    required_text("settings", "{}"),
    required_int("created_at"),
    Index(None, "workspace_id", "survey_id"),
)
mail = Table(
    "mail",
    metadata,
    key("workspace_id"),
    key("mailing_id"),
    key("respondent_id"),
    required_text("status"),
    required_int("attempts", 0),
    optional_int("claimed_at"),
    optional_int("sent_at"),
    Column("detail", Text),
    Column("outbox", Text),
)
opt_out = Table(
    "opt_out", metadata, key("workspace_id"), key("address_hash", Text), required_int("created_at")
)
