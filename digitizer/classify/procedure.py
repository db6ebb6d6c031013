"""Which administrative procedure a paper names: by its code, else by its name."""

from dataclasses import replace

from rapidfuzz import fuzz, process

from digitizer.classify.tables import Tables
from digitizer.contracts import LoadPage
from digitizer.model import By, Document, Field, Scan
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
        return replace(scan, documents=tuple(self._noted(document) for document in scan.documents))

    def _noted(self, document: Document) -> Document:
        """The document with its procedure.

        An unknown code beside the name of a known procedure, and a name that breaks off where its procedure's goes on,
        were misread: a person shall look.
        """
        named = self.named(document)
        doubted = {
            field.name for field in document.fields if self._contradicts(field, named) and field.by is not By.CLERK
        }
        fields = tuple(replace(one, unsure=True) if one.name in doubted else one for one in document.fields)
        return replace(document, procedure=named, fields=fields, unsure=document.unsure or bool(doubted))

    def _contradicts(self, field: Field, named: str | None) -> bool:
        if named is None:
            return False
        if field.name == "procedure_code":
            return field.normalised != named
        whole, part = self._names.get(named, ""), _bare(field.normalised)
        return field.name == "procedure_name" and whole.startswith(part) and len(part) < len(whole)

    def named(self, document: Document) -> str | None:
        """The code that the document names, by a code that is known, else by its name, else by a code that is not."""
        code, name = document.field("procedure_code"), document.field("procedure_name")
        if code is not None and code.normalised in self._codes:
            return code.normalised
        known = self.by_name(name.normalised) if name else None
        return known or (code.normalised if code is not None and not code.unsure else None)

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
