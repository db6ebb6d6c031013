"""A backfill with sheets left out, doubled and misnumbered on purpose: is every one named, and nothing else?

    python -m bench.backfill [--dossiers 2000] [--seed 1] [--folder DIR] [--whole] [--processes 2]

Half of the units are dossiers in one PDF whose sheets bear their number, a sixth dossiers of a file a sheet (`tờ
001.pdf`), a sixth volumes of a register, a sixth dossiers named after TT 05/2025.  A doubled sheet was scanned again:
its text stands elsewhere by a millimetre, is a little larger, and a word was read otherwise.  Between two faults stands
a good sheet, and a unit known by file names alone bears at most one wrong name: else nobody could tell which is which.

What is measured is the campaign, not the reading: intake, matching, the stages that find papers, and the account are
the product's own; pages are read by a minimal reader (the text layer's lines, the product's perceptual hash of a small
rendering), in about a twentieth of the time, and no PDF/A is written.  `--whole` reads with the product instead.
Exit status 1 when a fault is not named, or something else is.
"""

import argparse
import csv
import io
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
from fpdf import FPDF

from digitizer import pipeline, settings
from digitizer.app import App
from digitizer.app.campaign.account import UNIT, Account
from digitizer.app.campaign.manifest import read_manifest
from digitizer.app.campaign.sequence import Kind
from digitizer.app.crew import Crew
from digitizer.app.intake import Given
from digitizer.classify.fields import Fields
from digitizer.classify.kind import Kinds
from digitizer.classify.split import Split
from digitizer.contracts import Stage
from digitizer.model import Box, Line, Looks, Page, Word
from digitizer.ocr.traits import perceptual_hash
from digitizer.store import campaigns, dossiers, leases
from samples import faces

NAME = "bench"
COLUMNS = ("hộp", "hồ sơ", "sổ", "quyển", "số tờ", "số văn bản", "số đầu", "số cuối")
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
MIDDLES = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Kim", "Đức")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hạnh", "Khoa", "Lan", "Mai", "Nam", "Oanh", "Phúc", "Quân", "Sen", "Tú")
MATTERS = (
    "cấp phép sửa chữa đường vào xóm", "xác nhận nơi cư trú của hộ gia đình", "chuyển mục đích sử dụng thửa đất vườn",
    "hỗ trợ sửa nhà sau mưa bão", "đăng ký hộ kinh doanh bán hàng tạp hóa", "giải quyết đơn đề nghị mượn hội trường",
    "kiểm tra an toàn lưới điện trong thôn", "giao thửa ruộng công ích cho nhóm hộ",
)  # fmt: skip

Fault = tuple[str, int | None, int | None]
"""Kind, the number it is about, the number that a misnumbered one bears."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is written on a sheet, and the number it bears; `again`: scanned a second time."""

    number: int
    bears: int
    lines: tuple[str, ...]
    again: bool = False


@dataclass(kw_only=True)
class Truth:
    """Line of the manifest → faults made on purpose; lines of which nothing was fed; folders not in the manifest."""

    faults: dict[int, set[Fault]] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    sheets: int = 0


