"""Fits `digitizer/classify/sureness.json`: how often a field's reading is right, from readings whose truth is known.

    python training/sureness.py CACHE SET… [--write]

CACHE and SETs as for `python -m bench.stacks score`.  Logistic regression; every fifth file is kept out of the fit and
judged.  To be run again when the engine's confidence changes its meaning.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.nouns import FoundDocument, TruthDocument, Value  # noqa: E402
from bench.papers import pair, same_value  # noqa: E402
from bench.stacks import Classifier, each_file, found_documents  # noqa: E402
from digitizer.classify.fields import Fields  # noqa: E402
from digitizer.classify.found import SURE_FIELD, Found, traits  # noqa: E402
from digitizer.classify.tables import load  # noqa: E402
from digitizer.settings import config_folder  # noqa: E402

Floats = NDArray[np.float64]
_SHRINK = 1.0


def readings_of(folder: Path, cache: Path) -> Iterator[tuple[Found, bool, str]]:
    """(reading, is it right, the file's name) of every value that the truth of the set can judge."""
    tables = load(config_folder())
    classify = Classifier(tables)
    for file, one, pages in each_file(folder, cache):
        scan, _ = classify(pages)
        by_number = {page.number: page for page in pages}
        reader = Fields(lambda _scan, number, of=by_number: of[number], tables)  # type: ignore[misc]
        readings = dict(zip((one.id for one in scan.documents), reader.readings(scan), strict=True))
        documents = found_documents(scan, file)
        whole = {id(found): document for found, document in zip(documents, scan.documents, strict=True)}
        names = {name for told in one.documents for name in told.fields}
        for told, found in pair(one.documents, documents):
            document = whole[id(found)]
            mine = (
                reading for reading in readings[document.id] if reading.name in names and _known(reading, told, found)
            )
            yield from ((reading, _right(reading, told), file) for reading in mine)


def _known(reading: Found, told: TruthDocument, found: FoundDocument) -> bool:
    return told.kind == found.kind and not any(value.doubtful for value in told.fields.get(reading.name, []))


def _right(reading: Found, told: TruthDocument) -> bool:
    values: Sequence[Value] = told.fields.get(reading.name, [])
    return any(same_value(reading.name, value.normalised, reading.normalised) for value in values)


def fit(rows: Sequence[dict[str, float]], right: Floats) -> dict[str, float]:
    """Weights of logistic regression, shrunk towards zero but for the bias, by Newton's method."""
    names = sorted({name for row in rows for name in row})
    x = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    shrink = np.array([0.01 if name == "bias" else _SHRINK for name in names])
    w = np.zeros(len(names))
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        slope = x.T @ (p - right) + shrink * w
        bend = (x * (p * (1 - p))[:, None]).T @ x + np.diag(shrink)
        w -= np.linalg.solve(bend, slope)
    return {name: round(float(value), 4) for name, value in zip(names, w, strict=True)}


def judge(weights: dict[str, float], rows: Sequence[dict[str, float]], right: Floats) -> str:
    """What the weights come to on these readings."""
    total = np.array([sum(weights.get(name, 0.0) * value for name, value in row.items()) for row in rows])
    p = 1 / (1 + np.exp(-total))
    wrong = 1 - right
    lines = [f"{len(right)} readings, {int(wrong.sum())} wrong, mean said {p.mean():.3f}, right {right.mean():.3f}"]
    for sure in sorted({0.7, 0.85, 0.9, 0.92, 0.94, 0.96, SURE_FIELD}):
        doubted = p < sure
        lines.append(
            f"  below {sure}: {(doubted * wrong).sum() / max(wrong.sum(), 1):.3f} of the wrong, "
            f"{(doubted * right).sum() / max(right.sum(), 1):.3f} of the right"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    every = [one for folder in asked.sets for one in readings_of(folder, asked.cache)]
    files = sorted({file for _, _, file in every})
    kept = set(files[::5])
    rows = [traits(reading) for reading, _, _ in every]
    right = np.array([float(good) for _, good, _ in every])
    held = np.array([file in kept for _, _, file in every])
    weights = fit([row for row, out in zip(rows, held, strict=True) if not out], right[~held])
    print("fitted on:", judge(weights, [row for row, out in zip(rows, held, strict=True) if not out], right[~held]))
    print("kept out:", judge(weights, [row for row, out in zip(rows, held, strict=True) if out], right[held]))
    if asked.write:
        whole = fit(rows, right)
        out = ROOT / "digitizer/classify/sureness.json"
        out.write_text(json.dumps({"readings": len(rows), "weights": whole}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
