"""A paper with a table becomes rows that a spreadsheet opens."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

from fpdf import FPDF
from jsonschema import Draft202012Validator

from digitizer.app.tabling import Sheet, write
from samples import faces
from tests.papers import decision

ROOT = Path(__file__).resolve().parents[2]
FACE = Draft202012Validator(json.loads((ROOT / "docs" / "face.schema.json").read_text(encoding="utf-8")))
ROWS = (
    ("TT", "Họ và tên", "Số tiền"),
    ("1", "Trần Thị Bưởi", "1.250.000"),
    ("2", "Mai Văn Na", "=1+2"),
    ("3", "Lê Thị Mơ", "- Đã nhận"),
)


def digitizer(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("digitizer")), "--home", str(home), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})


def paper(path: Path) -> None:
    """A born-digital decision, and on its second page a ruled table."""
    made = FPDF(format="A4")
    made.add_font("serif", fname=str(faces.path("tinos")))
    made.set_font("serif", size=13)
    made.add_page()
    for line in decision("7").split("\n"):
        made.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    made.add_page()
    made.cell(0, 12, "Danh sách các hộ gia đình được hỗ trợ kinh phí sửa chữa nhà ở", new_x="LMARGIN", new_y="NEXT")
    for row in ROWS:
        for text, width in zip(row, (15, 100, 60), strict=True):
            made.cell(width, 10, text, border=1)
        made.ln()
    made.output(str(path))


def test_a_table_is_told_shown_and_written_for_a_spreadsheet(tmp_path: Path) -> None:
    paper(tmp_path / "danh-sach.pdf")
    told = digitizer(tmp_path / "home", "run", tmp_path / "danh-sach.pdf", "--json")
    assert told.returncode == 0, told.stderr
    rows = [json.loads(row) for row in told.stdout.splitlines()]
    for row in rows:
        FACE.validate(row)
    scan = next(row for row in rows if row["type"] == "scan")
    (table,) = scan["pages"][1]["tables"]
    assert [[cell["text"] for cell in table["cells"] if cell["row"] == at] for at in range(4)] == [*map(list, ROWS)]
    assert scan["pages"][0]["tables"] == []

    shown = digitizer(tmp_path / "home", "tables", scan["id"])
    assert "Trần Thị Bưởi" in shown.stdout
    done = digitizer(tmp_path / "home", "tables", scan["id"], "--csv", tmp_path / "csv")
    assert done.returncode == 0, done.stderr
    with Path(done.stdout.strip()).open(encoding="utf-8-sig", newline="") as file:
        written = [tuple(row) for row in csv.reader(file)]
    assert written == [*ROWS[:2], ("2", "Mai Văn Na", "'=1+2"), ("3", "Lê Thị Mơ", "'- Đã nhận")]
    again = digitizer(tmp_path / "home", "tables", scan["id"], "--csv", tmp_path / "csv")
    assert again.returncode != 0
    assert "choose another folder" in again.stderr


def test_a_negative_number_stays_a_number(tmp_path: Path) -> None:
    (path,) = write([Sheet(name="s1_p1_t1", rows=(("-1.250,5", "-a"),))], tmp_path)
    assert path.read_text(encoding="utf-8-sig").strip() == "\"-1.250,5\",'-a"
