"""The panel: contacts, batches, mailings.

`contact_word` holds what contacts are listed and searched by, folded: part 0 is the address, 1 the labels.
How many contacts there are is the counter `contacts`.

A row of `mail` is one letter, to a respondent (of a mailing) or to a user. It holds no address and, unless it
is a notice, no text: both are made when it is sent, from what the store then knows. `mail_pace` belongs to
the whole store, because a mail server does not care for workspaces. On SQLite `mail` keeps its row ids:
without them the planner takes the primary key, and reads a whole workspace, wherever another index is meant.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from rejoinder.store.tables.columns import (
    bytewise_key,
    key,
    metadata,
    optional_int,
    own_table,
    required_int,
    required_text,
)

contact = own_table(
    "contact",
    required_text("email"),
    required_text("folded_email"),
    required_text("labels", "{}"),
    required_int("created_at"),
    required_int("updated_at"),
    Index(None, "workspace_id", "folded_email"),
)
contact_word = Table(
    "contact_word",
    metadata,
    key("workspace_id"),
    key("part"),
    bytewise_key("folded"),
    key("contact_id"),
    Index(None, "workspace_id", "contact_id"),
    sqlite_with_rowid=False,
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
    required_int("received"),
    required_int("first_respid"),
    required_text("repeated", "[]"),
    required_int("created_at"),
    UniqueConstraint("workspace_id", "uuid"),
    Index(None, "workspace_id", "batch_id"),
)
mail_template = own_table(
    "mail_template",
    required_text("name"),
    required_text("subject"),
    required_text("content"),
    required_text("variants", "{}"),
    required_int("created_at"),
)
mailing = own_table(
    "mailing",
    required_int("survey_id"),
    optional_int("batch_id"),
    required_int("template_id"),
    optional_int("root_id"),
    required_text("kind"),
    required_text("settings", "{}"),
    optional_int("send_at"),
    optional_int("paused_at"),
    required_int("created_at"),
    Index(None, "workspace_id", "survey_id"),
    Index(None, "workspace_id", "root_id"),
)
mail = Table(
    "mail",
    metadata,
    key("workspace_id"),
    key("id"),
    optional_int("mailing_id"),
    optional_int("survey_id"),
    optional_int("respondent_id"),
    optional_int("respid"),
    optional_int("user_id"),
    required_text("kind"),
    required_text("status"),
    Column("reason", Text),
    required_int("attempts", 0),
    optional_int("due_at"),
    optional_int("claimed_at"),
    Column("claimed_by", Text),
    optional_int("ended_at"),
    Column("message_id", Text),
    Column("detail", Text),
    Column("content", Text),
    required_int("created_at"),
    UniqueConstraint("workspace_id", "mailing_id", "respondent_id"),
    Index(None, "workspace_id", "respondent_id", "kind", "status"),
    Index(None, "workspace_id", "status", "due_at"),
    Index("ix_mail_newest", "workspace_id", "status", "id"),
    # It holds all that is counted of a mailing, so that its letters themselves are not read.
    Index("ix_mail_of_mailing", "workspace_id", "mailing_id", "status", "id", "reason", "respid", "ended_at"),
)
mail_pace = Table("mail_pace", metadata, key("name", Text), required_int("last_at"), required_int("next_at"))
opt_out = Table(
    "opt_out",
    metadata,
    key("workspace_id"),
    key("address_hash", Text),
    required_int("created_at"),
    Index("ix_opt_out_newest", "workspace_id", "created_at", "address_hash"),
)
