"""A paper with its truth, and the case that it belongs to."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from samples import places
from samples.leaf import BLACK, BLUE, Leaf
from samples.offices import Office
from samples.people import Person, person
from samples.places import Place
from samples.sheet import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a field: as printed, normalised (docs/json.md), and whose it is."""

    value: str
    normalised: str
    part: str | None = None


@dataclass(slots=True, kw_only=True)
class Paper:
    """One document: its kind (slug), its role in the dossier, its leaves and the values that stand on it.

    `dossier`: the code of its case, where several cases lie in one folder.
    """

    kind: str
    role: str = "component"
    dossier: str | None = None
    leaves: list[Leaf] = field(default_factory=list)
    fields: dict[str, list[Value]] = field(default_factory=dict)

    def put(self, name: str, value: str, normalised: str | None = None, part: str | None = None) -> str:
        """Note that this value stands on the paper; gives the value back to be printed."""
        one = Value(value=value, normalised=value if normalised is None else normalised, part=part)
        if one not in self.fields.setdefault(name, []):
            self.fields[name].append(one)
        return value

    def day(self, name: str, day: date, printed: str | None = None, part: str | None = None) -> str:
        """Note a date; gives it as printed (`dd/mm/yyyy` unless told)."""
        return self.put(name, printed or slashed(day), day.isoformat(), part)


def slashed(day: date) -> str:
    """`05/01/2024`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def long_date(day: date) -> str:
    """`ngày 05 tháng 01 năm 2024`: days under 10 and months 1 and 2 are padded (NĐ 30/2020, Phụ lục I, ô số 4)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """An invented parcel."""

    parcel: str
    sheet: str
    area: float
    address: str
    use: str
    serial: str
    book: str

    @property
    def size(self) -> str:
        """The area as printed: `1.250,5`."""
        whole, tenth = divmod(round(self.area * 10), 10)
        text = f"{whole:,}".replace(",", ".")
        return f"{text},{tenth}" if tenth else text

    @property
    def metres(self) -> str:
        """The area in m² with a decimal point."""
        return f"{self.area:.1f}".removesuffix(".0")


@dataclass(slots=True, kw_only=True)
class Case:
    """What the papers of one dossier share.  `day`: when it was handed in; `other`: held-out wording (wording.py)."""

    random: Random
    day: date
    place: Place
    owner: Person
    spouse: Person
    land: Land
    code: str
    label: str = ""
    procedure: str | None = None
    child: Person | None = None
    other: bool = False
    offices: dict[str, Office] = field(default_factory=dict)

    def office(self, level: str, sector: str = "") -> Office:
        """The office of that level in this case, the same one each time."""
        key = f"{level}/{sector}"
        if key not in self.offices:
            self.offices[key] = Office.of(self.random, self.place, level, sector)
        return self.offices[key]

    @property
    def id_word(self) -> str:
        """What identity papers were called on that day."""
        if self.day.year < 2016:
            return "chứng minh nhân dân"
        return "căn cước công dân" if self.day < date(2024, 7, 1) else "căn cước"

    def id_number(self, someone: Person) -> str:
        """Nine digits before 2016, twelve after."""
        return someone.old_id if self.day.year < 2016 else someone.citizen_id

    def tax_code(self, someone: Person) -> str:
        """A tax code of a person: ten digits with a right check digit, from July 2025 the identity number."""
        if self.day >= date(2025, 7, 1):
            return someone.citizen_id
        seed = Random(someone.citizen_id)
        while True:
            digits = f"8{seed.randrange(10**7, 10**8)}"
            if code := checked(digits):
                return code

    def later(self, least: int, most: int) -> date:
        """A working day some days after the case began, not after November 2026."""
        return workday(min(self.day + timedelta(days=self.random.randint(least, most)), date(2026, 11, 20)))

    def style(self, **over: object) -> Style:
        """How one office's papers look: face, sizes and margins vary from paper to paper."""
        random = self.random
        base: dict[str, object] = {
            "family": random.choice(("tinos", "tinos", "liberation", "liberation", "termes")),
            "size": random.choice((13.0, 13.5, 14.0)),
            "lead": random.uniform(1.12, 1.28),
            "gap": random.uniform(2.0, 6.0),
            "indent": random.choice((28.0, 36.0, 42.0)),
            "margins": (random.uniform(80, 90), random.uniform(50, 58), random.uniform(42, 54), random.uniform(52, 60)),
            "filled_colour": random.choice((BLACK, BLACK, BLUE)),
            "filled_bold": random.random() < 0.25,
            "filled_italic": random.random() < 0.3,
        }
        return Style(**{**base, **over})  # type: ignore[arg-type]


def checked(digits: str) -> str:
    """Nine digits with the check digit of a mã số thuế; empty where none exists (10 − Σ d·w mod 11 is 10)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=True))
    last = 10 - total % 11
    return f"{digits}{last}" if last < 10 else ""


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def new_case(random: Random, day: date, *, home: bool = True) -> Case:
    """A case with invented people, a parcel and a dossier code after TT 01/2018/TT-VPCP, Điều 19."""
    day = workday(day)
    at = places.place(random, day, home=home)
    province = at.province
    owner = person(
        random,
        province.number,
        places.address(random, at),
        birthplace(random, day),
        born=(day.year - 44, day.year - 21),
        before=day,
    )
    mate = person(
        random,
        random.choice((province.number, "079", "075")),
        owner.address,
        birthplace(random, day),
        woman=not owner.woman,
        born=(owner.born.year - 4, min(day.year - 21, owner.born.year + 4)),
        before=day,
    )
    unit = f"{random.randint(0, 30):03d}.{random.randint(10, 40)}.{random.randint(10, 40)}"
    code = f"{unit}.{at.agency}-{day:%y%m%d}-{random.randint(1, 180):04d}"
    return Case(random=random, day=day, place=at, owner=owner, spouse=mate, land=land(random, at, day), code=code)


def birthplace(random: Random, day: date) -> str:
    """Where somebody was born or comes from."""
    return places.place(random, min(day, date(2024, 1, 1))).whole


def land(random: Random, at: Place, day: date) -> Land:
    """An invented parcel with its certificate (2 letters and 6 digits; 8 digits from 2025)."""
    digits = 8 if day.year >= 2025 else 6
    letters = random.choice(("BK", "BS", "CB", "CD", "CH", "CQ", "DA", "DĐ", "DK"))
    if digits == 8:
        letters = random.choice(("AA", "AB"))
    return Land(
        parcel=str(random.randint(12, 2400)),
        sheet=str(random.randint(2, 118)),
        area=random.choice((random.randint(60, 400), random.randint(600, 9000) / 10, random.randint(900, 5200))) * 1.0,
        address=at.whole,
        use=random.choice(
            ("Đất ở tại đô thị", "Đất ở tại nông thôn", "Đất trồng cây lâu năm", "Đất trồng cây hằng năm khác")
        ),
        serial=f"{letters} {random.randrange(10 ** (digits - 1), 10**digits)}",
        book=f"{random.choice(('CH', 'CS', 'VP'))}{random.randint(120, 99999):05d}",
    )
