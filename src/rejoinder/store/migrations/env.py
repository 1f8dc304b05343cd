"""Alembic's entry: runs the revisions on the connection that `store.migrate` hands over."""

from alembic import context

from rejoinder.store.tables.everything import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
    render_as_batch=False,
)
with context.begin_transaction():
    context.run_migrations()
