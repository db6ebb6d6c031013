"""One contract, three stores: a folder, and a bucket on a real MinIO and on a real Versity S3 Gateway."""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.objectlockconfig import DAYS, ObjectLockConfig

from digitizer import plug
from digitizer.contracts import Blobs
from digitizer.errors import BadSettings, Conflict, Corrupt, NotFound, Unreachable
from digitizer.store.backends.cache import Cache
from tests.servers import MinioAt, free_port

WORDS = "Ủy ban nhân dân xã Tân Lập".encode()
NOWHERE = "0" * 64


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def bucket_options(at: MinioAt, bucket: str, cache: Path, **more: object) -> dict[str, object]:
    return {**at.keys(), "bucket": bucket, "cache": str(cache), **more}


def client(at: MinioAt) -> Minio:
    return Minio(at.endpoint, access_key=at.access_key, secret_key=at.secret_key, secure=False)


def versions(at: MinioAt, bucket: str) -> list[str]:
    """The name of every version and delete marker, read as it stands in the server's answer."""
    answer = client(at)._execute("GET", bucket, query_params={"versions": ""})
    return re.findall(r"<Key>([^<]+)</Key>", answer.data.decode())


class Given:
    """A store to test, and a hand that reaches behind it."""

    def __init__(self, blobs: Blobs, spoil: Callable[[str, bytes], None]) -> None:
        self.blobs = blobs
        self.spoil = spoil


@pytest.fixture(params=["disk", "minio", "versity"])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Given]:
    if request.param == "disk":
        root = tmp_path / "blobs"

        def overwrite(name: str, data: bytes) -> None:
            path = root / name[:2] / name[2:4] / name
            path.unlink(missing_ok=True)
            path.write_bytes(data)

        yield Given(plug.load("store.backends", "disk", {"path": str(root)}), overwrite)
        return
    at: MinioAt = request.getfixturevalue(request.param)
    bucket = f"blobs-{secrets.token_hex(4)}"

    def replace(name: str, data: bytes) -> None:
        import io

        client(at).put_object(bucket, name, io.BytesIO(data), len(data))

    yield Given(plug.load("store.backends", "bucket", bucket_options(at, bucket, tmp_path / "cache")), replace)


@pytest.fixture(params=["minio", "versity"])
def s3(request: pytest.FixtureRequest) -> MinioAt:
    """Each S3 server."""
    at: MinioAt = request.getfixturevalue(request.param)
    return at