def make(folder: Path, count: int, chance: random.Random) -> Truth:
    """Write `count` units and their manifest; gives what is wrong with them."""
    truth, press = Truth(), Press(chance)
    with (folder / "danh-muc.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        for at in range(count):
            line, way = at + 2, ("printed", "printed", "printed", "named", "register", "coded")[at % 6]
            row, sheets, faults = _unit(way, at, chance)
            writer.writerow(row)
            if at % 97 == 50:
                truth.absent.add(line)
                continue
            if faults:
                truth.faults[line] = faults
            truth.sheets += len(sheets)
            _write(folder / "quét", way, at, sheets, press)
    stray = folder / "quét" / "hộp 9999" / "hồ sơ lạc" / "giấy.pdf"
    press.add(stray, [_sheet(1, 1, chance, "")])
    press.print()
    truth.foreign.add(str(stray))
    return truth


def _unit(way: str, at: int, chance: random.Random) -> tuple[list[object], list[Sheet], set[Fault]]:
    """(row of the manifest, sheets as they are scanned, faults)."""
    count = chance.randint(3, 7)
    first = chance.randint(1, 900) if way == "register" else 1
    volume = f"{at % 90 + 1:02d}/{1960 + at // 90}"
    box, dossier = at // 20 + 1, f"{at + 1:04d}"
    last = first + count - 1
    row: dict[str, list[object]] = {
        "printed": [box, dossier, "", "", count, "", "", ""],
        "named": [box, dossier, "", "", count, "", "", ""],
        "register": [box, "", "Sổ đăng ký khai sinh", volume, "", "", first, last],
        "coded": ["", f"H09.15.{box:03d}.{dossier}", "", "", "", count, "", ""],
    }
    good = [_sheet(number, number, chance, volume if way == "register" else "") for number in range(first, last + 1)]
    sheets, faults = _spoil(good, chance, named=way in ("named", "coded"))
    return row[way], sheets, faults


def _spoil(good: list[Sheet], chance: random.Random, *, named: bool) -> tuple[list[Sheet], set[Fault]]:
    """Leave out, double and misnumber some, with a good one between any two."""
    sheets: list[Sheet] = []
    faults: set[Fault] = set()
    last = good[-1].number
    wrong_name = named and chance.random() < 0.4
    before = False
    for one in good:
        kinds = ["good", "good"] if before or wrong_name else ["good", "good", "left out", "doubled"]
        if wrong_name and not faults:
            kinds = ["good", "misnumbered"]
        elif not named and not before:
            kinds += ["misnumbered"]
        kind = chance.choice(kinds)
        before = kind != "good"
        if kind == "left out":
            faults.add((Kind.MISSING, one.number, None))
            continue
        if kind == "misnumbered":
            bears = chance.choice([n for n in range(max(1, one.number - 9), last + 9) if abs(n - one.number) > 2])
            faults.add((Kind.MISNUMBERED, one.number, bears))
            one = Sheet(number=one.number, bears=bears, lines=one.lines)  # noqa: PLW2901
        sheets.append(one)
        if kind == "doubled":
            faults.add((Kind.DOUBLED, one.number, None))
            sheets.append(Sheet(number=one.number, bears=one.bears, lines=one.lines, again=True))
    return sheets, faults


def _person(chance: random.Random) -> str:
    return f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"


def _sheet(number: int, bears: int, chance: random.Random, volume: str) -> Sheet:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1990, 2022)
    if volume:
        born = f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{year}"
        lines = (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "GIẤY KHAI SINH",
            f"Số: @ Quyển số: {volume}", f"Họ và tên: {_person(chance)}", f"Ngày, tháng, năm sinh: {born}",
            f"Họ và tên mẹ: {_person(chance)}", f"Họ và tên cha: {_person(chance)}",
            f"Nơi đăng ký khai sinh: Ủy ban nhân dân xã An Thử, ngày {day:02d}/{month:02d}/{year}",
        )  # fmt: skip
    else:
        lines = (
            "ỦY BAN NHÂN DÂN XÃ AN THỬ", f"Ngày {day} tháng {month} năm {year}",
            f"Về việc {chance.choice(MATTERS)} {chance.randint(1, 400)}",
            f"Người đề nghị: {_person(chance)}, sinh năm {chance.randint(1940, 2000)}",
            f"Nay trình Ủy ban xem xét {chance.choice(MATTERS)} số {chance.randint(1, 9000)}.",
            f"Người nhận hồ sơ: {_person(chance)}", f"Người ký: {_person(chance)}",
        )  # fmt: skip
    return Sheet(number=number, bears=bears, lines=lines)


