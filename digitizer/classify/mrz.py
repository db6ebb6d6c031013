"""Machine-readable zones of cards (TD1) and passports (TD3), ICAO 9303: what they say, mended by check digits."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from rapidfuzz.distance import Levenshtein

from digitizer.classify import values
from digitizer.model import Box, Page
from digitizer.text import fold

_D = "[0-9OQDILZSGB]"
_CARD = re.compile(rf"^[I1LT]{{1,2}}[D0O<]V[WVN]?[NMW]+({_D}{{20,25}})(?:[<C]{{1,3}}({_D})$)?")
_BEARER = re.compile(rf"^({_D}{{6,8}})([MF<])({_D}{{7,8}})V[WVN]?[NMW]+(?:<{{9,13}}({_D})$)?")
_PASSPORT = re.compile(rf"^([A-Z0-9<]{{9}})({_D})VNM({_D}{{6}})({_D})([MF<])({_D}{{6}})({_D})")
_NAME = re.compile(r"^([A-Z0]+)<<([A-Z0<]+)$")
_ALIKE = str.maketrans("06", "60")
"""Engines take the slashed zero of OCR-B for a six, and a six for it."""
_MOST = 2  # digits of one entry that may be taken for the other
_APART = 2  # letters by which the line may differ from what a number would make of it, zeros and sixes taken as alike
_SIX_AS_ZERO = str.maketrans("6", "0")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Entry:
    """`value` of field `name` as kept, `text` as read, and where; `proven`: the check digits cover all of it."""

    name: str
    text: str
    value: str
    box: Box
    proven: bool = False

    @property
    def mended(self) -> bool:
        """Digits of a number were taken for others."""
        return self.name == "citizen_id" and values.digits(self.text) != self.value


def entries(page: Page) -> Iterator[Entry]:
    """What the zone on a page says; an entry whose check digit fails is left out.

    `letters` is no field: the name in Latin letters without marks, to hold a name against.
    """
    lines = list(zone(page))
    card = next(((found, box) for text, box in lines if (found := _CARD.match(text))), None)
    bearer = next(((found, box) for text, box in lines if (found := _BEARER.match(text))), None)
    number, whole = (_number(values.digits(card[0][1])) if card else None) or (None, False)
    proven = False
    if bearer:
        match, box = bearer
        dates = _same_day(_days(match[1], match[3]))
        proven = _whole(card[0] if card else None, number, dates, match[4])
        yield from _of_bearer(dates, match[2], box, proven=proven)
    if card and number and (whole or proven):
        yield Entry("citizen_id", card[0][1], number[10:], card[1], proven)
    for text, box in lines:
        passport, name = _PASSPORT.match(text), _NAME.match(text)
        if passport:
            yield from _of_passport(passport, box)
        if name:
            yield Entry("letters", text, f"{name[1]} {name[2].replace('<', ' ')}".replace("0", "O").strip(), box)


def zone(page: Page) -> Iterator[tuple[str, Box]]:
    """The lines of the page that may be of a zone (`<` is its filler), without blanks, in capitals."""
    for code in page.codes:
        if code.type == "mrz":
            yield from ((line, code.box) for line in code.value.split())
    for line in page.lines:
        # A slashed zero is read as a letter with a mark, too.
        text = fold(re.sub(r"[\s.]", "", line.text).replace("«", "<<").replace("ð", "")).upper()
        if text.count("<") >= 2:
            yield text, line.box


def _number(run: str) -> tuple[str, bool] | None:
    """The serial, its check digit and the số định danh behind it, 22 digits, out of some that were misread.

    The serial is the last nine digits of the number: of all numbers that either copy may be, the one whose whole line
    is most like it, and whether nothing but zeros and sixes had to be mended; None when two are, or none nearly.
    """
    found = []
    ends = _shortened(run, 12)
    fronts = {end[:3] + run[at : at + 9] for end in ends for at in (0, 1)}
    for twelve in ends | fronts:
        for rest, _ in _swapped(twelve[1:], most=_MOST + 1):
            number = "0" + rest
            line = number[3:] + check_digit(number[3:]) + number
            apart = Levenshtein.distance(run.translate(_SIX_AS_ZERO), line.translate(_SIX_AS_ZERO))
            if apart <= _APART:
                found.append((2 * apart + Levenshtein.distance(run, line), (line, not apart)))
    return _least(found)


def _shortened(run: str, size: int) -> set[str]:
    """The last so many digits of the run, or those with one of them left out."""
    longer = run[-size - 1 :]
    return {run[-size:], *(longer[:at] + longer[at + 1 :] for at in range(len(longer)) if len(longer) > size)}


def _days(*read: str) -> list[tuple[str, str, str, str] | None]:
    """For birth and expiry, seven digits each or one too many: (six, check digit, as read, ISO day); None in doubt."""
    out = []
    for at, raw in enumerate(read):
        run = values.digits(raw)
        found = [
            (swaps + 2 * (len(run) != 7), (six, digit, raw, day))
            for seven in (_shortened(run, 7) if len(run) > 7 else {run})
            for six, digit, swaps in _variants(seven[:-1], seven[-1:])
            if (day := _day(six, future=at == 1))
        ]
        out.append(_least(found))
    return out


def _same_day(dates: list[tuple[str, str, str, str] | None]) -> list[tuple[str, str, str, str] | None]:
    """The days of birth and expiry; of those that are not the same day of the year none that was mended.

    (A card ends on a birthday: Luật Căn cước 26/2023/QH15 Điều 21.)  Beside a day that can't be read, zeros and sixes
    may have been mended.
    """
    birth, until = dates
    if birth and until and birth[3][5:] == until[3][5:]:
        return dates
    both = birth is not None and until is not None

    def stands(one: tuple[str, str, str, str]) -> bool:
        run = values.digits(one[2])
        return run == one[0] + one[1] if both else len(run) == len(one[0] + one[1])

    return [one if one and stands(one) else None for one in dates]


def _of_bearer(dates: list[tuple[str, str, str, str] | None], sex: str, box: Box, *, proven: bool) -> Iterator[Entry]:
    for name, told in zip(("birth_date", "valid_to"), dates, strict=True):
        if told:
            yield Entry(name, told[2], told[3], box, proven)
    if sex in "MF":
        yield Entry("sex", sex, "nam" if sex == "M" else "nữ", box)


def _of_passport(passport: re.Match[str], box: Box) -> Iterator[Entry]:
    yield from _of_bearer(_days(passport[3] + passport[4], passport[6] + passport[7]), passport[5], box, proven=False)
    if holds(passport[1], values.digits(passport[2])):
        number = passport[1].replace("<", "")
        yield Entry("number", number, number, box, proven=True)


def _whole(
    card: re.Match[str] | None,
    number: str | None,
    dates: list[tuple[str, str, str, str] | None],
    check: str | None,
) -> bool:
    """True when the digit over both lines of a card holds, too: then every digit of them is proven."""
    birth, until = dates
    if card is None or number is None or birth is None or until is None or not check or not card[2]:
        return False
    first = number + "<<" + values.digits(card[2])
    second = "".join(birth[:2]) + "".join(until[:2]) + "<" * 11
    return any(holds(first + second, digit) for digit, _ in _swapped(values.digits(check)))


def _variants(text: str, check: str) -> Iterator[tuple[str, str, int]]:
    """(text, check digit, swaps) for every way to take zeros and sixes for each other that the check digit allows."""
    for whole, swaps in _swapped(text + check):
        if holds(whole[:-1], whole[-1:]):
            yield whole[:-1], whole[-1], swaps


def _swapped(text: str, most: int = _MOST) -> Iterator[tuple[str, int]]:
    places = [at for at, char in enumerate(text) if char in "06"]
    for swaps in range(most + 1):
        for chosen in combinations(places, swaps):
            yield "".join(char.translate(_ALIKE) if at in chosen else char for at, char in enumerate(text)), swaps


def _least(found: list[tuple[int, _T]]) -> _T | None:
    """The one that takes the fewest digits for others; None when there is none, or several."""
    least = min((swaps for swaps, _ in found), default=0)
    best = {one for swaps, one in found if swaps == least}
    return best.pop() if len(best) == 1 else None


def _day(six: str, *, future: bool) -> str | None:
    year = int(six[:2])
    century = 2000 if future or year <= dt.date.today().year % 100 else 1900  # noqa: DTZ011 a year is enough
    try:
        return dt.date(century + year, int(six[2:4]), int(six[4:])).isoformat()
    except ValueError:
        return None


def holds(text: str, digit: str) -> bool:
    """True when this is the check digit of the text."""
    return digit == check_digit(text)


def check_digit(text: str) -> str:
    """ICAO 9303 part 3: weights 7, 3, 1; letters count from A = 10, the filler 0."""
    total = 0
    for index, char in enumerate(text):
        worth = 0 if char == "<" else int(char) if char.isdigit() else ord(char) - 55
        total += worth * (7, 3, 1)[index % 3]
    return str(total % 10)
