"""How well a dossier's gaps are found: `python -m bench.completeness LIST` (the national list of procedures).

The truth was read by hand from the list: of completeness.toml while the rules were written, of completeness_held*.toml
before they were run on it.  The dossiers are invented from it: whole ones, ones that lack each needed paper, ones with
papers that only some cases need, and with strangers.
"""

import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random

from digitizer.app.catalogue import take_in, with_catalogue
from digitizer.classify.dossier import assemble
from digitizer.classify.tables import Tables, load
from digitizer.model import Document, Dossier, PageRef
from digitizer.settings import config_folder
from digitizer.store.records import Records

TRUTHS = tuple(sorted(Path(__file__).parent.glob("completeness*.toml")))
_MOST = 26
"""Ways in which papers lack, of one procedure: all of five papers; of more so many, or the longest would outweigh."""
STRANGERS = ("hoc_ba", "giay_phep_lai_xe", "gcn_ho_ngheo", "giay_phep_lao_dong", "dieu_le")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A procedure of the truth; `needed`: alternatives each."""

    code: str
    needed: tuple[frozenset[str], ...]
    perhaps: tuple[str, ...]
    unseen: int = 0


def cases(file: Path) -> list[Case]:
    """The procedures checked by hand."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["procedure"]
    return [
        Case(
            code=row["code"],
            needed=tuple(frozenset(one.split("|")) for one in row["needed"]),
            perhaps=tuple(row["perhaps"]),
            unseen=row.get("unseen", 0),
        )
        for row in rows
    ]


def dossiers(case: Case, random: Random) -> Iterator[tuple[list[str], list[frozenset[str]]]]:
    """(kinds of the papers, what lacks) of invented dossiers of this procedure."""
    parts = case.needed
    every = [gaps for size in range(min(len(parts), 3) + 1) for gaps in combinations(range(len(parts)), size)]
    for gaps in every if len(every) <= _MOST else random.sample(every, _MOST):
        lacking = [parts[at] for at in gaps]
        kinds = [random.choice(sorted(part)) for at, part in enumerate(parts) if at not in gaps]
        yield kinds, lacking
        if case.perhaps:
            extra = random.sample(case.perhaps, random.randint(1, min(2, len(case.perhaps))))
            yield [*kinds, *extra], lacking


def judge(tables: Tables, chosen: list[Case], seed: int = 7) -> tuple[Counter[str], list[str]]:
    """Counts (`lacking`, of these `unseen` that no kind names, `found`, `alarms`, `false`, `dossiers`, `foreign`,
    `foreign_found`) and what went wrong.
    """
    random = Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for case in chosen:
        for kinds, lacking in dossiers(case, random):
            asked = frozenset(case.perhaps).union(*case.needed)
            stranger = random.choice([one for one in STRANGERS if one not in asked])
            found = _assembled(tables, case.code, [*kinds, stranger])
            counts["dossiers"] += 1
            counts["lacking"] += len(lacking) + case.unseen
            counts["unseen"] += case.unseen
            counts["foreign"] += 1
            counts["foreign_found"] += any(slot.kind == stranger for slot in found.foreign)
            left = list(lacking)
            for slot in found.missing:
                counts["alarms"] += 1
                hit = next((part for part in left if slot.kind in part), None)
                if hit is None:
                    counts["false"] += 1
                    wrong.append(f"{case.code}: false alarm {slot.kind}: {(slot.component or '')[:60]}")
                else:
                    left.remove(hit)
                    counts["found"] += 1
            wrong += [f"{case.code}: not found {'|'.join(sorted(part))}" for part in left]
    return counts, wrong


def _assembled(tables: Tables, code: str, kinds: list[str]) -> Dossier:
    slip = Document(id="d0", pages=(PageRef(scan="s", page=1),), kind="giay_tiep_nhan", unsure=False, procedure=code)
    papers = [
        Document(id=f"d{at}", pages=(PageRef(scan="s", page=at + 1),), kind=kind, unsure=False)
        for at, kind in enumerate(kinds, 1)
    ]
    return assemble(Dossier(id="h"), [slip, *papers], tables)[0]


def with_list(file: Path) -> Tables:
    """The tables with this list imported, in a folder of the moment."""
    seed = load(config_folder())
    with tempfile.TemporaryDirectory() as folder:
        records = Records(f"sqlite:///{folder}/records.sqlite")
        take_in(records, seed, file, "bench")
        tables = with_catalogue(records, seed)
        records.close()
    return tables


def main() -> None:
    """Print the figures, a line a file of procedures."""
    tables = with_list(Path(sys.argv[1]))
    for file in TRUTHS:
        chosen = cases(file)
        counts, wrong = judge(tables, chosen)
        for line, times in Counter(wrong).most_common():
            print(f"  {times}× {line}")
        named = counts["lacking"] - counts["unseen"]
        print(
            f"{file.name}: {len(chosen)} procedures, {counts['dossiers']} dossiers: of {named} papers that lack "
            f"{counts['found'] / named:.3f} found (of all {counts['lacking']}, with those that no kind names, "
            f"{counts['found'] / counts['lacking']:.3f}); of {counts['alarms']} called missing "
            f"{counts['false'] / max(counts['alarms'], 1):.3f} false; of {counts['foreign']} strangers "
            f"{counts['foreign_found'] / counts['foreign']:.3f} seen"
        )


if __name__ == "__main__":
    main()
