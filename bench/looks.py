"""python -m bench.looks --pages N --seed S : how well `look` tells which way up, how aslant and whether blank.

Every page is made from its name alone: `--only NAME --keep DIR` makes and draws it again.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
from PIL import Image

from bench.circumstances import machine
from bench.empties import BLANKS, WRITTEN, blank, nearly_blank
from bench.report import percent, table
from digitizer.model import Line, Page, Problem
from digitizer.ocr.engines import tesseract
from digitizer.ocr.look import Look
from samples import age, draw, papers
from samples.age import Shot
from samples.leaf import Leaf
from samples.paper import new_case

_TURNS = (0, 90, 180, 270)
_STRAIGHT = 0.2  # degrees of error that a page may have
_RIGHT = 0.995  # of the pages with text stand upright
_FOUND = 0.99  # of the blanks are found
_LIT = 4  # of five pencil notes; a fax leaves nothing of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A page that is pixels and nothing else (a Sight)."""

    pixels: np.ndarray
    dpi: float | None
    aspect: float = 1.0
    problems: tuple[Problem, ...] = ()

    def image(self) -> np.ndarray:
        """The pixels."""
        return self.pixels

    def layer(self) -> tuple[Line, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What `look` said of one page.  `off`: degrees of skew that it missed; None on blanks and nearly blank sheets.

    `seconds`: of the processor.
    """

    name: str
    group: str
    right: bool
    off: float | None
    seconds: float
    told: str


def main(arguments: list[str] | None = None) -> None:
    """Make the pages, look at them, print the tables."""
    asked = _parse(arguments)
    names = asked.only or list(_names(asked.pages, asked.blanks, asked.seed))
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(asked.processes) as crew:
        verdicts = [one for some in crew.map(judge, names, [asked.keep] * len(names)) for one in some]
    told = report(verdicts)
    words = f"python -m bench.looks --pages {asked.pages} --blanks {asked.blanks} --seed {asked.seed}"
    around = "\n".join(f"- {line}" for line in [*machine(asked.processes), f"`{words}`"])
    print(f"{around}\n\n{told}")
    if asked.markdown:
        asked.markdown.write_text(f"# What `look` sees\n\n{around}\n\n{told}", encoding="utf-8")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.looks", description=sys.modules[__name__].__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="turned pages with text; each sheet lies four ways")
    parser.add_argument("--blanks", type=int, default=240, help="blank sheets, and as many nearly blank ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these pages, as named among the failures")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the pages that were judged wrong")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the tables, as in docs/looks.md")
    return parser.parse_args(arguments)


def _names(pages: int, blanks: int, seed: int) -> Iterator[str]:
    """text/SEED/LEVEL/N, blank/SEED/KIND/N, written/SEED/KIND/LEVEL/N."""
    for number in range(-(-pages // len(_TURNS))):
        yield f"text/{seed}/{age.LEVELS[number % len(age.LEVELS)]}/{number}"
    for number in range(blanks):
        yield f"blank/{seed}/{list(BLANKS)[number % len(BLANKS)]}/{number}"
    for number in range(blanks):
        kind = list(WRITTEN)[number % len(WRITTEN)]
        levels = age.LEVELS[:_LIT] if kind == "pencil note" else age.LEVELS
        yield f"written/{seed}/{kind}/{levels[number // len(WRITTEN) % len(levels)]}/{number}"


def judge(name: str, keep: Path | None = None) -> list[Verdict]:
    """What `look` makes of the page of that name (a page with text: in all four ways that it can lie)."""
    cv2.setNumThreads(1)
    name = name.partition(" lying")[0]
    sort, _, *rest = name.split("/")
    random = Random(name)
    if sort == "text":
        verdicts = _turned(name, rest[0], random, keep)
    elif sort == "blank":
        verdicts = [_emptiness(name, f"blank: {rest[0]}", blank(rest[0], random, _back(random)), keep, empty=True)]
    else:
        shot = nearly_blank(rest[0], rest[1], random, _back(random))
        verdicts = [_emptiness(name, f"written: {rest[0]}", shot, keep, empty=False)]
    return verdicts


def _turned(name: str, level: str, random: Random, keep: Path | None) -> list[Verdict]:
    leaf, back = _leaf(random), _back(random)
    shot = age.encoded(age.aged(draw.picture(leaf), level, random, behind=back if random.random() < 0.5 else None))
    verdicts = []
    for turn in _TURNS:
        lying = age.turned(shot, turn) if turn else shot
        page, seconds = look(lying)
        off = page.skew - shot.skew
        right = page.turned == turn
        verdict = Verdict(
            name=f"{name} lying {turn}",
            group=level,
            right=right and not page.blank,
            off=off,
            seconds=seconds,
            told=f"turned {page.turned}, skew {page.skew:.2f} for {shot.skew:.2f}{', blank' if page.blank else ''}",
        )
        if not verdict.right or (level != "phone" and abs(off) > _STRAIGHT):
            _keep(keep, verdict.name, lying)
        verdicts.append(verdict)
    return verdicts


def _emptiness(name: str, group: str, shot: Shot, keep: Path | None, *, empty: bool) -> Verdict:
    page, seconds = look(shot)
    right = page.blank == empty
    if not right:
        _keep(keep, name, shot)
    told = f"blank {page.blank}, ink {page.looks.ink:.5f}, contrast {page.looks.contrast:.2f}"
    return Verdict(name=name, group=group, right=right, off=None, seconds=seconds, told=told)


def _leaf(random: Random) -> Leaf:
    """A side with text of an invented paper of any kind."""
    kinds = papers.kinds()
    case = new_case(random, date(2005, 3, 1) + timedelta(days=random.randrange(7800)), home=False)
    paper = kinds[random.choice(sorted(kinds))](case)
    return random.choice([leaf for leaf in paper.leaves if leaf.texts])


@cache
def _backs() -> tuple[Image.Image, ...]:
    """A few printed sides that shine through: the same for all, because drawing them takes long."""
    leaves = (_leaf(Random(f"back/{number}")) for number in range(40))
    upright = [leaf for leaf in leaves if leaf.height > leaf.width and len(leaf.texts) > 100]
    return tuple(draw.picture(leaf).image for leaf in upright[:4])


def _back(random: Random) -> Image.Image:
    return random.choice(_backs())


@cache
def _look() -> Look:
    return Look(tesseract.open(tesseract.Options()))


def look(shot: Shot) -> tuple[Page, float]:
    """The page after the step, and the seconds of the processor that it took."""
    image = shot.image if shot.image.mode in ("L", "RGB") else shot.image.convert("L")
    across, down = shot.dpi
    sight = Seen(pixels=np.asarray(image), dpi=across, aspect=across / down)
    start = time.process_time()
    page = _look()(Page(number=1), sight)
    return page, time.process_time() - start


def _keep(folder: Path | None, name: str, shot: Shot) -> None:
    if folder is not None:
        shot.image.save(folder / f"{name.replace('/', '_').replace(' ', '-')}.png")


def report(verdicts: Sequence[Verdict]) -> str:
    """The tables, and what went wrong by name."""
    text = [one for one in verdicts if one.off is not None]
    empty = [one for one in verdicts if one.off is None]
    parts = [_text_table(text)] if text else []
    for title, prefix in (("Blank sheets", "blank: "), ("Sheets with next to nothing on them", "written: ")):
        some = [replace(one, group=one.group.removeprefix(prefix)) for one in empty if one.group.startswith(prefix)]
        if some:
            parts.append(f"## {title}\n\n" + _grouped(some, ("sheets", "told right"), _right_row))
    parts.append(_bars(text, empty))
    return "\n".join(parts)


def _text_table(text: Sequence[Verdict]) -> str:
    head = ("pages", "upright", "skew: median error", "95 %", "worst", "within 0.2°", "ms a page")
    note = "Degrees; skew of the pages that stand upright.  Milliseconds of one core, median.\n"
    return "## Pages with text, each lying four ways\n\n" + _grouped(text, head, _text_row) + "\n" + note


def _grouped(some: Sequence[Verdict], head: Sequence[str], row: Callable[[Sequence[Verdict]], list[str]]) -> str:
    groups: dict[str, list[Verdict]] = {}
    for one in some:
        groups.setdefault(one.group, []).append(one)
    rows = [[name, *row(members)] for name, members in groups.items()]
    return table(["", *head], [*rows, ["all", *row(some)]])


def _text_row(some: Sequence[Verdict]) -> list[str]:
    offs = sorted(abs(one.off) for one in some if one.right and one.off is not None) or [0.0]
    return [
        str(len(some)),
        f"{sum(one.right for one in some)} = {percent(_share(some))} %",
        f"{statistics.median(offs):.2f}",
        f"{offs[min(len(offs) - 1, int(0.95 * len(offs)))]:.2f}",
        f"{offs[-1]:.2f}",
        f"{percent(sum(off <= _STRAIGHT for off in offs) / len(offs))} %",
        f"{1000 * statistics.median(one.seconds for one in some):.0f}",
    ]


def _right_row(some: Sequence[Verdict]) -> list[str]:
    return [str(len(some)), f"{sum(one.right for one in some)} = {percent(_share(some))} %"]


def _share(some: Sequence[Verdict]) -> float:
    return sum(one.right for one in some) / len(some) if some else 1.0


def _bars(text: Sequence[Verdict], empty: Sequence[Verdict]) -> str:
    """What is promised, and every page that breaks a promise."""
    blanks = [one for one in empty if one.group.startswith("blank")]
    written = [one for one in empty if one.group.startswith("written")]
    flat = [one for one in text if one.group != "phone" and one.right]
    aslant = [one for one in flat if one.off is not None and abs(one.off) > _STRAIGHT]
    wrong = [one for one in [*text, *empty] if not one.right]
    bars = [
        ("upright, at least 99.5 %", _share(text) >= _RIGHT, percent(_share(text))),
        ("skew within 0.2°, photographs left out", not aslant, f"{len(flat) - len(aslant)} of {len(flat)}"),
        ("blanks found, at least 99 %", _share(blanks) >= _FOUND, percent(_share(blanks))),
        ("written sheets called blank: none", _share(written) == 1.0, str(sum(not one.right for one in written))),
    ]
    told = table(["promised", "kept", "measured"], [[what, "yes" if kept else "NO", got] for what, kept, got in bars])
    failures = "".join(f"- `{one.name}`: {one.told}\n" for one in [*wrong, *aslant])
    return f"## Promises\n\n{told}\n" + (f"## Failures\n\n{failures}" if failures else "No failures.\n")


if __name__ == "__main__":
    main()
