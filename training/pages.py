"""Typesets held-out text, ages it and reads it as the product does: what `fit.py` learns the engine's habits from.

    python training/pages.py OUT.jsonl --corpus FILE… --lists FOLDER --count 100 [--seed 1]
    python training/pages.py OUT.jsonl --set FOLDER       pages of `samples/make.py --out FOLDER --level …`

One JSON a page: `level`, `truth` (lines of `[word, is_name]`) and `read` (lines of `[word, confidence, box]`).
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from texts import fill, forms, held_out, person, places, records

from digitizer import plug
from digitizer.contracts import Sight
from digitizer.model import Page
from digitizer.ocr.language import open_language
from digitizer.ocr.look import Look
from digitizer.ocr.recognise import Read
from digitizer.ocr.render import open_pages
from digitizer.settings import Limits

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.looks import Seen
from bench.trust import MEDIA
from bench.truth import overlap, read_set

FONTS = ("LiberationSerif", "Tinos", "LiberationSerif", "Tinos", "LiberationSans", "DejaVuSerif")
STYLES = ("-Regular", "-Regular", "-Regular", "-Italic", "-Bold")
NAMES = re.compile(r"\{(?:person|place)\}")
Truth = list[list[tuple[str, bool]]]


def fonts() -> list[Path]:
    """The Times-like (and a few other) faces found on this machine."""
    files = [file for file in sorted(Path("/usr/share/fonts").rglob("*.[ot]tf")) if "math" not in file.name]
    chosen = [
        file for name in FONTS for style in STYLES for file in files if file.stem.lower() == f"{name}{style}".lower()
    ]
    return [file for file in chosen if TTFont(file).getBestCmap().keys() >= set(map(ord, "ệởữĐẫ"))]


def typeset(paragraphs: list[list[tuple[str, bool]]], font: Path, rng: random.Random) -> tuple[Image.Image, Truth]:
    """An A4 page at 300 dpi, grey, and its lines; paragraphs that don't fit are left out."""
    size = round(rng.choice((11, 12, 13, 13, 14, 14)) * 300 / 72)
    face = ImageFont.truetype(font, size)
    image = Image.new("L", (2480, 3508), 255)
    draw = ImageDraw.Draw(image)
    left, right, y = rng.randint(200, 360), 2480 - rng.randint(150, 300), 250
    spacing = round(size * rng.uniform(1.25, 1.6))
    lines: Truth = []
    for paragraph in paragraphs:
        line: list[tuple[str, bool]] = []
        x = left + rng.choice((0, 120))
        for word, name in paragraph:
            width = face.getlength(word + " ")
            if x + width > right and line:
                lines.append(line)
                line, x, y = [], left, y + spacing
            if y > 3300:
                return image, lines
            draw.text((x, y), word, font=face, fill=rng.randint(0, 30))
            line.append((word, name))
            x += width
        lines.append(line)
        y += spacing + rng.choice((0, 20))
    return image, [line for line in lines if line]


def age(image: Image.Image, level: str, rng: random.Random) -> tuple[Image.Image, int]:
    """The page worn as `level` says, and its dpi."""
    noise = np.random.default_rng(rng.getrandbits(32))
    low, high = {"office": (300, 300), "phone": (150, 220), "bilevel": (150, 240)}.get(level, (200, 200))
    dpi = rng.randint(low, high)
    tilt = {"office": 0.5, "worn": 1.0, "fax": 0.5, "phone": 1.5, "bilevel": 0.8}[level]
    image = image.rotate(rng.uniform(-tilt, tilt), Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, {"phone": 3.2, "worn": 2.4}.get(level, 1.6))))
    if dpi != 300:
        image = image.resize((2480 * dpi // 300, 3508 * dpi // 300), Image.Resampling.BILINEAR)
    grey = np.asarray(image, np.float32)
    if level in ("worn", "phone"):
        grey = 235 - (255 - grey) * rng.uniform(0.45, 0.8) - np.linspace(0, rng.uniform(0, 60), grey.shape[1])
    grey = grey + noise.normal(0, rng.uniform(3, 16 if level != "fax" else 45), grey.shape)
    if level in ("fax", "bilevel"):
        grey = np.where(grey > rng.uniform(100, 205), 255.0, 0.0)
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)), dpi


