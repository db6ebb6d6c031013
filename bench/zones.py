"""How many machine-readable zones of identity cards are read, back sides as offices scan them.

python -m bench.zones FOLDER --count 50 --level office      (FOLDER keeps the files and what was read of them)

`proven`: both numeric lines were read and every check digit holds.  A wrong value is one that the zone tells otherwise.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench.stored import pages_of
from digitizer.classify import mrz
from samples import age, folder, papers
from samples.folder import Side, Wear
from samples.paper import Case, new_case
from samples.papers.cards import mrz as printed

_TOLD = ("citizen_id", "birth_date", "valid_to", "sex", "letters")


def card(out: Path, number: int, seed: str, level: str) -> tuple[Path, dict[str, str]]:
    """The scan of an invented card's back, and what its zone says."""
    random = Random(f"zones/{seed}/{number}")
    case = new_case(random, date(2021, 6, 1) + timedelta(days=random.randrange(1900)))
    paper = papers.kinds()["can_cuoc"](case)
    file = out / f"{seed}-{level}-{number:03d}.pdf"
    if not file.is_file():
        folder.start(out, case).pdf(file.name, [Side(leaf=paper.leaves[1])], Wear(level=level))
    return file, _told(case, paper.fields["valid_to"][0].normalised)


def _told(case: Case, until: str) -> dict[str, str]:
    one = case.owner
    name = printed(one, date.fromisoformat(until))[2].strip("<").replace("<", " ")
    values = (one.citizen_id, f"{one.born:%Y-%m-%d}", until, one.sex.lower(), " ".join(name.split()))
    return dict(zip(_TOLD, values, strict=True))


def judged(out: Path, count: int, seed: str, level: str) -> Iterator[Counter[str]]:
    """For each card: 1 for `whole` (all told rightly), `proven`, and for each value `NAME` right or `NAME wrong`."""
    for number in range(count):
        file, told = card(out, number, seed, level)
        found = list(mrz.entries(pages_of(file, out / "cache")[0]))
        counts: Counter[str] = Counter(proven=any(one.proven for one in found))
        for name, value in told.items():
            values = {one.value for one in found if one.name == name}
            counts[name] += value in values
            counts[f"{name} wrong"] += bool(values - {value})
        counts["whole"] = int(all(counts[name] for name in _TOLD))
        yield counts


def main() -> None:
    """Print the counts for each level."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--level", nargs="+", default=["office"], choices=age.LEVELS)
    parser.add_argument("--seed", default="1")
    chosen = parser.parse_args()
    for level in chosen.level:
        total: Counter[str] = Counter()
        for counts in judged(chosen.folder, chosen.count, chosen.seed, level):
            total.update(counts)
        values = ", ".join(f"{name} {total[name]} ({total[f'{name} wrong']} wrong)" for name in _TOLD)
        print(f"{level}: of {chosen.count} zones {total['whole']} whole, {total['proven']} proven; {values}")


if __name__ == "__main__":
    main()
