"""Values of typed fields: what a paper prints → how it is kept (docs/json.md), and how far its own rules bear it out.

Every reader takes the printed text and gives a `Value`, or None when there is no such value in it.  Digits misread as
letters are mended here and nowhere else, because only here is it known that a digit must stand (domain: OCR confusions
O Q D Ø→0, I L |→1, Z→2, S→5, G→6, B→8).
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from digitizer.classify import prose
from digitizer.classify.value import Value
from digitizer.text import fold, is_syllable, squeeze

_DIGIT = {
    "o": "0",
    "ø": "0",
    "q": "0",
    "d": "0",
    "i": "1",
    "l": "1",
    "|": "1",
    "]": "1",
    "[": "1",
    "!": "1",
    "z": "2",
    "s": "5",
    "g": "6",
    "b": "8",
}
_D = r"[0-9oøqdil|\]\[!zsgb]"  # a digit, or what OCR makes of one


def digits(text: str) -> str:
    """The text with look-alikes turned into digits and all else dropped."""
    return "".join(_DIGIT.get(char, char) for char in fold(text) if char.isdigit() or char in _DIGIT)


def _clean(text: str) -> float:
    """1 when only digits were read, less for each look-alike that had to be mended."""
    mended = sum(not char.isdigit() for char in text if not char.isspace())
    return max(0.4, 1.0 - 0.2 * mended)


_SPECKS = r"[\s.,:;'\-]*"
_WRITTEN = re.compile(
    rf"(?:\bngay{_SPECKS}|^\s*)((?:{_D}\s?){{1,2}}){_SPECKS}thang{_SPECKS}((?:{_D}\s?){{1,2}}){_SPECKS}"
    rf"nam{_SPECKS}((?:{_D}\s?){{4}})(?!\d)"
)
_BETWEEN = r"\s?[/.\-]{1,2}\s?"
_FIGURES = re.compile(
    rf"(?<![\w/])({_D}{{1,2}}){_BETWEEN}({_D}{{1,2}}){_BETWEEN}((?:{_D}9|79|2{_D}){_D}{_D})(?!\w)"
)
_MONTH = re.compile(r"(?<![\d/])(\d{1,2})\s?[/\-]\s?((?:19|20)\d\d)(?!\d)|thang\s+(\d{1,2})\s+nam\s+((?:19|20)\d\d)")
_YEAR = re.compile(r"(?<![\d/])((?:19|20)\d\d)(?![\d/])")


def date(text: str) -> Value | None:
    """The first date; only real ones: `ngày 05 tháng 01 năm 2023`, `05/01/2023`, then month and year, then a year."""
    key = fold(text)
    for pattern in (_WRITTEN, _FIGURES):
        for match in pattern.finditer(key):
            day, month, year = (digits(group) for group in match.groups())
            real = _real(year, month, day)
            written = "".join(match.groups())
            if real and sum(char.isdigit() for char in written) > 3:
                slanted = 0.7 if year[0] == "7" else 1.0  # a slanted 1 looks like it
                trust = _clean(written) * _padded(pattern, day, month) * slanted
                return Value(text[match.start() : match.end()], real, trust)
    return _shortened(key)


def _shortened(key: str) -> Value | None:
    """A month and year or a year; behind other figures or `ngày` it is what is left of a date that can't be read."""
    part = _MONTH.search(key)
    if part:
        month, year = (part[1], part[2]) if part[1] else (part[3], part[4])
        if 1 <= int(month) <= 12:
            torn = re.search(r"\bngay\b|\d", key[: part.start()])
            return Value(part.group(), f"{year}-{int(month):02d}", 0.3 if torn else 0.8)
    alone = _YEAR.search(key)
    if alone is None:
        return None
    torn = re.search(r"\d|\bthang\b|/", key[: alone.start()])
    return Value(alone.group(), alone.group(), 0.3 if torn else 0.9)


def _padded(pattern: re.Pattern[str], day: str, month: str) -> float:
    """NĐ 30/2020: days below 10 and months 1–2 carry a zero; a bare `1` there is often half of a `1x`."""
    return 0.85 if pattern is _WRITTEN and (len(day) == 1 or month in ("1", "2")) else 1.0


