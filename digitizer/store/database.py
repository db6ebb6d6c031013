"""The database under the records, SQLite (WAL) or PostgreSQL: how a transaction begins and what its failures mean."""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Float,
    bindparam,
    cast,
    create_engine,
    event,
    extract,
    func,
    make_url,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as AllInUse

from digitizer.errors import BadSettings, Unreachable
from digitizer.store.upgrade import upgrade

_BUSY_SECONDS = 60
_ATTEMPTS = 8
_LOCK = 0x44_49_47_49_54  # DIGIT: the installation's one advisory lock
_DRIVER = "postgresql+psycopg"
# A connection that the network has swallowed is noticed, and a worker that froze in a transaction holds nobody up.
_CONNECTING = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    "application_name": "digitizer",
    "options": f"-c lock_timeout={_BUSY_SECONDS}s -c idle_in_transaction_session_timeout={_BUSY_SECONDS}s",
}

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Clash(Unreachable):
    """Two transactions wanted the same rows in opposite order; the one undone may be tried again at once."""


def retried(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """The function, which is one transaction, tried again when another one crossed it."""

    @wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        for attempt in range(1, _ATTEMPTS):
            try:
                return function(*args, **kwargs)
            except Clash:
                time.sleep(secrets.randbelow(20 * attempt) / 1000)
        return function(*args, **kwargs)

    return call


class Database:
    """One database; safe to use from several threads and processes."""

    def __init__(self, url: str) -> None:
        """Open the database at a SQLAlchemy address, made or migrated to the newest tables.

        Raises Unreachable, BadSettings when there can't be such an address.
        """
        self.engine = _engine(url)
        try:
            with self.begin() as db:
                upgrade(db, _alone)
        except BaseException:
            self.engine.dispose()
            raise

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def begin(self, *, lasting: bool = True) -> Iterator[Connection]:
        """One transaction that may write; raises Unreachable when the database does not answer.

        Not `lasting`: it does not wait for the disk, and a power cut may undo it if nothing lasting came after it.
        For what would be worked out again then.
        """
        with _meaning(), self.engine.connect() as db:
            db.execution_options(lasting=lasting)
            with db.begin():
                yield db

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A transaction beside which no other one of this kind runs, on any machine; raises Unreachable.

        For what spans scans, documents and dossiers, and must see all of it as it is.  SQLite knows no other kind.
        """
        with self.begin() as db:
            _alone(db)
            yield db

    @contextmanager
    def reading(self, *, long: bool = False) -> Iterator[Connection]:
        """One transaction that only reads, sees one moment, and waits for no writer; raises Unreachable.

        `long`: more than a minute may lie between two statements.
        """
        with _meaning(), self.engine.connect() as db:
            db.execution_options(reading=True)
            if db.dialect.name == "postgresql":
                db.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with db.begin():
                if long and db.dialect.name == "postgresql":
                    db.execute(sql("SET LOCAL idle_in_transaction_session_timeout = 0"))
                yield db

    def now(self) -> ColumnElement[float]:
        """Seconds on the clock that leases go by, one for all who share the records and moved by no wall clock's steps.

        The server's own; where there is none, this machine's since it was started.
        """
        if self.engine.dialect.name == "sqlite":
            # Read when the statement runs: before, another's lease that is newer than it would seem to be none.
            return bindparam("now", callable_=lambda: time.clock_gettime(time.CLOCK_BOOTTIME), type_=Float, unique=True)
        return cast(extract("epoch", func.clock_timestamp()), Float)


def _engine(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername=_DRIVER)
        if address.drivername == _DRIVER:
            engine = create_engine(address, pool_pre_ping=True, connect_args=_CONNECTING | dict(address.query))
            event.listen(engine, "begin", _begin_postgresql)
            return engine
        engine = create_engine(address)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadSettings("records_url: write sqlite:////path or postgresql://user@host/database") from error
    if engine.dialect.name != "sqlite":
        raise BadSettings(f"records_url: {engine.dialect.name} is neither SQLite nor PostgreSQL")
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def _meaning() -> Iterator[None]:
    """Turns what the database says into our errors; what is wrong with a statement stays as it is."""
    try:
        yield
    except AllInUse as error:
        raise Unreachable("the records don't answer: all connections are in use") from error
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None) or ""
        if state in ("40001", "40P01"):  # serialization_failure, deadlock_detected
            raise Clash(f"the records: {error.orig}") from error
        if isinstance(error, OperationalError) or error.connection_invalidated or state == "25P03":
            raise Unreachable(f"the records don't answer: {error.orig}") from error
        raise


def faults(database: Database) -> list[str]:
    """What of the server's own settings may lose records, in words; [] when all is well."""
    if database.engine.dialect.name != "postgresql":
        return []
    with database.reading() as db:
        settings = {row.name: row.setting for row in db.execute(sql("SELECT name, setting FROM pg_settings"))}
    return [
        f"{name} = off: mất điện là mất bản ghi / a power cut loses records"
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if settings[name] == "off"
    ]


def _alone(db: Connection) -> None:
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions begin late and as readers; ours begin where we say (SQLAlchemy's recipe).
    connection.isolation_level = None
    cursor = connection.cursor()
    # secure_delete: what is deleted is overwritten, so that a secret paper leaves nothing in freed pages.
    kept = ("journal_mode=WAL", "secure_delete=ON", "foreign_keys=ON")
    for pragma in (*kept, f"busy_timeout={_BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(db: Connection) -> None:
    options = db.get_execution_options()
    if options.get("reading"):
        db.exec_driver_sql("BEGIN")
        return
    db.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get('lasting', True) else 'NORMAL'}")
    # IMMEDIATE: a transaction that reads and then writes must not find that another one wrote between.
    db.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(db: Connection) -> None:
    if not db.get_execution_options().get("lasting", True):
        db.exec_driver_sql("SET LOCAL synchronous_commit = off")
