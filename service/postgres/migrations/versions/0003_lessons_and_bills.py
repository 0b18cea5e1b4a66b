"""What corrections teach, and which bills an organization has seen.

Both tables are new: the former version goes on running meanwhile. A migration that was broken off can be run again.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent


def upgrade() -> None:
    # Below SQLAlchemy, so that `%` and `:` mean themselves.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute((HERE / "0003_lessons_and_bills.sql").read_text())


def downgrade() -> None:
    raise RuntimeError("What people taught isn't thrown away: restore a backup.")
