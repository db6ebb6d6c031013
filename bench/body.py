"""The *body* score: both sides lose the same regions (design.md §5).

A region is a line of ours whose role is not body (page number, stamp, signature, handwriting).  Lines of either side
whose centre lies in it are dropped, unless the truth has them.  So that a wrong role of ours can't take right words
from others, a region also stays when the text of *anybody's* line in it stands in the truth.
"""

import math
from dataclasses import replace

from rapidfuzz import fuzz

from bench.nouns import Box, ReadLine, ReadPage, TruthPage
from bench.truth import overlap
from bench.words import loose, strict
from digitizer.text import fold

_SHORT = 8  # below this many characters a fuzzy search finds anything anywhere
_ALIKE = 80.0  # of 100: a line with one letter in five misread is still that line


def bodies(truth: TruthPage, ours: ReadPage, others: dict[str, ReadPage]) -> dict[str, ReadPage]:
    """Every system's page without the lines in our non-body regions that the truth doesn't have; "" is ours."""
    regions = [line.box for line in ours.lines if line.role != "body"]
    pages = {"": ours, **others}
    placed = {name: [_delivered(line.box, page, ours, truth) for line in page.lines] for name, page in pages.items()}
    rows = [_key(row) for row in (truth.text or "").splitlines()]
    gone = []
    for region in regions:
        inside = [
            line
            for name, page in pages.items()
            for line, box in zip(page.lines, placed[name], strict=True)
            if overlap(box, region)
        ]
        if not _in_truth(region, inside, truth, rows):
            gone.append(region)
    return {
        name: replace(
            page,
            lines=tuple(
                line
                for line, box in zip(page.lines, placed[name], strict=True)
                if not any(overlap(box, region) for region in gone)
            ),
        )
        for name, page in pages.items()
    }


def _key(text: str) -> str:
    return " ".join(loose(fold(strict(text))))


def _in_truth(region: Box, inside: list[ReadLine], truth: TruthPage, rows: list[str]) -> bool:
    """By the places of the true words where they are known, else by what was read there."""
    if truth.words:
        return any(overlap(box, region) for _, box in truth.words)
    whole = " ".join(rows)
    for line in inside:
        read = _key(line.text)
        if read in rows or (len(read) >= _SHORT and fuzz.partial_ratio(read, whole) >= _ALIKE):
            return True
    return False


def _delivered(box: Box, page: ReadPage, ours: ReadPage, truth: TruthPage) -> Box:
    """A box of another system in pixels of the page as delivered, which is where our boxes are.

    OCRmyPDF's boxes lie on the page that it has turned and straightened.  It doesn't tell by how much, so the truth's
    own (else our) turn and skew are taken back; where its page has not the shape that this turn gives, it left the
    page as it was.
    """
    width, height = truth.size or ours.size
    if not all((width, height, *page.size)):
        return box
    if not page.upright:
        across, down = width / page.size[0], height / page.size[1]
        return (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    turned = (ours.turned if truth.turned is None else truth.turned) % 360
    skew = math.radians(ours.skew if truth.skew is None else truth.skew)
    wide, tall = (height, width) if turned in (90, 270) else (width, height)
    if (wide > tall) != (page.size[0] > page.size[1]):
        turned, skew, wide, tall = 0, 0.0, width, height
    dx = (box[0] + box[2]) / 2 * wide / page.size[0] - wide / 2
    dy = (box[1] + box[3]) / 2 * tall / page.size[1] - tall / 2
    x = wide / 2 + dx * math.cos(skew) - dy * math.sin(skew)
    y = tall / 2 + dx * math.sin(skew) + dy * math.cos(skew)
    x, y = {0: (x, y), 90: (y, height - x), 180: (width - x, height - y), 270: (width - y, x)}[turned]
    return (x, y, x, y)
