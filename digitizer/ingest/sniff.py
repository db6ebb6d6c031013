"""What a file really is, from its first bytes, never from its name."""

from pathlib import Path

HEAD = 4096
"""Bytes of a file's beginning that `sniff` wants to see."""
PDF = "application/pdf"
TIFF = "image/tiff"
JPEG = "image/jpeg"
ZIP = "application/zip"
OFFICE = "application/x-office"
"""Any word processor's, spreadsheet's or presentation's own format."""
ARCHIVE = "application/x-other-archive"
"""Any packed format but ZIP."""
UNKNOWN = "application/octet-stream"
IMAGES: dict[str, tuple[str, ...]] = {
    JPEG: ("JPEG", "MPO"),
    "image/png": ("PNG",),
    TIFF: ("TIFF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP",),
    "image/gif": ("GIF",),
    "image/heic": ("HEIF",),
    "image/avif": ("AVIF",),
    "image/jp2": ("JPEG2000",),
    "image/x-portable-anymap": ("PPM",),
}
"""Image types that are taken, and the Pillow decoders that may see them: no other decoder meets foreign bytes."""

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE),
    (b"{\\rtf", OFFICE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
)
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_OFFICE_MEMBERS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"FixedDocSeq")
_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)


def sniff(head: bytes) -> str:
    """The media type that the first bytes show, UNKNOWN when none; one of PDF, ZIP, OFFICE, ARCHIVE or of IMAGES."""
    for start, media in _STARTS:
        if head.startswith(start):
            return media
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return "image/avif" if head[8:12] in (b"avif", b"avis") else _heic(head)
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "image/bmp"
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3] in (b"\n", b"\r", b"\t", b" ", b"#"):
        return "image/x-portable-anymap"
    if head[257:262] == b"ustar":
        return ARCHIVE
    # Readers look for the header within the first 1,024 bytes (ISO 32000-1, Annex H.3, implementation note 13).
    return PDF if b"%PDF-" in head[:1024] else UNKNOWN


def sniff_file(path: Path) -> str:
    """`sniff` of the file's beginning; raises OSError."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD))


def _heic(head: bytes) -> str:
    return "image/heic" if head[8:12] in _HEIC else UNKNOWN


def _zip_kind(head: bytes) -> str:
    length = int.from_bytes(head[26:28], "little")
    first = head[30 : 30 + length]
    if first == b"mimetype":
        return OFFICE  # OpenDocument and EPUB put their type first
    return OFFICE if first.startswith(_OFFICE_MEMBERS) else ZIP
