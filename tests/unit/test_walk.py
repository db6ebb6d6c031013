"""Which images are pages of one scan, and what a walk through folders gives."""

import io
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digitizer.errors import NotFound
from digitizer.ingest.walk import group, locate, natural, numbered, real, shown, walk


class TestGroup:
    @pytest.mark.parametrize(
        "run",
        [
            ("001.jpg", "002.jpg", "003.jpg"),
            ("scan_9.png", "scan_10.png", "scan_11.png"),
            ("Trang 1.jpg", "trang 2.JPG", "Trang 3.jpeg"),
            ("IMG_0099.HEIC", "IMG_0100.HEIC"),
            ("hs3_trang1.tif", "hs3_trang2.tif"),
            ("p1_300dpi.png", "p2_300dpi.png"),
            ("1 (ban sao).webp", "2 (ban sao).webp"),
        ],
    )
    def test_consecutive_numbers_are_one_run(self, run: tuple[str, ...]) -> None:
        assert group(reversed(run)) == [run]

    @pytest.mark.parametrize(
        "names",
        [
            ("cccd-mat-sau.jpg", "cccd-mat-truoc.jpg"),
            ("1.jpg", "3.jpg"),
            ("1.jpg", "2.png"),
            ("1.pdf", "2.pdf"),
            ("9.jpg", "010.jpg"),
            ("don1.jpg", "giay2.jpg"),
            ("1_sau.jpg", "1_truoc.jpg"),
            ("1-1.jpg", "2-2.jpg"),
            ("một.jpg",),
        ],
    )
    def test_all_others_stay_separate(self, names: tuple[str, ...]) -> None:
        assert group(names) == [(name,) for name in sorted(names, key=natural)]

    def test_a_gap_starts_another_run(self) -> None:
        assert group(["1.jpg", "2.jpg", "4.jpg", "5.jpg"]) == [("1.jpg", "2.jpg"), ("4.jpg", "5.jpg")]

    def test_two_dossiers_in_one_folder_are_two_runs(self) -> None:
        names = ["hs1_1.jpg", "hs1_2.jpg", "hs2_1.jpg", "hs2_2.jpg"]
        assert group(names) == [("hs1_1.jpg", "hs1_2.jpg"), ("hs2_1.jpg", "hs2_2.jpg")]

    def test_a_file_of_several_pages_cuts_the_run(self) -> None:
        runs = group(["1.tif", "2.tif", "3.tif", "4.tif", "5.tif"], lambda name: name != "3.tif")
        assert runs == [("1.tif", "2.tif"), ("3.tif",), ("4.tif", "5.tif")]

    @given(st.lists(st.text(st.sampled_from("aĐ 0129.-_()"), max_size=6).map(lambda stem: f"{stem}.jpg"), unique=True))
    def test_every_name_is_in_exactly_one_group(self, names: list[str]) -> None:
        assert sorted(name for one in group(names) for name in one) == sorted(names)

    @given(st.integers(0, 9998), st.integers(2, 30), st.integers(1, 4), st.randoms())
    def test_numbered_pages_come_back_in_order(self, start: int, count: int, width: int, random) -> None:
        names = [f"trang-{number:0{width}}.png" for number in range(start, start + count)]
        shuffled = random.sample(names, len(names))
        assert group(shuffled) == [tuple(names)]

    def test_a_long_row_of_digits_is_a_name_like_any_other(self) -> None:
        assert group([f"{'9' * 5000}.jpg", f"{'8' * 5000}.jpg"])

    def test_numbered_says_what_may_become_a_run(self) -> None:
        assert [numbered(name) for name in ("1.jpg", "a.jpg", "1.pdf", "1")] == [True, False, False, False]


