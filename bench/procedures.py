"""How surely a dossier's procedure is told: `python -m bench.procedures LIST [--most N]` over the national list.

Invented dossiers of the list's own procedures: a slip with its code, with its name, with both, each with misread
letters, the name cut short; and the papers alone.  In the last column the procedure itself is not in the catalogue, so
that naming any is wrong.  Right is the right code; a procedure with a namesake can only be abstained from or wrong.
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
    kinds = [random.choice(one.kinds) for one in row.components if needed(one) and random.random() < 0.93]
    some = [one for one in row.components if one.optional and one.kinds]
    kinds += [random.choice(one.kinds) for one in some if random.random() < 0.2]
    kinds += [random.choice(row.results)] if row.results and random.random() < 0.5 else []
    return [
        Document(id=f"d{at}", pages=(PageRef(scan="s", page=at + 1),), kind=kind, unsure=False)
        for at, kind in enumerate(dict.fromkeys(kinds), 1)
    ]


def told(tables: Tables, row: Procedure, way: str, random: Random) -> str | None:
    """What the program says of an invented case of this procedure."""
    documents = papers(row, random)
    if way != "papers":
        first = slip(row, way, random)
        documents.insert(0, replace(first, procedure=named_by(first, tables.catalogue).code))
    return assemble(Dossier(id="h"), documents, tables)[0].procedure


def judge(tables: Tables, rows: list[Procedure], way: str, seed: int) -> tuple[Counter[str], float]:
    """Counts of `right`, `wrong`, `none`, and milliseconds a dossier."""
    random = Random(f"{seed}/{way}")
    counts: Counter[str] = Counter()
    begun = process_time()
    for row in rows:
        code = told(tables, row, way, random)
        counts["none" if code is None else "right" if code == row.code else "wrong"] += 1
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
        counts, took = judge(tables, rows, way, chosen.seed)
        stray, _ = judge(fewer, rows[::2], way, chosen.seed) if way in ("name", "cut", "papers") else (Counter(), 0.0)
        sure = counts["right"] / max(counts["right"] + counts["wrong"], 1)
        lost = f"; not in the catalogue: {stray['wrong']} of {len(rows[::2])} named" if stray else ""
        print(
            f"{way}: {counts['right'] + counts['wrong']} of {len(rows)} named, {sure:.3f} of them right, "
            f"{took:.1f} ms{lost}"
        )


if __name__ == "__main__":
    main()
