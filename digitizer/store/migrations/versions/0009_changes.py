"""What clerks changed in the pages of papers."""

from alembic import op
from sqlalchemy import JSON, Column, ForeignKey, Integer, String

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add it."""
    op.create_table(
        "changes",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", String, nullable=False),
        Column("actor", String, nullable=False),
        Column("what", String, nullable=False),
        Column("noun", JSON, nullable=False),
        Column("undone_at", String),
        Column("undone_by", String),
    )
    op.create_table(
        "changed",
        Column("number", Integer, ForeignKey("changes.number", ondelete="CASCADE"), primary_key=True),
        Column("id", String, primary_key=True, index=True),
    )