def letter(rng: random.Random, lines: list[str], wards: list[tuple[str, ...]]) -> list[list[tuple[str, bool]]]:
    """Lines of forms with invented people and places, whose words are marked as names."""
    out = []
    for line in rng.sample(lines, min(45, len(lines))):
        words: list[tuple[str, bool]] = []
        for part in re.split(r"(\{person\}|\{place\})", line):
            filled = fill(part, rng, wards)
            name = bool(NAMES.fullmatch(part))
            if words and filled and not filled[0].isspace() and not line_break(words[-1][0], part, line):
                words[-1] = (words[-1][0] + filled.split(" ")[0], words[-1][1])
                filled = " ".join(filled.split(" ")[1:])
            words.extend((word, name) for word in filled.split())
        out.append(words)
    return out


def line_break(last: str, part: str, line: str) -> bool:
    """True when a blank stands before this part of the line."""
    at = line.find(part)
    return not last or at <= 0 or line[at - 1] == " "


class Reader:
    """The steps `look` and `read` of the product."""

    def __init__(self) -> None:
        engine = plug.load("ocr.engines", "tesseract", {})
        self._look, self._read = Look(engine), Read(engine, open_language().ngrams)

    def __call__(self, sight: Sight) -> list[list[tuple[str, float, tuple[int, ...]]]]:
        """Lines of (word, confidence 0–1, box)."""
        page = self._read(self._look(Page(number=1), sight), sight)
        return [[(word.text, word.confidence, word.box) for word in line.words] for line in page.lines]


def of_set(folder: Path, reader: Reader) -> Iterator[dict[str, object]]:
    """The pages of a set with truth (bench/truth.py), their true words in the order in which they were read."""
    for page in read_set(folder).pages:
        media = MEDIA.get(Path(page.key.file).suffix)
        if media is None or not page.words:
            continue
        with open_pages(folder / page.key.file, media, Limits()) as opened:
            read = reader(opened.sight(page.key.page))
        left = list(page.words)
        truth = []
        for x0, y0, x1, y1 in (box for line in read for _, _, box in line):
            under = [one for one in left if overlap(one[1], (x0, y0, x1, y1))]
            truth += [[text, False] for text, _ in under]
            left = [one for one in left if one not in under]
        yield {"level": page.level, "truth": [truth + [[text, False] for text, _ in left]], "read": read}


def from_corpus(args: argparse.Namespace, reader: Reader) -> Iterator[dict[str, object]]:
    """Pages of held-out text and of forms."""
    rng = random.Random(args.seed)
    texts = [text for file in args.corpus for key, text in records(file) if held_out(key)]
    prose = [line.strip() for text in texts for line in text.splitlines() if 30 < len(line.strip()) < 1500]
    wards, lines, faces = places(args.lists), forms(Path(__file__).parent), fonts()
    for _ in range(args.count):
        start = rng.randrange(len(prose))
        paragraphs = [[(word, False) for word in line.split()] for line in prose[start : start + 25]]
        if rng.random() < 0.35:
            paragraphs = letter(rng, lines, wards)
            paragraphs.append([(person(rng), True)])
        level = rng.choice(("office", "worn", "worn", "fax", "phone", "bilevel", "bilevel"))
        image, truth = typeset(paragraphs, rng.choice(faces), rng)
        aged, dpi = age(image, level, rng)
        yield {"level": level, "truth": truth, "read": reader(Seen(pixels=np.asarray(aged), dpi=dpi))}


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--set", type=Path, help="read the pages of this set instead of typesetting")
    parser.add_argument("--corpus", type=Path, nargs="+", default=[])
    parser.add_argument("--lists", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    reader = Reader()
    with args.out.open("w", encoding="utf-8") as out:
        for page in of_set(args.set, reader) if args.set else from_corpus(args, reader):
            out.write(json.dumps(page, ensure_ascii=False) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
