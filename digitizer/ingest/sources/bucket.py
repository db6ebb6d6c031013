"""A bucket of MinIO or any S3 store: objects are whole by nature; after the commit they go under other prefixes.

A numbered page image may be the first of a run that is still being uploaded: it waits `settle_seconds` after the last
page came (by the store's clock against ours).  Two deliveries are told apart by ETag and time of change.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from threading import Event

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.credentials.providers import AWSConfigProvider, ChainedProvider, EnvAWSProvider, EnvMinioProvider
from minio.datatypes import Object
from minio.error import MinioException, S3Error

from digitizer.contracts import Offer, Source
from digitizer.errors import BadSettings, NotFound, Unreachable
from digitizer.ids import new_id
from digitizer.ingest.sniff import HEAD, IMAGES, TIFF, sniff
from digitizer.ingest.sources.moving import letter
from digitizer.ingest.tiff import directories
from digitizer.ingest.walk import group, ignored, labels_of, natural, numbered
from digitizer.model import Reason

_NOTES = ".moving/"
_GONE = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchVersion", "PreconditionFailed"})
_FORBIDDEN = frozenset(
    {"NoSuchBucket", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidBucketName"}
)
_SECONDS = 30.0  # without an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`endpoint`: host and port.  `prefix`: the folder to watch.  `processed`, `refused`: folders in the same bucket.

    Empty keys are looked for in `MINIO_ACCESS_KEY`/`MINIO_SECRET_KEY`, then where AWS's own tools look, so that no
    secret need stand in a settings file.  `ignore`: file names passed over (shell patterns).
    """

    endpoint: str
    bucket: str
    prefix: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    secure: bool = False
    region: str = ""
    processed: str = "processed/"
    refused: str = "refused/"
    settle_seconds: float = 5.0
    ignore: tuple[str, ...] = ()


def open(options: Options) -> Source:  # noqa: A001  # the name that every plug has
    """The bucket as a source; raises BadSettings when `processed` or `refused` would be watched, too."""
    prefix = f"{options.prefix.strip('/')}/".lstrip("/")
    asides = tuple(f"{name.strip('/')}/" for name in (options.processed, options.refused))
    if "/" in asides or any(prefix.startswith(aside) for aside in asides):
        raise BadSettings(f"[sources.bucket] prefix {options.prefix!r}: processed and refused may not be watched")
    outside = ChainedProvider([EnvMinioProvider(), EnvAWSProvider(), AWSConfigProvider()])
    client = Minio(
        options.endpoint,
        access_key=options.access_key or None,
        secret_key=options.secret_key or None,
        secure=options.secure,
        region=options.region or None,
        http_client=urllib3.PoolManager(timeout=_SECONDS, retries=urllib3.Retry(total=2, backoff_factor=0.2)),
        credentials=None if options.access_key else outside,
    )
    return Bucket(client, replace(options, prefix=prefix), *asides)


