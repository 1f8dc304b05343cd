"""Effects: webhooks, jobs, exports, audit."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text, text

from rejoinder.store.tables.columns import key, metadata, optional_int, own_table, required_int, required_text


def _open_index(name: str, *columns: str) -> Index:
    """An index over the deliveries that are still to be made."""
    still = text("due_at IS NOT NULL")
    return Index(name, *columns, sqlite_where=still, postgresql_where=still)


webhook = own_table(
    "webhook",
    optional_int("survey_id"),
    required_text("url"),
    required_int("kinds"),
    required_text("secret"),
    Column("old_secret", Text),
    optional_int("old_secret_until"),
    required_int("enabled", 1),
    optional_int("failing_since"),
    optional_int("disabled_at"),
    Column("disabled_reason", Text),
    required_int("created_at"),
)
# Records and bodies are long: these two keep SQLite's row numbers, so that an index holds keys only.
event = Table(
    "event",
    metadata,
    key("workspace_id"),
    key("id"),
    required_text("public_id"),
    required_text("kind"),
    optional_int("survey_id"),
    optional_int("schema_version"),
    optional_int("definition_version"),
    optional_int("respid"),
    optional_int("respondent_id"),
    optional_int("state"),
    optional_int("respondent_created_at"),
    optional_int("updated_at"),
    optional_int("opened_at"),
    optional_int("completed_at"),
    optional_int("invited_at"),
    Column("language", Text),
    optional_int("collector_id"),
    optional_int("finish_reason"),
    Column("record", Text),
    Column("body", Text),
    required_int("created_at"),
    Index(None, "workspace_id", "survey_id", "respid"),
    Index(None, "created_at"),
)
delivery = Table(
    "delivery",
    metadata,
    key("workspace_id"),
    key("webhook_id"),
    key("event_id"),
    optional_int("respondent_id"),
    required_text("status", "waiting"),
    required_int("attempts", 0),
    optional_int("due_at"),
    Column("claimed_by", Text),
    required_text("tries", "[]"),
    required_int("created_at"),
    optional_int("finished_at"),
    # What is still to be done: by time, for each webhook, and for each respondent of it.
    _open_index("ix_delivery_due", "due_at"),
    _open_index("ix_delivery_due_of", "workspace_id", "webhook_id", "due_at"),
    _open_index("ix_delivery_open_of", "workspace_id", "webhook_id", "respondent_id", "event_id"),
    Index(None, "workspace_id", "event_id"),
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
    optional_int("survey_id"),
    required_text("status"),
    required_text("wanted"),
    required_text("progress", "{}"),
    required_int("run", 0),
    required_text("file_name"),
    required_int("size", 0),
    required_int("pieces", 0),
    required_text("notify", "[]"),
    required_text("asked_by"),
    Column("token_hash", Text),
    Column("error", Text),
    required_int("created_at"),
    optional_int("finished_at"),
    optional_int("expires_at"),
    Index(None, "token_hash"),
    Index(None, "workspace_id", "survey_id"),
)
"""A file asked for. It holds data of many people: who erases one of them withdraws it (`store.traces`)."""
export_piece = Table(
    "export_piece",
    metadata,
    key("workspace_id"),
    key("export_id"),
    key("position"),
    Column("data", LargeBinary, nullable=False),
)
incoming = own_table(
    "incoming",
    optional_int("survey_id"),
    required_text("status"),
    required_text("file_name"),
    required_int("size"),
    required_int("pieces"),
    required_text("seen"),
    required_text("wish", "{}"),
    required_text("outcome", "{}"),
    Column("error", Text),
    required_text("asked_by"),
    required_int("created_at"),
    optional_int("finished_at"),
    Index(None, "workspace_id", "survey_id"),
    Index(None, "created_at"),
)
"""A file that came to be imported. Its pieces are deleted once it is stored, all of it after a day."""
incoming_piece = Table(
    "incoming_piece",
    metadata,
    key("workspace_id"),
    key("incoming_id"),
    key("position"),
    Column("data", LargeBinary, nullable=False),
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
    Index("ix_audit_subject", "workspace_id", "subject"),
)
