"""Models of kinds that were learned here (store/models.py)."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, String

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table; until a model is learned the shipped one is in use."""
    op.create_table(
        "kind_models",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("created", String, nullable=False),
        Column("current", Boolean, nullable=False),
        Column("about", JSON, nullable=False),
        Column("data", LargeBinary, nullable=False),
    )