class Bucket:
    """See the module; `open` makes it.  Every method raises Unreachable when the store does not answer."""

    def __init__(self, client: Minio, options: Options, processed: str, refused: str) -> None:
        self._client = client
        self._options = options
        self._bucket = options.bucket
        self._processed = processed
        self._refused = refused
        self._unsettled = False
        self._name = f"bucket:{self._bucket}/{options.prefix}"

    def offers(self) -> Iterator[Offer]:
        """What lies there now, folder by folder; a folder's listing is held in memory, not the bucket's."""
        for aside in (self._processed, self._refused):
            self._finish(aside)
        self._unsettled = False
        yield from self._offers_in(self._options.prefix)

    def fetch(self, offer: Offer, folder: Path) -> tuple[Path, ...]:
        """Copies in `folder`, named by number; raises NotFound when they are gone or others by now."""
        paths, marks = [], []
        for at, key in enumerate(self._keys(offer)):
            path = folder / f"{at:05d}"
            found = self._look(key)
            with _answers(self._bucket):
                self._client.fget_object(self._bucket, key, str(path), request_headers={"If-Match": f'"{found.etag}"'})
            paths.append(path)
            marks.append(_mark(found))
        if not offer.key.endswith(f"#{'+'.join(marks)}"):
            raise NotFound(f"{offer.file}: changed since it was offered")
        return tuple(paths)

    def done(self, offer: Offer) -> None:
        """Move the objects below `processed`, unless they changed meanwhile: then they are a new delivery."""
        self._put_away(offer, self._processed, None)

    def refuse(self, offer: Offer, reason: Reason) -> None:
        """Move the objects below `refused`, beside `<name>.txt` with the reason."""
        self._put_away(offer, self._refused, reason)

    def soon(self) -> float | None:
        """When a run that is still being uploaded may be whole; None when the last look saw none."""
        return self._options.settle_seconds if self._unsettled else None

    def news(self, ended: Event) -> Iterator[None]:  # noqa: ARG002  # the store's own webhook tells (docs/operate.md)
        """Nothing."""
        return iter(())

    def forget(self, source: str, file: str, bytes_: frozenset[str]) -> bool:
        """Delete every version of what is left of a delivery, under its own prefix, `processed` or `refused`."""
        if source != self._name:
            return False
        key = PurePosixPath(file[len(self._bucket) + 1 + len(self._options.prefix) :])
        for root in (self._options.prefix, self._processed, self._refused):
            with _answers(self._bucket):
                near = f"{root}{key.parent / key.stem}"
                for found in list(self._client.list_objects(self._bucket, near, recursive=True, include_version=True)):
                    if not found.is_delete_marker and self._digest(found) in bytes_:
                        self._client.remove_object(self._bucket, str(found.object_name), found.version_id)
        return True

    def _digest(self, found: Object) -> str:
        response = self._client.get_object(self._bucket, str(found.object_name), version_id=found.version_id)
        try:
            digest = hashlib.sha256()
            for chunk in response.stream(1 << 20):
                digest.update(chunk)
            return digest.hexdigest()
        finally:
            response.close()
            response.release_conn()

    def _offers_in(self, prefix: str) -> Iterator[Offer]:
        here: dict[str, Object] = {}
        folders = []
        for found in self._list(prefix):
            key = str(found.object_name)
            if key.startswith((self._processed, self._refused)) or self._passed_over(key):
                continue
            if key.endswith("/"):
                folders.append(key)
            else:
                here[key] = found
        by_name = {PurePosixPath(key).name: key for key in here}
        for names in group(by_name, lambda name: self._is_picture(by_name[name])):
            objects = [here[by_name[name]] for name in names]
            if all(self._settled(found) for found in objects):
                yield self._offer(objects, names)
            else:
                self._unsettled = True
        for key in sorted(folders, key=natural):
            if key != prefix:  # a marker object of the folder itself
                yield from self._offers_in(key)

    def _passed_over(self, key: str) -> bool:
        return ignored(PurePosixPath(key).name, self._options.ignore)

    def _offer(self, objects: Sequence[Object], names: tuple[str, ...]) -> Offer:
        first = str(objects[0].object_name)
        run = len(objects) > 1
        folder = first.rpartition("/")[0]
        inside = folder[len(self._options.prefix) :]
        return Offer(
            source=self._name,
            file=f"{self._bucket}/{folder if run else first}".rstrip("/"),
            key=f"{self._bucket}/{first}#{'+'.join(_mark(found) for found in objects)}",
            labels=labels_of(inside),
            parts=names if run else (),
        )

    def _settled(self, found: Object) -> bool:
        if not numbered(PurePosixPath(str(found.object_name)).name) or found.last_modified is None:
            return True
        return (datetime.now(UTC) - found.last_modified).total_seconds() >= self._options.settle_seconds

    def _is_picture(self, key: str) -> bool:
        media = sniff(self._part(key, 0, HEAD))
        if media == TIFF:
            return len(directories(lambda offset, size: self._part(key, offset, size), 1).sizes) < 2
        return media in IMAGES

    def _part(self, key: str, offset: int, size: int) -> bytes:
        """A few bytes of an object; empty past its end or when it is gone."""
        try:
            with _answers(self._bucket):
                response = self._client.get_object(self._bucket, key, offset=offset, length=size)
                try:
                    return bytes(response.read())
                finally:
                    response.close()
                    response.release_conn()
        except NotFound:
            return b""

    def _keys(self, offer: Offer) -> tuple[str, ...]:
        key = offer.file[len(self._bucket) + 1 :]
        return tuple(str(PurePosixPath(key, part)) for part in offer.parts) or (key,)

    def _list(self, prefix: str) -> Iterator[Object]:
        with _answers(self._bucket):
            yield from self._client.list_objects(self._bucket, prefix=prefix)

    def _look(self, key: str) -> Object:
        """The object as a listing shows it (whose times are finer than those of a single look); raises NotFound."""
        for found in self._list(key):
            if found.object_name == key:
                return found
            break
        raise NotFound(f"{self._bucket}/{key}: gone")

    def _put_away(self, offer: Offer, aside: str, reason: Reason | None) -> None:
        try:
            objects = [self._look(key) for key in self._keys(offer)]
        except NotFound:
            return
        marks = [_mark(found) for found in objects]
        if not offer.key.endswith(f"#{'+'.join(marks)}"):
            return
        moves = []
        for found in objects:
            target = aside + str(found.object_name)[len(self._options.prefix) :]
            moves.append((str(found.object_name), self._free(target, found), _mark(found)))
        if reason is not None:
            self._write(f"{moves[0][1]}.txt", letter(reason))
        if len(moves) == 1:
            self._move(*moves[0])
            return
        # A note says what moves where until all has moved: a run never stays behind in part.
        note = f"{aside}{_NOTES}{new_id('m')}.json"
        self._write(note, json.dumps(moves))
        self._complete(note, moves)

    def _finish(self, aside: str) -> None:
        """Complete the moves that a killed process left half done."""
        for found in self._list(aside + _NOTES):
            with _answers(self._bucket):
                response = self._client.get_object(self._bucket, str(found.object_name))
                try:
                    moves = json.loads(response.read())
                finally:
                    response.close()
                    response.release_conn()
            self._complete(str(found.object_name), moves)

    def _complete(self, note: str, moves: Sequence[Sequence[str]]) -> None:
        for old, new, known in moves:
            self._move(old, new, known)
        with _answers(self._bucket):
            self._client.remove_object(self._bucket, note)

    def _move(self, old: str, new: str, known: str) -> None:
        """Copy, then remove; nothing when the object is gone or another by now."""
        try:
            found = self._look(old)
            if _mark(found) != known:
                return
            source = CopySource(self._bucket, old, match_etag=found.etag)
            with _answers(self._bucket):
                self._client.copy_object(self._bucket, new, source)
                self._client.remove_object(self._bucket, old)
        except NotFound:
            return

    def _free(self, target: str, moving: Object) -> str:
        """The target, or `name-2.pdf` …; one that holds the same bytes already is free, too."""
        number, free = 1, target
        while True:
            try:
                found = self._look(free)
            except NotFound:
                return free
            if found.etag == moving.etag and found.size == moving.size:
                return free
            number += 1
            path = PurePosixPath(target)
            free = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))

    def _write(self, key: str, text: str) -> None:
        data = text.encode()
        with _answers(self._bucket):
            self._client.put_object(self._bucket, key, BytesIO(data), len(data), "text/plain; charset=utf-8")


def _mark(found: Object) -> str:
    changed = found.last_modified.astimezone(UTC).isoformat() if found.last_modified else ""
    return f"{(found.etag or '').strip(chr(34))}-{changed}"


@contextmanager
def _answers(bucket: str) -> Iterator[None]:
    """Turns what the store says into our errors: NotFound, BadSettings (it won't let us), else Unreachable."""
    try:
        yield
    except S3Error as error:
        if error.code in _GONE:
            raise NotFound(f"nothing like that in bucket {bucket}") from error
        if error.code in _FORBIDDEN:
            raise BadSettings(f"[sources.bucket] bucket {bucket}: {error.code}") from error
        raise Unreachable(f"bucket {bucket}: {error.code}") from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise Unreachable(f"bucket {bucket}: {type(error).__name__}") from error
