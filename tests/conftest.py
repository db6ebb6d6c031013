"""What every test may ask for."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from digitizer.classify.tables import Tables, load
from digitizer.settings import config_folder
from digitizer.store.records import Records
from tests.servers import MinioAt, minio_in, postgres_server, rabbitmq_in, redis_in, running, versity_in


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Redis that runs as long as the session."""
    with running(redis_in(tmp_path_factory.mktemp("redis"))) as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real RabbitMQ that runs as long as the session."""
    with running(rabbitmq_in(tmp_path_factory.mktemp("rabbitmq"))) as url:
        yield url


@pytest.fixture(scope="session")
def minio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinioAt]:
    """A real MinIO that runs as long as the session."""
    with running(minio_in(tmp_path_factory.mktemp("minio"))) as at:
        yield at


@pytest.fixture(scope="session")
def versity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinioAt]:
    """A real Versity S3 Gateway that runs as long as the session."""
    with running(versity_in(tmp_path_factory.mktemp("versity"))) as at:
        yield at


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL that runs as long as the session; tests ask for `database`."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def made(postgres: str) -> str:
    """The name of a database with all tables and no rows, to be copied: quicker than making them again."""
    with _server(postgres) as db:
        # A language of its own, as a database has in an office: nothing may lean on its order.
        db.execute(text("CREATE DATABASE made LOCALE_PROVIDER icu ICU_LOCALE 'vi-VN' TEMPLATE template0"))
    Records(_at(postgres, "made")).close()
    return "made"


@pytest.fixture
def database(postgres: str, made: str) -> Iterator[str]:
    """The `records_url` of a PostgreSQL database without rows, dropped after the test."""
    with copy_of(postgres, made) as url:
        yield url


@contextmanager
def copy_of(postgres: str, made: str) -> Iterator[str]:
    """The URL of a copy of a database, dropped in the end."""
    name = f"test_{uuid.uuid4().hex}"
    with _server(postgres) as db:
        db.execute(text(f"CREATE DATABASE {name} TEMPLATE {made}"))
        yield _at(postgres, name)
        db.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _server(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        yield db
    engine.dispose()


def _at(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The tables of the program, which nothing changes."""
    return load(config_folder())


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind that records may lie in."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    return str(request.getfixturevalue("database"))


@pytest.fixture
def records(records_url: str) -> Iterator[Records]:
    """Empty records in each kind of database."""
    store = Records(records_url)
    yield store
    store.close()
