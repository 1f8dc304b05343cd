"""Surveys, respondents."""

import sqlalchemy as sa
from alembic import op

revision = "0002_surveys"
down_revision = "0001_access"
branch_labels = None
depends_on = None

SQLITE_RESPONDENT = """
CREATE TABLE respondent (
    "row" INTEGER NOT NULL PRIMARY KEY,
    workspace_id BIGINT NOT NULL,
    survey_id BIGINT GENERATED ALWAYS AS ("row" >> 32) VIRTUAL,
    respid BIGINT GENERATED ALWAYS AS ("row" & 4294967295) VIRTUAL,
    id BIGINT NOT NULL,
    state BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT NOT NULL DEFAULT 0,
    opened_at BIGINT,
    completed_at BIGINT,
    collector_id BIGINT,
    contact_id BIGINT,
    patch_id BIGINT,
    invited_at BIGINT,
    offline BIGINT NOT NULL DEFAULT 0,
    postponed BIGINT,
    manual BIGINT NOT NULL DEFAULT 0,
    finish_reason BIGINT,
    language TEXT,
    token TEXT,
    doc TEXT NOT NULL
)"""


def upgrade() -> None:
    op.create_table(
        "collector",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="link", nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", sa.BigInteger(), nullable=True),
        sa.Column("quota", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_collector")),
        sa.UniqueConstraint(
            "workspace_id", "survey_id", "code", name=op.f("uq_collector_workspace_id_survey_id_code")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lookup",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "survey_id", "id", name=op.f("pk_lookup")),
        sa.UniqueConstraint(
            "workspace_id", "survey_id", "variables", name=op.f("uq_lookup_workspace_id_survey_id_variables")
        ),
    )
    _create_respondent()
    op.create_table(
        "respondent_block",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("respondents", sa.BigInteger(), nullable=False),
        sa.Column("responses", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "survey_id", "level", "block", name=op.f("pk_respondent_block")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "respondent_key",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lookup_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("respid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "survey_id", "lookup_id", "value", "respid", name=op.f("pk_respondent_key")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("languages", sa.Text(), server_default='["en"]', nullable=False),
        sa.Column("schema_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("next_respid", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("definition_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", sa.BigInteger(), nullable=True),
        sa.Column("quota", sa.BigInteger(), nullable=True),
        sa.Column("retention_days", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_survey")),
        sa.UniqueConstraint("id", name=op.f("uq_survey_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_alias",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("alias", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "alias", name=op.f("pk_survey_alias")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_survey_alias_workspace_id_survey_id"),
        "survey_alias",
        ["workspace_id", "survey_id"],
        unique=False,
    )
    op.create_table(
        "survey_definition",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "survey_id", "version", name=op.f("pk_survey_definition")),
    )
    op.create_table(
        "survey_loop",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folded_name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "survey_id", "folded_name", name=op.f("pk_survey_loop")),
    )
    op.create_table(
        "variable",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folded_name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "survey_id", "folded_name", name=op.f("pk_variable")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_variable_workspace_id_number")),
    )
    op.create_table(
        "variable_template",
        sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("survey_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_variable_template")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_variable_template_workspace_id_survey_id"),
        "variable_template",
        ["workspace_id", "survey_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("respondent_block")
    op.drop_table("respondent_key")
    op.drop_table("respondent")
    op.drop_table("collector")
    op.drop_table("variable_template")
    op.drop_table("lookup")
    op.drop_table("survey_loop")
    op.drop_table("variable")
    op.drop_table("survey_definition")
    op.drop_table("survey_alias")
    op.drop_table("survey")


def _create_respondent() -> None:
    """One row per participant; SQLite clusters it by one integer (see `store.tables`)."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(SQLITE_RESPONDENT)
    else:
        op.create_table(
            "respondent",
            sa.Column("workspace_id", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("survey_id", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("respid", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("id", sa.BigInteger(), nullable=False),
            sa.Column("state", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("created_at", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("updated_at", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("opened_at", sa.BigInteger(), nullable=True),
            sa.Column("completed_at", sa.BigInteger(), nullable=True),
            sa.Column("collector_id", sa.BigInteger(), nullable=True),
            sa.Column("contact_id", sa.BigInteger(), nullable=True),
            sa.Column("patch_id", sa.BigInteger(), nullable=True),
            sa.Column("invited_at", sa.BigInteger(), nullable=True),
            sa.Column("offline", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("postponed", sa.BigInteger(), nullable=True),
            sa.Column("manual", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("finish_reason", sa.BigInteger(), nullable=True),
            sa.Column("language", sa.Text(), nullable=True),
            sa.Column("token", sa.Text(), nullable=True),
            sa.Column("doc", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("workspace_id", "survey_id", "respid", name=op.f("pk_respondent")),
        )
    op.create_index("uq_respondent_id", "respondent", ["workspace_id", "id"], unique=True)
