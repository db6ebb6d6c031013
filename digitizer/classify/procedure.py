"""Which administrative procedure a paper names: by its code, else by its name."""

from dataclasses import replace

from rapidfuzz import fuzz, process

from digitizer.classify.tables import Tables
from digitizer.contracts import LoadPage
from digitizer.model import Document, Scan
from digitizer.text import fold

# Names differ in single words (cấp, cấp lại, gia hạn), so a name must be nearly the same to count.
_ALIKE = 88.0
_OPENERS = ("thu tuc ", "dang ky viec ", "ve viec ", "yeu cau ", "de nghi ")


class Procedures:
    """The stage `procedure`: notes on each document the procedure that it names itself."""

    def __init__(self, load_page: LoadPage, tables: Tables) -> None:
        self._load = load_page
        self._codes = tables.procedures
        self._names = {code: _bare(row.name) for code, row in tables.procedures.items()}

    def __call__(self, scan: Scan) -> Scan:
        return replace(
            scan, documents=tuple(replace(document, procedure=self.named(document)) for document in scan.documents)
        )

    def named(self, document: Document) -> str | None:
        """The code that the document names, known or not; None when it names no procedure."""
        code = document.field("procedure_code")
        if code is not None and (code.normalised in self._codes or not code.unsure):
            return code.normalised
        name = document.field("procedure_name")
        return self.by_name(name.normalised) if name else None

    def by_name(self, name: str) -> str | None:
        """The procedure of that name, given nearly in full; None when none or several are as near."""
        wanted = _bare(name)
        near = process.extract(wanted, self._names, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, limit=2)
        if not near or (len(near) == 2 and near[0][1] - near[1][1] < 1.5):
            return self._beginning(wanted)
        return near[0][2]

    def _beginning(self, wanted: str) -> str | None:
        """Long names are cut short on slips: the one procedure whose name begins so."""
        if len(wanted) < 24:
            return None
        same = [code for code, name in self._names.items() if fuzz.ratio(name[: len(wanted)], wanted) >= 94]
        return same[0] if len(same) == 1 else None


def _bare(name: str) -> str:
    key = " ".join(fold(name).replace(",", " ").split()).strip(" .;:")
    for opener in _OPENERS:
        key = key.removeprefix(opener)
    return key
