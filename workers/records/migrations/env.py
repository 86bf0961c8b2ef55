"""Alembic's entry: runs on the connection, and in the transaction, that `records.database.upgrade` opened."""

from alembic import context

from workers.records.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