class TestBlobs:
    def test_bytes_come_back_as_they_went_in(self, given: Given) -> None:
        name = given.blobs.put_bytes(WORDS)
        assert name == sha256(WORDS)
        assert given.blobs.get(name) == WORDS

    def test_a_file_is_stored_and_left_where_it_was(self, given: Given, tmp_path: Path) -> None:
        data = secrets.token_bytes(7 << 20)  # larger than one part of an upload and than one chunk
        file = tmp_path / "scan.pdf"
        file.write_bytes(data)
        given.blobs.put(file, sha256(data))
        assert file.read_bytes() == data
        with given.blobs.local(sha256(data)) as path:
            assert path.read_bytes() == data

    def test_bytes_are_verified_where_they_lie_and_not_in_a_cache(self, given: Given) -> None:
        name = given.blobs.put_bytes(WORDS)
        with given.blobs.local(name):  # a bucket's cache holds a good copy from now on
            pass
        assert given.blobs.verify(name) == len(WORDS)
        given.spoil(name, b"spoilt")
        with pytest.raises(Corrupt):
            given.blobs.verify(name)
        with pytest.raises(NotFound):
            given.blobs.verify(NOWHERE)

    def test_the_list_can_leave_out_what_is_young(self, given: Given) -> None:
        name = given.blobs.put_bytes(WORDS)
        assert list(given.blobs.list(before=time.time() - 60)) == []
        assert list(given.blobs.list(before=time.time() + 60)) == [name]

    def test_an_empty_file_is_a_blob_too(self, given: Given) -> None:
        assert given.blobs.get(given.blobs.put_bytes(b"")) == b""

    def test_the_same_bytes_are_stored_once(self, given: Given) -> None:
        given.blobs.put_bytes(WORDS)
        given.blobs.put_bytes(WORDS)
        assert list(given.blobs.list()) == [sha256(WORDS)]

    def test_a_file_that_changed_since_it_was_hashed_is_not_stored(self, given: Given, tmp_path: Path) -> None:
        file = tmp_path / "scan.pdf"
        file.write_bytes(WORDS + b" more")
        with pytest.raises(Corrupt):
            given.blobs.put(file, sha256(WORDS))
        assert not given.blobs.has(sha256(WORDS))
        assert list(given.blobs.list()) == []

    def test_a_missing_file_is_not_found(self, given: Given, tmp_path: Path) -> None:
        with pytest.raises(NotFound):
            given.blobs.put(tmp_path / "gone.pdf", NOWHERE)

    def test_what_was_never_stored_is_not_found(self, given: Given) -> None:
        assert not given.blobs.has(NOWHERE)
        with pytest.raises(NotFound):
            given.blobs.get(NOWHERE)
        with pytest.raises(NotFound), given.blobs.local(NOWHERE):
            pass

    @pytest.mark.parametrize("name", ["../../etc/passwd", "", "ABC", NOWHERE + "/x", NOWHERE.upper()[:-1] + "A"])
    def test_a_name_that_is_no_sha256_is_never_a_path(self, given: Given, name: str) -> None:
        with pytest.raises(NotFound):
            given.blobs.get(name)
        with pytest.raises(NotFound), given.blobs.local(name):
            pass
        with pytest.raises(NotFound):
            given.blobs.delete(name)

    def test_bytes_changed_behind_our_back_are_noticed(self, given: Given) -> None:
        name = given.blobs.put_bytes(WORDS)
        given.spoil(name, WORDS[:-1] + b"!")
        with pytest.raises(Corrupt):
            given.blobs.get(name)

    def test_storing_again_mends_spoilt_bytes(self, given: Given) -> None:
        name = given.blobs.put_bytes(WORDS)
        given.spoil(name, b"")
        given.blobs.put_bytes(WORDS)
        assert given.blobs.get(name) == WORDS

    def test_deleted_bytes_are_gone_and_deleting_twice_is_no_error(self, given: Given) -> None:
        name = given.blobs.put_bytes(WORDS)
        with given.blobs.local(name):
            pass
        given.blobs.delete(name)
        given.blobs.delete(name)
        assert not given.blobs.has(name)
        with pytest.raises(NotFound), given.blobs.local(name):
            pass
        assert list(given.blobs.list()) == []

    def test_the_list_names_every_blob_in_order(self, given: Given) -> None:
        names = sorted(given.blobs.put_bytes(bytes([value])) for value in range(20))
        assert list(given.blobs.list()) == names

    def test_many_writers_of_the_same_bytes_agree(self, given: Given) -> None:
        data = secrets.token_bytes(1 << 20)
        failed: list[BaseException] = []

        def write() -> None:
            try:
                given.blobs.put_bytes(data)
            except BaseException as error:  # noqa: BLE001 - a thread's error must reach the test
                failed.append(error)

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert given.blobs.get(sha256(data)) == data


