"""The catalogue of procedures: its versions, and what each import changed."""

from alembic import op
from sqlalchemy import JSON, Column, Integer, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "procedures",
        Column("code", String, primary_key=True),
        Column("valid_from", String, primary_key=True),
        Column("valid_to", String, nullable=False),
        Column("fingerprint", String, nullable=False),
        Column("list", String, nullable=False, index=True),
        Column("published", JSON, nullable=False),
        Column("noun", JSON, nullable=False),
        Column("read_with", String, nullable=False),
    )
    op.create_table(
        "procedure_changes",
        Column("id", Integer, primary_key=True),
        Column("at", String, nullable=False, index=True),
        Column("actor", String, nullable=False),
        Column("file", String, nullable=False),
        Column("row", Integer, nullable=False),
        Column("code", String, nullable=False, index=True),
        Column("what", String, nullable=False),
        Column("about", JSON, nullable=False),
    )
