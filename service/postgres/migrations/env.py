"""What Alembic runs. `service.postgres.migrate` hands it a connection and the service's role."""

from __future__ import annotations

from alembic import context

from service.postgres.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
