"""ZIPs of dossiers: unpacked within limits, never out of their folder, or refused with a reason."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from digitizer.errors import Refused
from digitizer.ingest.archive import Member, unpack
from digitizer.ingest.refusals import CODES
from digitizer.settings import Limits

LIMITS = Limits()
PDF = b"%PDF-1.4\n%%EOF\n"


def picture(shade: int = 255) -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8), shade).save(out, "JPEG")
    return out.getvalue()


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def unpacked(tmp_path: Path, data: bytes, limits: Limits = LIMITS) -> list[Member]:
    path, folder = tmp_path / "hồ sơ.zip", tmp_path / "scratch"
    path.write_bytes(data)
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    return list(unpack(path, folder, limits, (".*", "Thumbs.db")))


def code(tmp_path: Path, data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Refused) as error:
        unpacked(tmp_path, data, limits)
    return error.value.reason.code


class TestUnpack:
    def test_members_come_in_natural_order_with_their_folders(self, tmp_path: Path) -> None:
        members = unpacked(tmp_path, packed({"hs/10.pdf": PDF + b"10", "hs/2.pdf": PDF + b"2", "đơn.pdf": PDF}))
        assert [(one.name, one.labels, one.paths[0].read_bytes()) for one in members] == [
            ("đơn.pdf", (), PDF),
            ("hs/2.pdf", ("hs",), PDF + b"2"),
            ("hs/10.pdf", ("hs",), PDF + b"10"),
        ]

    def test_numbered_images_are_one_member(self, tmp_path: Path) -> None:
        pages = {f"hs/{number:02}.jpg": picture(number) for number in range(1, 12)}
        (member,) = unpacked(tmp_path, packed(pages))
        assert (member.name, member.labels) == ("hs", ("hs",))
        assert member.parts == tuple(name[3:] for name in pages)
        assert [path.read_bytes() for path in member.paths] == list(pages.values())

    def test_they_are_unpacked_as_they_are_asked_for(self, tmp_path: Path) -> None:
        path = tmp_path / "x.zip"
        path.write_bytes(packed({"a.pdf": PDF, "b.pdf": PDF, "c.pdf": PDF}))
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        members = unpack(path, scratch, LIMITS, ())
        next(members).paths[0].unlink()
        next(members)
        assert len(list(scratch.iterdir())) == 1

    def test_names_inside_never_become_paths(self, tmp_path: Path) -> None:
        for member in unpacked(tmp_path, packed({"a/b/c.pdf": PDF, "con.pdf": PDF})):
            assert all(path.parent == tmp_path / "scratch" and path.name.isdigit() for path in member.paths)

    def test_ignored_names_and_finder_droppings_are_passed_over(self, tmp_path: Path) -> None:
        junk = {"__MACOSX/._a.pdf": b"x", "hs/Thumbs.db": b"x", ".git/config": b"x", "rỗng/": b"", "a.pdf": PDF}
        assert [one.name for one in unpacked(tmp_path, packed(junk))] == ["a.pdf"]

    @pytest.mark.parametrize("encoding", ["utf-8", "cp1258"])
    def test_names_from_old_windows_are_read(self, tmp_path: Path, encoding: str) -> None:
        raw = {"utf-8": "Đơn đề nghị.pdf".encode(), "cp1258": "Đơn của Lê Ân.pdf".encode("cp1258", "ignore")}[encoding]
        data = packed({"x" * len(raw): PDF}).replace(b"x" * len(raw), raw)
        assert [one.name for one in unpacked(tmp_path, data)] == [raw.decode(encoding)]

    def test_backslashes_are_folders(self, tmp_path: Path) -> None:
        (member,) = unpacked(tmp_path, packed({"hs\\con\\a.pdf": PDF}))
        assert (member.name, member.labels) == ("hs/con/a.pdf", ("hs", "con"))

    def test_a_name_that_comes_twice_keeps_both(self, tmp_path: Path) -> None:
        data = packed({"a.pdf": PDF, "b.pdf": PDF + b"2"}).replace(b"b.pdf", b"a.pdf")
        assert [one.paths[0].read_bytes() for one in unpacked(tmp_path, data)] == [PDF, PDF + b"2"]

    def test_a_blank_page_that_packs_well_is_no_bomb(self, tmp_path: Path) -> None:
        assert unpacked(tmp_path, packed({"a.bmp": b"BM" + b"\xff" * 5_000_000}), Limits(archive_ratio=10))


class TestRefused:
    def test_each_with_its_own_reason(self, tmp_path: Path) -> None:
        assert code(tmp_path, packed({})) == "zip-empty"
        assert code(tmp_path, packed({".x": b"1"})) == "zip-empty"
        assert code(tmp_path, packed({"a.pdf": PDF})[:-30]) == "zip-damaged"
        assert code(tmp_path, packed({"a.pdf": PDF, "b.zip": packed({"c.pdf": PDF})})) == "zip-nested"
        assert code(tmp_path, packed({"a.xml": b"", "[Content_Types].xml": b""})) == "office-document"
        assert (
            code(tmp_path, packed({f"{at}.pdf": PDF for at in range(4)}), Limits(archive_members=3)) == "zip-too-many"
        )

    @pytest.mark.parametrize("name", ["../a.pdf", "/etc/a.pdf", "C:\\a.pdf", "a/../../b.pdf", "a\nb.pdf"])
    def test_names_that_lead_away(self, tmp_path: Path, name: str) -> None:
        assert code(tmp_path, packed({name: PDF})) == "zip-unsafe"

    @pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o010666])
    def test_links_devices_and_pipes(self, tmp_path: Path, mode: int) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            info = zipfile.ZipInfo("link")
            info.external_attr = mode << 16
            archive.writestr(info, "/etc/passwd")
        assert code(tmp_path, out.getvalue()) == "zip-unsafe"

    def test_encrypted_members(self, tmp_path: Path) -> None:
        data = bytearray(packed({"a.pdf": PDF}))
        for start, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            data[data.index(start) + at] |= 1
        assert code(tmp_path, bytes(data)) == "zip-encrypted"

    def test_a_compression_that_nobody_knows(self, tmp_path: Path) -> None:
        data = bytearray(packed({"a.pdf": PDF}))
        for start, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
            data[data.index(start) + at] = 98
        assert code(tmp_path, bytes(data)) == "zip-method"

    def test_bytes_that_are_not_what_their_checksum_says(self, tmp_path: Path) -> None:
        data = packed({"a.pdf": PDF}, zipfile.ZIP_STORED).replace(PDF, PDF.replace(b"1.4", b"1.5"))
        assert code(tmp_path, data) == "zip-damaged"

    def test_bombs_by_size_and_by_ratio(self, tmp_path: Path) -> None:
        bomb = packed({"a.bmp": bytes(40_000_000)})
        assert code(tmp_path, bomb, Limits(archive_mb=39)) == "zip-too-large"
        assert code(tmp_path, bomb) == "zip-ratio"

    def test_a_bomb_that_lies_about_its_size(self, tmp_path: Path) -> None:
        data = bytearray(packed({"a.bmp": bytes(40_000_000)}))
        for start, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
            struct.pack_into("<I", data, data.index(start) + at, 100)
        assert code(tmp_path, bytes(data)) == "zip-damaged"
        assert sum(path.stat().st_size for path in (tmp_path / "scratch").iterdir()) <= 100


class TestAnyBytes:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, 400), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6))
    def test_a_damaged_zip_is_unpacked_or_refused(
        self, tmp_path: Path, cut: int, changes: list[tuple[int, int]]
    ) -> None:
        data = bytearray(packed({"hs/1.jpg": picture(), "hs/2.jpg": picture(), "a.pdf": PDF}))
        data = data[: len(data) - cut] if cut % 2 else data
        for at, value in changes:
            data[-1 - at % len(data)] = value
        try:
            members = unpacked(tmp_path, bytes(data))
        except Refused as error:
            known = error.reason.code in CODES
        else:
            known = True
            assert all(path.is_file() for one in members for path in one.paths)
        assert known
