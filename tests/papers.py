"""Small invented papers for tests: born-digital PDFs that need no OCR, so that a journey takes a second."""

from pathlib import Path

from fpdf import FPDF
from PIL import Image

from samples import faces

HEAD = """ỦY BAN NHÂN DÂN                         CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ AN THỬ                                       Độc lập - Tự do - Hạnh phúc
"""


def decision(number: str) -> str:
    """The text of a decision of one page."""
    return (
        f"{HEAD}Số: {number}/QĐ-UBND                     An Thử, ngày 12 tháng 5 năm 2023\n\n"
        "                         QUYẾT ĐỊNH\n"
        "           Về việc cấp phép sửa chữa đường vào xóm Giếng\n\n"
        "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ AN THỬ\n\n"
        "Căn cứ Luật Tổ chức chính quyền địa phương;\n"
        "Điều 1. Cho phép thôn Mẫu sửa chữa con đường dài 300 mét.\n"
        f"Điều 2. Quyết định này có hiệu lực kể từ ngày ký, mã riêng thu{number}.\n\n"
        "Nơi nhận:                                CHỦ TỊCH\n- Như Điều 2;\n- Lưu: VT.\n\n"
        "                                         Trần Văn Thử\n"
    )


def pdf(path: Path, *pages: str) -> Path:
    """A born-digital PDF of these pages, in an embedded Vietnamese face."""
    paper = FPDF(format="A4")
    paper.add_font("serif", fname=str(faces.path("tinos")))
    for text in pages:
        paper.add_page()
        paper.set_font("serif", size=13)
        for line in text.split("\n"):
            paper.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    path.parent.mkdir(parents=True, exist_ok=True)
    paper.output(str(path))
    return path


def blank_png(path: Path) -> Path:
    """A white A5 page at 150 dpi."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (874, 1240), 255).save(path, dpi=(150, 150))
    return path
