"""The page that stands where a page could not be shown."""

from PIL import Image, ImageDraw, ImageFont

from digitizer.store import pictures
from digitizer.store.picture import Picture

NOT_SHOWN = (
    "Không hiển thị được trang này; xem tệp gốc.",
    "This page cannot be shown; see the original file.",
)
_FONTS = ("LiberationSans-Regular.ttf", "DejaVuSans.ttf")


def notice() -> Picture:
    """An A4 page at 100 dpi that says so in Vietnamese and English (English only where no font has Vietnamese)."""
    image = Image.new("L", (827, 1169), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 786, 1128), outline=0, width=3)
    font = _font()
    lines = NOT_SHOWN if font else NOT_SHOWN[1:]
    for index, line in enumerate(lines):
        draw.text((413, 540 + 50 * index), line, fill=0, font=font or ImageFont.load_default(28), anchor="mm")
    return pictures.from_image(image)


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont | None:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, 28)
        except OSError:
            continue
    return None
