"""Machine-readable zones of cards (TD1) and passports (TD3), ICAO 9303: what they say, mended by check digits."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from digitizer.classify import values
from digitizer.model import Box, Page

_D = "[0-9OQDILZSGB]"
_CARD = re.compile(rf"^[I1LT]{{1,2}}[D0O<]VNM({_D}{{9}})({_D})({_D}{{12}})(?:[<C]{{2}}({_D}))?")
_BEARER = re.compile(rf"^({_D}{{6}})({_D})([MF<])({_D}{{6}})({_D})VNM(?:<{{11}}({_D}))?")
_PASSPORT = re.compile(rf"^([A-Z0-9<]{{9}})({_D})VNM({_D}{{6}})({_D})([MF<])({_D}{{6}})({_D})")
_NAME = re.compile(r"^([A-Z0]+)<<([A-Z0<]+)$")
_ALIKE = str.maketrans("06", "60")
"""Engines take the slashed zero of OCR-B for a six, and a six for it."""
_MOST = 2  # digits of one entry that may be taken for the other
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
    number = _number(card[0]) if card else None
    proven = False
    if bearer:
        match, box = bearer
        dates = _days(match.group(1, 2), match.group(4, 5))
        proven = _whole(card[0] if card else None, number, dates, match[6])
        yield from _of_bearer(dates, match[3], box, proven=proven)
    if card and number:
        yield Entry("citizen_id", card[0][3], number[2], card[1], proven)
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
        text = re.sub(r"[\s.]", "", line.text).replace("«", "<<").upper()
        if text.count("<") >= 2:
            yield text, line.box


def _number(card: re.Match[str]) -> tuple[str, str, str] | None:
    """(serial, its check digit, số định danh), the serial being the last nine digits of the number; None in doubt."""
    serial, check, whole = (values.digits(part) for part in card.group(1, 2, 3))
    found = []
    for nine, digit, swaps in _variants(serial, check):
        near = [(twelve, more) for twelve, more in _swapped(whole) if twelve.endswith(nine)]
        found += [(swaps + more, (nine, digit, "0" + twelve[1:])) for twelve, more in near]
    return _least(found)


def _days(*read: Sequence[str]) -> list[tuple[str, str, str, str] | None]:
    """For birth and expiry: (six digits, check digit, as read, ISO day); None in doubt."""
    out = []
    for at, (raw, check) in enumerate(read):
        found = [
            (swaps, (six, digit, raw, day))
            for six, digit, swaps in _variants(values.digits(raw), values.digits(check))
            if (day := _day(six, future=at == 1))
        ]
        out.append(_least(found))
    return out


def _of_bearer(dates: list[tuple[str, str, str, str] | None], sex: str, box: Box, *, proven: bool) -> Iterator[Entry]:
    for name, told in zip(("birth_date", "valid_to"), dates, strict=True):
        if told:
            yield Entry(name, told[2], told[3], box, proven)
    if sex in "MF":
        yield Entry("sex", sex, "nam" if sex == "M" else "nữ", box)


def _of_passport(passport: re.Match[str], box: Box) -> Iterator[Entry]:
    yield from _of_bearer(_days(passport.group(3, 4), passport.group(6, 7)), passport[5], box, proven=False)
    if holds(passport[1], values.digits(passport[2])):
        number = passport[1].replace("<", "")
        yield Entry("number", number, number, box, proven=True)


def _whole(
    card: re.Match[str] | None,
    number: tuple[str, str, str] | None,
    dates: list[tuple[str, str, str, str] | None],
    check: str | None,
) -> bool:
    """True when the digit over both lines of a card holds, too: then every digit of them is proven."""
    birth, until = dates
    if card is None or number is None or birth is None or until is None or not check or not card[4]:
        return False
    first = "".join(number) + "<<" + values.digits(card[4])
    second = "".join(birth[:2]) + "".join(until[:2]) + "<" * 11
    return any(holds(first + second, digit) for digit, _ in _swapped(values.digits(check)))


def _variants(text: str, check: str) -> Iterator[tuple[str, str, int]]:
    """(text, check digit, swaps) for every way to take zeros and sixes for each other that the check digit allows."""
    for whole, swaps in _swapped(text + check):
        if holds(whole[:-1], whole[-1:]):
            yield whole[:-1], whole[-1], swaps


def _swapped(text: str) -> Iterator[tuple[str, int]]:
    places = [at for at, char in enumerate(text) if char in "06"]
    for swaps in range(_MOST + 1):
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
    """ICAO 9303 part 3: weights 7, 3, 1; letters count from A = 10, the filler 0."""
    total = 0
    for index, char in enumerate(text):
        worth = 0 if char == "<" else int(char) if char.isdigit() else ord(char) - 55
        total += worth * (7, 3, 1)[index % 3]
    return digit == str(total % 10)
