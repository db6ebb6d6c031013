"""python -m bench SET… : measure, print tables, write them to JSON and Markdown."""

import argparse
import dataclasses
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench import ours, yardstick
from bench.circumstances import circumstances
from bench.compare import Comparison
from bench.report import render
from bench.stage import lay_out
from bench.truth import choose, read_set

_SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def main(arguments: list[str] | None = None) -> None:
    """Measure the sets named on the command line."""
    asked = _parse(arguments)
    ocrmypdf = None if asked.no_yardstick else yardstick.find_ocrmypdf(asked.ocrmypdf)
    found = Comparison()
    for folder in asked.sets:
        one = choose(read_set(folder), asked.levels, asked.limit)
        if not one.pages:
            raise SystemExit(f"{folder}: nothing left to measure")
        with tempfile.TemporaryDirectory(prefix="bench-") as work:
            stage = Path(work) / "in"
            stage.mkdir()
            lay_out(one, folder, stage)
            _say(f"{one.name}: {len(one.pages)} pages: {ours.SYSTEM}")
            readings = [ours.read(stage, asked.processes)]
            if ocrmypdf:
                _say(f"{one.name}: {yardstick.OCRMYPDF}")
                readings.append(yardstick.by_ocrmypdf(one, stage, ocrmypdf, asked.processes))
                _say(f"{one.name}: {yardstick.TESSERACT}")
                readings.append(yardstick.by_tesseract(one, stage, asked.processes))
        found.add(one, readings)
    tables = render(found)
    print(tables)
    around = circumstances(asked.sets, asked.levels, asked.limit, asked.processes, ocrmypdf)
    print("\n".join(f"- {line}" for line in around))
    if asked.markdown:
        listed = "\n".join(f"- {line}" for line in around)
        asked.markdown.write_text(f"# Accuracy and speed\n\n{listed}\n\n{tables}", encoding="utf-8")
    if asked.json:
        everything = {"circumstances": around, **_plain(found)}
        asked.json.write_text(json.dumps(everything, ensure_ascii=False, indent=1), encoding="utf-8")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=sys.modules["bench"].__doc__)
    parser.add_argument("sets", nargs="*", type=Path, default=[_SAMPLES], metavar="SET", help="a folder with truth")
    parser.add_argument("--levels", nargs="+", default=[], help="only files with pages of these levels of wear")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="at most N files of each set, evenly spread")
    parser.add_argument("--processes", type=int, default=2, help="for each system (2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every page, document and value")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the tables, as in docs/accuracy.md")
    parser.add_argument("--no-yardstick", action="store_true", help="measure Digitizer alone")
    parser.add_argument("--ocrmypdf", metavar="PATH", help="the command (else PATH, .venv-bench)")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _plain(found: Comparison) -> dict[str, Any]:
    told: dict[str, Any] = _keys(dataclasses.asdict(found))
    for name, papers in found.papers.items():
        told["papers"][name]["values_not_right"] = papers.wrong_values
    return told


def _keys(value: Any) -> Any:
    """With keys that JSON can write."""
    if isinstance(value, Counter):
        return [[*key, count] for key, count in value.items()]
    if isinstance(value, dict):
        return {str(key): _keys(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_keys(one) for one in value]
    return value


if __name__ == "__main__":
    main()
