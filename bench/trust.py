"""python -m bench.trust SET… : how far words can be trusted: calibration, and what the correction breaks and mends.

A word of ours stands for the true word whose place it covers, or, where nobody wrote down places, for the one that
Levenshtein's alignment gives it; a word of ours that stands for none is wrong.  Stamps, page numbers and signatures
that the truth of real scans leaves out don't count.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from bench.circumstances import machine
from bench.nouns import Set, TruthPage
from bench.report import percent, table
from bench.truth import overlap, read_set
from bench.words import loose
from digitizer import plug
from digitizer.model import LineRole, Page, Word
from digitizer.ocr.language import open_language
from digitizer.ocr.look import Look
from digitizer.ocr.recognise import Read
from digitizer.ocr.render import open_pages
from digitizer.settings import Limits

MEDIA = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".tif": "image/tiff", ".png": "image/png"}
_NAMES = ("person", "signer", "address", "issuer")
_BINS = 15
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Tally:
    """Counts over words: confidences with right or not; words right before and after; of names and of numbers."""

    said: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    before: int = 0
    broken: int = 0
    mended: int = 0
    names: int = 0
    names_before: int = 0
    names_after: int = 0
    numbers_changed: int = 0

    def add(self, word: Word, truth: str, *, name: bool) -> None:
        """Count one word of ours that stands for `truth`."""
        read, text, meant = _bare(word.read), _bare(word.text), _bare(truth)
        if not text and not meant:
            return
        was, now = read == meant, text == meant
        self.said.append(word.confidence)
        self.right.append(now)
        self.before += was
        self.broken += was and not now
        self.mended += now and not was
        self.names += name
        self.names_before += name and was
        self.names_after += name and now
        self.numbers_changed += any(char.isdigit() for char in word.read) and read != text

    def calibration_error(self) -> float:
        """That of the words counted so far."""
        return calibration_error(np.array(self.said), np.array(self.right, float))

    def row(self, name: str) -> list[str]:
        """A row of the table."""
        share = f"{1000 * self.broken / max(1, self.before):.2f}"
        return [
            name,
            str(len(self.said)),
            percent(self.before / len(self.said)),
            percent(sum(self.right) / len(self.said)),
            f"{self.calibration_error():.4f}",
            f"{self.broken} = {share}",
            str(self.mended),
            f"{self.names_before} → {self.names_after} of {self.names}",
            str(self.numbers_changed),
        ]


def calibration_error(said: Floats, right: Floats) -> float:
    """Expected calibration error over bins of equal width; `right` is 1 where a word is right, else 0."""
    index = np.minimum((said * _BINS).astype(int), _BINS - 1)
    parts = [(index == one) for one in range(_BINS)]
    return float(sum(abs(said[part].sum() - right[part].sum()) for part in parts)) / max(1, len(said))


def _bare(text: str) -> str:
    return "".join(loose(text))


def matched(page: Page, truth: TruthPage) -> Iterator[tuple[Word, str]]:
    """Each word of ours with the true words that it stands for, "" for none."""
    words = [word for line in page.lines if line.role is LineRole.BODY for word in line.words]
    if truth.words:
        left = list(truth.words)
        for word in words:
            under = [one for one in left if overlap(one[1], word.box)]
            left = [one for one in left if one not in under]
            yield word, " ".join(text for text, _ in under)
        return
    told = (truth.text or "").split()
    for tag, i0, i1, j0, j1 in Levenshtein.opcodes([_bare(word.text) for word in words], [_bare(one) for one in told]):
        if tag == "equal" or (tag == "replace" and i1 - i0 == j1 - j0):
            yield from zip(words[i0:i1], told[j0:j1], strict=True)
        elif tag == "replace":
            yield from ((word, "") for word in words[i0:i1])


def names_on(one: Set) -> dict[str, set[str]]:
    """For each file the words of the names and places that its papers bear."""
    found: dict[str, set[str]] = {}
    for paper in one.documents:
        words = {
            word for name in _NAMES for value in paper.fields.get(name, ()) for word in value.normalised.lower().split()
        }
        for key in paper.pages:
            found.setdefault(key.file, set()).update(word.strip(",.;:") for word in words)
    return found


def measure(folder: Path, tallies: dict[str, Tally]) -> None:
    """Read every page of the set and count, by level."""
    one = read_set(folder)
    language = open_language()
    engine = plug.load("ocr.engines", "tesseract", {})
    look, read = Look(engine), Read(engine, language.ngrams)
    names = names_on(one)
    for truth in one.pages:
        path, media = folder / truth.key.file, MEDIA.get(Path(truth.key.file).suffix)
        if media is None or not path.is_file() or not truth.text:
            continue
        with open_pages(path, media, Limits()) as opened:
            sight = opened.sight(truth.key.page)
            page = read(look(Page(number=truth.key.page), sight), sight)
        lines = language.correct(page.lines)
        mine = names.get(truth.key.file, set())
        for word, meant in matched(Page(number=1, lines=lines), truth):
            for name in (f"{one.name}: {truth.level}", "all"):
                tallies.setdefault(name, Tally()).add(word, meant, name=meant.lower().strip(",.;:") in mine)


def main() -> None:
    """Measure the sets and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET")
    tallies: dict[str, Tally] = {}
    for folder in parser.parse_args().sets:
        measure(folder, tallies)
    heads = ("set: level", "words", "right as read", "right as corrected", "calibration error",
             "right words broken, of 1,000", "mended", "names and places right", "numbers changed")  # fmt: skip
    print("\n".join(f"- {line}" for line in machine(1)))
    print(table(heads, [tally.row(name) for name, tally in tallies.items()]))


if __name__ == "__main__":
    main()
