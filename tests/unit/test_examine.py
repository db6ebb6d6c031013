"""What a file is told to be, and why it is refused: files are made here, invented and small."""

import io
import pickle
import struct
import warnings
import zipfile
from pathlib import Path

import pikepdf
import pillow_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from digitizer.errors import Refused
from digitizer.ingest.examine import Found, checksum, examine
from digitizer.ingest.refusals import CODES, refused
from digitizer.ingest.whole import whole
from digitizer.settings import Limits

LIMITS = Limits()


def pdf(pages: int = 1, **root: object) -> pikepdf.Pdf:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    for name, value in root.items():
        document.Root[f"/{name}"] = value
    return document


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def picture(form: str, mode: str = "L", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.save(out, form, **options)
    return out.getvalue()


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.linear_gradient("L").convert("RGB")).save(out)
    return out.getvalue()


def look(tmp_path: Path, data: bytes, limits: Limits = LIMITS, name: str = "tệp") -> Found:
    path = tmp_path / name
    path.write_bytes(data)
    return examine(path, limits)


def code(tmp_path: Path, data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Refused) as error:
        look(tmp_path, data, limits)
    return error.value.reason.code


def notices(found: Found) -> list[str]:
    return [problem.code for problem in found.problems]


class TestTaken:
    @pytest.mark.parametrize(
        ("data", "media"),
        [
            (picture("JPEG"), "image/jpeg"),
            (picture("JPEG", "CMYK"), "image/jpeg"),
            (picture("PNG", "RGBA"), "image/png"),
            (picture("TIFF", "1", compression="group4"), "image/tiff"),
            (picture("TIFF", "I;16"), "image/tiff"),
            (picture("WEBP", "RGB"), "image/webp"),
            (picture("BMP"), "image/bmp"),
            (picture("GIF", "P"), "image/gif"),
            (picture("JPEG2000"), "image/jp2"),
            (picture("PPM"), "image/x-portable-anymap"),
            (heic(), "image/heic"),
        ],
    )
    def test_images_are_known_by_their_bytes_and_are_one_page(self, tmp_path: Path, data: bytes, media: str) -> None:
        found = look(tmp_path, data, name="sai đuôi.pdf")
        assert (found.media, found.pages, found.problems) == (media, 1, ())

    def test_size_and_hash_are_those_of_the_bytes(self, tmp_path: Path) -> None:
        data = saved(pdf(3))
        found = look(tmp_path, data)
        assert (found.media, found.pages, found.size) == ("application/pdf", 3, len(data))
        assert (found.sha256, found.size) == checksum(tmp_path / "tệp")

    @pytest.mark.parametrize("order", ["<", ">"])
    def test_pages_of_a_tiff_are_its_directories_even_in_a_loop(self, tmp_path: Path, order: str) -> None:
        found = look(tmp_path, tiff([(8, 8)] * 3, order, loop=True))
        assert found.pages == 3

    def test_a_thumbnail_at_the_end_of_a_tiff_is_no_page(self, tmp_path: Path) -> None:
        assert look(tmp_path, tiff([(8, 8), (4, 4)], reduced=(1,))).pages == 1

    def test_a_big_tiff_is_counted_too(self, tmp_path: Path) -> None:
        assert look(tmp_path, picture("TIFF", big_tiff=True)).pages == 1

    def test_a_zip_is_taken_to_be_unpacked(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.pdf", saved(pdf()))
        assert (look(tmp_path, out.getvalue()).media, look(tmp_path, out.getvalue()).pages) == ("application/zip", 0)

    def test_a_pdf_that_only_its_owner_may_change_is_read(self, tmp_path: Path) -> None:
        data = saved(pdf(), encryption=pikepdf.Encryption(owner="chủ", user=""))
        assert look(tmp_path, data).pages == 1

    def test_a_signature_is_seen_and_an_empty_signature_field_is_none(self, tmp_path: Path) -> None:
        assert not look(tmp_path, saved(signed(filled=False))).signed
        assert look(tmp_path, saved(signed(filled=True))).signed

    def test_a_pdf_without_its_table_is_repaired_with_a_notice(self, tmp_path: Path) -> None:
        data = saved(pdf(2))
        found = look(tmp_path, data[: data.rindex(b"xref")])
        assert (found.pages, notices(found)) == (2, ["repaired"])

    def test_attached_files_are_not_forgotten_in_silence(self, tmp_path: Path) -> None:
        document = pdf()
        document.attachments["phụ lục.txt"] = b"1"
        assert notices(look(tmp_path, saved(document))) == ["attachments"]

    @pytest.mark.parametrize("form", ["JPEG", "PNG"])
    def test_a_cut_off_image_is_taken_with_a_notice(self, tmp_path: Path, form: str) -> None:
        data = picture(form, size=(400, 400), **({"quality": 95} if form == "JPEG" else {}))
        assert notices(look(tmp_path, data[: len(data) * 2 // 3])) == ["truncated"]

    def test_of_an_animation_the_first_picture_is_taken(self, tmp_path: Path) -> None:
        more = Image.new("P", (64, 48), 3)
        assert notices(look(tmp_path, picture("GIF", "P", save_all=True, append_images=[more]))) == ["animated"]


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "empty"),
            (b"Xin chao", "unknown-type"),
            (b"<html><body>", "unknown-type"),
            (b"MZ\x90\0", "unknown-type"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "office-document"),
            (b"{\\rtf1 }", "office-document"),
            (b"Rar!\x1a\x07\x01\0", "other-archive"),
            (b"7z\xbc\xaf\x27\x1c", "other-archive"),
            (b"\x1f\x8b\x08\0", "other-archive"),
            (b"%PDF-1.7\n%%EOF\n", "damaged"),
            (saved(pikepdf.new()), "no-pages"),
            (saved(pdf(NeedsRendering=True)), "xfa-form"),
            (saved(pdf(AcroForm=pikepdf.Dictionary(XFA=pikepdf.String("x"), Fields=pikepdf.Array()))), "xfa-form"),
            (saved(pdf(), encryption=pikepdf.Encryption(owner="a", user="b")), "password"),
            (b"\xff\xd8\xff\xe0" + b"\0" * 100, "damaged"),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "damaged"),
            (b"II*\0\xff\xff\xff\x7f", "damaged"),
            (b"II*\0\x08\0\0\0\0\0", "damaged"),
        ],
    )
    def test_each_with_its_own_reason(self, tmp_path: Path, data: bytes, reason: str) -> None:
        assert code(tmp_path, data) == reason

    @pytest.mark.parametrize("first", ["[Content_Types].xml", "word/document.xml", "mimetype"])
    def test_office_documents_are_not_taken_for_zips(self, tmp_path: Path, first: str) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(first, "x")
        assert code(tmp_path, out.getvalue()) == "office-document"

    def test_what_is_over_a_limit(self, tmp_path: Path) -> None:
        assert code(tmp_path, b"%PDF-" + b"\0" * 1_000_001, Limits(file_mb=1)) == "too-large"
        assert code(tmp_path, saved(pdf(3)), Limits(pages=2)) == "too-many-pages"
        assert code(tmp_path, tiff([(8, 8)] * 3), Limits(pages=2)) == "too-many-pages"
        assert code(tmp_path, picture("PNG", size=(100, 101)), Limits(page_pixels=10_000)) == "too-many-pixels"
        assert code(tmp_path, tiff([(8, 8), (60_000, 60_000)])) == "too-many-pixels"

    def test_what_can_not_be_opened(self, tmp_path: Path) -> None:
        with pytest.raises(Refused) as error:
            examine(tmp_path, LIMITS)
        assert error.value.reason.code == "unreadable"

    def test_every_reason_has_vietnamese_and_english_and_travels_between_processes(self) -> None:
        facts = dict.fromkeys(("size_mb", "limit_mb", "pages", "limit", "page", "width", "height", "seconds"), 1)
        for one in CODES:
            error = pickle.loads(pickle.dumps(refused(one, **facts, what="x", name="x", count=1)))
            assert error.reason.code == one
            assert error.reason.vi != error.reason.en
            assert "{" not in error.reason.vi + error.reason.en


