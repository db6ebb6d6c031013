"""How many QR codes are read: of receipts (mã hồ sơ) and identity cards (seven fields), by level of wear.

python -m bench.codes --count 100 --level office worn
"""

import argparse
import time
from datetime import date, timedelta
from random import Random

import cv2
import numpy as np

from digitizer.contracts import Image
from digitizer.ocr import glance
from digitizer.ocr.traits import find_codes
from samples import age, draw, papers
from samples.leaf import Leaf
from samples.paper import new_case

KINDS = ("giay_tiep_nhan", "can_cuoc")


def coded(kind: str, number: int, seed: str) -> tuple[Leaf, str, Random]:
    """An invented paper's side with a QR code, and what the code says."""
    random = Random(f"codes/{seed}/{kind}/{number}")
    case = new_case(random, date(2021, 6, 1) + timedelta(days=random.randrange(1900)))
    leaf = papers.kinds()[kind](case).leaves[0]
    told = next(picture.text for picture in leaf.pictures if picture.role == "code")
    return leaf, told, random


def read(image: Image) -> list[str]:
    """What the QR codes of a page say, found as `look` does."""
    small, across, down = glance.reduced(image, 1.0)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return [code.value for code in find_codes(image, grey, across, down) if code.type == "qr"]


def main() -> None:
    """Print right, wrong and CPU seconds for each kind and level."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=50, help="papers of each kind and level")
    parser.add_argument("--level", nargs="+", default=["office"], choices=age.LEVELS)
    parser.add_argument("--seed", default="1")
    chosen = parser.parse_args()
    for level in chosen.level:
        for kind in KINDS:
            right = wrong = 0
            seconds = 0.0
            for number in range(chosen.count):
                leaf, told, random = coded(kind, number, chosen.seed)
                image = np.asarray(age.encoded(age.aged(draw.picture(leaf), level, random)).image)
                begun = time.process_time()
                found = read(image)
                seconds += time.process_time() - begun
                right += told in found
                wrong += any(value != told for value in found)
            print(
                f"{level} {kind}: {right} of {chosen.count} read, {wrong} read wrongly, "
                f"{seconds / chosen.count:.3f} CPU s a page"
            )


if __name__ == "__main__":
    main()
