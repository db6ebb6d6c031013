"""The same paper scanned several times, and papers that only look the same: made for measuring, never committed.

`python -m bench.duplicates make` writes them; docs/duplicates.md tells what they come to.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw

from samples import faces, folder, marks, papers
from samples.folder import Side, Wear
from samples.leaf import A4, BLUE, RED, Leaf, Picture
from samples.paper import Case, Paper, new_case
from samples.secret import URGENT, stamp

TWINS = {"again": "office", "worn": "worn", "phone": "phone"}
"""File → level: the same sheets as in `first` (office), scanned once more."""
_LEFT_OUT = ("to_ngan",)


def write(out: Path, seed: str, count: int, only: Sequence[str] = (), scans: Sequence[str] = tuple(TWINS)) -> None:
    """`count` papers, of `only` these kinds when given, each with its other `scans` and near misses in its own folder.

    Those there already are kept.
    """
    kinds = [kind for kind in sorted(papers.kinds()) if kind not in _LEFT_OUT and (not only or kind in only)]
    order = Random(f"{seed}/deck")
    deck: list[str] = []
    for number in range(count):
        deck = deck or order.sample(kinds, len(kinds))
        path, kind = out / f"{number:03d}", deck.pop()
        if not (path / "told.json").is_file():
            _write(path, f"{seed}/{number}", kind, scans)


def _write(path: Path, seed: str, kind: str, scans: Sequence[str]) -> None:
    random = Random(f"{seed}/wear")
    day = date(2012, 3, 1) + timedelta(days=random.randrange(5200))
    case = new_case(Random(f"{seed}/case"), day, home=random.random() < 0.4)
    paper = papers.kinds()[kind](case)
    made = folder.start(path, case)
    made.random = random
    made.pdf("first.pdf", folder.sides(paper), Wear())
    for name in scans:
        made.pdf(f"{name}.pdf", folder.sides(paper), Wear(level=TWINS[name]))
    others = list(_others(case, paper, kind, seed))
    for name, leaves in others:
        made.pdf(f"{name}.pdf", [Side(leaf=leaf) for leaf in leaves], Wear())
    told = {"kind": kind, "twins": ["first", *scans], "others": [name for name, _ in others]}
    (path / "told.json").write_text(json.dumps(told) + "\n", encoding="utf-8")


def _others(case: Case, paper: Paper, kind: str, seed: str) -> Iterator[tuple[str, list[Leaf]]]:
    """What must not be taken for the paper: the same form of other people, the same text under another number, a card
    given anew, a certified copy, and one page of several.
    """
    other = new_case(Random(f"{seed}/other"), case.day)
    other.random, other.place, other.offices = Random(f"{seed}/paper"), case.place, case.offices
    yield "people", papers.kinds()[kind](other).leaves
    number = paper.fields.get("number")
    if number:
        renumbered = [_renumbered(leaf, number[0].value) for leaf in paper.leaves]
        if renumbered != paper.leaves:
            yield "number", renumbered
    leaves = paper.leaves
    if kind == "can_cuoc":
        yield "renewed", _renewed(seed, case).leaves
        leaves = [_copied(leaves)]
    random = Random(f"{seed}/copy")
    yield "certified", [*leaves[:-1], _certified(leaves[-1], random, case.day)]
    if len(leaves) > 1:
        yield "page", paper.leaves[1:2]


def _renumbered(leaf: Leaf, number: str) -> Leaf:
    """The leaf with the next number wherever its number stands."""
    digits = "".join(iter_digits(number))
    following = str(int(digits) + 1).zfill(len(digits))
    after = number.replace(digits, following, 1)
    texts = [replace(text, word=text.word.replace(number, after)) for text in leaf.texts]
    return replace(leaf, texts=texts)


def iter_digits(number: str) -> Iterator[str]:
    """The digits that a number begins with."""
    for char in number:
        if not char.isdigit():
            return
        yield char


def _renewed(seed: str, case: Case) -> Paper:
    """The card that its owner was given some years later."""
    again = new_case(Random(f"{seed}/case"), case.day)
    given = case.owner.id_given + timedelta(days=Random(f"{seed}/renewed").randint(400, 2500))
    again.owner = replace(case.owner, id_given=given)
    return papers.kinds()["can_cuoc"](again)


def _copied(sides: Sequence[Leaf]) -> Leaf:
    """Both sides of a card on one sheet, as copying shops do it."""
    sheet = Leaf(width=A4[0], height=A4[1])
    for row, side in enumerate(sides):
        x, y = (A4[0] - side.width) / 2, 120 + 260 * row
        sheet.texts += [replace(one, x=one.x + x, y=one.y + y, line=one.line + sheet.lines) for one in side.texts]
        sheet.pictures += [replace(one, x=one.x + x, y=one.y + y) for one in side.pictures]
        sheet.strokes += [
            replace(one, x0=one.x0 + x, x1=one.x1 + x, y0=one.y0 + y, y1=one.y1 + y) for one in side.strokes
        ]
        sheet.lines += side.lines
    return sheet


def _certified(leaf: Leaf, random: Random, day: date) -> Leaf:
    """The leaf with the words of certification (NĐ 23/2015, lời chứng) stamped below, and BẢN SAO above."""
    day += timedelta(days=random.randint(20, 900))
    lines = (
        "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",
        f"Số chứng thực: {random.randint(100, 9000)}   Quyển số: {random.randint(1, 9):02d}-SCT/BS",
        f"Ngày {day.day:02d} tháng {day.month:02d} năm {day.year}",
        "PHÓ CHỦ TỊCH",
    )
    words = _block(lines, random)
    above = stamp("BẢN SAO", URGENT["BẢN SAO"], RED, random)
    # Cards are small: what is stamped is made to fit them.
    fit = min(1.0, leaf.width / 480)
    wide, high = words.width / marks.SCALE * fit, words.height / marks.SCALE * fit
    seal = marks.seal("UBND XÃ", "XÃ", RED, random)
    laid = [
        _laid(words, "stamp", leaf.width - wide - 30 * fit, leaf.height - high - 28 * fit, fit, " ".join(lines)),
        _laid(above, "stamp", leaf.width - 130 * fit, 20 * fit, fit, "BẢN SAO"),
        replace(_laid(seal, "seal", leaf.width - wide, leaf.height - 96 * fit, fit), width=90 * fit, height=90 * fit),
    ]
    return replace(leaf, pictures=[*leaf.pictures, *laid])


def _block(lines: tuple[str, ...], random: Random) -> Image.Image:
    size = 10.0 * marks.SCALE
    image = Image.new("RGBA", (250 * marks.SCALE, 62 * marks.SCALE), (*BLUE, 0))
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        font = faces.font("tinos", size, bold=row in (0, 3))
        pen.text((125 * marks.SCALE, (10 + 14 * row) * marks.SCALE), line, fill=(*BLUE, 240), font=font, anchor="mm")
    return image.rotate(random.uniform(-2, 2), Image.Resampling.BICUBIC, expand=True)


def _laid(image: Image.Image, role: str, x: float, y: float, fit: float, text: str = "") -> Picture:
    width, height = image.width / marks.SCALE * fit, image.height / marks.SCALE * fit
    return Picture(image=image, x=max(0.0, x), y=y, width=width, height=height, role=role, text=text)
