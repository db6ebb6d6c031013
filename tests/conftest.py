"""What every test may ask for."""

from collections.abc import Iterator

import pytest

from tests.servers import MinioAt, minio_server, redis_server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Redis that runs as long as the session."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def minio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MinioAt]:
    """A real MinIO that runs as long as the session."""
    with minio_server(tmp_path_factory.mktemp("minio")) as at:
        yield at
