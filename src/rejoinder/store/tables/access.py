"""Workspaces, and who may enter them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from rejoinder.store.tables.columns import key, metadata, optional_int, own_table, required_int, required_text

counter = Table(
    "counter",
    metadata,
    key("workspace_id"),
    key("name", Text),
    required_int("value"),
    sqlite_with_rowid=False,
)
workspace = Table(
    "workspace",
    metadata,
    key("id"),
    required_text("name"),
    required_text("folded_name"),
    required_text("account_token_hash"),
    required_text("features", "[]"),
    required_text("settings", "{}"),
    required_int("created_at"),
    UniqueConstraint("folded_name"),
    UniqueConstraint("account_token_hash"),
)
secret = Table(
    "secret",
    metadata,
    key("workspace_id"),
    key("name", Text),
    required_text("value"),
    required_int("created_at"),
)
user_account = own_table(
    "user_account",
    required_text("email"),
    required_text("folded_email"),
    required_text("password_hash"),
    required_text("role", "owner"),
    required_int("created_at"),
    optional_int("disabled_at"),
    Column("language", Text),
    UniqueConstraint("workspace_id", "folded_email"),
    Index(None, "folded_email"),
)
user_session = Table(
    "user_session",
    metadata,
    key("hash", Text),
    key("workspace_id"),
    required_int("user_id"),
    required_text("agent"),
    required_text("address"),
    required_int("created_at"),
    required_int("seen_at"),
    required_int("expires_at"),
    Index(None, "workspace_id", "user_id"),
    Index(None, "expires_at"),
)
user_pass = Table(
    "user_pass",
    metadata,
    key("hash", Text),
    required_int("workspace_id"),
    required_int("user_id"),
    required_int("created_at"),
    required_int("expires_at"),
    Index(None, "workspace_id", "user_id"),
    Index(None, "expires_at"),
)
client = own_table(
    "client",
    required_text("client_id"),
    required_text("name"),
    required_text("secret_hash"),
    Column("old_secret_hash", Text),
    optional_int("old_secret_until"),
    required_text("scopes"),
    optional_int("created_by"),
    required_int("created_at"),
    optional_int("revoked_at"),
    optional_int("last_used_at"),
    UniqueConstraint("client_id"),
)
token = Table(
    "token",
    metadata,
    key("hash", Text),
    required_text("kind"),
    required_text("family"),
    required_int("workspace_id"),
    required_int("client_id"),
    optional_int("user_id"),
    required_text("dialect"),
    required_text("scopes"),
    required_int("created_at"),
    required_int("expires_at"),
    optional_int("revoked_at"),
    Index(None, "family"),
    Index(None, "expires_at"),
    Index(None, "workspace_id", "user_id"),
    sqlite_with_rowid=False,
)
rate = Table(
    "rate",
    metadata,
    key("workspace_id"),
    key("client_id"),
    key("dialect", Text),
    key("window_start"),
    required_int("used"),
    sqlite_with_rowid=False,
)
