"""What QR codes and machine-readable lines say: they carry check digits and marks that OCR can't lose."""

import datetime as dt
import re
from collections.abc import Iterator

from digitizer.classify import values
from digitizer.classify.found import Found
from digitizer.model import Box, Page, PageRef
from digitizer.text import squeeze

_TD1_FIRST = re.compile(r"^[I1LT][D0O<]VNM([0-9OQDILZSGB]{9})([0-9OQDILZSGB])([0-9OQDILZSGB]{12})?")
_TD1_SECOND = re.compile(r"^([0-9OQDILZSGB]{6})([0-9OQDILZSGB])([MF<])([0-9OQDILZSGB]{6})([0-9OQDILZSGB])VNM")
_TD3_SECOND = re.compile(
    r"^([A-Z0-9<]{9})([0-9OQDILZSGB])VNM([0-9OQDILZSGB]{6})([0-9OQDILZSGB])([MF<])([0-9OQDILZSGB]{6})([0-9OQDILZSGB])"
)


def code_fields(page: Page, at: PageRef) -> Iterator[Found]:
    """Fields from the codes of one page; a code whose check digits fail gives nothing."""
    for code in page.codes:
        if code.type == "qr":
            yield from _qr(code.value, code.box, at)
    for text, box in _mrz_lines(page):
        yield from _mrz(text, box, at)


def _found(name: str, value: str, normalised: str, at: PageRef, box: Box | None) -> Found:
    return Found(name=name, value=value, normalised=normalised, part=None, at=at, box=box, read=1.0, trust=1.0)


def _qr(text: str, box: Box, at: PageRef) -> Iterator[Found]:
    """The card's seven fields joined by bars (domain §3 row 18), or a dossier code on a slip."""
    parts = [squeeze(part) for part in text.split("|")]
    if len(parts) >= 6 and re.fullmatch(r"\d{12}", parts[0]):
        yield _found("citizen_id", parts[0], parts[0], at, box)
        yield _found("person", parts[2], parts[2], at, box)
        for name, raw in (("birth_date", parts[3]), ("issued", parts[6] if len(parts) > 6 else "")):
            day = _packed(raw)
            if day:
                yield _found(name, f"{raw[:2]}/{raw[2:4]}/{raw[4:]}", day, at, box)
        sex = values.sex(parts[4])
        if sex:
            yield _found("sex", parts[4], sex.normalised, at, box)
        if parts[5]:
            yield _found("address", parts[5], parts[5], at, box)
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


def _mrz_lines(page: Page) -> list[tuple[str, Box]]:
    """MRZ that `look` read, else lines of text that look like it (`<` as filler)."""
    given = [(line, code.box) for code in page.codes if code.type == "mrz" for line in code.value.split()]
    if given:
        return given
    return [
        (re.sub(r"[\s.]", "", line.text).replace("«", "<<").upper(), line.box)
        for line in page.lines
        if sum(char in "<«" for char in line.text) >= 2
    ]


def _mrz(line: str, box: Box, at: PageRef) -> Iterator[Found]:
    first = _TD1_FIRST.match(line)
    number = values.digits(first[3]) if first and first[3] else ""
    # The card's own nine digits, which the check digit covers, are the last nine of the twelve.
    if first and number.endswith(values.digits(first[1])) and _checks(values.digits(first[1]), values.digits(first[2])):
        yield _found("citizen_id", number, number, at, box)
    second = _TD1_SECOND.match(line)
    if second:
        yield from _dates(second[1], second[2], second[3], second[4], second[5], box, at)
    passport = _TD3_SECOND.match(line)
    if passport:
        yield from _dates(passport[3], passport[4], passport[5], passport[6], passport[7], box, at)
        number = passport[1].replace("<", "")
        if _checks(passport[1], values.digits(passport[2])):
            yield _found("number", number, number, at, box)


def _dates(
    birth: str, birth_check: str, sex: str, until: str, until_check: str, box: Box, at: PageRef
) -> Iterator[Found]:
    for name, raw, check in (("birth_date", birth, birth_check), ("valid_to", until, until_check)):
        six = values.digits(raw)
        if not _checks(six, values.digits(check)):
            continue
        year = int(six[:2])
        century = 20 if name == "valid_to" or year <= dt.date.today().year % 100 else 19  # noqa: DTZ011 a year is enough
        day = _packed(f"{six[4:]}{six[2:4]}{century}{six[:2]}")
        if day:
            yield _found(name, raw, day, at, box)
    if sex in "MF":
        yield _found("sex", sex, "nam" if sex == "M" else "nữ", at, box)


def _checks(text: str, digit: str) -> bool:
    """ICAO 9303 part 3: weights 7, 3, 1; letters count from A = 10, the filler 0."""
    total = 0
    for index, char in enumerate(text):
        worth = 0 if char == "<" else int(char) if char.isdigit() else ord(char) - 55
        total += worth * (7, 3, 1)[index % 3]
    return digit == str(total % 10)