class TestDisk:
    def test_a_writer_that_was_killed_leaves_nothing_that_looks_like_a_blob(self, tmp_path: Path) -> None:
        store = plug.load("store.backends", "disk", {"path": str(tmp_path)})
        (tmp_path / "incoming" / "half").write_bytes(WORDS[:5])
        assert list(store.list()) == []
        again = plug.load("store.backends", "disk", {"path": str(tmp_path)})
        assert (tmp_path / "incoming" / "half").exists(), "another writer may still be at it"
        assert list(again.list()) == []

    def test_a_folder_that_can_not_be_made_is_out_of_reach(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(Unreachable):
            plug.load("store.backends", "disk", {"path": str(tmp_path / "file")})

    def test_a_path_must_be_given(self) -> None:
        with pytest.raises(BadSettings):
            plug.load("store.backends", "disk", {})


class TestBucket:
    def test_a_server_that_does_not_answer_is_out_of_reach(self, tmp_path: Path) -> None:
        nobody = MinioAt(endpoint=f"127.0.0.1:{free_port()}", access_key="a", secret_key="b")
        with pytest.raises(Unreachable):
            plug.load("store.backends", "bucket", bucket_options(nobody, "blobs", tmp_path))

    def test_a_wrong_key_is_a_fault_of_the_settings_and_is_not_shown(self, minio: MinioAt, tmp_path: Path) -> None:
        wrong = MinioAt(endpoint=minio.endpoint, access_key=minio.access_key, secret_key="not-this-one")
        with pytest.raises(BadSettings) as raised:
            plug.load("store.backends", "bucket", bucket_options(wrong, "blobs", tmp_path))
        assert "not-this-one" not in str(raised.value)

    def test_keys_left_out_are_taken_from_the_environment(
        self, minio: MinioAt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MINIO_ACCESS_KEY", minio.access_key)
        monkeypatch.setenv("MINIO_SECRET_KEY", minio.secret_key)
        store = plug.load("store.backends", "bucket", {"endpoint": minio.endpoint, "cache": str(tmp_path)})
        assert store.get(store.put_bytes(WORDS)) == WORDS

    def test_no_keys_at_all_are_a_fault_of_the_settings(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("MINIO_ACCESS_KEY", "MINIO_ROOT_USER", "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        with pytest.raises(BadSettings, match="MINIO_ACCESS_KEY"):
            plug.load("store.backends", "bucket", {"endpoint": "127.0.0.1:1", "cache": str(tmp_path)})

    @pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9000", "127.0.0.1:9000/path"])
    def test_an_endpoint_that_can_not_be_is_a_fault_of_the_settings(self, tmp_path: Path, endpoint: str) -> None:
        nobody = MinioAt(endpoint=endpoint, access_key="a", secret_key="b")
        with pytest.raises(BadSettings, match=r"blobs\.options"):
            plug.load("store.backends", "bucket", bucket_options(nobody, "blobs", tmp_path))

    def test_deleting_takes_every_version(self, s3: MinioAt, tmp_path: Path) -> None:
        bucket = f"versioned-{secrets.token_hex(4)}"
        store = plug.load("store.backends", "bucket", bucket_options(s3, bucket, tmp_path))
        behind = client(s3)
        name = store.put_bytes(WORDS)
        behind.remove_object(bucket, name)
        assert not store.has(name)
        store.put_bytes(WORDS)
        assert len(versions(s3, bucket)) == 3, "what others delete can be brought back"
        store.delete(name)
        assert versions(s3, bucket) == []

    def test_a_big_file_goes_up_in_parts(self, s3: MinioAt, tmp_path: Path) -> None:
        bucket = f"parts-{secrets.token_hex(4)}"
        store = plug.load("store.backends", "bucket", bucket_options(s3, bucket, tmp_path / "cache"))
        data = secrets.token_bytes(1 << 20) * 17
        (tmp_path / "scan.pdf").write_bytes(data)
        store.put(tmp_path / "scan.pdf", sha256(data))
        assert (client(s3).stat_object(bucket, sha256(data)).etag or "").endswith("-3")
        assert store.verify(sha256(data)) == len(data)

    def test_what_is_stored_is_encrypted_where_the_server_can(self, minio: MinioAt, tmp_path: Path) -> None:
        for encrypt, expected in (("offered", "AES256"), ("always", "AES256"), ("never", None)):
            bucket = f"sse-{encrypt}-{secrets.token_hex(4)}"
            store = plug.load("store.backends", "bucket", bucket_options(minio, bucket, tmp_path, encrypt=encrypt))
            name = store.put_bytes(WORDS)
            kept = client(minio).stat_object(bucket, name).metadata
            assert kept is not None
            assert kept.get("x-amz-server-side-encryption") == expected
            assert store.get(name) == WORDS

    def test_where_the_server_can_not_encrypt_nothing_is_stored_that_must_be(
        self, versity: MinioAt, tmp_path: Path
    ) -> None:
        options = bucket_options(versity, f"sse-{secrets.token_hex(4)}", tmp_path, encrypt="always")
        store = plug.load("store.backends", "bucket", options)
        with pytest.raises(BadSettings, match="encrypt"):
            store.put_bytes(WORDS)
        assert list(store.list()) == []

    @pytest.mark.parametrize("lock", ["hold", "retention"])
    def test_only_what_is_held_can_not_be_deleted(self, s3: MinioAt, tmp_path: Path, lock: str) -> None:
        bucket = f"lock-{secrets.token_hex(4)}"
        store = plug.load("store.backends", "bucket", bucket_options(s3, bucket, tmp_path, lock=lock))
        held, free = store.put_bytes(WORDS), store.put_bytes(b"secret")
        store.hold(held)
        store.hold(held)
        with pytest.raises(Conflict, match=held):
            store.delete(held)
        assert store.get(held) == WORDS
        store.delete(free)
        assert versions(s3, bucket) == [held], "no trace of the other"

    def test_a_bucket_that_can_not_lock_is_not_used_for_it(self, minio: MinioAt, tmp_path: Path) -> None:
        bucket = f"open-{secrets.token_hex(4)}"
        client(minio).make_bucket(bucket)
        with pytest.raises(BadSettings, match="without object lock"):
            plug.load("store.backends", "bucket", bucket_options(minio, bucket, tmp_path, lock="hold"))

    def test_a_bucket_that_locks_everything_is_not_used(self, minio: MinioAt, tmp_path: Path) -> None:
        bucket = f"shut-{secrets.token_hex(4)}"
        client(minio).make_bucket(bucket, object_lock=True)
        client(minio).set_object_lock_config(bucket, ObjectLockConfig(GOVERNANCE, 1, DAYS))
        with pytest.raises(BadSettings, match="locks all"):
            plug.load("store.backends", "bucket", bucket_options(minio, bucket, tmp_path, lock="hold"))


class TestCache:
    def test_a_copy_is_fetched_once(self, tmp_path: Path) -> None:
        cache, fetched = Cache(tmp_path, 100), []

        def fetch() -> Iterator[bytes]:
            fetched.append(1)
            yield WORDS

        for _ in range(2):
            with cache.file(sha256(WORDS), fetch) as path:
                assert path.read_bytes() == WORDS
        assert len(fetched) == 1

    def test_the_least_lately_used_makes_room(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, 250)
        blobs = [bytes([value]) * 100 for value in range(3)]
        for data in (blobs[0], blobs[1], blobs[0], blobs[2]):
            with cache.file(sha256(data), lambda data=data: iter([data])):
                pass
        kept = {path.name for path in tmp_path.iterdir() if path.is_file()}
        assert kept == {sha256(blobs[0]), sha256(blobs[2])}

    def test_a_file_in_use_stays_readable_when_it_is_thrown_away(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, 100)
        with cache.file(sha256(WORDS), lambda: iter([WORDS])) as path:
            cache.forget(sha256(WORDS))
            assert path.read_bytes() == WORDS
        assert list((tmp_path / "used").iterdir()) == []

    def test_a_copy_that_went_bad_is_fetched_again(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, 100)
        (tmp_path / sha256(WORDS)).write_bytes(b"rot")
        with cache.file(sha256(WORDS), lambda: iter([WORDS])) as path:
            assert path.read_bytes() == WORDS

    def test_wrong_bytes_from_afar_are_not_given_out(self, tmp_path: Path) -> None:
        with pytest.raises(Corrupt), Cache(tmp_path, 100).file(sha256(WORDS), lambda: iter([b"other"])):
            pass
        assert not (tmp_path / sha256(WORDS)).exists()
