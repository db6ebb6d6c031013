"""python -m bench.seals --pages N --seed S : words under seals and signatures, with and without separating the ink.

The words counted are those whose boxes touch the box of a seal, a signature or a stamp.  `signer` is the share of the
signers' names that stand whole in what was read; `issuer by seal` that of the pages whose seal, read on its own, has
four of five letters right.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image
from rapidfuzz import fuzz

from bench.circumstances import machine
from bench.looks import Seen
from bench.report import percent, table
from digitizer.model import Box, Page
from digitizer.ocr.engines import tesseract
from digitizer.ocr.look import Look
from digitizer.ocr.recognise import Read
from digitizer.text import fold
from samples import age, draw, papers
from samples.folder import box_of
from samples.leaf import Leaf
from samples.paper import new_case

_ALIKE = 80.0
_MARKS = ("seal", "signature", "stamp")
_AROUND = ".,;:()[]\"'"


def _leaf(random: Random) -> tuple[Leaf, str]:
    """A side with a seal, of a paper of any kind, and its signer."""
    kinds = papers.kinds()
    while True:
        case = new_case(random, date(2005, 3, 1) + timedelta(days=random.randrange(7800)), home=False)
        paper = kinds[random.choice(sorted(kinds))](case)
        sealed = [leaf for leaf in paper.leaves if any(one.role == "seal" for one in leaf.pictures)]
        if sealed and "signer" in paper.fields:
            return sealed[-1], paper.fields["signer"][-1].value


def judge(name: str, keep: Path | None = None) -> tuple[str, bool, Counter[str]]:
    """(level, with separation?, counts and milliseconds) of the page SEED/LEVEL/NUMBER/plain or …/ours."""
    stem, _, how = name.rpartition("/")
    random = Random(stem)
    level = stem.split("/")[1]
    leaf, signer = _leaf(random)
    drawn = draw.picture(leaf)
    shot = age.encoded(age.aged(drawn, level, random))
    marks = [box_of(age.mapped(shot.matrix, quad)) for role, _, quad in drawn.marks if role in _MARKS]
    truth = zip(drawn.words, map(box_of, age.mapped(shot.matrix, drawn.boxes)), strict=True)
    under = [(word, box) for word, box in truth if any(_touch(box, mark) for mark in marks)]
    page, seconds = _page(shot, separate=how == "ours")
    wrong = [word for word, box in under if not _found(word, box, page)]
    if keep is not None and wrong:
        shot.image.save(keep / f"{name.replace('/', '_')}.png")
        print(name, *wrong)
    there = signer.casefold() in page.text.casefold()
    says = [fold(text) for role, text, _ in drawn.marks if role == "seal"]
    named = any(fuzz.ratio(fold(seal.text), each) >= _ALIKE for seal in page.seals for each in says)
    counted = Counter(pages=1, words=len(under), wrong=len(wrong), found=there, named=named, ms=round(1000 * seconds))
    return level, how == "ours", counted


def _page(shot: age.Shot, *, separate: bool) -> tuple[Page, float]:
    """The page as read, and the processor's seconds for it."""
    image = shot.image if shot.image.mode in ("L", "RGB") else shot.image.convert("L")
    sight = Seen(pixels=np.asarray(image), dpi=shot.dpi[0], aspect=shot.dpi[0] / shot.dpi[1])
    look, read, plain = _steps()
    start = time.process_time()
    page = look(Page(number=1), sight)
    if separate:
        return read(page, sight), time.process_time() - start
    grey = replace(sight, pixels=np.asarray(Image.fromarray(sight.pixels).convert("L")))
    return plain(page, grey), time.process_time() - start


@cache
def _steps() -> tuple[Look, Read, Read]:
    engine = tesseract.open(tesseract.Options())
    return Look(engine), Read(engine), Read(engine, separate=False)


def _touch(box: list[int], mark: list[int]) -> bool:
    return box[0] < mark[2] and mark[0] < box[2] and box[1] < mark[3] and mark[1] < box[3]


def _found(word: str, box: list[int], page: Page) -> bool:
    """The same word (case and punctuation ignored) stands there."""
    bare = word.strip(_AROUND).casefold()
    return any(
        one.text.strip(_AROUND).casefold() == bare and _near(one.box, box) for line in page.lines for one in line.words
    )


def _near(found: Box, box: list[int]) -> bool:
    x, y = (found[0] + found[2]) / 2, (found[1] + found[3]) / 2
    wide, high = box[2] - box[0], box[3] - box[1]
    return box[0] - 0.2 * wide <= x <= box[2] + 0.2 * wide and box[1] - 0.5 * high <= y <= box[3] + 0.5 * high


def _names(pages: int, levels: list[str], seed: int) -> Iterator[str]:
    for level in levels:
        for number in range(pages):
            yield from (f"{seed}/{level}/{number}/{how}" for how in ("plain", "ours"))


def main() -> int:
    """Print the table; 1 when separating leaves more than half of the errors, over all levels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=25, help="of each level")
    parser.add_argument("--level", nargs="+", choices=age.LEVELS, default=["clean", "office", "worn", "phone"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder for the pages with errors")
    told = parser.parse_args()
    sums: dict[tuple[str, bool], Counter[str]] = {}
    names = list(_names(told.pages, told.level, told.seed))
    with ProcessPoolExecutor(told.processes) as pool:
        for level, ours, counted in pool.map(judge, names, [told.keep] * len(names)):
            for key in ((level, ours), ("all", ours)):
                sums.setdefault(key, Counter()).update(counted)
    head = [
        "level",
        "pages",
        "words under",
        "wrong %: as it is",
        "separated",
        "signers %: as it is",
        "separated",
        "issuer by seal %",
        "s more",
    ]
    print(table(head, [_row(level, sums[level, False], sums[level, True]) for level in [*told.level, "all"]]))
    print("\n".join(f"- {line}" for line in machine(told.processes)))
    return int(sums["all", True]["wrong"] > 0.5 * sums["all", False]["wrong"])


def _row(level: str, plain: Counter[str], ours: Counter[str]) -> list[str]:
    rates = [percent(one["wrong"] / max(1, one["words"])) for one in (plain, ours)]
    signers = [percent(one["found"] / one["pages"]) for one in (plain, ours)]
    issuer = percent(ours["named"] / ours["pages"])
    more = (ours["ms"] - plain["ms"]) / 1000 / ours["pages"]
    return [level, str(ours["pages"]), str(ours["words"]), *rates, *signers, issuer, f"{more:+.2f}"]


if __name__ == "__main__":
    sys.exit(main())
