"""What every intake source does: one class over a watched folder and a bucket on a real MinIO."""

import io
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from minio import Minio
from PIL import Image

from digitizer import plug
from digitizer.contracts import Offer, Source
from digitizer.errors import BadSettings, NotFound, Unreachable
from digitizer.model import Reason
from tests.servers import MinioAt, free_port

REASON = Reason(code="empty", vi="Tệp rỗng.", en="The file is empty.")
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def picture(shade: int = 255) -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("L", (16, 16), shade).save(out, "JPEG")
    return out.getvalue()


class Place(Protocol):
    """Where a test puts files for a source, and looks for what became of them."""

    reuses: bool
    """Same name and bytes: kept once, or once a delivery."""

    def source(self) -> Source: ...
    def put(self, name: str, data: bytes) -> None: ...
    def waiting(self) -> dict[str, bytes]: ...
    def processed(self) -> dict[str, bytes]: ...
    def refused(self) -> dict[str, bytes]: ...


class FolderPlace:
    reuses = False

    def __init__(self, root: Path) -> None:
        self.root = root / "in"
        self.root.mkdir()

    def source(self, **options: object) -> Source:
        options = {"path": str(self.root), "settle_seconds": 0, "ignore": (".*",), **options}
        source: Source = plug.load("ingest.sources", "folder", options)
        return source

    def put(self, name: str, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def waiting(self) -> dict[str, bytes]:
        return self._read(self.root)

    def processed(self) -> dict[str, bytes]:
        return self._read(self.root.with_name("in-processed"))

    def refused(self) -> dict[str, bytes]:
        return self._read(self.root.with_name("in-refused"))

    @staticmethod
    def _read(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class BucketPlace:
    reuses = True

    def __init__(self, minio: MinioAt) -> None:
        self.at = minio
        self.name = f"scans-{uuid4().hex}"
        self.client = Minio(minio.endpoint, minio.access_key, minio.secret_key, secure=False)
        self.client.make_bucket(self.name)

    def source(self, **options: object) -> Source:
        keys = {"endpoint": self.at.endpoint, "access_key": self.at.access_key, "secret_key": self.at.secret_key}
        options = {**keys, "bucket": self.name, "settle_seconds": 0, "ignore": (".*",), **options}
        source: Source = plug.load("ingest.sources", "bucket", options)
        return source

    def put(self, name: str, data: bytes) -> None:
        self.client.put_object(self.name, name, io.BytesIO(data), len(data))

    def waiting(self) -> dict[str, bytes]:
        return {name: data for name, data in self._read("") if not name.startswith(("processed/", "refused/"))}

    def processed(self) -> dict[str, bytes]:
        return dict(self._read("processed/"))

    def refused(self) -> dict[str, bytes]:
        return dict(self._read("refused/"))

    def _read(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        for found in list(self.client.list_objects(self.name, prefix, recursive=True)):
            response = self.client.get_object(self.name, str(found.object_name))
            yield str(found.object_name)[len(prefix) :], response.read()
            response.close()
            response.release_conn()


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.servers)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return FolderPlace(tmp_path)
    return BucketPlace(request.getfixturevalue("minio"))


def offered(source: Source) -> list[Offer]:
    return list(source.offers())


def fetched(source: Source, offer: Offer, folder: Path) -> list[bytes]:
    folder.mkdir(exist_ok=True)
    return [path.read_bytes() for path in source.fetch(offer, folder)]


class TestSource:
    def test_nothing_there_offers_nothing(self, place: Place) -> None:
        assert offered(place.source()) == []

    def test_a_file_is_offered_with_its_folders_and_fetched_as_it_is(self, place: Place, tmp_path: Path) -> None:
        place.put("2021/hộp 12/Đơn đề nghị.pdf", PDF)
        source = place.source()
        (offer,) = offered(source)
        assert offer.file.endswith("2021/hộp 12/Đơn đề nghị.pdf")
        assert (offer.labels, offer.parts) == (("2021", "hộp 12"), ())
        assert fetched(source, offer, tmp_path / "x") == [PDF]

    def test_a_loose_file_has_no_labels(self, place: Place) -> None:
        place.put("a.pdf", PDF)
        assert [offer.labels for offer in offered(place.source())] == [()]

    def test_what_was_not_put_away_is_known_again(self, place: Place) -> None:
        place.put("a.pdf", PDF)
        assert [one.key for one in offered(place.source())] == [one.key for one in offered(place.source())]

    def test_done_moves_it_and_keeps_its_folders(self, place: Place) -> None:
        place.put("hồ sơ 1/a.pdf", PDF)
        source = place.source()
        for offer in offered(source):
            source.done(offer)
        assert place.processed() == {"hồ sơ 1/a.pdf": PDF}
        assert place.waiting() == {}
        assert offered(source) == []

    def test_after_done_the_same_name_and_bytes_are_a_new_delivery(self, place: Place) -> None:
        source, keys = place.source(), set()
        for _ in range(2):
            place.put("a.pdf", PDF)
            (offer,) = offered(source)
            keys.add(offer.key)
            source.done(offer)
        assert len(keys) == 2

    def test_done_twice_changes_nothing(self, place: Place) -> None:
        place.put("a.pdf", PDF)
        source = place.source()
        (offer,) = offered(source)
        source.done(offer)
        source.done(offer)
        assert place.processed() == {"a.pdf": PDF}

    def test_nothing_put_away_is_ever_overwritten(self, place: Place) -> None:
        source = place.source()
        for data in (PDF, PDF + b"\n", PDF + b"\n\n"):
            place.put("a.pdf", data)
            (offer,) = offered(source)
            source.done(offer)
        assert place.processed() == {"a.pdf": PDF, "a-2.pdf": PDF + b"\n", "a-3.pdf": PDF + b"\n\n"}

    def test_a_refused_file_lies_beside_its_reason_in_both_languages(self, place: Place) -> None:
        place.put("hs/a.pdf", PDF)
        source = place.source()
        (offer,) = offered(source)
        source.refuse(offer, REASON)
        found = place.refused()
        assert found.pop("hs/a.pdf") == PDF
        letter = found.pop("hs/a.pdf.txt").decode()
        assert letter.index(REASON.vi) < letter.index(REASON.en)
        assert (found, place.waiting()) == ({}, {})

    def test_numbered_page_images_are_one_offer_in_order(self, place: Place, tmp_path: Path) -> None:
        pages = {f"hs/trang {number}.jpg": picture(number) for number in (9, 10, 11)}
        for name, data in pages.items():
            place.put(name, data)
        source = place.source()
        (offer,) = offered(source)
        assert offer.file.endswith("hs")
        assert offer.parts == ("trang 9.jpg", "trang 10.jpg", "trang 11.jpg")
        assert fetched(source, offer, tmp_path / "x") == list(pages.values())
        source.done(offer)
        assert (place.processed(), place.waiting()) == (pages, {})

    def test_differently_named_images_stay_separate(self, place: Place) -> None:
        place.put("cccd-mat-truoc.jpg", picture())
        place.put("cccd-mat-sau.jpg", picture())
        assert [offer.parts for offer in offered(place.source())] == [(), ()]

    def test_multi_page_tiffs_never_join(self, place: Place) -> None:
        out = io.BytesIO()
        Image.new("1", (8, 8)).save(out, "TIFF", save_all=True, append_images=[Image.new("1", (8, 8))])
        place.put("scan1.tif", out.getvalue())
        place.put("scan2.tif", out.getvalue())
        assert len(offered(place.source())) == 2

    def test_ignored_names_are_left_alone(self, place: Place) -> None:
        place.put(".hidden.pdf", PDF)
        source = place.source()
        assert offered(source) == []
        assert place.waiting() == {".hidden.pdf": PDF}

    def test_a_file_replaced_since_the_offer_is_not_mistaken_for_it(self, place: Place, tmp_path: Path) -> None:
        place.put("a.pdf", PDF)
        source = place.source()
        (offer,) = offered(source)
        place.put("a.pdf", PDF + b"more\n%%EOF\n")
        with pytest.raises(NotFound):
            fetched(source, offer, tmp_path / "x")
        source.done(offer)
        assert (len(place.waiting()), place.processed()) == (1, {})

    def test_a_run_is_put_away_whole_whenever_the_process_is_killed(self, place: Place) -> None:
        pages = {f"hs/{number:03}.jpg": picture(number) for number in (1, 2, 3)}
        for moment in range(1, 40):
            for name, data in pages.items():
                place.put(name, data)
            source = place.source()
            (offer,) = offered(source)
            ended = killed_at(moment, place, offer)
            after = offered(place.source())
            assert [one.key for one in after] in ([], [offer.key])
            for one in after:
                source.done(one)
            assert place.waiting() == {}
            kept = {name: data for name, data in place.processed().items() if not name.startswith(".moving/")}
            assert len(kept) == (3 if place.reuses else 3 * moment)
            assert set(kept.values()) == set(pages.values())
            if ended:
                return
        pytest.fail("done() never came to its end")


def killed_at(moment: int, place: Place, offer: Offer) -> bool:
    """Put the offer away in a child that dies before its moment-th move or request; True when it ended by itself."""
    child = os.fork()
    if child == 0:
        source = place.source()  # with connections of its own
        left = [moment]

        def die(event: str, _: object) -> None:
            if event in ("os.rename", "os.remove", "http.client.send"):
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)

        sys.addaudithook(die)
        source.done(offer)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> FolderPlace:
        return FolderPlace(tmp_path)

    def test_a_file_that_still_grows_waits_until_it_is_quiet(self, folder: FolderPlace) -> None:
        source = folder.source(settle_seconds=0.2)
        folder.put("a.pdf", PDF)
        assert offered(source) == []
        time.sleep(0.15)
        folder.put("a.pdf", PDF + b"\n")
        assert offered(source) == []
        time.sleep(0.1)
        assert offered(source) == []
        time.sleep(0.15)
        assert len(offered(source)) == 1

    @pytest.mark.parametrize("name", ["a.pdf", "a.tif", "a.zip", "a.png", "empty.jpg"])
    def test_a_quiet_file_without_its_end_waits_for_its_patience(self, folder: FolderPlace, name: str) -> None:
        tif = io.BytesIO()
        Image.new("L", (64, 64)).save(tif, "TIFF")  # Pillow writes the directory first: point it past the end
        beginnings = {
            "a.pdf": PDF[:20],
            "a.tif": b"II*\0\xff\xff\0\0" + tif.getvalue()[8:],
            "a.zip": b"PK\3\4" + b"x" * 40,
        }
        folder.put(name, beginnings.get(name, b"" if name == "empty.jpg" else b"\x89PNG\r\n\x1a\n" + b"x" * 40))
        assert offered(folder.source(patience_seconds=60)) == []
        assert len(offered(folder.source(patience_seconds=0))) == 1

    def test_a_jpeg_without_its_end_waits_three_times_as_long(self, folder: FolderPlace) -> None:
        folder.put("a.jpg", picture()[:-10])
        source = folder.source(settle_seconds=0.1)
        assert offered(source) == []
        time.sleep(0.15)
        assert offered(source) == []
        time.sleep(0.2)
        assert len(offered(source)) == 1

    def test_a_run_waits_for_its_last_page(self, folder: FolderPlace) -> None:
        source = folder.source(settle_seconds=0.2)
        folder.put("1.jpg", picture())
        offered(source)
        time.sleep(0.25)
        folder.put("2.jpg", b"")
        assert offered(source) == []
        folder.put("2.jpg", picture())
        assert offered(source) == []
        time.sleep(0.25)
        assert [offer.parts for offer in offered(source)] == [("1.jpg", "2.jpg")]

    def test_links_and_pipes_are_never_offered(self, folder: FolderPlace, tmp_path: Path) -> None:
        (tmp_path / "secret.pdf").write_bytes(PDF)
        (folder.root / "link.pdf").symlink_to(tmp_path / "secret.pdf")
        (folder.root / "out").symlink_to(tmp_path)
        os.mkfifo(folder.root / "pipe.pdf")
        assert offered(folder.source()) == []

    def test_a_file_swapped_for_a_link_after_the_offer_is_not_fetched(
        self, folder: FolderPlace, tmp_path: Path
    ) -> None:
        folder.put("a.pdf", PDF)
        source = folder.source()
        (offer,) = offered(source)
        (folder.root / "a.pdf").unlink()
        (folder.root / "a.pdf").symlink_to("/etc/hostname")
        with pytest.raises(NotFound):
            source.fetch(offer, tmp_path)

    def test_a_name_that_is_no_utf8_is_offered_printable_and_moved_as_it_is(self, folder: FolderPlace) -> None:
        name = os.fsdecode(b"\xd0\xed don.pdf")
        (folder.root / name).write_bytes(PDF)
        source = folder.source()
        (offer,) = offered(source)
        assert offer.file.encode().decode() == offer.file
        source.done(offer)
        assert folder.processed() == {name: PDF}

    def test_folders_of_papers_put_away_are_removed_and_others_kept(self, folder: FolderPlace) -> None:
        (folder.root / "của người khác").mkdir()
        folder.put("2021/hs 1/a.pdf", PDF)
        source = folder.source()
        source.done(offered(source)[0])
        offered(source)
        offered(source)
        assert sorted(path.name for path in folder.root.rglob("*")) == ["của người khác"]

    @pytest.mark.parametrize("option", ["processed", "refused"])
    def test_done_files_may_not_lie_inside_or_around_the_watched_folder(self, folder: FolderPlace, option: str) -> None:
        for wrong in (folder.root, folder.root / "done", folder.root.parent):
            with pytest.raises(BadSettings, match=option):
                folder.source(**{option: str(wrong)})

    def test_a_folder_that_is_gone_is_out_of_reach(self, folder: FolderPlace) -> None:
        source = folder.source()
        folder.root.rmdir()
        with pytest.raises(Unreachable):
            offered(source)

    def test_another_file_system_is_no_hindrance(self, folder: FolderPlace) -> None:
        if Path("/dev/shm").stat().st_dev == folder.root.stat().st_dev:
            pytest.fail("this test needs /dev/shm to be a file system of its own")
        aside = Path("/dev/shm") / f"digitizer-{uuid4().hex}"
        folder.put("hs/a.pdf", PDF)
        source = folder.source(processed=str(aside))
        try:
            source.done(offered(source)[0])
            found = [path for path in aside.rglob("*") if path.is_file()]
            assert [(path.relative_to(aside).as_posix(), path.read_bytes()) for path in found] == [("hs/a.pdf", PDF)]
            assert folder.waiting() == {}
        finally:
            for path in sorted(aside.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            aside.rmdir()


@pytest.mark.servers
class TestBucket:
    @pytest.fixture
    def bucket(self, minio: MinioAt) -> BucketPlace:
        return BucketPlace(minio)

    def test_only_what_lies_under_the_prefix_is_offered(self, bucket: BucketPlace) -> None:
        bucket.put("in/hs 1/a.pdf", PDF)
        bucket.put("other/b.pdf", PDF)
        source = bucket.source(prefix="in")
        (offer,) = offered(source)
        assert offer.labels == ("hs 1",)
        source.done(offer)
        assert bucket.processed() == {"hs 1/a.pdf": PDF}

    def test_a_page_image_waits_for_the_pages_that_may_follow(self, bucket: BucketPlace) -> None:
        bucket.put("1.jpg", picture())
        bucket.put("a.pdf", PDF)
        assert [offer.file.rpartition("/")[2] for offer in offered(bucket.source(settle_seconds=60))] == ["a.pdf"]

    def test_keys_may_come_from_the_environment(self, bucket: BucketPlace, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MINIO_ACCESS_KEY", bucket.at.access_key)
        monkeypatch.setenv("MINIO_SECRET_KEY", bucket.at.secret_key)
        bucket.put("a.pdf", PDF)
        assert len(offered(bucket.source(access_key="", secret_key=""))) == 1

    def test_a_store_that_does_not_answer_is_out_of_reach(self, bucket: BucketPlace) -> None:
        with pytest.raises(Unreachable):
            offered(bucket.source(endpoint=f"127.0.0.1:{free_port()}"))

    def test_a_bucket_that_is_not_there_is_a_wrong_setting(self, bucket: BucketPlace) -> None:
        with pytest.raises(BadSettings):
            offered(bucket.source(bucket="not-there"))

    def test_the_processed_prefix_may_not_be_watched(self, bucket: BucketPlace) -> None:
        with pytest.raises(BadSettings):
            bucket.source(prefix="processed/today")
