"""Blobs in a bucket of MinIO or any S3 store, with a bounded cache on this machine.

Each upload carries its SHA-256, and the server refuses what does not agree.  Files, whose source may go once they are
stored, are read back besides.

Big files go up in parts.  The bucket keeps versions, so that what somebody else overwrites or deletes can be brought
back; our own `delete` takes every version, because secret papers must go without trace.  Only what is held (originals
of RELEASED documents) can't be deleted.
"""

import hashlib
import io
import logging
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Literal
from xml.etree import ElementTree as ET

import urllib3
from minio import Minio
from minio.commonconfig import ENABLED, GOVERNANCE
from minio.credentials.providers import AWSConfigProvider, ChainedProvider, EnvAWSProvider, EnvMinioProvider, Provider
from minio.error import MinioException, S3Error
from minio.retention import Retention
from minio.sse import SseS3
from minio.versioningconfig import VersioningConfig

from digitizer.contracts import Blobs
from digitizer.errors import BadSettings, Conflict, Corrupt, NotFound, Unreachable
from digitizer.store.backends.cache import Cache

_log = logging.getLogger(__name__)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
_PART = 8 << 20
"""Bytes of one part of an upload; some three are held in memory at a time (S3: 5 MiB at least, 10,000 at most)."""
_LOCKED = frozenset({"AccessDenied", "InvalidRequest", "ObjectLocked"})
_UNKNOWN = frozenset({"NotImplemented", "MethodNotAllowed", "VersioningNotConfigured", "KMSNotConfigured"})
"""What a server says to a thing that it does not offer."""
_GONE = frozenset({"NoSuchKey", "NoSuchBucket", "NoSuchObject", "NoSuchVersion"})
_FORBIDDEN = frozenset(
    {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidBucketName", "RequestTimeTooSkewed"}
)
_OURS = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


@dataclass(frozen=True, kw_only=True)
class Options:
    """`endpoint`: host and port.  Empty keys are looked for in `MINIO_ACCESS_KEY`/`MINIO_SECRET_KEY`, then where AWS's
    own tools look, so that no secret need stand in a settings file.  `cache`: folder for `local()`; default
    `digitizer/blobs` in the user's cache folder.  `cache_mb`: its bound.

    `encrypt`: the server encrypts what it stores (SSE-S3): where it offers that, always (else nothing is stored), or
    never.  `lock`: how originals of RELEASED documents are guarded: not, by a legal hold, or for `lock_days` by
    retention (GOVERNANCE).  A locking bucket must be made as one; it is when this makes it.
    """

    endpoint: str
    bucket: str = "digitizer"
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    secure: bool = False
    region: str = ""
    cache: str = ""
    cache_mb: int = 2048
    timeout_seconds: float = 30.0
    encrypt: Literal["offered", "always", "never"] = "offered"
    lock: Literal["", "hold", "retention"] = ""
    lock_days: int = 3650


def open(options: Options) -> Blobs:  # noqa: A001 - the name of every plug
    """The store in that bucket, which is made when missing; raises Unreachable, BadSettings when it may not be used."""
    try:
        credentials = None if options.access_key else _keys_from_outside()
        client = Minio(
            options.endpoint,
            access_key=options.access_key or None,
            secret_key=options.secret_key or None,
            secure=options.secure,
            region=options.region or None,
            http_client=_http(options),
            credentials=credentials,
        )
    except ValueError as error:  # an endpoint with a path or a scheme, or no keys at all
        raise BadSettings(f"[blobs.options] {error}") from error
    folder = Path(options.cache) if options.cache else _cache_home() / "digitizer" / "blobs"
    return Bucket(client, options, Cache(folder, options.cache_mb << 20))


class Bucket:
    """Blobs named by their SHA-256 in one bucket."""

    def __init__(self, client: Minio, options: Options, cache: Cache) -> None:
        """Make the bucket when it is missing; raises Unreachable, BadSettings when it can't do what the options ask."""
        self._client = client
        self._bucket = options.bucket
        self._cache = cache
        self._options = options
        self._encrypts = options.encrypt != "never"
        with _answers(self._bucket):
            if not client.bucket_exists(self._bucket):
                _make(client, self._bucket, lock=bool(options.lock))
            if options.lock:
                _check_lock(client, self._bucket)

    def put(self, path: Path, sha256: str) -> None:
        """Store the file's bytes, verified when this returns.

        Raises NotFound when the file is missing, Corrupt when it isn't what `sha256` says, Unreachable.
        """
        try:
            source = path.open("rb")
        except FileNotFoundError as error:
            raise NotFound(f"no such file: {path.name}") from error
        with source:
            if _digest(_read(source)) != _checked(sha256):
                raise Corrupt(f"the file is not {sha256}")
            if self._holds(sha256):
                return
            source.seek(0)
            self._upload(source, path.stat().st_size, sha256)
        if not self._holds(sha256):
            self.delete(sha256)
            raise Corrupt(f"bucket {self._bucket} gave other bytes back than {sha256}")

    def put_bytes(self, data: bytes) -> str:
        """Store bytes; gives their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self._holds(sha256):
            self._upload(io.BytesIO(data), len(data), sha256)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound, Corrupt, Unreachable."""
        data = b"".join(self._chunks(sha256))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Corrupt(f"blob {sha256} has changed in bucket {self._bucket}")
        return data

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """A verified copy on this machine, kept for the next time; raises NotFound, Corrupt, Unreachable."""
        return self._cache.file(_checked(sha256), lambda: self._chunks(sha256))

    def has(self, sha256: str) -> bool:
        """True when the bytes are stored; raises Unreachable."""
        try:
            with _answers(self._bucket):
                self._client.stat_object(self._bucket, _checked(sha256))
        except NotFound:
            return False
        return True

    def delete(self, sha256: str) -> None:
        """Remove the bytes with all versions, here and in the cache of this machine; no error when absent."""
        self._cache.forget(_checked(sha256))
        with _answers(self._bucket, held=sha256):
            while versions := self._versions(sha256):
                for version in versions:
                    self._client.remove_object(self._bucket, sha256, version_id=version)

    def _versions(self, sha256: str) -> "list[str]":
        """Ids of versions and delete markers, newest first, at most a thousand.

        Asked for by hand: Versity gives times with nine decimals, which the client's own listing does not understand.
        """
        query: Any = {"versions": "", "prefix": sha256}
        answer = self._client._execute("GET", self._bucket, query_params=query)  # noqa: SLF001
        root = ET.fromstring(answer.data)  # noqa: S314  # from the store that is trusted with the papers
        entries = [{part.tag.rpartition("}")[2]: part.text for part in entry} for entry in root]
        return [entry.get("VersionId") or "null" for entry in entries if entry.get("Key") == sha256]

    def hold(self, sha256: str) -> None:
        """Guard the bytes against `delete`, if the options say so; raises NotFound, Unreachable."""
        with _answers(self._bucket):
            if self._options.lock == "hold":
                self._client.enable_object_legal_hold(self._bucket, _checked(sha256))
            elif self._options.lock == "retention":
                until = datetime.now(UTC) + timedelta(days=self._options.lock_days)
                self._client.set_object_retention(self._bucket, _checked(sha256), Retention(GOVERNANCE, until))

    def forget(self, sha256: str) -> None:
        """Throw the copy in this machine's cache away."""
        self._cache.forget(_checked(sha256))

    def list(self, *, before: float | None = None) -> Iterator[str]:
        """Every SHA-256 stored, in order; with `before` (seconds since 1970) only what was stored before that time."""
        with _answers(self._bucket):
            for entry in self._client.list_objects(self._bucket):
                young = before is not None and entry.last_modified and entry.last_modified.timestamp() >= before
                if entry.object_name and _SHA256.fullmatch(entry.object_name) and not young:
                    yield entry.object_name

    def verify(self, sha256: str) -> int:
        """Read the bytes back from the bucket itself; gives their number; raises NotFound, Corrupt, Unreachable."""
        digest, size = hashlib.sha256(), 0
        for chunk in self._chunks(sha256):
            digest.update(chunk)
            size += len(chunk)
        if digest.hexdigest() != sha256:
            raise Corrupt(f"blob {sha256} has changed in bucket {self._bucket}")
        return size

    def _upload(self, source: BinaryIO, size: int, sha256: str) -> None:
        """Each request carries a checksum, so the server refuses what the network spoilt."""
        with _answers(self._bucket):
            try:
                sse = SseS3() if self._encrypts else None
                self._client.put_object(self._bucket, sha256, source, size, part_size=_PART, sse=sse)
            except S3Error as error:
                if error.code not in _UNKNOWN or not self._encrypts:
                    raise
                if self._options.encrypt == "always":
                    raise BadSettings(f"[blobs.options] encrypt: bucket {self._bucket}: {error.code}") from error
                self._encrypts = False
                source.seek(0)
                self._client.put_object(self._bucket, sha256, source, size, part_size=_PART)
            if self._options.encrypt == "always":
                self._check_encrypted(sha256)

    def _check_encrypted(self, sha256: str) -> None:
        """Some servers pass over what they are asked."""
        about = self._client.stat_object(self._bucket, sha256).metadata or {}
        if not about.get("x-amz-server-side-encryption"):
            self.delete(sha256)
            raise BadSettings(f"[blobs.options] encrypt: the server of bucket {self._bucket} does not")

    def _holds(self, sha256: str) -> bool:
        """True when the bucket gives these very bytes back."""
        try:
            return _digest(self._chunks(sha256)) == sha256
        except NotFound:
            return False

    def _chunks(self, sha256: str) -> Iterator[bytes]:
        """The stored bytes piece by piece, as they come; whoever takes them must compare the checksum."""
        with _answers(self._bucket):
            response = self._client.get_object(self._bucket, _checked(sha256))
            try:
                yield from response.stream(_CHUNK)
            finally:
                response.close()
                response.release_conn()


def _checked(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise NotFound("not a SHA-256")
    return sha256


def _read(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _digest(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _make(client: Minio, bucket: str, *, lock: bool) -> None:
    try:
        client.make_bucket(bucket, object_lock=lock)
    except S3Error as error:
        if error.code not in _OURS:  # another worker may have been quicker
            raise
    try:
        client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
    except S3Error as error:
        if error.code not in _UNKNOWN:
            raise
        _log.warning("bucket %s keeps no versions: its server has none", bucket)


def _check_lock(client: Minio, bucket: str) -> None:
    """Raises BadSettings unless the bucket can hold single objects, and holds none by itself."""
    try:
        rule: Any = client.get_object_lock_config(bucket)
    except ValueError:  # an empty rule, which the client does not understand: Versity
        return
    except S3Error as error:
        if error.code not in {"ObjectLockConfigurationNotFoundError", *_UNKNOWN}:
            raise
        raise BadSettings(
            f"[blobs.options] lock: bucket {bucket} was made without object lock; name a new one and move-store into it"
        ) from error
    if rule.mode is not None:
        raise BadSettings(f"[blobs.options] lock: bucket {bucket} locks all it is given: take its default rule away")


def _http(options: Options) -> urllib3.PoolManager:
    """Fewer and shorter tries than the client's own (5 × 5 minutes): who can't wait has the queue to try again."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=5.0, read=options.timeout_seconds),
        retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
        maxsize=10,
    )


def _keys_from_outside() -> Provider:
    """Raises ValueError when there are none."""
    provider = ChainedProvider([EnvMinioProvider(), EnvAWSProvider(), AWSConfigProvider()])
    try:
        provider.retrieve()
    except ValueError as error:
        raise ValueError("access_key: none here, in MINIO_ACCESS_KEY/MINIO_SECRET_KEY, or AWS's own places") from error
    return provider


def _cache_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


@contextmanager
def _answers(bucket: str, held: str = "") -> Iterator[None]:
    """Turns what the store says into our errors: NotFound, BadSettings (it won't let us), else Unreachable.

    `held`: the blob to delete; Conflict when it is locked.
    """
    try:
        yield
    except S3Error as error:
        if error.code in _GONE:
            raise NotFound(f"nothing like that in bucket {bucket}") from error
        if held and error.code in _LOCKED:
            raise Conflict(f"blob {held} is held in bucket {bucket}: the original of a RELEASED document") from error
        if error.code in _FORBIDDEN:
            raise BadSettings(f"[blobs.options] bucket {bucket}: {error.code} ({error.message})") from error
        raise Unreachable(f"bucket {bucket}: {error.code} ({error.message})") from error
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        why = getattr(error, "reason", None) or error  # what urllib3 gave up for
        raise Unreachable(f"bucket {bucket}: {type(why).__name__}") from error
