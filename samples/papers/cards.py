"""Căn cước công dân: front and back as two card-sized leaves, with QR, photo and MRZ."""

import unicodedata
from datetime import date

from PIL import Image, ImageDraw

from samples import marks
from samples.leaf import CARD, Leaf, Picture, Text
from samples.paper import Case, Paper
from samples.people import Person
from samples.sheet import Sheet, Style


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    return "".join(char for char in letters if "A" <= char <= "Z" or char == " ")


def _digit(text: str) -> str:
    """The check digit of ICAO 9303: weights 7, 3, 1."""
    worth = {char: k for k, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
    return str(sum(worth[char] * (7, 3, 1)[k % 3] for k, char in enumerate(text)) % 10)


def mrz(one: Person, until: date) -> tuple[str, str, str]:
    """The three lines of a TD1 card as the Vietnamese one prints them."""
    serial = one.citizen_id[-9:]
    number = f"{serial}{_digit(serial)}{one.citizen_id}<<"
    first = f"IDVNM{number}"[:29]
    first += _digit(first[5:])
    born, ends = f"{one.born:%y%m%d}", f"{until:%y%m%d}"
    body = f"{born}{_digit(born)}{'F' if one.woman else 'M'}{ends}{_digit(ends)}VNM" + "<" * 11
    second = body + _digit(first[5:] + body[:7] + body[8:15] + body[18:])
    words = _plain(one.name).split()
    third = f"{words[0]}<<{'<'.join(words[1:])}".ljust(30, "<")[:30]
    return first, second, third


def _card(case: Case) -> Sheet:
    style = Style(family="arimo", size=7, margins=(8.0, 7.0, 8.0, 6.0), numbered=False, lead=1.15)
    sheet = Sheet(style, CARD)
    sheet.leaf.paper = (236, 244, 240)
    width, height = CARD
    ground = marks.guilloche((60, 150, 140), (round(width * 3), round(height * 3)), case.random)
    sheet.lay(Picture(image=ground, x=0, y=0, width=width, height=height, role="ground"))
    return sheet


def can_cuoc(case: Case) -> Paper:
    """Thẻ căn cước công dân with chip: front leaf and back leaf."""
    paper, one = Paper(kind="can_cuoc"), case.owner
    age = one.id_given.year - one.born.year
    until = date(one.born.year + next(end for end in (25, 40, 60, 100) if age + 2 <= end), one.born.month, one.born.day)
    front, back = _front(case, paper, one, until), _back(case, paper, one, until)
    paper.leaves = [front, back]
    return paper


def _front(case: Case, paper: Paper, one: Person, until: date) -> Leaf:
    sheet = _card(case)
    width = CARD[0]
    y = sheet.at("<b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b>", 50, width - 4, 6, size=7.4, align="centre")
    y = sheet.at("<b>Độc lập - Tự do - Hạnh phúc</b>", 50, width - 4, y, size=6.4, align="centre")
    y = sheet.at("SOCIALIST REPUBLIC OF VIET NAM", 50, width - 4, y, size=5, align="centre")
    y = sheet.at("Independence - Freedom - Happiness", 50, width - 4, y, size=4.6, align="centre")
    y = sheet.at("<b>CĂN CƯỚC CÔNG DÂN</b>", 66, width - 46, y + 3, size=10.5, align="centre")
    sheet.at("Citizen Identity Card", 66, width - 46, y, size=6, align="centre")
    value = "|".join(
        (one.citizen_id, one.old_id, one.name, f"{one.born:%d%m%Y}", one.sex, one.address, f"{one.id_given:%d%m%Y}")
    )
    sheet.lay(Picture(image=marks.qr(value), x=width - 44, y=34, width=38, height=38, role="code", text=value))
    sheet.lay(Picture(image=marks.photo(case.random), x=9, y=58, width=50, height=66, role="photo"))
    sheet.at(f"Số / No.: <b>{paper.put('citizen_id', one.citizen_id)}</b>", 66, width - 46, 64, size=9)
    sheet.at("Họ và tên / Full name:", 66, width - 4, 75, size=6)
    sheet.at(f"<b>{paper.put('person', one.name.upper())}</b>", 66, width - 4, 82, size=8.5)
    born = paper.day("birth_date", one.born)
    sheet.at(f"Ngày sinh / Date of birth: <b>{born}</b>", 66, width - 4, 93, size=7)
    sex = paper.put("sex", one.sex, one.sex.lower())
    sheet.at(f"Giới tính / Sex: <b>{sex}</b> Quốc tịch / Nationality: <b>Việt Nam</b>", 66, width - 2, 102, size=6.4)
    y = sheet.at("Quê quán / Place of origin:", 66, width - 4, 110, size=5.8)
    y = sheet.at(f"<b>{_capital(one.birthplace)}</b>", 66, width - 4, y - 0.5, size=6.2)
    y = sheet.at("Nơi thường trú / Place of residence:", 66, width - 4, y, size=5.8)
    address = paper.put("address", _capital(one.address))
    sheet.at(f"<b>{address}</b>", 66, width - 4, y - 0.5, size=6.2 if len(address) < 90 else 5.4)
    ends = paper.day("valid_to", until)
    sheet.at("Có giá trị đến:", 8, 64, 127, size=5.4)
    sheet.at(f"<b>{ends}</b>", 8, 64, 134, size=6.2)
    return sheet.leaf


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _back(case: Case, paper: Paper, one: Person, until: date) -> Leaf:
    sheet = _card(case)
    width = CARD[0]
    marked = case.random.choice(
        (
            "Nốt ruồi cách 1,5cm trên trước đầu mày trái",
            "Sẹo chấm cách 2cm dưới sau khóe mắt phải",
            "Sẹo chấm trước đầu lông mày phải",
        )
    )
    y = sheet.at("Đặc điểm nhận dạng / Personal identification:", 10, width - 90, 10, size=6)
    sheet.at(f"<b>{marked}</b>", 10, width - 90, y, size=6.4)
    given = paper.day("issued", one.id_given)
    sheet.at(f"Ngày, tháng, năm / Date, month, year: <b>{given}</b>", 10, width - 80, 40, size=6.2)
    y = sheet.at("<b>CỤC TRƯỞNG CỤC CẢNH SÁT</b>", 10, 150, 50, size=6.2, align="centre")
    sheet.at("<b>QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI</b>", 10, 150, y, size=5.8, align="centre")
    paper.put(
        "issuer",
        "CỤC CẢNH SÁT QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI",
        "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    )
    sheet.lay(
        Picture(image=marks.signature((30, 40, 90), case.random), x=50, y=66, width=52, height=19, role="signature")
    )
    sheet.lay(Picture(image=_chip(), x=width - 70, y=18, width=32, height=25, role="photo"))
    for x, label in ((width - 84, "Ngón trỏ trái"), (width - 44, "Ngón trỏ phải")):
        sheet.lay(Picture(image=_finger(case), x=x, y=52, width=32, height=36, role="photo"))
        sheet.at(label, x - 2, x + 40, 89, size=4.6)
    for k, line in enumerate(mrz(one, until)):
        sheet.leaf.texts.append(
            Text(word=line, x=10, y=110 + k * 14, size=12.0, family="mono", line=sheet.leaf.lines, last=True)
        )
        sheet.leaf.lines += 1
    return sheet.leaf


def _chip() -> Image.Image:
    image = Image.new("RGBA", (160, 125), (206, 176, 96, 255))
    pen = ImageDraw.Draw(image)
    for x in (0, 53, 106):
        for y in (0, 42, 84):
            pen.rectangle([x, y, x + 53, y + 42], outline=(120, 96, 40, 255), width=3)
    return image


def _finger(case: Case) -> Image.Image:
    image = Image.new("RGBA", (160, 180), (60, 60, 60, 0))
    pen = ImageDraw.Draw(image)
    for r in range(6, 90, 8):
        swing = case.random.randint(-4, 4)
        pen.ellipse([80 - r * 0.8 + swing, 95 - r, 80 + r * 0.8 + swing, 95 + r], outline=(70, 70, 80, 150), width=3)
    return image


KINDS = {"can_cuoc": can_cuoc}
