"""Effects: webhooks, jobs, exports, audit."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from rejoinder.store.tables.columns import key, metadata, optional_int, own_table, required_int, required_text

webhook = own_table(
    "webhook",
    optional_int("survey_id"),
    required_text("url"),
    required_text("events", "[]"),
    required_text("secret"),
    Column("old_secret", Text),
    optional_int("old_secret_until"),
    required_int("enabled", 1),
    optional_int("failing_since"),
    required_int("created_at"),
)
delivery = own_table(
    "delivery",
    required_int("webhook_id"),
    required_text("event_id"),
    required_text("event"),
    optional_int("respondent_id"),
    required_text("payload"),
    required_text("status"),
    required_int("attempts", 0),
    required_text("history", "[]"),
    required_int("created_at"),
    Index(None, "workspace_id", "webhook_id", "id"),
)
idempotency = Table(
    "idempotency",
    metadata,
    key("workspace_id"),
    key("scope", Text),
    key("key", Text),
    required_text("body_hash"),
    optional_int("status"),
    Column("reply", Text),
    required_int("created_at"),
    Index(None, "created_at"),
)
export = own_table(
    "export",
    required_text("kind"),
    required_text("status"),
    required_text("settings", "{}"),
    Column("path", Text),
    Column("token_hash", Text),
    optional_int("expires_at"),
    required_int("created_at"),
)
job = own_table(
    "job",
    required_text("kind"),
    required_text("arguments", "{}"),
    required_text("status", "waiting"),
    required_int("attempts", 0),
    required_int("run_at"),
    optional_int("claimed_until"),
    Column("claimed_by", Text),
    Column("lane", Text),
    Column("error", Text),
    Column("progress", Text),
    required_int("created_at"),
    optional_int("finished_at"),
    Index(None, "status", "run_at"),
)
audit = own_table(
    "audit",
    required_text("actor"),
    required_text("action"),
    required_text("subject"),
    required_text("detail", "{}"),
    required_int("at"),
    required_text("hash"),
)
