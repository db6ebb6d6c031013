"""Brings a database to the newest tables, or says in words why it can't be."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, inspect
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from digitizer.errors import BadSettings
from digitizer.store.schema import HEAD

_MIGRATIONS = Path(__file__).parent / "migrations"
_LEAST_VERSION = 13
"""Since then the owner of a database may add pg_trgm to it."""
_REFUSALS = {
    "42501": "người dùng không được tạo bảng hoặc pg_trgm: cho sở hữu CSDL (ALTER DATABASE … OWNER TO …) / "
    "the user may not make tables or pg_trgm: let it own the database",
    "0A000": "máy chủ thiếu pg_trgm (apt install postgresql-contrib) / the server lacks pg_trgm",
    "58P01": "máy chủ thiếu pg_trgm (apt install postgresql-contrib) / the server lacks pg_trgm",
}


def upgrade(db: Connection, alone: Callable[[Connection], None]) -> None:
    """Make or migrate the tables; `alone` keeps others from doing it at the same time.  Raises BadSettings."""
    if _version(db) == HEAD:
        return
    alone(db)
    if db.dialect.name == "postgresql":
        _check_server(db)
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
        if db.dialect.name == "postgresql":
            _sort_by_bytes(db)
    except CommandError as error:
        message = "CSDL của bản Digitizer mới hơn: hãy nâng cấp / the database is of a newer Digitizer: upgrade"
        raise BadSettings(f"records_url: {message} ({_version(db)})") from error
    except DBAPIError as error:
        why = _REFUSALS.get(getattr(error.orig, "sqlstate", None) or "")
        if why is None:
            raise
        raise BadSettings(f"records_url: {why}") from error


def _version(db: Connection) -> str | None:
    if not inspect(db).has_table("alembic_version"):
        return None
    found = db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found) if found else None


def _check_server(db: Connection) -> None:
    number = int(db.execute(sql("SHOW server_version_num")).scalar_one()) // 10_000
    if number < _LEAST_VERSION:
        raise BadSettings(f"records_url: PostgreSQL {number}: cần bản {_LEAST_VERSION} trở lên / is too old")
    encoding = db.execute(sql("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise BadSettings(f"records_url: {encoding}: tạo CSDL với UTF8 / make the database with --encoding UTF8")


def _sort_by_bytes(db: Connection) -> None:
    """Ids, dates and codes sort by their bytes in every database, whatever language it was made for."""
    other = sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND data_type = 'character varying' AND collation_name IS DISTINCT FROM 'C'"
    )
    changes: dict[str, list[str]] = {}
    for name, column in db.execute(other):
        changes.setdefault(name, []).append(f'ALTER COLUMN "{column}" TYPE varchar COLLATE "C"')
    for name, parts in changes.items():
        db.exec_driver_sql(f'ALTER TABLE "{name}" {", ".join(parts)}')
