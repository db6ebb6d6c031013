"""Trains `digitizer/classify/kinds.model` on invented papers and on the words of config/document_types.toml.

    python training/kinds.py [--count 24] [--seed train] [--write]

Papers are typeset by `samples/` and read without an engine: words where they stand, some of them misread as engines do
it.  Kinds that nobody can typeset yet are learned from their titles and words alone.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from digitizer.classify.features import features  # noqa: E402
from digitizer.classify.layout import sheet  # noqa: E402
from digitizer.classify.learn import Example, accuracy, example, fit, write_examples  # noqa: E402
from digitizer.classify.model import SHIPPED  # noqa: E402
from digitizer.classify.tables import UNKNOWN, Kind, Tables, load  # noqa: E402
from digitizer.model import Code, Line, Looks, Page, Word  # noqa: E402
from samples import faces, papers  # noqa: E402
from samples.leaf import A4, Leaf, Text  # noqa: E402
from samples.paper import new_case  # noqa: E402

_NOISE = (0.0, 0.01, 0.04, 0.12, 0.3)
_SCALE = 200 / 72
_LOOK_ALIKE = {"l": "1", "i": "l", "n": "m", "u": "n", "c": "e", "h": "b", "t": "f", "o": "0", "a": "d", "g": "q"}


def page_of(leaf: Leaf, random: Random, noise: float) -> Page:
    """The leaf as an engine would read it: its words at their places, a share of them misread."""
    lines: dict[int, list[Word]] = {}
    for text in sorted(leaf.texts, key=lambda one: one.line):
        read = _misread(text.word, random) if random.random() < noise else text.word
        if read:
            lines.setdefault(text.line, []).append(_word(text, read))
    seen = [Line(words=tuple(words), box=_around(words)) for words in lines.values()]
    codes = [Code(type="qr", value=one.text, box=(0, 0, 9, 9)) for one in leaf.pictures if one.role == "code"]
    return Page(
        number=1,
        width=round(leaf.width * _SCALE),
        height=round(leaf.height * _SCALE),
        dpi=200.0,
        lines=tuple(line for line in seen if random.random() > noise / 3),
        codes=tuple(codes),
        looks=Looks(
            paper_mm=(leaf.width / 72 * 25.4, leaf.height / 72 * 25.4),
            rulings=sum(abs(one.x1 - one.x0) + abs(one.y1 - one.y0) > 150 for one in leaf.strokes if not one.dots),
        ),
    )


def _word(text: Text, read: str) -> Word:
    wide = faces.width(text.word, text.family, text.size, bold=text.bold, italic=text.italic)
    x0, y0 = text.x * _SCALE, (text.y - 0.7 * text.size) * _SCALE
    x1, y1 = x0 + wide * _SCALE, (text.y + 0.22 * text.size) * _SCALE
    return Word(text=read, read=read, box=(x0, y0, x1, y1), quad=(x0, y0, x1, y0, x1, y1, x0, y1), confidence=0.95)


def _around(words: list[Word]) -> tuple[float, float, float, float]:
    boxes = [word.box for word in words]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _misread(word: str, random: Random) -> str:
    if random.random() < 0.15:
        return ""
    at = random.randrange(len(word))
    return word[:at] + _LOOK_ALIKE.get(word[at], random.choice("aeiou-'.")) + word[at + 1 :]


def made(seed: str, count: int, *, other: bool = False) -> Iterator[tuple[Page, str]]:
    """`count` papers of every kind that can be typeset, and pages from the midst of papers as `khong_ro`."""
    for slug, maker in papers.kinds().items():
        for number in range(count):
            random = Random(f"{seed}/{slug}/{number}")
            case = new_case(random, date(2008, 3, 1) + timedelta(days=random.randrange(6700)), home=False)
            case.other = other
            leaves = maker(case).leaves
            yield page_of(leaves[0], random, random.choice(_NOISE)), slug
            if len(leaves) > 1 and slug not in ("can_cuoc", "gcn_quyen_su_dung_dat") and random.random() < 0.12:
                yield page_of(leaves[-1], random, random.choice(_NOISE)), UNKNOWN


def told(tables: Tables, seed: str, count: int) -> Iterator[tuple[Page, str]]:
    """Pages made of what the tables know of each kind: a title, some of its phrases and labels."""
    for kind in tables.kinds.values():
        titles = (kind.title, *kind.aliases, *kind.titles)
        for number in range(count if kind.slug != UNKNOWN else 0):
            random = Random(f"{seed}/told/{kind.slug}/{number}")
            leaf = _told(kind, titles[number % len(titles)], tables, random)
            yield page_of(leaf, random, random.choice(_NOISE)), kind.slug


def _told(kind: Kind, title: str, tables: Tables, random: Random) -> Leaf:
    leaf, rows = Leaf(width=A4[0], height=A4[1]), []
    if kind.layout in ("office", "form", "certificate") and random.random() < 0.9:
        rows.append(("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 180.0))
    if random.random() < 0.85:
        rows.append((title.upper(), 200.0))
    if kind.numbers and random.random() < 0.7:
        rows.append((f"Số: {random.randint(2, 900)}/{random.choice(kind.numbers)}-UBND", 90.0))
    rows += [(word, 90.0) for word in kind.words if random.random() < 0.6]
    for entry in kind.fields:
        labels = tables.fields[entry.partition("/")[0]].labels
        if labels and random.random() < 0.5 and kind.layout != "office":
            rows.append((f"{random.choice(labels)}:", 90.0))
    for line, (text, start) in enumerate(rows):
        x = start
        for word in text.split():
            leaf.texts.append(Text(word=word, x=x, y=80.0 + 24 * line, size=13, family="tinos", line=line))
            x += faces.width(word + " ", "tinos", 13)
    return leaf


def examples(pages: Iterator[tuple[Page, str]]) -> list[Example]:
    """What the model sees of these pages."""
    return [example(features([sheet(page)]), kind) for page, kind in pages]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=24, help="papers a kind")
    parser.add_argument("--seed", default="train")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    tables = load(ROOT / "config")
    learn = examples(made(asked.seed, asked.count)) + examples(told(tables, asked.seed, asked.count // 2))
    held = examples(made("kept out", 2))
    model = fit(learn, tuple(tables.kinds))
    figures = {"examples": len(learn), "held_out": len(held), "right": round(accuracy(model, held), 4)}
    print(figures, "learned by heart:", round(accuracy(model, learn), 4))
    model.about.update(figures)
    print(len(model.dump()), "bytes")
    if asked.write:
        SHIPPED.write_bytes(model.dump())
        few = examples(made("rehearsal", 3))
        SHIPPED.with_name("kinds.rehearsal").write_bytes(write_examples(few))
        SHIPPED.with_name("kinds.held").write_bytes(write_examples(held))


if __name__ == "__main__":
    main()
