"""How well a dossier's gaps are found: `python -m bench.completeness LIST` (the national list of procedures).

The truth was read from the lists one by one, apart from config/lists.txt; the figures of each file's first look are
kept in docs/decisions/0008.  The dossiers are invented from it: whole ones, ones that lack needed papers, ones with
papers that only some cases need, and every second one with a stranger.  A slot that names several papers of which one
lacks is found when that one is among them.
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
from digitizer.classify.completeness import EITHER
from digitizer.classify.dossier import assemble
from digitizer.classify.tables import UNKNOWN, Tables, load
from digitizer.model import Document, Dossier, Field, PageRef, Slot
from digitizer.settings import config_folder
from digitizer.store.records import Records
from digitizer.text import fold

TRUTHS = tuple(sorted(Path(__file__).parent.glob("completeness*.toml")))
_MOST = 26
"""Ways in which papers lack, of one procedure: all of five papers; of more so many, or the longest would outweigh."""
STRANGERS = ("hoc_ba", "giay_phep_lai_xe", "gcn_ho_ngheo", "giay_phep_lao_dong", "dieu_le")
_LETTERS = (UNKNOWN, "quyet_dinh", "cong_van", "thong_bao")
_PROOFS = (UNKNOWN, "quyet_dinh", "hop_dong", "bao_cao", "giay_phep_hoat_dong")
"""What is handed in as a `văn bản`, and as a proof, where the list doesn't say what."""


