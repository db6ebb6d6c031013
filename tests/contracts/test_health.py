"""`digitizer check` says in words what is wrong with PostgreSQL and the bucket."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from digitizer.app import App, health
from digitizer.settings import Plugged, Settings
from digitizer.store import upgrade
from tests.servers import MinioAt, free_port


def finding(settings: Settings, what: str) -> health.Finding:
    with App(settings) as app:
        return next(one for one in health.findings(app) if what in one.what)


def records(folder: Path, url: str) -> health.Finding:
    return finding(Settings(home=folder, records_url=url), "records")


def blobs(folder: Path, at: MinioAt, **more: object) -> health.Finding:
    used = Plugged(use="bucket", options={"cache": str(folder / "cache"), **at.keys(), **more})
    return finding(Settings(home=folder, blobs=used), "blobs")


def test_a_server_that_may_lose_records_is_named(database: str, tmp_path: Path) -> None:
    found = records(tmp_path, database)  # the tests' server keeps no promise to the disk
    assert (found.good, "fsync" in found.remedy, "only-for-this-test" in found.found) == (False, True, False)


def test_a_database_server_that_is_not_there(tmp_path: Path) -> None:
    port = free_port()
    found = records(tmp_path, f"postgresql://na@127.0.0.1:{port}/x")
    assert f"127.0.0.1:{port} không ai nghe" in found.remedy
    found = records(tmp_path, "postgresql://na@no-such-host.invalid/x")
    assert "không có máy nào tên no-such-host.invalid" in found.remedy


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"username": "nobody"}, {"database": "no_such"}])
def test_a_database_server_that_refuses(postgres: str, tmp_path: Path, change: dict[str, str]) -> None:
    found = records(tmp_path, make_url(postgres).set(**change).render_as_string(hide_password=False))  # type: ignore[arg-type]
    assert "có trả lời nhưng từ chối" in found.remedy
    assert "wrong" not in found.found


def test_a_user_who_may_make_no_tables(database: str, tmp_path: Path) -> None:
    engine = create_engine(database)
    with engine.begin() as db:
        db.execute(text("DROP TABLE alembic_version"))
        db.execute(text("CREATE USER clerk PASSWORD 'only-for-this-test'"))
    found = records(tmp_path, make_url(database).set(username="clerk").render_as_string(hide_password=False))
    with engine.begin() as db:
        db.execute(text("DROP USER clerk"))
    engine.dispose()
    assert "người dùng không được tạo bảng" in found.found


def test_a_database_of_a_newer_program(database: str, tmp_path: Path) -> None:
    engine = create_engine(database)
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert "hãy nâng cấp" in records(tmp_path, database).found


def test_a_database_that_can_not_hold_vietnamese(postgres: str, tmp_path: Path) -> None:
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"))
        url = make_url(postgres).set(database="latin").render_as_string(hide_password=False)
        assert "LATIN1" in records(tmp_path, url).found
        db.execute(text("DROP DATABASE latin WITH (FORCE)"))
    engine.dispose()


def test_a_bucket_that_works_and_one_that_does_not(minio: MinioAt, tmp_path: Path) -> None:
    assert blobs(tmp_path, minio).good
    wrong = blobs(tmp_path, minio, secret_key="not-this-one")
    assert "SignatureDoesNotMatch" in wrong.found
    assert "kiểm tra khóa" in wrong.remedy
    tls = blobs(tmp_path, minio, secure=True)
    assert ("SSLError" in tls.found, "secure" in tls.remedy) == (True, True)
    away = blobs(tmp_path, minio, endpoint=f"127.0.0.1:{free_port()}")
    assert "không ai nghe" in away.remedy


def test_every_refusal_says_what_to_do() -> None:
    assert all(" / " in words for words in upgrade._REFUSALS.values())
