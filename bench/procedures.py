"""How surely a dossier's procedure is told: `python -m bench.procedures LIST [--most N]` over the national list.

Invented dossiers of the list's own procedures: a slip with its code, with its name, with both, each with misread
letters, the name cut short; and the papers alone.  Right is the right code; `perhaps`: none is named, but the right one
is offered.  Then the same with the procedure itself not in the catalogue, so that naming any other is wrong; `in all`
counts one such case for three that are in it: of 95 codes that offices were seen to use, the national list lacks 25.
"""

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from time import process_time

from bench.completeness import with_list
from bench.places import misread
from digitizer.classify.catalogue import Catalogue
from digitizer.classify.completeness import needed
from digitizer.classify.dossier import assemble
from digitizer.classify.procedure import named_by
from digitizer.classify.tables import Tables
from digitizer.model import Document, Dossier, Field, PageRef, Procedure

WAYS = ("code", "name", "both", "cut", "papers")
_SHARE = 0.02


def slip(row: Procedure, way: str, random: Random) -> Document:
    """The slip of a case of this procedure, misread here and there."""
    fields = []
    if way in ("code", "both"):
        code = row.code if random.random() > _SHARE else row.code[:-1] + random.choice("0123456789")
        fields.append(Field(name="procedure_code", value=code, normalised=code))
    if way in ("name", "both", "cut"):
        name = misread(row.name, random, _SHARE)
        name = name[: random.randint(40, 120)].rsplit(" ", 1)[0] if way == "cut" and len(name) > 60 else name
        fields.append(Field(name="procedure_name", value=name, normalised=name))
    return Document(id="d0", pages=(PageRef(scan="s", page=1),), kind="giay_tiep_nhan", fields=tuple(fields))


def papers(row: Procedure, random: Random) -> list[Document]:
    """Its papers: each needed one nearly always, some of those that only some cases need, and often its result."""
    kinds = [random.choice(one.kinds) for one in row.components if one.kinds and needed(one) and random.random() < 0.93]
    some = [one for one in row.components if one.optional and one.kinds]
    kinds += [random.choice(one.kinds) for one in some if random.random() < 0.2]
    kinds += [random.choice(row.results)] if row.results and random.random() < 0.5 else []
    return [
        Document(id=f"d{at}", pages=(PageRef(scan="s", page=at + 1),), kind=kind, unsure=False)
        for at, kind in enumerate(dict.fromkeys(kinds), 1)
    ]


def told(tables: Tables, row: Procedure, way: str, random: Random) -> Dossier:
    """What the program says of an invented case of this procedure."""
    documents = papers(row, random)
    if way != "papers":
        first = slip(row, way, random)
        documents.insert(0, replace(first, procedure=named_by(first, tables.catalogue).code))
    return assemble(Dossier(id="h"), documents, tables)[0]


def judge(tables: Tables, rows: list[Procedure], way: str, seed: int) -> tuple[Counter[str], float]:
    """Counts of `right`, `wrong`, `none`, `perhaps`, and milliseconds a dossier."""
    random = Random(f"{seed}/{way}")
    counts: Counter[str] = Counter()
    begun = process_time()
    for row in rows:
        found = told(tables, row, way, random)
        named = "right" if found.procedure == row.code else "wrong"
        offered = row.code in found.procedure_perhaps
        counts["perhaps" if offered else "none" if found.procedure is None else named] += 1
    return counts, (process_time() - begun) * 1000 / max(len(rows), 1)


def without(tables: Tables, gone: set[str]) -> Tables:
    """The tables without these procedures."""
    left = [one for row in tables.catalogue if row.code not in gone for one in tables.catalogue.versions(row.code)]
    return replace(tables, catalogue=Catalogue(left))


def main() -> None:
    """Print the figures, a line a way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path)
    parser.add_argument("--most", type=int, default=400, help="procedures drawn from the list")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    tables = with_list(chosen.list)
    rows = Random(chosen.seed).sample(sorted(tables.catalogue, key=lambda row: row.code), chosen.most)
    fewer = without(tables, {row.code for row in rows[::2]})
    for way in WAYS:
        inside, took = judge(tables, rows, way, chosen.seed)
        outside, _ = judge(fewer, rows[::2], way, chosen.seed)
        print(
            f"{way}: {_named(inside) / len(rows):.3f} of {len(rows)} named, {_right(inside):.3f} of them right, "
            f"{inside['perhaps'] / len(rows):.3f} perhaps; not in the catalogue: {outside['wrong']} of "
            f"{len(rows[::2])} named wrongly; in all {_in_all(inside, outside):.3f} of the named right; {took:.1f} ms"
        )


def _named(counts: Counter[str]) -> int:
    return counts["right"] + counts["wrong"]


def _right(counts: Counter[str]) -> float:
    return counts["right"] / max(_named(counts), 1)


def _in_all(inside: Counter[str], outside: Counter[str]) -> float:
    """The share of right ones when one case in four is of a procedure that the catalogue lacks."""
    weigh = 3 * outside.total() / inside.total()
    right = weigh * inside["right"] + outside["right"]
    return right / max(right + weigh * inside["wrong"] + outside["wrong"], 1e-9)


if __name__ == "__main__":
    main()
