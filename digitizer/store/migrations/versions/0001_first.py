"""The first tables, and the full-text index of SQLite."""

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def _lease() -> tuple[Column[str], Column[float], Column[int]]:
    return (
        Column("owner", String),
        Column("until", Float, nullable=False, server_default="0"),
        Column("attempts", Integer, nullable=False, server_default="0"),
    )


def upgrade() -> None:
    """Make everything."""
    op.create_table(
        "arrivals",
        Column("id", String, primary_key=True),
        Column("source", String, nullable=False),
        Column("key", String, nullable=False),
        Column("sha256", String, nullable=False, index=True),
        Column("state", String, nullable=False),
        Column("waiting", Boolean, nullable=False),
        Column("received", String, nullable=False),
        Column("noun", JSON, nullable=False),
    )
    op.create_index("arrivals_key", "arrivals", ["source", "key"])
    op.create_table(
        "scans",
        Column("id", String, primary_key=True),
        Column("arrival", String, ForeignKey("arrivals.id"), nullable=False, index=True),
        Column("ordinal", Integer, nullable=False),
        Column("state", String, nullable=False, index=True),
        Column("lane", String, nullable=False),
        Column("folder", String, index=True),
        Column("queued", Float, nullable=False, server_default="0"),
        Column("noun", JSON, nullable=False),
        *_lease(),
    )
    op.create_table(
        "pages",
        Column("scan", String, ForeignKey("scans.id"), primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("pending", Boolean, nullable=False),
        Column("noun", JSON),
        Column("lines", LargeBinary),
        *_lease(),
    )
    op.create_index("pages_pending", "pages", ["scan", "pending"])
    op.create_index("pages_owner", "pages", ["owner"])
    _documents()
    op.create_table(
        "events",
        Column("arrival", String, primary_key=True),
        Column("sequence", Integer, primary_key=True),
        Column("at", String, nullable=False),
        Column("actor", String, nullable=False),
        Column("what", String, nullable=False),
        Column("about", JSON, nullable=False),
        Column("hash", String, nullable=False),
    )
    _search()


def _documents() -> None:
    op.create_table(
        "documents",
        Column("id", String, primary_key=True),
        Column("scan", String, ForeignKey("scans.id"), nullable=False, index=True),
        Column("ordinal", Integer, nullable=False),
        Column("state", String, nullable=False),
        Column("kind", String, nullable=False, index=True),
        Column("number_token", String, index=True),
        Column("issued", String, index=True),
        Column("issuer", String),
        Column("procedure", String, index=True),
        Column("code", String, index=True),
        Column("dossier", String, index=True),
        Column("noun", JSON, nullable=False),
    )
    op.create_table(
        "document_pages",
        Column("document", String, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
        Column("ordinal", Integer, primary_key=True),
        Column("scan", String, nullable=False),
        Column("page", Integer, nullable=False),
        UniqueConstraint("scan", "page"),
    )
    op.create_table(
        "dossiers",
        Column("id", String, primary_key=True),
        Column("key", String, nullable=False, unique=True),
        Column("dirty", Boolean, nullable=False),
        Column("noun", JSON, nullable=False),
        *_lease(),
    )
    op.create_table(
        "records",
        Column("document", String, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("created", String, nullable=False),
        Column("noun", JSON, nullable=False),
    )


def _search() -> None:
    op.create_table(
        "search_pages",
        Column("rowid", Integer, primary_key=True),
        Column("document", String, nullable=False, index=True),
        Column("ordinal", Integer, nullable=False),
        Column("scan", String, nullable=False),
        Column("page", Integer, nullable=False),
        Column("text", Text, nullable=False),
        Column("extra", Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Contentless: the text lies once, in search_pages.  remove_diacritics 0, because we fold ourselves (đ too).
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING "
            "fts5(marked, folded, numbers, content='', tokenize='unicode61 remove_diacritics 0')"
        )
