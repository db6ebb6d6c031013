"""Fits the numbers in `digitizer/ocr/language.json` on pages written by pages.py; prints what they are worth.

    python training/fit.py PAGES.jsonl… [--model digitizer/ocr/language.bin] [--write]

Every third page is kept out of the fit; all figures printed are of those.
"""

import argparse
import itertools
import json
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from digitizer.model import Line, Word
from digitizer.ocr.channel import Channel, log_odds
from digitizer.ocr.language import LETTERS, Language, Tuning
from digitizer.ocr.ngrams import Ngrams
from digitizer.ocr.sureness import FEATURES, Evidence
from digitizer.text import canonical, fold, nfc

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.trust import calibration_error

Floats = NDArray[np.float64]
SMOOTH = 300
"""Letters of general experience that each letter starts with."""


@dataclass(frozen=True)
class Sheet:
    """One page: lines as read, and the words that stand on it with their being a name or not."""

    level: str
    lines: tuple[Line, ...]
    truth: list[tuple[str, bool]]


def core(word: str) -> str:
    """The word in lower case without punctuation, as score.py compares words."""
    return re.sub(r"[^\w]|_", "", nfc(word).lower())


def sheets(files: list[Path]) -> Iterator[Sheet]:
    """The pages of the files."""
    for row in (json.loads(text) for file in files for text in file.read_text(encoding="utf-8").splitlines()):
        lines = []
        for line in row["read"]:
            words = []
            for text, confidence, box in line:
                x0, y0, x1, y1 = box
                quad = (x0, y0, x1, y0, x1, y1, x0, y1)
                clean = nfc(text)
                words.append(Word(text=clean, read=clean, box=(x0, y0, x1, y1), quad=quad, confidence=confidence))
            lines.append(Line(words=tuple(words), box=words[0].box))
        truth = [(nfc(word), name) for line in row["truth"] for word, name in line]
        yield Sheet(row["level"], tuple(lines), truth)


def pairs(words: list[str], truth: list[str]) -> list[int | None]:
    """For each word the index of the true word that it stands for, None when there is none."""
    a, b = [fold(core(word)) for word in words], [fold(core(word)) for word in truth]
    out: list[int | None] = [None] * len(a)
    for tag, i0, i1, j0, j1 in Levenshtein.opcodes(a, b):
        if tag == "equal" or (tag == "replace" and i1 - i0 == j1 - j0):
            out[i0:i1] = range(j0, j1)
    return out


def habits(pages: list[Sheet]) -> Channel:
    """The engine's habits: which letter becomes which, and how often for each confidence."""
    seen: Counter[str] = Counter()
    became: Counter[tuple[str, str]] = Counter()
    rows, wrongs = [], []
    for page in pages:
        words = [word for line in page.lines for word in line.words]
        truth = [word for word, _ in page.truth]
        for word, at in zip(words, pairs([word.text for word in words], truth), strict=True):
            read, true = canonical(core(word.text)), canonical(core(truth[at])) if at is not None else ""
            if not read.isalpha() or fold(read) != fold(true):
                continue
            rows.append(log_odds(word.confidence))
            wrongs.append(read != true)
            seen.update(true)
            became.update(pair for pair in zip(true, read, strict=True) if pair[0] != pair[1])
    intercept, slope = logistic(np.array([np.ones(len(rows)), rows]).T, np.array(wrongs, float))
    rate = sum(wrongs) / len(wrongs)
    print(f"{len(rows)} words, {100 * rate:.2f} % wrong in marks, doubt {intercept} {slope}")
    letters = misreadings(seen, became)
    return Channel(letters=letters, other=11.0, rate=round(-math.log(rate), 2), edit=7.0, doubt=(intercept, slope))


def misreadings(seen: Counter[str], became: Counter[tuple[str, str]]) -> dict[str, float]:
    """−ln p(read letter | printed letter), rare pairs leaning on tones and shapes in general."""
    tones: Counter[tuple[str, str]] = Counter()
    shapes: Counter[tuple[str, str]] = Counter()
    all_tones: Counter[str] = Counter()
    all_shapes: Counter[str] = Counter()
    for letter, n in seen.items():
        all_tones[parts(letter)[0]] += n
        all_shapes[parts(letter)[1]] += n
    for (true, read), n in became.items():
        (t, s), (u, r) = parts(true), parts(read)
        tones[t, u] += n
        shapes[s, r] += n

    def general(true: str, read: str) -> float:
        (t, s), (u, r) = parts(true), parts(read)
        tone = 1.0 if t == u else (tones[t, u] + 0.2) / (all_tones[t] + 100)
        return tone * (1.0 if s == r else (shapes[s, r] + 0.2) / (all_shapes[s] + 100))

    costs = {}
    for true in LETTERS:
        for read in LETTERS:
            if true != read and fold(true) == fold(read):
                p = (became[true, read] + SMOOTH * general(true, read)) / (seen[true] + SMOOTH)
                costs[true + read] = round(-math.log(p), 2)
    return {pair: cost for pair, cost in costs.items() if cost < 11}


