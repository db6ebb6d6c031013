"""Puts pages into one PDF while holding few of them in memory."""

import zlib
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from digitizer.store.glyphless import TextLayer
from digitizer.store.pdfa import About, dress
from digitizer.store.picture import Shelf
from digitizer.store.sheet import Sheet, number

_HELD_BYTES = 32 << 20
"""Image bytes kept in memory before they are written to a part on disk; the parts are bound at the end."""


class Book:
    """A PDF in the making; `folder` takes parts of it and must outlive `save`."""

    def __init__(self, folder: Path) -> None:
        self.text = TextLayer()
        self._put_bytes = 0
        self._folder = folder
        self._texts: list[bytes] = []
        self._parts: list[Path] = []
        self._begin()

    @property
    def image_bytes(self) -> int:
        """Bytes of the images so far."""
        return self._put_bytes + self.shelf.size

    def _begin(self) -> None:
        self._part = Pdf.new()
        self.shelf = Shelf(self._part)

    def add(self, sheet: Sheet, text: bytes, turned: int) -> None:
        """Append a page whose images stand on `self.shelf`; `turned`: degrees clockwise beyond the sheet's own."""
        names = tuple(f"Im{index}" for index in range(len(sheet.paints)))
        images = {"/" + name: paint.image for name, paint in zip(names, sheet.paints, strict=True)}
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *(_decimal(side) for side in (sheet.width, sheet.height))]),
            Rotate=(sheet.turn + turned) % 360,
            Resources=Dictionary(XObject=Dictionary(images)),
            Contents=self._part.make_indirect(Stream(self._part, sheet.content(names))),
        )
        self._part.pages.append(pikepdf.Page(self._part.make_indirect(page)))
        self._texts.append(zlib.compress(text) if text else b"")
        if self.shelf.size > _HELD_BYTES:
            self._put_aside()

    def _put_aside(self) -> None:
        file = self._folder / f"part{len(self._parts)}.pdf"
        self._part.save(file, compress_streams=False)
        self._part.close()
        self._parts.append(file)
        self._put_bytes += self.shelf.size
        self._begin()

    def save(self, out: Path, about: About) -> None:
        """Write the file; the same pages and `about` give the same bytes."""
        whole = self._part
        if self._parts:
            if self._part.pages:
                self._put_aside()
            # Pages appended to a Pdf are copied into memory; a Job, as long as it lives, leaves them in the parts.
            job = pikepdf.Job(_bound(self._parts))
            whole = job.create_pdf()
        font = whole.make_indirect(Dictionary())
        for page, text in zip(whole.pages, self._texts, strict=True):
            if text:
                words = Stream(whole, text, Filter=Name.FlateDecode)
                page.Contents = Array([page.Contents, whole.make_indirect(words)])
                page.Resources.Font = Dictionary({"/T": font})
        self.text.font(whole, font)
        dress(whole, about)
        whole.save(
            out,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=True,
            deterministic_id=True,
        )
        whole.close()

    def close(self) -> None:
        """Let go of what is held; call after `save`, or when giving up."""
        self._part.close()


def _bound(parts: list[Path]) -> list[str]:
    pages = ["--empty", "--remove-unreferenced-resources=no", "--pages", *map(str, parts), "--"]
    return ["digitizer", *pages, "unwritten.pdf"]


def _decimal(value: float) -> pikepdf.Object:
    return pikepdf.Object.parse(number(value).encode("ascii"))
