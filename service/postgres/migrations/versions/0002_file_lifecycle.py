"""What files need for their whole life: links, activity, purposes, expiry, permanent deletion; and counted calls.

The former version goes on running meanwhile: what is added is nullable or has a default, and indexes are built without
keeping writers out. A migration that was broken off can be run again.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent


def upgrade() -> None:
    _run((HERE / "0002_file_lifecycle.sql").read_text())
    # CREATE INDEX CONCURRENTLY can't be in a transaction, nor in one message with other statements.
    with op.get_context().autocommit_block():
        for statement in (HERE / "0002_indexes.sql").read_text().split(";\n"):
            if statement.strip():
                _run(statement)


def downgrade() -> None:
    raise RuntimeError("A schema that has files' links and tombstones isn't taken back: restore a backup.")


def _run(sql: str) -> None:
    # Below SQLAlchemy, so that `%` and `:` in functions mean themselves.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(sql)
