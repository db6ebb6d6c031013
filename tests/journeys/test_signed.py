"""A digitally signed PDF is kept byte for byte, and everybody is told where its signature is valid."""

import hashlib
import json
from pathlib import Path

import pikepdf

from tests import papers
from tests.journeys.test_run import Desk


def signed(path: Path) -> Path:
    """A born-digital decision with a filled signature field."""
    with pikepdf.open(papers.pdf(path, papers.decision("77")), allow_overwriting_input=True) as pdf:
        value = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Filter=pikepdf.Name("/Adobe.PPKLite"), ByteRange=[0, 1, 2, 3])
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="Signature1", V=pdf.make_indirect(value))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(field)], SigFlags=3)
        pdf.save(path)
    return path


def test_a_signed_original_is_kept_as_it_is_and_its_copy_says_so(tmp_path: Path) -> None:
    path = signed(tmp_path / "in" / "qd.pdf")
    before = path.read_bytes()
    desk = Desk(tmp_path / "home")
    rows = desk.rows("run", str(path.parent))
    scan, document = (next(row for row in rows if row["type"] == sort) for sort in ("scan", "document"))
    assert path.read_bytes() == before
    assert scan["sha256"] == hashlib.sha256(before).hexdigest()

    shown = json.loads(desk("show", scan["id"], "--json"))["scans"][0]
    assert shown["signed"]
    assert Path(shown["original"]).read_bytes() == before

    kept = json.loads(desk("show", document["id"], "--json"))
    assert kept["record"]["signed_original"]
    with pikepdf.open(kept["files"]["pdf"]) as copy:
        assert "valid on the original" in str(copy.docinfo) + str(copy.Root.Metadata.read_bytes())
