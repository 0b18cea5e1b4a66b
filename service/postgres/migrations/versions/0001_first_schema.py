"""The first schema."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

HERE = Path(__file__).parent


def upgrade() -> None:
    _run((HERE / "0001_first_schema.sql").read_text())
    _run((HERE / "0001_security.sql").read_text())
    _run(SchemaManager.get_schema())
    _run((HERE / "0001_jobs.sql").read_text())


def downgrade() -> None:
    raise RuntimeError("The first schema isn't taken back: restore a backup, or drop the database.")


def _run(sql: str) -> None:
    # Below SQLAlchemy, so that `%` and `:` in functions mean themselves.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(sql)
