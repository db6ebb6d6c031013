"""Forms: labels with dotted lines and what was filled in."""

from datetime import date

from samples import wording
from samples.paper import Case, Paper, slashed
from samples.people import Person
from samples.sheet import Sheet

_UNITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def say(number: int) -> str:
    """A number from 1 to 9999 in Vietnamese words: 1987 → `một nghìn chín trăm tám mươi bảy`."""
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    tens, ones = divmod(rest, 10)
    words = []
    if thousands:
        words += [_UNITS[thousands], "nghìn"]
    if hundreds or (thousands and rest):
        words += [_UNITS[hundreds], "trăm"]
    if tens > 1:
        words += [_UNITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("lẻ")
    if ones:
        words.append(
            {1: "mốt", 5: "lăm"}.get(ones, _UNITS[ones])
            if tens > 1
            else ("lăm" if ones == 5 and tens else _UNITS[ones])
        )
    return " ".join(words)


def say_date(day: date) -> str:
    """A date in words, as civil-status papers repeat it."""
    first = "mùng " if day.day < 11 else ""
    return f"Ngày {first}{say(day.day)}, tháng {say(day.month)}, năm {say(day.year)}"


class Form:
    """A sheet that is filled in.  `line` prints `label: value` over dots and notes the value as a field."""

    def __init__(self, sheet: Sheet, paper: Paper, case: Case, *, size: float = 13.0, dots: bool | None = None) -> None:
        self.sheet, self.paper, self.case = sheet, paper, case
        self.size = size
        self.dots = case.random.random() < 0.75 if dots is None else dots

    def line(
        self, label: str, value: str, name: str = "", part: str | None = None, normalised: str | None = None
    ) -> None:
        """One line; `name`: the field that the value is, if any."""
        if self.case.other:
            label = wording.relabelled(self.case.random, label)
        if name and value:
            self.paper.put(name, value, normalised, part)
        self.sheet.para(
            f"{label}: <f>{value}</f>" if value else f"{label}:",
            size=self.size,
            align="left",
            after=self.sheet.style.gap * 0.6,
            dots=self.dots,
        )

    def day(self, label: str, day: date, name: str, part: str | None = None) -> None:
        """A date as `dd/mm/yyyy`."""
        printed = wording.day(self.case.random, day) if self.case.other else slashed(day)
        self.line(label, printed, name, part, day.isoformat())

    def pair(self, first: tuple[str, str], second: tuple[str, str]) -> None:
        """Two short entries on one text line: (label, value) each."""
        sheet, random = self.sheet, self.case.random
        if self.case.other:
            first, second = ((wording.relabelled(random, label), value) for label, value in (first, second))
        sheet.need(self.size * 1.4)
        middle = sheet.left + (sheet.right - sheet.left) * 0.5
        y = sheet.y
        sheet.cells(
            [
                (f"{first[0]}: <f>{first[1]}</f>", sheet.left, middle - 8, "left"),
                (f"{second[0]}: <f>{second[1]}</f>", middle, sheet.right, "left"),
            ],
            size=self.size,
        )
        if self.dots:
            for (label, _), x0, x1 in ((first, sheet.left, middle - 8), (second, middle, sheet.right)):
                sheet.dotted(x0 + sheet.wide(f"{label}: ", self.size), x1, y + self.size * 0.9 + 2.4)
        sheet.y += sheet.style.gap * 0.6

    def head(self, text: str) -> None:
        """A bold heading between entries."""
        self.sheet.para(f"<b>{text}</b>", size=self.size, align="left", after=2)

    def text(self, text: str, **how: object) -> None:
        """Running text in the form's size."""
        self.sheet.para(text, size=self.size, **how)  # type: ignore[arg-type]

    def somebody(self, someone: Person, part: str | None = None, *, suffix: str = "", born: bool = True) -> None:
        """Name, birth, people and nation, residence and identity of somebody."""
        paper, case = self.paper, self.case
        self.line(f"Họ, chữ đệm, tên{suffix}", paper.put("person", someone.name, part=part))
        if born:
            self.day("Ngày, tháng, năm sinh", someone.born, "birth_date", part)
        self.pair(("Dân tộc", someone.people), ("Quốc tịch", "Việt Nam"))
        self.line("Nơi cư trú", someone.address, "address", part)
        number = case.id_number(someone)
        label = "Số định danh cá nhân" if len(number) == 12 and case.random.random() < 0.6 else f"Số {case.id_word}"
        self.line(label, number, "citizen_id", part)
