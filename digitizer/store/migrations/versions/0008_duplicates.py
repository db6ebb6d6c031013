"""Papers that were scanned twice."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, String, column, table, text, update

revision = "0008"
down_revision = "0007"

_scans = table("scans", column("sha256", String), column("noun", JSON))


def upgrade() -> None:
    """Add it; what is there already is known again once it is redone from `shelve`."""
    op.add_column("scans", Column("sha256", String, nullable=False, server_default=""))
    op.execute(update(_scans).values(sha256=_scans.c.noun["sha256"].as_string()))
    op.create_index("ix_scans_sha256", "scans", ["sha256"])
    op.add_column("documents", Column("duplicate_of", String))
    some = text("duplicate_of IS NOT NULL")
    op.create_index("documents_duplicate_of", "documents", ["duplicate_of"], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "document_marks",
        Column("mark", BigInteger, primary_key=True, autoincrement=False),
        Column("document", String, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_document_marks_document", "document_marks", ["document"])
