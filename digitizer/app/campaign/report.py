"""The hand-over report that a person signs: a PDF to print and a spreadsheet to work with, from one account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from digitizer.app import face
from digitizer.app.campaign import words
from digitizer.app.campaign.account import Account, UnitAccount
from digitizer.errors import BadSettings
from digitizer.store.campaigns import Campaign

_FONTS = (
    *(
        (folder, "LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "LiberationSerif-Italic.ttf")
        for folder in ("liberation2", "liberation")  # Debian, Ubuntu
    ),
    ("dejavu", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSerif-Italic.ttf"),
)
_STYLES = ("", "B", "I")
_PLACE = Path("/usr/share/fonts/truetype")
_MOST_LETTERS = 300


@dataclass(frozen=True, kw_only=True)
class Handover:
    """Everything that a report tells."""

    campaign: Campaign
    account: Account
    units: Sequence[UnitAccount]
    made: str
    office: str
    root: str


def write_pdf(told: Handover, path: Path) -> None:
    """Write the report to print and sign; raises BadSettings when no font with Vietnamese letters is installed."""
    paper = _Paper(told)
    paper.heading()
    paper.table("I. Tổng hợp", "summary", ("Chỉ tiêu", "Số lượng"), (80, 20), _summary(told))
    paper.table(
        "II. Sai lệch so với danh mục",
        "differences from the manifest",
        ("Dòng", "Đơn vị", "Sai lệch"),
        (8, 32, 60),
        _differences(told),
    )
    paper.table(
        "III. Đơn vị chưa có tệp nào",
        "units of which nothing was fed",
        ("Dòng", "Đơn vị", "Danh mục ghi"),
        (8, 52, 40),
        ((str(one.unit.line), one.unit.name, words.expected(one)) for one in told.units if not one.files),
    )
    paper.table(
        "IV. Tệp không thuộc danh mục, không nhận được hoặc nằm ở nhiều nơi",
        "files outside the manifest, refused, or in several places",
        ("Việc", "Tệp"),
        (30, 70),
        _files(told),
    )
    paper.signatures()
    paper.table(
        "Phụ lục. Từng đơn vị",
        "annex: every unit",
        ("Dòng", "Đơn vị", "Danh mục ghi", "Tìm thấy", "Bằng chứng", "Kết quả"),
        (7, 27, 16, 22, 12, 16),
        (_row(one) for one in told.units),
    )
    paper.output(str(path))
    paper.close_fonts()


def write_xlsx(told: Handover, path: Path) -> None:
    """Write the same as a spreadsheet of four sheets."""
    book = Workbook(write_only=True)
    every = (*_HEADINGS, "Chỗ không đọc được / unreadable")
    rows = ((*_row(one), "; ".join(one.failed)) for one in told.units)
    _sheet(book, "Tổng hợp", ("Chỉ tiêu / what", "Số lượng / number"), _summary(told), (60, 90))
    differing = ("Dòng / line", "Đơn vị / unit", "Loại / kind", "Chi tiết / what")
    _sheet(book, "Sai lệch", differing, _kinds(told), (10, 45, 28, 110))
    _sheet(book, "Đơn vị", every, rows, (10, 45, 30, 35, 18, 30, 50))
    _sheet(book, "Tệp khác", ("Việc / why", "Tệp / file"), _files(told), (45, 110))
    book.save(path)


_HEADINGS = (
    "Dòng / line",
    "Đơn vị / unit",
    "Danh mục ghi / expected",
    "Tìm thấy / found",
    "Bằng chứng / evidence",
    "Kết quả / result",
)


def _sheet(
    book: Workbook, title: str, headings: Sequence[str], rows: Iterator[tuple[str, ...]], widths: Sequence[int]
) -> None:
    sheet = book.create_sheet(title)
    for letter, width in zip("ABCDEFG", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, value=heading) for heading in headings]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    for row in rows:
        # As text: a name that begins with = is no formula.
        sheet.append([int(value) if value.isdigit() else _text(sheet, value) for value in row])


def _text(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell


def _summary(told: Handover) -> Iterator[tuple[str, ...]]:
    yield from ((label, str(number)) for label, number in words.sums(told.units))
    yield "Tệp không thuộc danh mục / files outside the manifest", str(len(told.account.foreign))
    yield "Tệp bị từ chối / files refused", str(len(told.account.refused))


def _differences(told: Handover) -> Iterator[tuple[str, ...]]:
    for one in told.units:
        sentences = [words.sentence(finding) for finding in one.findings]
        sentences += [f"Không đọc được: {place}" for place in one.failed]
        if sentences:
            yield str(one.unit.line), one.unit.name, "\n".join(sentences)


def _kinds(told: Handover) -> Iterator[tuple[str, ...]]:
    for one in told.units:
        for finding in one.findings:
            yield str(one.unit.line), one.unit.name, words.KINDS[finding.kind], words.sentence(finding)
        for place in one.failed:
            yield str(one.unit.line), one.unit.name, "Không đọc được / unreadable", place


def _files(told: Handover) -> Iterator[tuple[str, ...]]:
    for scan in told.account.foreign:
        yield "Không thuộc danh mục", face.file_of(scan)
    for arrival in told.account.refused:
        yield f"Không nhận: {arrival.reason.vi if arrival.reason else arrival.state.value}", arrival.file
    for places in told.account.twice:
        yield "Cùng một tệp ở nhiều nơi", "; ".join(places)


def _row(one: UnitAccount) -> tuple[str, ...]:
    return (
        str(one.unit.line),
        one.unit.name + (f": {one.unit.title}" if one.unit.title else ""),
        words.expected(one),
        words.found(one),
        one.evidence,
        words.result(one),
    )


class _Paper(FPDF):
    """A4, Vietnamese serif, page numbers at the foot."""

    def __init__(self, told: Handover) -> None:
        super().__init__(format="A4")
        self._told = told
        folder, *files = next((font for font in _FONTS if (_PLACE / font[0] / font[1]).is_file()), ("",))
        if not files:
            raise BadSettings("thiếu phông chữ / a font is missing: apt install fonts-liberation2")
        for style, name in zip(_STYLES, files, strict=True):
            self.add_font("serif", style, str(_PLACE / folder / name))
        self.set_title(f"Biên bản bàn giao kết quả số hóa: {told.campaign.name}")
        self.set_lang("vi")
        self.set_margins(25, 18, 15)
        self.set_auto_page_break(auto=True, margin=18)
        self.add_page()

    def footer(self) -> None:
        """Page n of m, and which campaign."""
        self.set_y(-13)
        self.set_font("serif", "I", 9)
        self.cell(0, 5, f"{self._told.campaign.name} · {self._told.made} · trang {self.page_no()}/{{nb}}", align="C")

    def close_fonts(self) -> None:
        """Let go of the font files, which stay open for as long as letters may be needed."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def heading(self) -> None:
        """The national heading, the title, and what the report rests on."""
        told = self._told
        self._line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "B", 12)
        self._line("Độc lập - Tự do - Hạnh phúc", "B", 12)
        self.ln(6)
        self._line("BIÊN BẢN BÀN GIAO KẾT QUẢ SỐ HÓA", "B", 15)
        self._line("Hand-over report of a backfill campaign", "I", 11)
        self.ln(4)
        about = told.campaign.about
        facts = (
            ("Đợt số hóa / campaign", told.campaign.name),
            ("Cơ quan / office", told.office or "…"),
            ("Danh mục / manifest", f"{about['manifest']} (SHA-256 {about['sha256']})"),
            ("Bắt đầu / begun", f"{told.campaign.created[:16]} bởi {about['by'] or '…'}"),
            ("Lập báo cáo / reported", told.made),
            ("Gốc niêm phong / seal root", told.root or "chưa niêm phong (digitizer audit --seal)"),
        )
        self.set_font("serif", "", 11)
        for label, value in facts:
            text = f"**{label}:** {_plain(value)}"
            self.multi_cell(0, 5.5, text, align="L", markdown=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def table(  # type: ignore[override]  # the paper's tables, all of one look
        self, title: str, english: str, headings: Sequence[str], widths: Sequence[int], rows: Iterator[tuple[str, ...]]
    ) -> None:
        """A titled table; a line instead when there are no rows.  A title never stands alone at the end of a page."""
        if self.get_y() > self.h - 60:
            self.add_page()
        self.ln(4)
        self.set_font("serif", "B", 12)
        self.write(6, title)
        self.set_font("serif", "I", 10)
        self.write(6, f"  ({english})")
        self.ln(8)
        self.set_font("serif", "", 10)
        filled = list(rows)
        if not filled:
            self.cell(0, 6, "Không có.", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            return
        with super().table(
            col_widths=tuple(widths), line_height=4.8, text_align="LEFT", padding=0.8, align="LEFT"
        ) as table:
            for row in (headings, *filled):
                line = table.row()
                for value in row:
                    line.cell(value)

    def signatures(self) -> None:
        """Who hands over and who takes over, signed by hand, never parted by the end of a page."""
        if self.get_y() > 215:
            self.add_page()
        self.ln(6)
        self.set_font("serif", "", 11)
        self.multi_cell(
            0,
            5.5,
            "Hai bên đã đối chiếu danh mục với kết quả nêu trên và thống nhất các sai lệch đã liệt kê. / Both sides "
            "have compared the manifest with the results above and agree on the differences listed.",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.ln(3)
        self.cell(0, 6, "…………, ngày …… tháng …… năm ………", align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        third = self.epw / 3
        for style, texts in (
            ("B", ("NGƯỜI LẬP", "BÊN GIAO", "BÊN NHẬN")),
            ("I", ("(ký, ghi rõ họ tên)",) * 3),
        ):
            self.set_font("serif", style, 11)
            for text in texts:
                self.cell(third, 6, text, align="C")
            self.ln(6)
        self.ln(26)

    def _line(self, text: str, style: str, size: float) -> None:
        self.set_font("serif", style, size)
        self.cell(0, size / 2, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _plain(text: str) -> str:
    """Text in which nothing is markup."""
    return text[:_MOST_LETTERS].replace("**", "* *").replace("__", "_ _").replace("--", "- -")