@dataclass(frozen=True, slots=True)
class Part:
    """A needed paper: one of these kinds, its title in `words`, where given; a `proof` may be any paper."""

    kinds: frozenset[str]
    words: str = ""
    proof: bool = False

    @property
    def unnamed(self) -> bool:
        """True when no kind names it for sure."""
        return UNKNOWN in self.kinds

    def told_by(self, slot: Slot) -> bool:
        """True when this slot says that the paper is missing: by its title, or its beginning where the list's words
        run on into those of another paper.
        """
        if not self.words:
            return slot.kind in self.kinds
        words, names = fold(self.words), map(fold, (slot.component or "").split(EITHER))
        return any(words in name or (" " in name and words.startswith(name)) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A procedure of the truth."""

    code: str
    needed: tuple[Part, ...]
    perhaps: tuple[str, ...]


def cases(file: Path) -> list[Case]:
    """The procedures checked by hand."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["procedure"]
    return [
        Case(code=row["code"], needed=tuple(map(_part, row["needed"])), perhaps=tuple(row["perhaps"])) for row in rows
    ]


def _part(text: str) -> Part:
    if text[0] == "*":
        return Part(frozenset((UNKNOWN,)), text[1:], proof=True)
    kinds, _, words = text.partition("~")
    return Part(frozenset(kinds.split("|") if kinds else (UNKNOWN,)), words)


def judge(tables: Tables, chosen: list[Case], *, titled: bool = True, seed: int = 7) -> tuple[Counter[str], list[str]]:
    """Counts (`lacking`, `found`, of these `unnamed` that no kind names and `unnamed_found`, `alarms`, `false`,
    `dossiers`, `foreign`, `foreign_found`) and what went wrong.  `titled`: titles of unknown papers were read.
    """
    random = Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for case in chosen:
        for papers, lacking, stranger in _dossiers(case, random, titled=titled):
            found = _assembled(tables, case.code, papers)
            counts["dossiers"] += 1
            counts["lacking"] += len(lacking)
            counts["unnamed"] += sum(part.unnamed for part in lacking)
            counts["foreign"] += bool(stranger)
            counts["foreign_found"] += any(slot.kind == stranger for slot in found.foreign)
            left = sorted(lacking, key=lambda part: not part.words)
            for slot in found.missing:
                counts["alarms"] += 1
                hit = next((part for part in left if part.told_by(slot)), None)
                if hit is None:
                    counts["false"] += 1
                    wrong.append(f"{case.code}: false alarm {slot.kind}: {(slot.component or '')[:60]}")
                else:
                    left.remove(hit)
                    counts["found"] += 1
                    counts["unnamed_found"] += hit.unnamed
            wrong += [f"{case.code}: not found {part.words or '|'.join(sorted(part.kinds))}" for part in left]
    return counts, wrong


def _dossiers(case: Case, random: Random, *, titled: bool) -> Iterator[tuple[list[tuple[str, str]], list[Part], str]]:
    """(papers, what lacks, the kind of the stranger among them) of invented dossiers of this procedure."""
    parts = case.needed
    named = frozenset(case.perhaps).union(*(part.kinds for part in parts))
    every = [gaps for size in range(min(len(parts), 3) + 1) for gaps in combinations(range(len(parts)), size)]
    number = 0
    for gaps in every if len(every) <= _MOST else random.sample(every, _MOST):
        lacking = [parts[at] for at in gaps]
        papers = [_paper(part, named, random, titled=titled) for at, part in enumerate(parts) if at not in gaps]
        extra = random.sample(case.perhaps, random.randint(1, min(2, len(case.perhaps)))) if case.perhaps else []
        for more in ([], extra) if extra else ([],):
            number += 1
            stranger = random.choice([one for one in STRANGERS if one not in named]) if number % 2 else ""
            kinds = [*more, stranger] if stranger else more
            yield [*papers, *((kind, "") for kind in kinds)], lacking, stranger


def _paper(part: Part, named: frozenset[str], random: Random, *, titled: bool) -> tuple[str, str]:
    """(kind, title) of such a paper in a dossier."""
    if part.proof:
        kinds = _LETTERS if part.words.startswith("văn bản") else _PROOFS
        kind = random.choice([kind for kind in kinds if kind not in named - {UNKNOWN}])
        return kind, part.words if titled and (kind == UNKNOWN or kinds is _LETTERS) else ""
    return random.choice(sorted(part.kinds)), part.words if titled else ""


def _assembled(tables: Tables, code: str, papers: list[tuple[str, str]]) -> Dossier:
    slip = Document(id="d0", pages=(PageRef(scan="s", page=1),), kind="giay_tiep_nhan", unsure=False, procedure=code)
    documents = [
        Document(
            id=f"d{at}",
            pages=(PageRef(scan="s", page=at + 1),),
            kind=kind,
            confidence=0.0 if kind == UNKNOWN else 0.99,
            unsure=kind == UNKNOWN,
            fields=(Field(name="subject", value=title, normalised=title),) if title and _entitled(kind, tables) else (),
        )
        for at, (kind, title) in enumerate(papers, 1)
    ]
    return assemble(Dossier(id="h"), [slip, *documents], tables)[0]


def _entitled(kind: str, tables: Tables) -> bool:
    """True for the kinds of whose papers the subject is read."""
    return kind == UNKNOWN or "subject" in tables.kinds[kind].fields


def with_list(file: Path) -> Tables:
    """The tables with this list imported, in a folder of the moment."""
    seed = load(config_folder())
    with tempfile.TemporaryDirectory() as folder:
        records = Records(f"sqlite:///{folder}/records.sqlite")
        take_in(records, seed, file, "bench")
        tables = with_catalogue(records, seed)
        records.close()
    return tables


def _line(counts: Counter[str]) -> str:
    named, found = counts["lacking"] - counts["unnamed"], counts["found"] - counts["unnamed_found"]
    return (
        f"of {counts['lacking']} papers that lack {counts['found'] / counts['lacking']:.3f} found "
        f"({found / max(named, 1):.3f} of {named} that have a kind, "
        f"{counts['unnamed_found'] / max(counts['unnamed'], 1):.3f} of {counts['unnamed']} that have none); "
        f"of {counts['alarms']} called missing {counts['false'] / max(counts['alarms'], 1):.3f} false; "
        f"of {counts['foreign']} strangers {counts['foreign_found'] / max(counts['foreign'], 1):.3f} seen"
    )


def main() -> None:
    """Print the figures, two lines a file of procedures: unknown papers have titles, or none that can be read."""
    tables = with_list(Path(sys.argv[1]))
    for file in TRUTHS:
        chosen = cases(file)
        counts, wrong = judge(tables, chosen)
        for line, times in Counter(wrong).most_common():
            print(f"  {times}× {line}")
        print(f"{file.name}: {len(chosen)} procedures, {counts['dossiers']} dossiers: {_line(counts)}")
        print(f"  … titles of unknown papers not read: {_line(judge(tables, chosen, titled=False)[0])}")


if __name__ == "__main__":
    main()
