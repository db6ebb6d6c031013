"""Who sealed a paper bears out who issued it.  Another seal says nothing: whoever certifies a copy seals it."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from digitizer.classify.found import Found
from digitizer.classify.layout import Sheet
from digitizer.text import fold

_ALIKE = 80.0  # percent of the letters: seals are read with gaps, where signatures cross them
_WORDS = 3  # of the seal that were read, at least; fewer fit many names
_SHORT = (("ubnd", "uy ban nhan dan"), ("hdnd", "hoi dong nhan dan"))


def sealed(found: Sequence[Found], sheets: Sequence[Sheet]) -> list[Found]:
    """The readings, the issuer's borne out where a seal says the same."""
    said = [_key(seal.text) for sheet in sheets for seal in sheet.page.seals if len(seal.words) >= _WORDS]
    return [
        one.held("seal", passed=True, factor=1.1)
        if one.name == "issuer" and any(fuzz.ratio(_key(one.normalised), each) >= _ALIKE for each in said)
        else one
        for one in found
    ]


def _key(name: str) -> str:
    key = fold(name)
    for short, long in _SHORT:
        key = key.replace(short, long)
    return key
