"""The parts of a paper after NĐ 30/2020, Phụ lục I: header (ô 1–4), title (5), recipients and signature (7–9)."""

from collections.abc import Sequence
from datetime import date
from random import Random

from samples import marks
from samples.leaf import BLACK, BLUE, RED, Colour, Leaf, Picture
from samples.offices import Office
from samples.paper import Case, Paper, long_date
from samples.sheet import Sheet

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def motto_line(random: Random) -> str:
    """Quốc hiệu; both tone placements are printed in practice."""
    return MOTTO[0].replace("HÒA", "HOÀ") if random.random() < 0.3 else MOTTO[0]


def header(
    sheet: Sheet,
    paper: Paper,
    office: Office,
    case: Case,
    number: str = "",
    day: date | None = None,
    about: str = "",
    *,
    scale: float = 1.0,
) -> None:
    """Issuer block left, quốc hiệu right; below them `Số:` and place with date; `about`: V/v of a công văn."""
    random, y = case.random, sheet.y
    split = sheet.left + (sheet.right - sheet.left) * random.uniform(0.40, 0.43)
    caps, motto = (scale * size for size in random.choice(((12.0, 13.0), (12.5, 13.5), (13.0, 13.5))))
    caps = min(caps, *(caps * (split - sheet.left + 14) / sheet.wide(line, caps, bold=True) for line in office.name))
    whole = motto_line(random)
    room = sheet.right - split + 8
    caps_right = min(caps, caps * room / sheet.wide(whole, caps, bold=True))
    left = [(line, False) for line in office.parent] + [(line, True) for line in office.name]
    if len(left) > 3 and len(office.parent) == 2 and len(office.name) == 2:
        left = [(" ".join(office.parent), False), (office.name[0], True), (office.name[1], True)]
        wide = sheet.wide(left[0][0], caps)
        caps = min(caps, caps * (split - sheet.left + 14) / wide)
    right = [(f"<b>{whole}</b>", caps_right), (f"<b>{MOTTO[1]}</b>", motto)]
    middle_left, middle_right = (sheet.left + split) / 2 - 6, (split + sheet.right) / 2 + 4
    for k in range(max(len(left), 2)):
        row_y = sheet.y
        if k < len(left):
            text, bold = left[k]
            _centred(sheet, f"<b>{text}</b>" if bold else text, middle_left, caps, row_y)
        if k < 2:
            _centred(sheet, right[k][0], middle_right, right[k][1], row_y, joined=k < len(left))
        sheet.y = row_y + max(caps, motto) * 1.16
    half = sheet.wide(left[-1][0], caps, bold=True) * random.uniform(0.17, 0.25)
    under_left = y + len(left) * max(caps, motto) * 1.16 + 2
    sheet.rule(middle_left - half, middle_left + half, under_left)
    half = sheet.wide(MOTTO[1], motto, bold=True) / 2
    sheet.rule(middle_right - half, middle_right + half, y + 2 * max(caps, motto) * 1.16 + 2)
    sheet.y += 9
    _number_and_date(sheet, paper, office, case, number, day, middle_left, middle_right, 13.0 * scale)
    if about:
        width = split - sheet.left - 8
        sheet.y = sheet.at(
            about, middle_left - width / 2, middle_left + width / 2, sheet.y + 2, size=12, align="centre"
        )
    sheet.y += 10
    paper.put("issuer", " ".join(office.name), office.issuer)


def _centred(sheet: Sheet, text: str, middle: float, size: float, y: float, *, joined: bool = False) -> None:
    """Text centred on a place.  `joined`: it stands on the same text line as what was set just before."""
    if joined:
        sheet.leaf.lines -= 1
    sheet.at(text, middle - 260, middle + 260, y, size=size, align="centre")


def _number_and_date(
    sheet: Sheet,
    paper: Paper,
    office: Office,
    case: Case,
    number: str,
    day: date | None,
    left: float,
    right: float,
    size: float,
) -> None:
    y, random = sheet.y, case.random
    if number:
        paper.put("number", number)
        printed = number.replace("/", random.choice((" /", "/", "/"))) if case.other else number
        opener = random.choice(("Số:", "Số:", "Số")) if case.other else "Số:"
        _centred(sheet, f"{opener} {printed}", left, size, y)
    if day:
        printed = paper.day("issued", day, long_date(day))
        text = f"<i>{office.town}, {printed}</i>"
        room = 2 * (sheet.right - right)
        wide = sheet.wide(f"{office.town}, {printed}", size, italic=True)
        _centred(sheet, text, right, min(size, size * room / wide), y, joined=bool(number))
    if number or day:
        sheet.y = y + size * 1.2


def national(sheet: Sheet, random: Random) -> None:
    """Quốc hiệu and tiêu ngữ alone, centred, as on forms."""
    size = random.choice((12.0, 13.0))
    sheet.para(f"<b>{motto_line(random)}</b>", size=size, align="centre", after=0)
    sheet.para(f"<b>{MOTTO[1]}</b>", size=size + 1, align="centre", after=0)
    half = sheet.wide(MOTTO[1], size + 1, bold=True) / 2
    middle = (sheet.left + sheet.right) / 2
    sheet.rule(middle - half, middle + half, sheet.y + 2)
    sheet.y += 14


