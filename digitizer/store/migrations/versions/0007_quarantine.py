"""Quarantine of secret papers."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add it."""
    op.create_table(
        "quarantines",
        Column("id", String, primary_key=True),
        Column("state", String, nullable=False),
        Column("host", String, nullable=False),
        Column("moved", Boolean, nullable=False),
        Column("since", String, nullable=False),
        Column("arrivals", JSON, nullable=False),
        Column("blobs", JSON, nullable=False),
        Column("sources", JSON, nullable=False),
    )
    op.add_column("records", Column("scan", String))
    op.create_index("ix_records_scan", "records", ["scan"])
    op.create_table(
        "superseded", Column("scan", String, primary_key=True), Column("sha256", String, primary_key=True)
    )
    op.create_table(
        "quarantined_bytes", Column("sha256", String, primary_key=True), Column("state", String, nullable=False)
    )