def _write(root: Path, way: str, at: int, sheets: Sequence[Sheet], press: "Press") -> None:
    """The unit's files as its operator left them."""
    box, dossier = at // 20 + 1, f"{at + 1:04d}"
    folder = root / f"hộp {box:02d}" / f"hồ sơ {dossier}"
    if way == "printed":
        press.add(folder / "quet.pdf", sheets, "Tờ số: {}")
    elif way == "register":
        volume = f"{at % 90 + 1:02d}-{1960 + at // 90}"
        press.add(root / f"hộp {box:02d}" / "Sổ đăng ký khai sinh" / f"Quyển {volume}" / "so.pdf", sheets)
    seen: Counter[int] = Counter()
    for sheet in sheets if way in ("named", "coded") else ():
        seen[sheet.bears] += 1
        again = f" ({seen[sheet.bears]})" if seen[sheet.bears] > 1 else ""
        if way == "named":
            press.add(folder / f"tờ {sheet.bears:03d}{again}.pdf", [sheet])
        else:
            name = f"H09.15.{box:03d}.{dossier}.{sheet.bears:07d}{again}.pdf"
            press.add(root / "theo mã" / name, [sheet])


class Press:
    """Writes many small PDFs; those of a batch are typeset together and cut apart, which is ten times as fast."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._files: list[tuple[Path, int]] = []
        self._paper: FPDF | None = None

    def add(self, path: Path, sheets: Sequence[Sheet], mark: str = "") -> None:
        """A file of these sheets, each with the mark of its number in the top right corner."""
        for sheet in sheets:
            self._page(sheet, mark)
        self._files.append((path, len(sheets)))
        if len(self._files) >= 200:
            self.print()

    def print(self) -> None:
        """Write what was added."""
        if self._paper is None:
            return
        whole = pikepdf.open(io.BytesIO(bytes(self._paper.output())))
        self._paper.fonts["serif"].close()
        at = 0
        for path, count in self._files:
            path.parent.mkdir(parents=True, exist_ok=True)
            one = pikepdf.new()
            one.pages.extend(whole.pages[at : at + count])
            one.save(path)
            at += count
        self._files, self._paper = [], None

    def _page(self, sheet: Sheet, mark: str) -> None:
        paper = self._paper = self._paper or self._fresh()
        moved = [self._chance.uniform(-1, 1) if sheet.again else 0.0 for _ in "xy"]
        paper.add_page()
        paper.set_font("serif", size=9.1 if sheet.again else 9)
        if mark:
            paper.text(78 + moved[0], 9 + moved[1], mark.format(sheet.bears))
        for row, line in enumerate(sheet.lines):
            text = line.replace("@", str(sheet.bears))
            if sheet.again and row == 1:
                text = text.replace("ă", "â").replace("ộ", "ô")  # read otherwise
            paper.text(8 + moved[0], 20 + 7 * row + moved[1], text)

    @staticmethod
    def _fresh() -> FPDF:
        paper = FPDF(format=(105, 148))
        paper.add_font("serif", fname=str(faces.path("tinos")))
        return paper


def digitize(app: App, folder: Path, *, whole: bool) -> None:
    """The campaign, from its manifest to the last page read."""
    units = read_manifest(folder / "danh-muc.csv")
    about = {"manifest": "danh-muc.csv", "sha256": "", "by": "bench"}
    campaigns.create(app.records, NAME, about, (UNIT.dump_python(unit, mode="json") for unit in units))
    intake, scans = app.intake(operator="bench", lane="backfill"), []
    source = Given([folder / "quét"], ())
    for offer in source.offers():
        arrival = intake.take(source, offer, moves=False)
        campaigns.feed(app.records, NAME, arrival.id)
        scans += app.records.scans_of(arrival.id)
    if whole:
        with Crew(app) as crew:
            app.queue_scans(scans)
            crew.wait(scans)
        return
    for scan in scans:
        read_scan(app, scan)


def read_scan(app: App, id_: str) -> None:
    """Read its pages by the minimal reader and run the stages that find papers."""
    owner, records, seconds = leases.owner_name(), app.records, app.settings.lease_seconds
    found = records.scan(id_)
    with app.blobs.local(found.sha256) as path:
        pages = list(read_pages(path))
    for page in leases.claim_pages(records, id_, owner, len(pages), seconds, 9):
        leases.save_page(records, id_, pages[page.number - 1], owner, seconds)
    claimed = leases.claim_stages(records, id_, owner, seconds)
    assert claimed is not None
    load = records.page
    stages: dict[str, Stage] = {name: lambda scan: scan for name in pipeline.STAGES}
    stages |= {"split": Split(load, app.tables), "kind": Kinds(load, app.tables), "fields": Fields(load, app.tables)}
    dossiers.finish(records, pipeline.through_stages(stages, claimed, lambda _: None), owner)


def read_pages(path: Path) -> Iterator[Page]:
    """Every page of a PDF: its text layer's lines, and what it looks like at 60 dpi."""
    pdf = pypdfium2.PdfDocument(path)
    for number, sheet in enumerate(pdf, 1):
        grey = np.asarray(sheet.render(scale=60 / 72, grayscale=True).to_numpy()).squeeze()
        text = sheet.get_textpage()
        high, lines = sheet.get_height(), []
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            box = (round(left), round(high - top), round(right), round(high - bottom))
            lines.append(_line(text.get_text_bounded(left, bottom, right, top), box))
        yield Page(
            number=number,
            width=round(sheet.get_width()),
            height=round(high),
            lines=tuple(sorted(lines, key=lambda line: line.box[1])),
            looks=Looks(phash=perceptual_hash(grey)),
            step=pipeline.STEPS[-1],
        )
    pdf.close()


