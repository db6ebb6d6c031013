"""What QR codes and machine-readable lines say, and what was read held against it."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from digitizer.classify import mrz, values
from digitizer.classify.found import SURE, Found
from digitizer.model import Box, By, Page, PageRef
from digitizer.text import canonical, fold, squeeze

_CARD = re.compile(r"\d{12}")
_WORDY = frozenset(("person", "address"))
_MENDED = 0.7  # how surely digits taken for others were read
_ALIKE, _OTHER = 88.0, 60.0  # percent of the letters of names and addresses that say the same; of others


def code_fields(page: Page, at: PageRef) -> Iterator[Found]:
    """Fields from the codes and machine-readable lines of one page; what its check digit fails gives nothing."""
    for code in page.codes:
        if code.type == "qr":
            yield from _qr(code.value, code.box, at)
    for one in mrz.entries(page):
        found = replace(_found(one.name, one.text, one.value, at, one.box), by=By.MRZ, proven=one.proven)
        yield replace(found, read=_MENDED, least=_MENDED) if one.mended and not one.proven else found


def _found(name: str, value: str, normalised: str, at: PageRef, box: Box | None) -> Found:
    return Found(
        name=name, value=value, normalised=normalised, part=None, at=at, box=box, read=1.0, trust=1.0, by=By.QR
    )


def _qr(text: str, box: Box, at: PageRef) -> Iterator[Found]:
    """The card's seven fields joined by bars (domain §3 row 18), or a dossier code on a slip."""
    parts = [squeeze(part) for part in text.split("|")]
    if len(parts) >= 6 and _CARD.fullmatch(parts[0]):
        given = dict(zip(("citizen_id", "old_citizen_id", "person", "", "", "address"), parts, strict=False))
        yield from (_found(name, value, value, at, box) for name, value in given.items() if name and value)
        for name, raw in (("birth_date", parts[3]), ("issued", parts[6] if len(parts) > 6 else "")):
            day = _packed(raw)
            if day:
                yield _found(name, f"{raw[:2]}/{raw[2:4]}/{raw[4:]}", day, at, box)
        sex = values.sex(parts[4])
        if sex:
            yield _found("sex", parts[4], sex.normalised, at, box)
        return
    dossier = values.dossier_code(text)
    if dossier:
        yield _found("dossier_code", dossier.text, dossier.normalised, at, box)


def _packed(raw: str) -> str | None:
    """`ddmmyyyy` → ISO."""
    try:
        return dt.date(int(raw[4:]), int(raw[2:4]), int(raw[:2])).isoformat() if len(raw) == 8 else None
    except ValueError:
        return None


def against(found: Sequence[Found], coded: Sequence[Found]) -> list[Found]:
    """The readings with those that codes give in their place, each held against what was read there."""
    out = {(one.name, one.part): one for one in found}
    for one in coded:
        other = out.get((one.name, one.part))
        out[one.name, one.part] = one if other is None else _settled(one, other)
    return list(out.values())


def _settled(code: Found, read: Found) -> Found:
    """What the code says, firmer where print says the same; a firm reading that says otherwise makes it a question.

    Unless check digits prove the code: then print was misread, and its reading stays as an alternative only.
    """
    if _same(code, read):
        return code.held(code.by.value, passed=True, factor=1.1)
    code = replace(code, alternatives=(read.normalised, *code.alternatives))
    if code.proven:
        return code.held(code.by.value, passed=True)
    firm = read.confidence >= SURE or read.by is not By.RULE
    return code.held(code.by.value, passed=False, factor=0.7) if firm else code


def _same(code: Found, read: Found) -> bool:
    if code.name in _WORDY:
        return fuzz.ratio(fold(code.normalised), fold(read.normalised)) >= _ALIKE
    if code.name.endswith("_date"):
        return code.normalised.startswith(read.normalised)
    return canonical(code.normalised) == canonical(read.normalised)


def lettered(found: Sequence[Found], coded: Sequence[Found]) -> list[Found]:
    """The readings, the person's name held against the zone's letters, which have no marks."""
    letters = next((one.normalised for one in coded if one.name == "letters"), "")
    if not letters:
        return list(found)
    return [_lettered(one, letters) if one.name == "person" else one for one in found]


def _lettered(one: Found, letters: str) -> Found:
    alike = fuzz.ratio(fold(one.normalised).replace(" ", ""), letters.lower().replace(" ", ""))
    if alike >= _ALIKE:
        return one.held("mrz", passed=True, factor=1.05)
    return one.held("mrz", passed=False, factor=0.8) if alike < _OTHER else one