def _real(year: str, month: str, day: str) -> str | None:
    try:
        found = dt.date(int("1" + year[1:] if year[:2] == "79" else year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if 1900 <= found.year <= 2100 else None


_DOSSIER = re.compile(
    rf"(?<![\w.])({_D}{{3}}\s?[.,]\s?{_D}{{2}}\s?[.,]\s?{_D}{{2}}\s?[.,]\s?[a-y]{_D}{{2}}"
    rf"|[a-y]\d\d(?:\s?\.\s?\d{{1,4}}){{0,4}})\s?[-–—]\s?({_D}{{6}})\s?[-–—]\s?({_D}{{4,6}})(?!\w)"
)


def dossier_code(text: str) -> Value | None:
    """Mã số hồ sơ (TT 01/2018/TT-VPCP Điều 19), e.g. `000.00.15.H09-231103-0012`, or the newer `H09.15-…`."""
    match = _DOSSIER.search(fold(text))
    if match is None:
        return None
    agency = re.sub(r"[\s]", "", match[1]).replace(",", ".")
    groups = agency.split(".")
    groups = [_agency(group) for group in groups]
    day, order = digits(match[2]), digits(match[3])
    real = _real("20" + day[:2], day[2:4], day[4:])
    trust = _clean(re.sub(r"[a-y](?=\d\d)", "", re.sub(r"[\s.,]", "", match[1] + match[2] + match[3])))
    normalised = f"{'.'.join(groups)}-{day}-{order}"
    return Value(text[match.start() : match.end()], normalised, trust if real else 0.3)


def _agency(group: str) -> str:
    return group[0].upper() + digits(group[1:]) if len(group) == 3 and group[0].isalpha() else digits(group)


_PROCEDURE = re.compile(r"(?<![\w.])([1-6])\s?[.,]\s?(\d{6})(?:\.\d{3}\.\d{2}\.\d{2}\.[a-y]\d{2})?(?![\w])")


def procedure_code(text: str) -> Value | None:
    """Mã TTHC, `1.001193`; a province's suffix is dropped."""
    match = _PROCEDURE.search(fold(text))
    return Value(text[match.start() : match.end()], f"{match[1]}.{match[2]}") if match else None


_CITIZEN = re.compile(rf"(?<!\w)((?:{_D}[ .]?){{11}}{_D}|(?:{_D}[ .]?){{8}}{_D})(?!\w)")


def citizen_id(text: str) -> Value | None:
    """Số định danh (12 digits: province, century and sex, year of birth) or CMND (9 digits)."""
    if "§" in text:  # an 8 or a 5 with a speck on it, or a mere speck
        guessed = citizen_id(text.replace("§", "")) or citizen_id(text.replace("§", "8"))
        return replace(guessed, text=text.strip(), trust=0.4) if guessed else None
    for match in _CITIZEN.finditer(fold(text)):
        raw = match.group().replace(" ", "").replace(".", "")
        number = digits(raw)
        if sum(char.isdigit() for char in raw) < len(raw) - 3:
            continue
        known = len(number) == 9 or (number[0] == "0" and number[3] in "0123")
        return Value(text[match.start() : match.end()], number, _clean(raw) * (1.0 if known else 0.5))
    return None


def born(number: str) -> tuple[str, str] | None:
    """(year of birth, sex) that a 12-digit số định danh tells; None for others."""
    if len(number) != 12 or number[3] not in "0123":
        return None
    digit = int(number[3])
    return f"{19 + digit // 2}{number[4:6]}", "nữ" if digit % 2 else "nam"


_TAX = re.compile(rf"(?<!\w)((?:{_D}[ .]?){{9}}{_D})(?:\s?-\s?({_D}{{3}}))?(?!\w)|(?<!\w)(\d{{12}})(?!\w)")


def tax_code(text: str) -> Value | None:
    """Mã số thuế: 10 digits that pass their check digit, with branch `-001` or not, or a person's 12 digits."""
    for match in _TAX.finditer(fold(text)):
        if match[3]:
            return Value(match[3], match[3], 0.9 if match[3][0] == "0" else 0.5)
        raw = match[1].replace(" ", "").replace(".", "")
        if sum(char.isdigit() for char in raw) < 7:
            continue
        branch = f"-{digits(match[2])}" if match[2] else ""
        right = tax_code_holds(digits(raw))
        return Value(text[match.start() : match.end()], digits(raw) + branch, _clean(raw) if right else 0.4)
    return None


def tax_code_holds(ten: str) -> bool:
    """The check digit of a 10-digit mã số thuế holds."""
    total = sum(int(digit) * weight for digit, weight in zip(ten, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=False))
    return len(ten) == 10 and 10 - total % 11 == int(ten[9])


_SERIAL = re.compile(r"(?<![A-Za-zÀ-ỹĐđ\d])([A-ZĐ]{1,2})\s?[.:]?\s?(\d{8}|\d{6,7})(?!\d)")


def certificate_serial(text: str) -> Value | None:
    """Số phát hành of a land certificate: two letters and six or eight digits (older: one letter, six or seven)."""
    # OCR glues the label to it: "SOAN 276270" is "Số AN 276270".
    match = _SERIAL.search(text) or re.search(r"(?i:s[ốoô])\s?([A-ZĐ]{2})\s?(\d{6,8})(?!\d)", text)
    if match is None:
        return None
    letters, figures = match[1], match[2]
    usual = (len(letters), len(figures)) in ((2, 6), (2, 8))
    # Series of two letters run from AA and have not come to E: a G is a C misread, all others are misread somehow.
    trust = 1.0 if usual and letters[0] in "ABCD" else 0.6
    return Value(match.group(), (f"C{letters[1]}" if usual and letters[0] == "G" else letters) + figures, trust)


_AREA = re.compile(
    r"(\d{1,3}(?:[. ]\d{3})+|\d+)(?:\s?,\s?(\d{1,3})|\.(\d{1,2}))?\s*(m\s?[2²z?*']?|met vuong|ha(?![a-z]))?"
)


def area(text: str) -> Value | None:
    """An area in m² with a decimal point: `1.250,5 m²` → `1250.5`."""
    match = _AREA.search(fold(text))
    if match is None:
        return None
    whole = re.sub(r"[. ]", "", match[1])
    part = (match[2] or match[3] or "").rstrip("0")
    amount = f"{whole}.{part}" if part else whole
    if (match[4] or "").startswith("ha"):
        amount = f"{float(amount) * 10_000:.2f}".rstrip("0").rstrip(".")
    return Value(text[match.start() : match.end()].strip(), amount, 1.0 if match[4] else 0.6)


def _pattern(pattern: str) -> Callable[[str], Value | None]:
    compiled = re.compile(pattern)

    def read(text: str) -> Value | None:
        match = compiled.search(text)
        return None if match is None else Value(match[1], match[1].replace(" ", ""))

    return read


def _slanted(reader: Callable[[str], Value | None]) -> Callable[[str], Value | None]:
    """`/377` is a slanted `1377`, `46/` a `461`: nothing else can stand there."""

    def read(text: str) -> Value | None:
        mended = re.sub(r"^(\W*?)[/!|](?=\d)", r"\g<1>1", text)
        mended = re.sub(r"^(\W*\d+)[/!|](?=[\s,.;]*$)", r"\g<1>1", mended)
        found = reader(mended)
        return replace(found, trust=0.6 * found.trust) if found and mended != text else found

    return read


def sex(text: str) -> Value | None:
    """`nam` or `nữ`; None when both are printed and none is ticked."""
    words = re.findall(r"\w+", fold(text))
    male = any(word in ("nam", "male") for word in words[:4])
    female = any(word in ("nu", "female", "nii", "nir", "nt") for word in words[:4])
    ticked = re.search(r"(nam|nu)\s*[\[(]?\s*[xv✓☑]\b", fold(text)) or re.search(r"[☑☒]\s*(nam|nu)", fold(text))
    if ticked:
        return Value(ticked.group(), "nam" if ticked[1] == "nam" else "nữ", 0.8)
    if male == female:
        return None
    return Value("Nam" if male else "Nữ", "nam" if male else "nữ")


_BEFORE_NAME = re.compile(
    r"^(?:(?:ông|bà|anh|chị|cháu|ong|ba)\s*(?:\(\s*(?:bà|ông)\s*\)|/\s*(?:bà|ông))?\s*[:.]?\s+)+", re.IGNORECASE
)
_RANK = re.compile(
    r"^(?:đại|thượng|trung|thiếu)\s+(?:tướng|tá|úy|uý)\s+|^(?:GS|PGS|TS|ThS|BS|CN|KS|CK\w+|LS)\.?\s*", re.IGNORECASE
)


# Words with a capital that begin lines where a name is looked for, and no name.
_NOT_NAMES = frozenset(("nguoi", "can", "giam", "ubnd", "uy", "hoi", "phong", "don", "kinh", "noi", "chuc", "chung"))


def person(text: str) -> Value | None:
    """A name: two to six syllables with capitals; forms of address and ranks dropped.  A body's name is kept whole."""
    # `Đình.Khải`: a speck between two words; `7hị`: no name has a figure, and a slanted T looks like one.
    text = re.sub(r"(?<=[a-zà-ỹ])\.(?=[A-ZĐÀ-Ỹ])", " ", re.sub(r"\b7(?=[a-zà-ỹ])", "T", text))
    text = squeeze(re.sub(r"[.…_·]{2,}|[:;|]", " ", text)).strip(" .,-–'\"*“”")
    for pattern in (_BEFORE_NAME, _RANK, _RANK):
        text = pattern.sub("", text)
    text = re.split(r"\s*[,(;]|\s+-\s+", text)[0] if not _company(text) else text
    words = text.split()
    if _company(text):
        return Value(text, text, 0.9)
    name: list[str] = []
    for word in words:
        bare = word.strip(".,")
        if not bare or not bare[0].isupper() or any(char.isdigit() for char in bare):
            break
        name.append(bare)
    if not 2 <= len(name) <= 6 or fold(name[0]) in _NOT_NAMES or "UBND" in name:
        return None
    spelled = sum(is_syllable(word) for word in name) / len(name)
    return Value(" ".join(name), " ".join(name), (0.5 + 0.5 * spelled) if len(name) == len(words) else 0.6)


def _company(text: str) -> bool:
    """Names of bodies; compared with marks, for `Trương` is a family and `Trường` a school."""
    bodies = ("công ty", "doanh nghiệp", "hộ kinh doanh", "hợp tác xã", "chi nhánh", "tập đoàn", "trường ")
    return text.lower().startswith(bodies)


_NUMBER = re.compile(
    r"(?:[A-ZĐ0-9][\w./\-]*\d|\d)[\w./\-]*"
    r"(?:(?: ?/ ?|(?<=/) )(?:\d{4}|[A-ZĐ]{2,})(?![a-zà-ỹ])[\w./\-]*)?"  # capitals behind a blank; `12/ Ngày` has ended
)


def number(raw: str) -> Value | None:
    """A plain number or sign of a certificate: the first run with a digit in it."""
    match = _NUMBER.search(squeeze(raw))
    if match is None:
        return None
    return Value(match.group(), match.group().replace(" ", "").rstrip(".-/"), 1.0 if match.start() < 4 else 0.7)


_REGISTER = re.compile(r"([A-ZĐ]{0,3})\s?(\d{2,7}(?:/[\w-]+)?)")


def register_number(text: str) -> Value | None:
    """Số vào sổ: figures, behind letters (`CS78113`, `H01234`) or none; `Z35` is a 735 misread."""
    match = _REGISTER.search(text)
    if match is None:
        return None
    return Value(match.group(), f"{match[1]}{match[2]}".upper(), 0.6 if match[1].lower() in _DIGIT else 1.0)


READERS: Mapping[str, Callable[[str], Value | None]] = {
    "number": number,
    "date": date,
    "office": prose.text,
    "text": prose.text,
    "address": prose.address,
    "person": person,
    "sex": sex,
    "citizen_id": citizen_id,
    "parcel": _slanted(_pattern(r"(?<![\d/])(\d{1,5}[a-zA-Z]?)(?![\d/])")),
    "map_sheet": _slanted(_pattern(r"(?<![\d/])(\d{1,4}(?:-\d+)?)(?![\d/])")),
    "area": area,
    "certificate_serial": certificate_serial,
    "book": _pattern(r"(\d{1,4}(?:\s?[/-]\s?[\w./-]+)*)"),
    "register_number": register_number,
    "tax_code": tax_code,
    "dossier_code": dossier_code,
    "procedure_code": procedure_code,
}
"""By the `value` entry of fields.toml."""