def _line(text: str, box: Box) -> Line:
    quad = (0.0,) * 8
    words = (Word(text=one, read=one, box=box, quad=quad, confidence=0.95) for one in text.split())
    return Line(words=tuple(words), box=box)


def wrong(account: Account, truth: Truth) -> Iterator[str]:
    """What the account says and is not so, and what is so and it does not say."""
    for one in account.units():
        line = one.unit.line
        told = {(finding.kind, finding.number, finding.bears) for finding in one.findings}
        made = truth.faults.get(line, set())
        yield from (f"{line} {one.unit.name}: not named: {fault}" for fault in sorted(made - told, key=str))
        yield from (f"{line} {one.unit.name}: not so: {fault}" for fault in sorted(told - made, key=str))
        if (line in truth.absent) != (not one.files):
            yield f"{line} {one.unit.name}: {one.files} files"
        if one.failed or one.waiting:
            yield f"{line} {one.unit.name}: {one.failed} failed, {one.waiting} waiting"
        if one.complete != (line not in truth.absent and not made):
            yield f"{line} {one.unit.name}: complete: {one.complete}"
    if {scan.file for scan in account.foreign} != truth.foreign:
        yield f"foreign: {[scan.file for scan in account.foreign]}"
    if account.refused or account.twice:
        yield f"refused {len(account.refused)}, twice {account.twice}"


def main() -> None:
    """Make, digitize, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dossiers", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        truth = make(folder, given.dossiers, random.Random(given.seed))
        kinds = Counter(str(fault[0]) for faults in truth.faults.values() for fault in faults)
        print(f"{given.dossiers} units, {truth.sheets} sheets, {dict(kinds)}, absent {len(truth.absent)}", flush=True)
        chosen = settings.load(home=folder / "home").model_copy(update={"processes": given.processes})
        begun = time.monotonic()
        with App(chosen) as app:
            digitize(app, folder, whole=given.whole)
            print(f"digitized in {time.monotonic() - begun:.0f} s", flush=True)
            begun = time.monotonic()
            faults = list(wrong(Account(app.records, NAME), truth))
        print(f"compared in {time.monotonic() - begun:.0f} s")
        print("\n".join(faults) or "every fault is named, and nothing else")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
