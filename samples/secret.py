"""Secrecy marks (NĐ 30/2020, Phụ lục I, ô số 10a) put on papers, and what resembles them on papers that are not secret.

The mark is a word in a frame, 20, 30 or 40 × 8 mm, red, under the number (ô số 3); in offices it is also stamped
aslant, over the text, at the right or over the header, larger or smaller, in a frame with round corners, in blue,
copied in black, or only typed, in black or red.
"""

from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw

from samples import faces, marks
from samples.leaf import BLACK, BLUE, RED, Colour, Leaf, Picture, Text
from samples.sheet import MM

MARKS = {"MẬT": 20.0, "TỐI MẬT": 30.0, "TUYỆT MẬT": 40.0}
"""Each mark and the width of its frame in millimetres."""
URGENT = {
    "KHẨN": 20.0,
    "THƯỢNG KHẨN": 40.0,
    "HỎA TỐC": 30.0,
    "BẢN SAO": 28.0,
    "BẢN CHÍNH": 30.0,
    "DỰ THẢO": 28.0,
    "SAO Y": 22.0,
    "ĐẾN": 20.0,
    "ĐÃ THU TIỀN": 36.0,
    "MẪU 01": 24.0,
}
"""Frames of ô số 10b, of copies and of offices: the same look, another word."""
_ALIKE = (
    "Căn cứ Luật Bảo vệ bí mật nhà nước ngày 15 tháng 11 năm 2018;",
    "Độ mật: ......................",
    "Cán bộ, công chức có trách nhiệm bảo mật thông tin cá nhân của công dân.",
    "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "QUY CHẾ BẢO MẬT",
    "MẬT ĐỘ XÂY DỰNG",
    "MẬT/ĐỘ",
    "MẶT",
    "MẤT",
    "BÁO/MẤT",
)
"""Lines; a stroke ends one, as narrow columns of tables do."""


def stamp(word: str, wide: float, ink: Colour, random: Random, slant: float = 3.0, corner: float = 0.0) -> Image.Image:
    """The word in its frame, worn unevenly and slanted by at most `slant` degrees, its corners' radius `corner` mm."""
    scale = marks.SCALE
    width, height = round(wide * MM * scale), round(random.uniform(7.5, 9.0) * MM * scale)
    image = Image.new("RGBA", (width, height), (*ink, 0))
    pen = ImageDraw.Draw(image)
    line = (*ink, 235)
    thick = random.choice((1.0, 1.5, 2.0))
    box, edge = [1, 1, width - 2, height - 2], round(thick * scale)
    pen.rounded_rectangle(box, corner * MM * scale, outline=line, width=edge)
    if random.random() < 0.15 and not corner:
        pen.rectangle([14, 14, width - 15, height - 15], outline=line, width=scale)
    family = random.choice(("tinos", "tinos", "liberation", "arimo"))
    size = random.uniform(13.0, 15.5)
    room = width - 7 * scale
    size = min(size, size * room / (scale * faces.width(word, family, size, bold=True)))
    pen.text(
        (width / 2, height / 2 + scale), word, fill=line, font=faces.font(family, size * scale, bold=True), anchor="mm"
    )
    slanted = image.rotate(random.uniform(-slant, slant), Image.Resampling.BICUBIC, expand=True)
    return marks._worn(slanted, random)  # noqa: SLF001  # the wear of every stamp


_WAYS = {
    "frame": 38,
    "aslant": 12,
    "over text": 13,
    "right": 7,
    "round": 6,
    "black": 9,
    "blue": 5,
    "typed": 5,
    "typed red": 5,
}
"""How often marks stand so: in the frame under the number, else only that is told in which they differ from it."""


def mark(leaf: Leaf, word: str, random: Random) -> str:
    """Put the secrecy mark on the leaf as offices do; gives how (a key of `_WAYS`)."""
    how = random.choices(list(_WAYS), list(_WAYS.values()))[0]
    x, y = random.uniform(62, 150), random.uniform(112, 160)
    if how.startswith("typed"):
        _typed(leaf, word, x, y, random, RED if how == "typed red" else BLACK)
        return how
    if how == "over text":
        x, y = random.uniform(60, 380), random.uniform(50, 260)
    elif how == "right":
        x, y = random.uniform(300, 420), random.uniform(20, 150)
    ink = {"black": BLACK, "blue": BLUE}.get(how, RED)
    corner = random.uniform(1.0, 3.0) if how == "round" else 0.0
    wide = MARKS[word] * random.uniform(0.85, 1.15)
    _lay(leaf, stamp(word, wide, ink, random, 13.0 if how == "aslant" else 3.0, corner), x, y, word)
    return how


def resemble(leaf: Leaf, random: Random) -> str:
    """Put on the leaf what looks or reads like a secrecy mark and is none; gives what."""
    if random.random() < 0.5:
        word = random.choice(sorted(URGENT))
        ink = random.choice((RED, RED, BLACK))
        image = stamp(word, URGENT[word], ink, random, 5.0)
        _lay(leaf, image, random.uniform(62, 150), random.uniform(112, 160), word)
        return word
    text = random.choice(_ALIKE)
    x, y = random.uniform(60, 110), random.choice((32.0, 806.0))
    for at, line in enumerate(text.split("/")):
        _write(leaf, line, x, y + 14.0 * at, 11.0, bold=text.isupper())
    return text


def _lay(leaf: Leaf, image: Image.Image, x: float, y: float, word: str) -> None:
    width, height = image.width / marks.SCALE, image.height / marks.SCALE
    leaf.pictures.append(Picture(image=image, x=x, y=y, width=width, height=height, role="stamp", text=word))


def _typed(leaf: Leaf, word: str, x: float, y: float, random: Random, ink: Colour) -> None:
    """The word alone in capitals, between the lines that are there."""
    rows = sorted({text.y for text in leaf.texts if text.y < 330})
    gaps = [(above + below) / 2 for above, below in pairwise(rows) if below - above > 32]
    y = min(gaps, key=lambda gap: abs(gap - y)) if gaps else 44.0
    _write(leaf, word, x, y, random.uniform(12.5, 14.0), bold=True, ink=ink)


def _write(leaf: Leaf, text: str, x: float, y: float, size: float, *, bold: bool, ink: Colour = BLACK) -> None:
    for word in text.split():
        leaf.texts.append(Text(word=word, x=x, y=y, size=size, family="tinos", bold=bold, colour=ink, line=leaf.lines))
        x += faces.width(word + " ", "tinos", size, bold=bold)
    leaf.lines += 1
