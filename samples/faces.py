"""The fonts that papers are set in, found among Debian's packages."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import ImageFont

FAMILIES: dict[str, tuple[str, tuple[str, str, str, str]]] = {
    "tinos": (
        "fonts-croscore",
        ("Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf", "Tinos-BoldItalic.ttf"),
    ),
    "liberation": (
        "fonts-liberation2",
        (
            "LiberationSerif-Regular.ttf",
            "LiberationSerif-Bold.ttf",
            "LiberationSerif-Italic.ttf",
            "LiberationSerif-BoldItalic.ttf",
        ),
    ),
    "termes": (
        "fonts-texgyre",
        (
            "texgyretermes-regular.otf",
            "texgyretermes-bold.otf",
            "texgyretermes-italic.otf",
            "texgyretermes-bolditalic.otf",
        ),
    ),
    "arimo": (
        "fonts-croscore",
        ("Arimo-Regular.ttf", "Arimo-Bold.ttf", "Arimo-Italic.ttf", "Arimo-BoldItalic.ttf"),
    ),
    "mono": (
        "fonts-dejavu-core",
        ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"),
    ),
}
"""Family → Debian package, then its regular, bold, italic and bold italic file."""

_PLACES = ("/usr/share/fonts", "/usr/share/texmf/fonts", "/usr/local/share/fonts", str(Path.home() / ".fonts"))


def _everywhere() -> Iterator[tuple[str, Path]]:
    for place in _PLACES:
        for folder, _, names in os.walk(place):
            for name in sorted(names):
                yield name, Path(folder) / name


@cache
def _index() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name, path in _everywhere():
        if "liberation2" in path.parts or name not in found:
            found[name] = path
    return found


@cache
def path(family: str, *, bold: bool = False, italic: bool = False) -> Path:
    """The font file; raises SystemExit naming the Debian package when it is missing."""
    package, files = FAMILIES[family]
    name = files[bold + 2 * italic]
    if name not in _index():
        raise SystemExit(
            f"Thiếu phông chữ {name}: sudo apt-get install {package}  (font missing, install that package)"
        )
    return _index()[name]


@cache
def font(family: str, size: float, *, bold: bool = False, italic: bool = False) -> ImageFont.FreeTypeFont:
    """The font at `size` pixels, without Raqm, so that widths are the same on every machine."""
    return ImageFont.truetype(path(family, bold=bold, italic=italic), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def width(text: str, family: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """How wide the text is, in the unit of `size` (measured large, so that it scales)."""
    return font(family, 200, bold=bold, italic=italic).getlength(text) * size / 200
