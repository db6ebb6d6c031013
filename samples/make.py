"""Makes invented papers: `python samples/make.py` writes the committed set again, with options it makes more.

python samples/make.py --out DIR --seed 7 --level office worn --count 20    loose scans of twenty papers a level
python samples/make.py --out DIR --kinds quyet_dinh can_cuoc --pdf digital  born-digital PDFs
"""

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from samples import age, dossiers, folder, papers  # noqa: E402 - the root must be on the path first
from samples.folder import Wear  # noqa: E402
from samples.paper import new_case  # noqa: E402


def loose(out: Path, seed: int, levels: list[str], count: int, kinds: list[str], *, digital: bool) -> None:
    """`count` papers a level under `out/<level>/<number>-<kind>/`, each with its truth."""
    for level in levels:
        for number in range(count):
            random = Random(f"{seed}/{level}/{number}")
            day = date(2005, 3, 1) + timedelta(days=random.randrange(7800))
            kind = kinds[(number + seed) % len(kinds)]
            case = new_case(random, day, home=False)
            paper = papers.kinds()[kind](case)
            made = folder.start(out / level / f"{number:04d}-{kind}", case)
            if digital:
                made.born_digital(f"{kind}.pdf", paper)
            elif level == "turned":
                base = random.choice(age.LEVELS[:4])
                made.pdf(f"{kind}.pdf", folder.sides(paper), Wear(level=base, turned=random.choice((90, 180, 270))))
            else:
                made.pdf(f"{kind}.pdf", folder.sides(paper), Wear(level=level))
            made.finish()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="folder to write to (default: the committed set in samples/)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other papers")
    parser.add_argument("--level", nargs="+", choices=[*age.LEVELS, "turned"], help="levels of wear for loose papers")
    parser.add_argument("--count", type=int, default=10, help="papers a level")
    parser.add_argument("--kinds", nargs="+", metavar="SLUG", help="only these kinds")
    parser.add_argument("--pdf", choices=("scan", "digital"), default="scan", help="scanned pages or real text")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these dossiers of the set")
    chosen = parser.parse_args()
    if chosen.level or chosen.kinds:
        kinds = chosen.kinds or sorted(papers.kinds())
        if unknown := set(kinds) - set(papers.kinds()):
            parser.error(f"unknown kinds: {', '.join(sorted(unknown))}; known: {', '.join(sorted(papers.kinds()))}")
        if chosen.out is None:
            parser.error("--out says where loose papers go")
        loose(chosen.out, chosen.seed, chosen.level or ["office"], chosen.count, kinds, digital=chosen.pdf == "digital")
        return
    dossiers.write(chosen.out or ROOT / "samples", chosen.seed, chosen.only)


if __name__ == "__main__":
    main()