def parts(letter: str) -> tuple[str, str]:
    """(tone, shape) of a letter."""
    marks = unicodedata.normalize("NFD", letter)[1:]
    tone = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
    return tone, "đ" if letter == "đ" else marks.replace(tone, "") if tone else marks


def logistic(features: Floats, right: Floats, penalty: float = 1e-3) -> list[float]:
    """Weights of a logistic regression, by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        slope = features.T @ (right - p) - penalty * weights
        bend = (features * (p * (1 - p))[:, None]).T @ features + np.eye(len(weights)) * (penalty + 1e-9)
        weights = weights + np.linalg.solve(bend, slope)
    return [round(float(weight), 4) for weight in weights]


@dataclass
class Tally:
    """Word errors before and after, and what became of right words and of names."""

    words: int = 0
    before: int = 0
    after: int = 0
    right: int = 0
    broken: int = 0
    mended: int = 0
    names: int = 0
    names_before: int = 0
    names_after: int = 0

    def text(self) -> str:
        """One line of figures."""
        return (
            f"words {self.words} wer {100 * self.before / self.words:.2f} -> {100 * self.after / self.words:.2f} % "
            f"mended {self.mended} broken {self.broken} ({1000 * self.broken / max(self.right, 1):.2f}/1000) "
            f"names right {self.names_before} -> {self.names_after} of {self.names}"
        )


def weigh(language: Language, pages: list[Sheet], rows: list[tuple[Evidence, bool]] | None = None) -> Tally:
    """Correct the pages and count; fills `rows` with (evidence, word is right) when given."""
    tally = Tally()
    for page in pages:
        corrected, evidence = language.examine(page.lines)
        truth = [word for word, _ in page.truth]
        before = [core(word.text) for line in page.lines for word in line.words]
        words = [word for line in corrected for word in line.words]
        true = [core(word) for word in truth if core(word)]
        tally.words += len(true)
        tally.before += Levenshtein.distance([word for word in before if word], true)
        tally.after += Levenshtein.distance([core(word.text) for word in words if core(word.text)], true)
        for word, at, known in zip(words, pairs([word.text for word in words], truth), evidence, strict=True):
            meant, name = (core(truth[at]), page.truth[at][1]) if at is not None else ("", False)
            was, now = core(word.read) == meant, core(word.text) == meant
            tally.right += was
            tally.broken += was and not now
            tally.mended += now and not was
            tally.names += name
            tally.names_before += name and was
            tally.names_after += name and now
            if rows is not None and core(word.text):
                rows.append((known, now and bool(meant)))
    return tally


def search(grams: Ngrams, start: Tuning, pages: list[Sheet]) -> Tuning:
    """The tuning with fewest errors that breaks under 0.7 right words of 1,000 and no more names than it mends."""
    best, lowest = start, math.inf
    for weight, marked, more in itertools.product((0.85, 1.0), (8.0,), (5.0,)):
        for margin in (0.0, 0.5):
            tuning = replace(start, weight=weight, marked=marked, margin=margin, name_margin=margin + more)
            tally = weigh(Language(grams, tuning), pages)
            allowed = tally.broken <= 0.0007 * tally.right and tally.names_after >= tally.names_before
            print(f"  weight {weight} marked {marked} margin {margin} name +{more}: {tally.text()}", flush=True)
            if allowed and tally.after < lowest:
                best, lowest = tuning, tally.after
    return best


def main() -> None:
    """Fit, print, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, default=Path(__file__).parent.parent / "digitizer/ocr/language.bin")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    pages = list(sheets(args.pages))
    fitted, kept = [p for i, p in enumerate(pages) if i % 3], pages[::3]
    grams = Ngrams(args.model)
    start = Tuning(
        weight=0.9,
        unknown=4.0,
        marked=8.0,
        margin=0.0,
        name_margin=3.0,
        channel=habits(fitted),
        sure=(0.0,) * len(FEATURES),
    )
    tuning = search(grams, start, fitted)
    rows: list[tuple[Evidence, bool]] = []
    weigh(Language(grams, tuning), fitted, rows)
    weights = logistic(np.array([e for e, _ in rows]), np.array([float(r) for _, r in rows]))
    tuning = replace(tuning, sure=tuple(weights))
    report(Language(grams, tuning), kept)
    if args.write:
        values: dict[str, Any] = asdict(tuning)
        args.model.with_suffix(".json").write_text(
            json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def report(language: Language, kept: list[Sheet]) -> None:
    """Print the figures of the pages kept out, by level of wear."""
    rows: list[tuple[Evidence, bool]] = []
    print("kept out:", weigh(language, kept, rows).text())
    for level in sorted({page.level for page in kept}):
        print(f"  {level:8}", weigh(language, [page for page in kept if page.level == level]).text())
    sure = np.array([language.probability(e) for e, _ in rows])
    right = np.array([float(r) for _, r in rows])
    print(f"calibration error {calibration_error(sure, right):.4f} over {len(rows)} words")
    for low, high in itertools.pairwise((0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01)):
        inside = (sure >= low) & (sure < high)
        if inside.any():
            said, was = sure[inside].mean(), right[inside].mean()
            print(f"  said {low:.2f}-{high:.2f}: {said:.3f} is {was:.3f} of {inside.sum()}")


if __name__ == "__main__":
    main()
