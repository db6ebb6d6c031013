"""The tables, for SQLite and PostgreSQL alike.  A change here needs a migration (docs/operate.md)."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

HEAD = "0009"
"""The newest migration; a test holds it to migrations/versions."""

UNFINISHED = "state IN ('RECEIVED', 'WORKING') AND NOT held"
"""The rows of `scans` that anybody may claim, as the index `scans_turn` says it."""

metadata = MetaData()


def _lease() -> tuple[Column[str], Column[float], Column[int]]:
    """Who works on it, until when (seconds since 1970), and how often somebody began."""
    return (
        Column("owner", String),
        Column("until", Float, nullable=False, server_default="0"),
        Column("attempts", Integer, nullable=False, server_default="0"),
    )


def _only(where: str) -> dict[str, Any]:
    """An index that holds only such rows."""
    return {"sqlite_where": text(where), "postgresql_where": text(where)}


arrivals = Table(
    "arrivals",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("key", String, nullable=False),
    Column("sha256", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    # The source file has not been put away: the same key and bytes are this arrival, seen again.
    Column("waiting", Boolean, nullable=False),
    Column("received", String, nullable=False),
    Column("noun", JSON, nullable=False),
    Index("arrivals_key", "source", "key"),
)

scans = Table(
    "scans",
    metadata,
    Column("id", String, primary_key=True),
    Column("arrival", String, ForeignKey("arrivals.id"), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("lane", String, nullable=False),
    Column("folder", String, index=True),
    # Its campaign is paused: nobody claims anything of it.
    Column("held", Boolean, nullable=False, server_default=false()),
    Column("office", String, nullable=False, server_default=""),
    Column("sha256", String, nullable=False, server_default="", index=True),
    # Whose turn comes first in its lane and office (store/turns.py): seconds since 1970, later for long scans.
    Column("turn", Float, nullable=False, server_default="0"),
    Column("noun", JSON, nullable=False),
    *_lease(),
    Index("scans_turn", "lane", "office", "turn", "id", **_only(UNFINISHED)),
    Index("scans_owner", "owner"),
)

# How many pages each office was given of each lane (store/turns.py).
turns = Table(
    "turns",
    metadata,
    Column("lane", String, primary_key=True),
    Column("office", String, primary_key=True),
    Column("spent", Float, nullable=False, server_default="0"),
)

pages = Table(
    "pages",
    metadata,
    Column("scan", String, ForeignKey("scans.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("pending", Boolean, nullable=False),
    Column("noun", JSON),
    Column("lines", LargeBinary),
    *_lease(),
    # When nobody could read it, seconds since 1970; null for all others.
    Column("failed", Float),
    Index("pages_pending", "scan", "pending"),
    Index("pages_failed", "failed"),
    Index("pages_owner", "owner"),
)

documents = Table(
    "documents",
    metadata,
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
    Column("duplicate_of", String),
    Column("noun", JSON, nullable=False),
    Index("documents_duplicate_of", "duplicate_of", **_only("duplicate_of IS NOT NULL")),
)

# By what a paper is known again when it is scanned once more (store/duplicates.py): hashes, told apart by office.
document_marks = Table(
    "document_marks",
    metadata,
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("document", String, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

document_pages = Table(
    "document_pages",
    metadata,
    Column("document", String, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("scan", String, nullable=False),
    Column("page", Integer, nullable=False),
    UniqueConstraint("scan", "page"),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("dirty", Boolean, nullable=False),
    Column("noun", JSON, nullable=False),
    *_lease(),
    Index("dossiers_owner", "owner"),
    Index("dossiers_dirty", "dirty", **_only("dirty")),
)

records = Table(
    "records",
    metadata,
    Column("document", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("created", String, nullable=False),
    # The scan that the document was found in, also when a new split has no such document any more.
    Column("scan", String, index=True),
    Column("noun", JSON, nullable=False),
)

# Outputs that newer ones took the place of: nothing needs them, but they hold what a paper says until they are swept.
superseded = Table(
    "superseded",
    metadata,
    Column("scan", String, primary_key=True),
    Column("sha256", String, primary_key=True),
)

events = Table(
    "events",
    metadata,
    Column("arrival", String, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("what", String, nullable=False),
    Column("about", JSON, nullable=False),
    # SHA-256 over the row before's hash and this row, so that no row can be changed or taken out unseen.
    Column("hash", String, nullable=False),
    # The number of the seal that covers it; not part of what is hashed.
    Column("seal", Integer),
)
Index(
    "events_unsealed",
    events.c.arrival,
    events.c.sequence,
    sqlite_where=events.c.seal.is_(None),
    postgresql_where=events.c.seal.is_(None),
)

seals = Table(
    "seals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("day", String, nullable=False),
    Column("root", String, nullable=False),
)

# What a clerk changed in the pages of papers, with all that is needed to undo it.
changes = Table(
    "changes",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("what", String, nullable=False),
    Column("noun", JSON, nullable=False),
    Column("undone_at", String),
    Column("undone_by", String),
)

# The scans and documents that a change is about, those that it made or took away too.
changed = Table(
    "changed",
    metadata,
    Column("number", Integer, ForeignKey("changes.number", ondelete="CASCADE"), primary_key=True),
    Column("id", String, primary_key=True, index=True),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("name", String, primary_key=True),
    Column("paused", Boolean, nullable=False),
    Column("created", String, nullable=False),
    Column("noun", JSON, nullable=False),
)

campaign_units = Table(
    "campaign_units",
    metadata,
    Column("campaign", String, ForeignKey("campaigns.name", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("noun", JSON, nullable=False),
)

campaign_arrivals = Table(
    "campaign_arrivals",
    metadata,
    Column("campaign", String, ForeignKey("campaigns.name", ondelete="CASCADE"), primary_key=True),
    Column("arrival", String, ForeignKey("arrivals.id"), primary_key=True, index=True),
)

kind_models = Table(
    "kind_models",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created", String, nullable=False),
    # The one in use; where none is, the model that comes with the program.
    Column("current", Boolean, nullable=False),
    Column("about", JSON, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# One row a suspicion of secrecy (design §4.7).  It names nothing that a paper or file says: that lies in the folder.
quarantines = Table(
    "quarantines",
    metadata,
    Column("id", String, primary_key=True),
    # SUSPECTED, CONFIRMED or CLEARED.
    Column("state", String, nullable=False),
    # The machine on whose disk its folder lies.
    Column("host", String, nullable=False),
    # The bytes lie in the folder, are gone from the blob store, and nothing is left in the database's files.
    Column("moved", Boolean, nullable=False),
    Column("since", String, nullable=False),
    Column("arrivals", JSON, nullable=False),
    Column("blobs", JSON, nullable=False),
    # Delivered files that the process which watches their source has still to delete; empty when it has.
    Column("sources", JSON, nullable=False),
)

quarantined_bytes = Table(
    "quarantined_bytes",
    metadata,
    Column("sha256", String, primary_key=True),
    # The latest word on these bytes, whenever they come again; as above.
    Column("state", String, nullable=False),
)

search_pages = Table(
    "search_pages",
    metadata,
    Column("rowid", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("document", String, nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("scan", String, nullable=False),
    Column("page", Integer, nullable=False),
    Column("text", Text, nullable=False),
    # Field values (on the first page): a value that a clerk corrected is found though the paper's text reads otherwise.
    Column("extra", Text, nullable=False),
)

procedures = Table(
    "procedures",
    metadata,
    Column("code", String, primary_key=True),
    # The day from which this version holds, "" from ever; its last day, "" when it has not ended.
    Column("valid_from", String, primary_key=True),
    Column("valid_to", String, nullable=False),
    # SHA-256 of what the list says: the same again is no change.
    Column("fingerprint", String, nullable=False),
    Column("list", String, nullable=False, index=True),
    Column("published", JSON, nullable=False),
    # What was read out of it, and with which tables and rules: others read it again.
    Column("noun", JSON, nullable=False),
    Column("read_with", String, nullable=False),
)

procedure_changes = Table(
    "procedure_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("file", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("code", String, nullable=False, index=True),
    # new, changed, ended, odd, refused; and for each import one `imported`.
    Column("what", String, nullable=False),
    Column("about", JSON, nullable=False),
)
