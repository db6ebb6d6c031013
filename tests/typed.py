"""Pages of words without pixels: text typed at places, as an engine would have read it."""

from collections.abc import Callable, Sequence

from digitizer.model import Code, Line, Looks, Page, Word

WIDTH, HEIGHT = 2480, 3508  # A4 at 300 dpi
_LETTER, _TALL = 22, 42  # about 13 pt


def line(text: str, x: int, y: int, confidence: float = 0.99) -> Line:
    """One line of text whose first letter stands at (x, y)."""
    words = []
    for word in text.split():
        box = (x, y, x + _LETTER * len(word), y + _TALL)
        corners = (box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3])
        words.append(Word(text=word, read=word, box=box, quad=corners, confidence=confidence))
        x += _LETTER * (len(word) + 1)
    return Line(words=tuple(words), box=(words[0].box[0], y, words[-1].box[2], y + _TALL))


def left(text: str, y: int, confidence: float = 0.99) -> Line:
    """From the left margin, as paragraphs."""
    return line(text, 350, y, confidence)


def middle(text: str, y: int, at: int = 1290, confidence: float = 0.99) -> Line:
    """Centred on `at`, as titles are."""
    return line(text, at - _LETTER * len(text) // 2, y, confidence)


def page(*lines: Line, number: int = 1, codes: Sequence[Code] = (), mm: tuple[float, float] = (210.0, 297.0)) -> Page:
    """An A4 page that was read; blank when nothing stands on it."""
    return Page(
        number=number,
        width=WIDTH,
        height=HEIGHT,
        dpi=300.0,
        lines=lines,
        codes=tuple(codes),
        blank=not lines and not codes,
        looks=Looks(paper_mm=mm),
    )


def head(
    number: str = "Số: 17/QĐ-UBND",
    dated: str = "Bàu Sen, ngày 05 tháng 01 năm 2023",
    issuer: Sequence[str] = ("ỦY BAN NHÂN DÂN", "HUYỆN BÀU SEN"),
    about: Sequence[str] = (),
) -> list[Line]:
    """Ô 1–4 of NĐ 30/2020: issuer and number left, national title and date right; V/v under the number."""
    lines = [middle(text, 230 + 62 * k, 720) for k, text in enumerate(issuer)]
    lines += [middle("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 230, 1730), middle("Độc lập - Tự do - Hạnh phúc", 292, 1730)]
    lines += [middle(number, 440, 720)] if number else []
    lines += [middle(dated, 440, 1730)] if dated else []
    lines += [middle(text, 502 + 55 * k, 720) for k, text in enumerate(about)]
    return lines


def national() -> list[Line]:
    """The national title alone, centred, as forms bear it."""
    return [middle("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 230), middle("Độc lập - Tự do - Hạnh phúc", 292)]


def body(count: int = 6, y: int = 1000) -> list[Line]:
    """Running text that says nothing in particular."""
    text = "các đơn vị phối hợp thực hiện nội dung này theo đúng tiến độ đã đề ra trong năm"
    return [left(text, y + 62 * k) for k in range(count)]


def signature(*titles: str, name: str = "Lê Thị Út", y: int = 2500) -> list[Line]:
    """Ô 7 and 9b: recipients left; on whose behalf, office and name right."""
    lines = [left("Nơi nhận:", y), left("- Lưu: VT.", y + 60)]
    lines += [middle(title, y + 55 * k, 1850) for k, title in enumerate(titles)]
    return [*lines, middle(name, y + 55 * len(titles) + 260, 1850)]


def decision(number: str = "Số: 17/QĐ-UBND", **how: object) -> Page:
    """A whole quyết định on one page."""
    return page(
        *head(number),
        middle("QUYẾT ĐỊNH", 620),
        middle("Về việc trồng cây xanh trên tuyến đường liên xã", 690),
        middle("CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN BÀU SEN", 830),
        *body(),
        *signature("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        **how,  # type: ignore[arg-type]
    )


def loader(*pages: Page) -> Callable[[str, int], Page]:
    """A `LoadPage` over these pages of one scan, numbered from 1."""
    return lambda _scan, number: pages[number - 1]


def example(text: str) -> Page:
    """The page that an `example` of config/document_types.toml lays out.

    `left | right` are the two columns of a head; four blanks before a line centre it; others begin at the margin.
    """
    lines: list[Line] = []
    for row, written in enumerate(text.strip("\n").split("\n")):
        y = 230 + 70 * row
        one, bar, other = written.partition(" | ")
        if bar:
            lines += [middle(part.strip(), y, at) for part, at in ((one, 720), (other, 1730)) if part.strip()]
        else:
            lines.append(middle(written.strip(), y) if written.startswith("    ") else left(written, y))
    return page(*lines, *body(3, 1200))