class TestAnyBytes:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_a_damaged_file_is_taken_or_refused_and_nothing_else(self, tmp_path: Path, data: st.DataObject) -> None:
        whole_file = data.draw(st.sampled_from(GOOD))
        bad = bytearray(whole_file[: data.draw(st.integers(0, len(whole_file)))])
        for at, value in data.draw(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8)):
            if bad:
                bad[at % len(bad)] = value
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = look(tmp_path, bytes(bad), Limits(page_pixels=1_000_000, pages=50))
            except Refused as error:
                known = error.reason.code in CODES
            else:
                known = True
                assert found.pages >= 1 or found.media == "application/zip"
                assert found.size == len(bad)
            assert known


ENDING = [
    saved(pdf()),
    picture("JPEG"),
    picture("PNG"),
    picture("TIFF"),
    picture("TIFF", "1", compression="group4"),
    picture("TIFF", size=(2000, 900), compression="tiff_lzw"),
    picture("TIFF", big_tiff=True),
    picture("WEBP"),
    picture("BMP"),
    picture("GIF", "P"),
]


class TestWhole:
    @pytest.mark.parametrize("data", ENDING)
    def test_half_of_a_file_is_not_whole(self, tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "x"
        path.write_bytes(data)
        assert whole(path)
        path.write_bytes(data[: len(data) // 2])
        assert whole(path) is False


def signed(*, filled: bool) -> pikepdf.Pdf:
    document = pdf()
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("Chữ ký"))
    if filled:
        field.V = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=pikepdf.Array([0, 1, 2, 3]))
    parent = pikepdf.Dictionary(T=pikepdf.String("khối"), Kids=pikepdf.Array([document.make_indirect(field)]))
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([document.make_indirect(parent)]), SigFlags=3)
    return document


def tiff(sizes: list[tuple[int, int]], order: str = "<", *, loop: bool = False, reduced: tuple[int, ...] = ()) -> bytes:
    """Uncompressed grey pages that share one strip of pixels; `loop`: the last directory leads back to the first."""
    strip = bytes(range(64))
    start, entries = 8 + len(strip), 8
    length = 2 + entries * 12 + 4
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", start) + strip
    for at, (width, height) in enumerate(sizes):
        last = at == len(sizes) - 1
        following = (start if loop else 0) if last else start + (at + 1) * length
        values = (
            (254, int(at in reduced)),
            (256, width),
            (257, height),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, 8),
            (279, 64),
        )
        out += struct.pack(order + "H", entries)
        for tag, value in values:
            out += struct.pack(order + "HHII", tag, 4, 1, value)
        out += struct.pack(order + "I", following)
    return out


GOOD = [saved(signed(filled=True)), picture("JPEG"), picture("PNG"), tiff([(8, 8)] * 3), picture("TIFF", "1"),
        picture("WEBP"), picture("BMP"), picture("GIF", "P"), picture("JPEG2000"), heic()]  # fmt: skip
