"""python -m bench.legacy --pages N --seed S : words right on born-digital pages set in fonts from before Unicode."""

import argparse
import sys
import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench.circumstances import machine
from bench.report import percent, table
from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Line, Page, TextSource
from digitizer.ocr.engines import tesseract
from digitizer.ocr.look import Look
from digitizer.ocr.recognise import Read
from digitizer.ocr.render import open_pages
from digitizer.settings import Limits
from samples import oldfonts, prose
from samples.oldfonts import Row, Run
from samples.paper import new_case

_SETTINGS = ("tcvn3", "vni", "NFC", "NFD", "cp1258", "mixed")
_PLAIN = str.maketrans({"–": "-", "“": '"', "”": '"', "’": "'"})


class Counting:
    """An engine that counts the words it was asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.words = 0

    def read(self, image: Image, hint: Hint) -> tuple[Line, ...]:
        """What the engine reads; raises PageFailed."""
        lines = self._engine.read(image, hint)
        self.words += sum(len(line.words) for line in lines)
        return lines


def page_text(random: Random) -> list[str]:
    """The lines of a page: header, title, prose broken at 60 to 80 letters, a small table, Nơi nhận and signature."""
    case = new_case(random, date(2003, 1, 6) + timedelta(days=random.randrange(2500)))
    about = prose.topic(case)
    office = " ".join(case.office("unit").name)
    lines = [office.upper(), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "QUYẾT ĐỊNH"]
    wide = random.randint(60, 80)
    for text in [*prose.grounds(case, 3), *prose.paragraphs(case, about, office, random.randint(2, 6))]:
        lines.append("")
        for word in text.split():
            if len(lines[-1]) + len(word) >= wide:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
    lines += [f"{n} {case.owner.name} {random.randint(1, 900)} m2 {case.owner.name.upper()}" for n in range(1, 5)]
    lines += ["Nơi nhận:", *(f"- {one}" for one in prose.recipients(case, "VP")), "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    return [line.translate(_PLAIN) for line in [*lines, case.owner.name]]


def rows(lines: list[str], setting: str, random: Random) -> list[Row]:
    """The lines set on an A4 page; `mixed`: another font from run to run."""
    made = []
    for number, line in enumerate(lines[:46]):
        words = line.split()
        cut = random.randrange(len(words) + 1) if setting == "mixed" else len(words)
        runs = [
            _run(" ".join(part) + (" " if last else ""), setting, random)
            for part, last in ((words[:cut], cut < len(words)), (words[cut:], False))
            if part
        ]
        made.append(Row(x=60, y=60 + 16.5 * number, runs=tuple(runs), size=12))
    return made


def _run(text: str, setting: str, random: Random) -> Run:
    chosen = random.choice(_SETTINGS[:-1]) if setting == "mixed" else setting
    if chosen == "tcvn3":
        return Run(text=text, font="tcvn3-caps" if text.isupper() else "tcvn3")
    return Run(text=text, font="vni") if chosen == "vni" else Run(text=text, font="unicode", form=chosen)


def measured(setting: str, embedding: str, random: Random, engine: Counting, folder: Path) -> Counter[str]:
    """words, right, pages, kept (text layer used or converted), read (words that the engine gave) of one page."""
    lines = page_text(random)
    set_rows = rows(lines, setting, random)
    path = oldfonts.pdf(folder / f"{setting}-{embedding}.pdf", [set_rows], embedding)
    before = engine.words
    with open_pages(path, "application/pdf", Limits()) as pages:
        sight = pages.sight(1)
        page = Read(engine)(Look(engine)(Page(number=1), sight), sight)
    said = Counter(word for row in set_rows for run in row.runs for word in run.text.split())
    got = Counter(word.text for line in page.lines for word in line.words)
    return Counter(
        words=said.total(), right=(said & got).total(), extra=(got - said).total(), pages=1,
        kept=int(page.source is not TextSource.OCR), read=engine.words - before,
    )  # fmt: skip


def main() -> int:
    """Print the table; 1 when a word of a legacy page is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10, help="of each setting and embedding")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    engine = Counting(tesseract.open(tesseract.Options()))
    sums: dict[tuple[str, str], Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for setting in _SETTINGS:
            for embedding in oldfonts.EMBEDDINGS if setting in ("tcvn3", "vni", "mixed") else ("cid",):
                random = Random(f"{told.seed} {setting} {embedding}")
                total = sums.setdefault((setting, embedding), Counter())
                for _ in range(told.pages):
                    total.update(measured(setting, embedding, random, engine, Path(folder)))
    head = ["set in", "embedded as", "pages", "layer used", "words", "right", "not there", "words asked of the engine"]
    body = [
        [*key, c["pages"], c["kept"], c["words"], percent(c["right"] / c["words"]), c["extra"], c["read"]]
        for key, c in sums.items()
    ]
    print(table(head, [[str(cell) for cell in row] for row in body]))
    print("\n".join(f"- {line}" for line in machine(1)))
    return int(any(c["right"] < c["words"] for (_, form), c in sums.items() if form != "bytes"))


if __name__ == "__main__":
    sys.exit(main())
