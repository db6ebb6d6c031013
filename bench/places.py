"""How well places are mapped to the units of now: `python -m bench.places [--seed N]`, over every ward that there was.

Each old ward is written as papers write it (in full, short, in capitals, without the word for the province), with the
letters and marks that OCR gets wrong; the units of now must be exactly the one, or all where the ward was divided.
"""

import argparse
import unicodedata
from collections import Counter
from dataclasses import dataclass
from random import Random

from digitizer.classify.gazetteer import Gazetteer, load
from digitizer.settings import config_folder

FILE = config_folder() / "units.tsv"
_SHORT = {
    "Thành phố": "TP.",
    "Thị xã": "TX.",
    "Thị trấn": "TT.",
    "Phường": "P.",
    "Quận": "Q.",
    "Huyện": "H.",
    "Tỉnh": "T.",
    "Xã": "X.",
}
_ALIKE = dict(zip("lihecogutnm", ("i", "l", "b", "c", "e", "0", "q", "n", "f", "ri", "rn"), strict=True))
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True)
class Ward:
    """An old ward: its full name, the codes of what it is now."""

    names: tuple[str, str, str]
    now: frozenset[str]


def wards() -> list[Ward]:
    """Every ward that there was, straight from the table."""
    found, province, district = [], "", ""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        mark, _, rest = line.partition("\t")
        cells = rest.split("\t")
        if mark == "p":
            province = cells[1]
        elif mark == "d":
            district = cells[1]
        elif mark == "w":
            found.append(Ward((cells[1] or district, district, province), frozenset(cells[2].split())))
    return found


def written(names: tuple[str, str, str], way: int) -> str:
    """A ward's full name in one of seven ways."""
    ward, district, province = names
    if ward == district:  # islands, which had no wards
        return f"{_short(district, ' ')}, {province}" if way % 2 else f"UBND {district} {province}"
    if way == 0:
        return f"{ward}, {district}, {province}"
    if way == 1:
        return ", ".join(_short(name, " ") for name in names)
    if way == 2:
        return ",".join(_short(name, "") for name in names)
    if way == 3:
        return f"UBND {ward} {district} {province}".upper()
    if way == 4:
        place = province.removeprefix("Tỉnh ").removeprefix("Thành phố ")
        return f"số 12 đường Lê Lợi, {ward[:1].lower()}{ward[1:]}, {district}, {place}"
    if way == 5:
        return f"Ủy ban nhân dân {ward.lower()}, {_short(district, ' ')}, {province}"
    return ", ".join(_short(name, "\t").partition("\t")[2] or name for name in names)


def _short(name: str, gap: str) -> str:
    for word, short in _SHORT.items():
        if name.startswith(word + " "):
            return short + gap + name.removeprefix(word + " ")
    return name


def misread(text: str, random: Random, share: float) -> str:
    """The text with about this share of its letters read as OCR does: another tone, no mark, an alike letter."""
    out = []
    for char in text:
        if not char.isalpha() or random.random() > share:
            out.append(char)
            continue
        bare = unicodedata.normalize("NFD", char)
        if len(bare) > 1 and random.random() < 0.7:
            tone = random.choice(["", *_TONES])
            out.append(unicodedata.normalize("NFC", bare[:-1] + tone if bare[-1] in _TONES else bare[0]))
        else:
            out.append(_ALIKE.get(char, char))
    return "".join(out)


def judge(units: Gazetteer, chosen: list[Ward], seed: int, share: float) -> tuple[Counter[str], list[str]]:
    """Counts of `right`, `several` (the right ones among others), `none`, `wrong`, by way; and what went wrong."""
    random = Random(seed)
    counts: Counter[str] = Counter()
    wrong = []
    for ward in chosen:
        way = random.randrange(7)
        text = misread(written(ward.names, way), random, share)
        place = units.place(text, "2021-05-04")
        now = {unit.code for unit in place.now} if place else set()
        what = "right" if now == ward.now else "none" if not now else "several" if now > ward.now else "wrong"
        counts[what] += 1
        if what != "right":
            wrong.append(f"{way} {what}: {text} ← {', '.join(ward.names)}")
    return counts, wrong


def main() -> None:
    """Print the figures: as written, and with three shares of misread letters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="so many of the wrong ones")
    chosen = parser.parse_args()
    units, all_wards = load(FILE), wards()
    for share in (0.0, 0.01, 0.02, 0.05):
        counts, wrong = judge(units, all_wards, chosen.seed, share)
        told = ", ".join(f"{counts[what]} {what}" for what in ("right", "several", "none", "wrong"))
        print(f"{share:.0%} of letters misread: {counts['right'] / len(all_wards):.4f} of {len(all_wards)} ({told})")
        for line in wrong[: chosen.show]:
            print(f"  {line}")


if __name__ == "__main__":
    main()
