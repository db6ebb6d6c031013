"""PostgreSQL's index of words (GIN over a tsvector), and trigrams for parts of issuers' names."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make it; SQLite has its own since the beginning."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE search_pages ALTER COLUMN rowid TYPE bigint")
    op.execute("ALTER SEQUENCE search_pages_rowid_seq AS bigint")
    op.execute(
        "CREATE TABLE search_words (rowid bigint PRIMARY KEY REFERENCES search_pages ON DELETE CASCADE, "
        "document varchar NOT NULL, ordinal integer NOT NULL, words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX search_words_words ON search_words USING gin (words)")
    op.execute("CREATE INDEX search_words_document ON search_words (document, ordinal)")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE INDEX search_words_of_issuers ON documents USING gin (issuer gin_trgm_ops)")