class TestNames:
    @given(st.binary(min_size=1, max_size=12).filter(lambda raw: not {0, 47} & set(raw)))
    def test_any_file_name_can_be_printed_and_found_again(self, raw: bytes) -> None:
        name = os.fsdecode(raw)
        shown(name).encode()
        assert real(shown(name)) == name

    @given(st.lists(st.integers(0, 10**6), max_size=20))
    def test_natural_order_is_that_of_numbers(self, numbers: list[int]) -> None:
        names = [f"Trang {number}" for number in numbers]
        assert sorted(names, key=natural) == [f"Trang {number}" for number in sorted(numbers)]


class TestWalk:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "quét"
        for name in ("b.pdf", "hs 2/1.jpg", "hs 2/2.jpg", "hs 2/a.pdf", "hs 10/x/đơn.pdf", ".git/c", "Thumbs.db"):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".jpg":
                Image.new("L", (8, 8)).save(path)
            else:
                path.write_bytes(b"x")
        return root

    def test_files_in_natural_order_with_folders_as_labels(self, root: Path) -> None:
        passed: Counter[str] = Counter()
        offers = list(walk([root], (".*", "thumbs.db"), passed))
        assert [(offer.file[len(str(root)) :], offer.labels, offer.parts) for offer in offers] == [
            ("/b.pdf", (), ()),
            ("/hs 2", ("hs 2",), ("1.jpg", "2.jpg")),
            ("/hs 2/a.pdf", ("hs 2",), ()),
            ("/hs 10/x/đơn.pdf", ("hs 10", "x"), ()),
        ]
        assert passed == {"ignored": 2}

    def test_every_offer_can_be_located(self, root: Path) -> None:
        found = [path for offer in walk([root], (".*",)) for path in locate(offer)]
        assert all(path.is_file() and path.is_absolute() for path in found)
        assert len(found) == len(set(found)) == 6

    def test_the_name_is_as_given_and_the_key_absolute(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(root.parent)
        for given_path in ("quét", "quét/", "./quét"):
            (*_, last) = walk([given_path], (".*",))
            assert last.file == f"{given_path.rstrip('/')}/hs 10/x/đơn.pdf"
            assert last.key == str(root / "hs 10/x/đơn.pdf")

    def test_a_file_given_has_no_labels_and_is_never_ignored(self, root: Path) -> None:
        (offer,) = walk([root / "Thumbs.db"], ("Thumbs.db",))
        assert (offer.labels, locate(offer)) == ((), (root / "Thumbs.db",))

    def test_links_and_pipes_are_counted_and_not_followed(self, root: Path) -> None:
        (root / "link.pdf").symlink_to(root / "b.pdf")
        (root / "loop").symlink_to(root)
        os.mkfifo(root / "pipe")
        passed: Counter[str] = Counter()
        assert len(list(walk([root], (".*", "Thumbs.db"), passed))) == 4
        assert passed["special"] == 3

    def test_a_multi_page_tiff_among_numbered_images_stays_alone(self, tmp_path: Path) -> None:
        one = Image.new("1", (8, 8))
        for number in range(1, 5):
            one.save(tmp_path / f"{number}.tif", save_all=True, append_images=[one] if number == 3 else [])
        assert [offer.parts for offer in walk([tmp_path], ())] == [("1.tif", "2.tif"), (), ()]

    def test_a_pdf_named_like_a_page_image_stays_alone(self, tmp_path: Path) -> None:
        (tmp_path / "1.jpg").write_bytes(b"%PDF-1.4")
        Image.new("L", (8, 8)).save(tmp_path / "2.jpg")
        assert [offer.parts for offer in walk([tmp_path], ())] == [(), ()]

    def test_what_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(NotFound, match="không có"):
            list(walk([tmp_path / "không có"], ()))
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(NotFound, match="neither"):
            list(walk([tmp_path / "pipe"], ()))

    def test_a_jpeg_that_can_not_be_opened_is_no_reason_to_stop(self, tmp_path: Path) -> None:
        (tmp_path / "1.jpg").write_bytes(io.BytesIO().getvalue())
        (tmp_path / "2.jpg").write_bytes(b"")
        assert [offer.parts for offer in walk([tmp_path], ())] == [("1.jpg", "2.jpg")]