def title(sheet: Sheet, paper: Paper, name: str, about: str = "", *, size: float = 14.0, rule: bool = True) -> None:
    """Tên loại in bold capitals, trích yếu under it, and a short rule."""
    sheet.para(f"<b>{name}</b>", size=size, align="centre", after=0)
    if about:
        sheet.para(about, bold=True, size=min(size, 14.0), align="centre", left=34, right=34, after=0)
        paper.put("subject", about)
    if rule:
        middle = (sheet.left + sheet.right) / 2
        sheet.rule(middle - 42, middle + 42, sheet.y + 3)
    sheet.y += 12


def signature(
    sheet: Sheet,
    paper: Paper,
    case: Case,
    office: Office,
    recipients: Sequence[str] = (),
    *,
    authority: Sequence[str] | None = None,
    signer: str | None = None,
    sealed: bool = True,
    noted: bool = True,
) -> None:
    """Nơi nhận left, authority, seal, signature and name right.  `noted`: signer and title are fields."""
    authority = office.authority if authority is None else authority
    signer = signer or office.signer
    size = 13.0
    split = sheet.left + (sheet.right - sheet.left) * 0.47
    middle = (split + sheet.right) / 2
    sheet.y += 8
    sheet.need(max(len(authority) * 16 + 96, len(recipients) * 13 + 24))
    top = y = sheet.y
    if recipients:
        y = sheet.at("<b><i>Nơi nhận:</i></b>", sheet.left, split, y, size=12)
        for line in recipients:
            y = sheet.at(f"- {line}", sheet.left, split, y, size=11)
    down = top
    for line in authority:
        wide = sheet.wide(line, size, bold=True)
        fit = min(size, size * (sheet.right - split + 30) / wide)
        sheet.at(f"<b>{line}</b>", middle - 260, middle + 260, down, size=fit, align="centre")
        down += size * 1.18
    hand(sheet, case, middle, down + 34, office.seal if sealed else "")
    down += 70
    sheet.at(f"<b>{signer}</b>", middle - 260, middle + 260, down, size=size + 0.5, align="centre")
    if noted:
        paper.put("signer", signer)
        paper.put("signer_title", authority[-1])
    sheet.y = max(y, down + size * 1.3) + 6


def hand(sheet: Sheet, case: Case, middle: float, y: float, seal: str = "") -> None:
    """A signature around (middle, y) and, when `seal` names an office, its seal over the left third of it."""
    random = case.random
    wide = random.uniform(84, 120)
    ink = random.choice((BLUE, BLUE, BLUE, BLACK))
    x = middle - wide / 2 + random.uniform(-6, 10)
    sheet.lay(
        Picture(
            image=marks.signature(ink, random),
            x=x,
            y=y - wide * 0.18,
            width=wide,
            height=wide * 0.36,
            role="signature",
        )
    )
    if seal:
        side = random.uniform(96, 103)
        sheet.lay(
            Picture(
                image=marks.seal(seal, "", RED, random),
                x=x + wide / 3 - side + random.uniform(-4, 6),
                y=y - side / 2 + random.uniform(-6, 6),
                width=side,
                height=side,
                role="seal",
                text=seal,
            )
        )


def applicant_signature(
    sheet: Sheet, case: Case, name: str, head: str, day: date | None = None, town: str = ""
) -> None:
    """The bottom right of a form: place and date, who signs, signature and name."""
    sheet.y += 4
    sheet.need(110)
    middle = sheet.left + (sheet.right - sheet.left) * 0.73
    y = sheet.y
    if day:
        text = f"{town}, {long_date(day)}" if town else long_date(day).capitalize()
        y = sheet.at(f"<i>{text}</i>", middle - 260, middle + 260, y, size=12.5, align="centre")
    y = sheet.at(f"<b>{head}</b>", middle - 260, middle + 260, y, size=12.5, align="centre")
    y = sheet.at("<i>(Ký, ghi rõ họ tên)</i>", middle - 260, middle + 260, y, size=11.5, align="centre")
    hand(sheet, case, middle, y + 26)
    y = sheet.at(name, middle - 260, middle + 260, y + 50, size=13, align="centre")
    sheet.y = y + 6


def two_signatures(
    sheet: Sheet, case: Case, left: tuple[str, str], right: tuple[str, str], seal: str = "", *, size: float = 12.5
) -> None:
    """Two people sign beside each other: (head, name) each."""
    sheet.y += 6
    sheet.need(110)
    half = (sheet.left + sheet.right) / 2
    spans = ((sheet.left, half - 6), (half + 6, sheet.right))
    heads = [f"<b>{head}</b>" for head, _ in (left, right)]
    sheet.cells([(head, *span, "centre") for head, span in zip(heads, spans, strict=True)], size=size)
    sheet.cells([("<i>(Ký, ghi rõ họ tên)</i>", *span, "centre") for span in spans], size=size - 1)
    for k, span in enumerate(spans):
        hand(sheet, case, sum(span) / 2, sheet.y + 28, seal if k else "")
    sheet.y += 58
    sheet.cells(
        [(name, *span, "centre") for (_, name), span in zip((left, right), spans, strict=True)], size=size + 0.5
    )


def received(leaf: Leaf, case: Case, office: str, ink: Colour) -> None:
    """The arrival stamp of an office on the first page, over the header's left side and its text."""
    random = case.random
    image = marks.arrival_stamp(
        office, str(random.randint(12, 3000)), f"{random.randint(1, 28)}/{random.randint(1, 12)}", ink, random
    )
    leaf.pictures.append(
        Picture(
            image=image,
            x=random.uniform(44, 96),
            y=random.uniform(112, 150),
            width=image.width / marks.SCALE * 0.92,
            height=image.height / marks.SCALE * 0.92,
            role="stamp",
            text=f"{office.upper()} ĐẾN",
        )
    )
