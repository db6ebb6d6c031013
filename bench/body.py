"""The *body* score: both sides lose the same regions (design.md §5).

A region is a line of ours whose role is not body (page number, stamp, signature, handwriting).  Lines of either side
whose centre lies in it are dropped, unless the truth has them.  Where the truth doesn't say where its words stand, it
has them when some system, ours or a yardstick, makes more word errors without them: so a wrong role of ours can't take
right words from anybody.
"""

import math
from dataclasses import replace

from bench.nouns import Box, ReadLine, ReadPage, TruthPage
from bench.truth import overlap
from bench.words import word_errors


def bodies(truth: TruthPage, ours: ReadPage, others: dict[str, ReadPage]) -> dict[str, ReadPage]:
    """Every system's page without the lines in our non-body regions that the truth doesn't have; "" is ours."""
    pages = {"": ours, **others}
    placed = {
        name: [(line, _delivered(line.box, page, ours, truth)) for line in page.lines] for name, page in pages.items()
    }
    for region in [line.box for line in ours.lines if line.role != "body"]:
        without = {
            name: [(line, box) for line, box in lines if not overlap(box, region)] for name, lines in placed.items()
        }
        if not _in_truth(region, truth, placed, without):
            placed = without
    return {name: replace(page, lines=tuple(line for line, _ in placed[name])) for name, page in pages.items()}


_Placed = dict[str, list[tuple[ReadLine, Box]]]


def _in_truth(region: Box, truth: TruthPage, placed: _Placed, without: _Placed) -> bool:
    if truth.words:
        return any(overlap(box, region) for _, box in truth.words)
    return any(
        word_errors(truth.text or "", _text(without[name])) > word_errors(truth.text or "", _text(placed[name]))
        for name in placed
    )


def _text(lines: list[tuple[ReadLine, Box]]) -> str:
    return "\n".join(line.text for line, _ in lines)


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
