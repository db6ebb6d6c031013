"""Seals over the history, and backfill campaigns."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, false, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add them."""
    op.add_column("events", Column("seal", Integer))
    unsealed = text("seal IS NULL")
    op.create_index(
        "events_unsealed", "events", ["arrival", "sequence"], sqlite_where=unsealed, postgresql_where=unsealed
    )
    op.create_table(
        "seals",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("day", String, nullable=False),
        Column("root", String, nullable=False),
    )
    op.add_column("scans", Column("held", Boolean, nullable=False, server_default=false()))
    op.create_table(
        "campaigns",
        Column("name", String, primary_key=True),
        Column("paused", Boolean, nullable=False),
        Column("created", String, nullable=False),
        Column("noun", JSON, nullable=False),
    )
    op.create_table(
        "campaign_units",
        Column("campaign", String, ForeignKey("campaigns.name", ondelete="CASCADE"), primary_key=True),
        Column("ordinal", Integer, primary_key=True),
        Column("noun", JSON, nullable=False),
    )
    op.create_table(
        "campaign_arrivals",
        Column("campaign", String, ForeignKey("campaigns.name", ondelete="CASCADE"), primary_key=True),
        Column("arrival", String, ForeignKey("arrivals.id"), primary_key=True, index=True),
    )
