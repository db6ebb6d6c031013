"""Invented pages as pixels, for tests of what looks at pixels."""

import numpy as np
from PIL import Image as Pil
from PIL import ImageDraw, ImageFont

from digitizer.contracts import Image
from samples import faces

LETTER = (
    "Căn cứ Quyết định số 123/QĐ-UBND ngày 05 tháng 01 năm 2023",
    "của Ủy ban nhân dân xã An Thử về việc tiếp nhận hồ sơ và",
    "trả kết quả giải quyết thủ tục hành chính trên địa bàn xã;",
    "Xét đề nghị của bà Trần Thị Bưởi, công chức địa chính, về",
    "việc sửa chữa đường vào xóm Giếng, đoạn qua thửa đất số 7,",
    "Ủy ban nhân dân xã thông báo để các hộ gia đình được biết",
    "và thực hiện, trong thời hạn ba mươi ngày kể từ ngày ký.",
)


def sheet(
    lines: tuple[str, ...], *, width: int = 1240, height: int = 1754, top: int = 200, size: int = 38, left: int = 120
) -> Image:
    """A grey sheet (A4 at 150 dpi as default) with the lines in Tinos; x-height is 0.46 of `size`."""
    font = ImageFont.truetype(str(faces.path("tinos")), size)
    page = Pil.new("L", (width, height), 255)
    draw = ImageDraw.Draw(page)
    for i, line in enumerate(lines):
        draw.text((left, top + round(1.6 * size) * i), line, font=font, fill=0)
    return np.asarray(page)


def turned(image: Image, degrees: float) -> Image:
    """The sheet slanted clockwise, white in the corners."""
    return np.asarray(Pil.fromarray(image).rotate(-degrees, Pil.Resampling.BICUBIC, fillcolor=255))
