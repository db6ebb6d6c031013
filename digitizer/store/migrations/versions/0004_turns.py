"""Whose turn it is (store/turns.py), when pages failed, and indexes for what is asked at every page."""

from alembic import op
from sqlalchemy import Column, Float, String, text

revision = "0004"
down_revision = "0003"

_UNFINISHED = text("state IN ('RECEIVED', 'WORKING') AND NOT held")

_KNOWN = {
    "sqlite": (
        "UPDATE scans SET office = coalesce(json_extract(noun, '$.office'), '')",
        "UPDATE pages SET failed = CAST(strftime('%s', 'now') AS REAL) WHERE json_extract(noun, '$.failed')",
    ),
    "postgresql": (
        "UPDATE scans SET office = coalesce(noun->>'office', '')",
        "UPDATE pages SET failed = extract(epoch FROM now()) WHERE (noun->>'failed')::boolean",
    ),
}


def upgrade() -> None:
    """Add columns, the table of turns, and what is known already."""
    op.add_column("scans", Column("office", String, nullable=False, server_default=""))
    op.add_column("scans", Column("turn", Float, nullable=False, server_default="0"))
    op.drop_column("scans", "queued")
    op.add_column("pages", Column("failed", Float))
    op.create_table(
        "turns",
        Column("lane", String, primary_key=True),
        Column("office", String, primary_key=True),
        Column("spent", Float, nullable=False, server_default="0"),
    )
    for statement in _KNOWN[op.get_bind().dialect.name]:
        op.execute(statement)
    op.execute("INSERT INTO turns (lane, office) SELECT DISTINCT lane, office FROM scans")
    op.create_index(
        "scans_turn", "scans", ["lane", "office", "turn", "id"], sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED
    )
    op.create_index("scans_owner", "scans", ["owner"])
    op.create_index("pages_failed", "pages", ["failed"])
    op.create_index("dossiers_owner", "dossiers", ["owner"])
    op.create_index("dossiers_dirty", "dossiers", ["dirty"], sqlite_where=text("dirty"), postgresql_where=text("dirty"))
