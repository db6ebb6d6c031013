"""Puts pages into one PDF while holding few of them in memory."""

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from digitizer.store.glyphless import TextLayer
from digitizer.store.pdfa import About, dress
from digitizer.store.picture import Shelf
from digitizer.store.sheet import Sheet, number

_HELD_BYTES = 32 << 20
"""Image bytes kept in memory before they are written to a part on disk, from which the whole is copied at the end."""


class Book:
    """A PDF in the making; `folder` takes parts of it and must outlive `save`."""

    def __init__(self, folder: Path) -> None:
        self.text = TextLayer()
        self.image_bytes = 0
        self._folder = folder
        self._whole = Pdf.new()
        self._font = self._whole.make_indirect(Dictionary())
        self._held: list[Pdf] = []
        self._begin()

    def _begin(self) -> None:
        self._part = Pdf.new()
        self._texts: list[bytes] = []
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
        self._texts.append(text)
        if self.shelf.size > _HELD_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Move the pages of the part into the whole; a large part goes by way of the disk."""
        self.image_bytes += self.shelf.size
        part = self._part
        if self.shelf.size > _HELD_BYTES:
            file = self._folder / f"part{len(self._held)}.pdf"
            part.save(file, compress_streams=False)
            part.close()
            part = Pdf.open(file, access_mode=pikepdf.AccessMode.stream)  # mapped, all of it would stay in memory
        self._held.append(part)
        for page, text in zip(part.pages, self._texts, strict=True):
            self._whole.pages.append(page)
            mine = self._whole.pages[-1].obj
            if text:
                mine.Contents = Array([mine.Contents, self._whole.make_indirect(Stream(self._whole, text))])
                mine.Resources.Font = Dictionary({"/T": self._font})
        self._begin()

    def save(self, out: Path, about: About) -> None:
        """Write the file; the same pages and `about` give the same bytes."""
        self._flush()
        self.text.font(self._whole, self._font)
        dress(self._whole, about)
        self._whole.save(
            out,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=True,
            deterministic_id=True,
        )

    def close(self) -> None:
        """Let go of the files; call after `save`, or when giving up."""
        for pdf in (*self._held, self._part, self._whole):
            pdf.close()


def _decimal(value: float) -> pikepdf.Object:
    return pikepdf.Object.parse(number(value).encode("ascii"))
