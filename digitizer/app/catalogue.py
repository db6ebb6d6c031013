"""The catalogue of procedures: lists are read, stored as versions, and made ready for matching."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from digitizer.classify import cells, components, lists, published
from digitizer.classify.catalogue import Catalogue
from digitizer.classify.tables import Tables
from digitizer.model import Procedure
from digitizer.store import catalogue as stored
from digitizer.store import nouns
from digitizer.store.events import timestamp
from digitizer.store.records import Records

_RULES = "5"
"""Raised when components are read otherwise than before: what is stored is then read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a list: how many rows, what changed, what was odd or refused."""

    rows: int
    done: tuple[stored.Change, ...]
    told: tuple[stored.Change, ...]

    def those(self, what: str) -> list[stored.Change]:
        """The changes, oddities or refusals of one sort."""
        return [one for one in (*self.done, *self.told) if one.what == what]


def take_in(
    records: Records, tables: Tables, file: Path, actor: str, *, name: str = "", day: str = "", whole: bool = False
) -> Report:
    """Import a list of procedures; raises Refused when it is none.

    `name`: what the list is called (its file's name, when not given).  `day`: from when its changes hold (today, when
    not given); a row's own day goes first.  `whole`: codes of this list that it no longer has, have ended.
    """
    reader = components.Reader(tables)
    told: list[stored.Change] = []
    entries: dict[str, stored.Entry] = {}
    rows = 0
    for row in published.read(file):
        rows += 1
        told += _told(row)
        found = row.published
        if found is None:
            continue
        if found.code in entries:
            same = entries[found.code].published == asdict(found)
            why = f"{found.code}: có hai lần trong tệp / stands there twice (row {entries[found.code].row})"
            told.append(
                stored.Change(row=row.number, code=found.code, what="odd" if same else "refused", about={"why": why})
            )
            continue
        procedure = _derived(found, reader, tables)
        told += _odd(row.number, procedure, found)
        entries[found.code] = stored.Entry(
            row=row.number,
            code=found.code,
            published=asdict(found),
            noun=nouns.PROCEDURE.dump_python(procedure, mode="json"),
            valid_from=found.valid_from,
            valid_to=found.valid_to,
            replaces=procedure.replaces,
        )
    told += _namesakes(entries.values())
    how = stored.Import(
        list=name or file.name,
        file=file.name,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        actor=actor,
        read_with=_read_with(tables),
        day=day or timestamp()[:10],
        whole=whole,
    )
    return Report(rows=rows, done=tuple(stored.store(records, entries.values(), told, how)), told=tuple(told))


def _namesakes(entries: Iterable[stored.Entry]) -> Iterator[stored.Change]:
    by_name: dict[str, list[stored.Entry]] = defaultdict(list)
    for entry in entries:
        by_name[entry.noun["name"].casefold()].append(entry)
    for same in by_name.values():
        for entry in same[1:]:
            why = f"trùng tên với mã khác / another code has its name: {same[0].code}"
            yield stored.Change(row=entry.row, code=entry.code, what="odd", about={"why": why})


def with_catalogue(records: Records, seed: Tables) -> Tables:
    """The tables with the imported catalogue in front of the procedures built in."""
    rows = stored.versions(records)
    if not rows:
        return seed
    reading = _read_with(seed)
    if any(read_with != reading for *_, read_with in rows):
        stored.reread(records, _reread(rows, seed, reading), reading)
        rows = stored.versions(records)
    imported = [nouns.PROCEDURE.validate_python(noun) for _, noun, _ in rows]
    codes = {one.code for one in imported}
    built_in = [one for row in seed.catalogue if row.code not in codes for one in seed.catalogue.versions(row.code)]
    return replace(seed, catalogue=Catalogue([*built_in, *imported]))


def _reread(
    rows: Iterable[tuple[dict[str, Any], dict[str, Any], str]], tables: Tables, reading: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    reader = components.Reader(tables)
    for said, noun, read_with in rows:
        if read_with != reading:
            again = _derived(published.Published(**said), reader, tables)
            yield again.code, noun["valid_from"], nouns.PROCEDURE.dump_python(again, mode="json")


def unread(records: Records, tables: Tables) -> Iterator[tuple[published.Published, str]]:
    """(what is published, the mark of its list) of each list that only rules have read and that has no end, by code."""
    known = set(lists.by_mark(tables))
    for said, noun, _ in sorted(stored.versions(records), key=lambda row: row[0]["code"]):
        mark = lists.mark(said["components"])
        ours = cells.HEADS not in said["components"] and "=" in said["components"]
        if mark not in known and not noun["valid_to"] and any(map(str.isalpha, said["components"])) and not ours:
            known.add(mark)
            yield published.Published(**said), mark


def _derived(row: published.Published, reader: components.Reader, tables: Tables) -> Procedure:
    result = published.result_of(row.result)
    return Procedure(
        code=row.code,
        name=row.name,
        sector=row.sector,
        levels=published.levels_of(row.levels),
        authority=row.authority,
        decision=row.decision,
        components=reader.components(row.components, row.sector),
        read_whole=reader.read_whole(row.components),
        results=(row.result,) if row.result in tables.kinds else reader.results(result, row.sector),
        result=result[:500],
        ways=published.ways(row.ways),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        replaces=published.codes(row.replaces),
        source=row.source,
    )


def _told(row: published.Row) -> Iterator[stored.Change]:
    code = row.published.code if row.published else ""
    if row.refused:
        yield stored.Change(row=row.number, code=code, what="refused", about={"why": row.refused})
    for why in row.odd:
        yield stored.Change(row=row.number, code=code, what="odd", about={"why": why})


def _odd(number: int, procedure: Procedure, row: published.Published) -> Iterator[stored.Change]:
    def odd(why: str) -> stored.Change:
        return stored.Change(row=number, code=procedure.code, what="odd", about={"why": why})

    if any(map(str.isalnum, row.components)):
        if cells.HEADS not in row.components and len(row.components) > 3 and not procedure.components:
            yield odd("thành phần hồ sơ không phải là bảng / its components are no table")
        elif not procedure.components:
            yield odd("chỉ có ghi chú, không có giấy tờ / nothing but notes among its components")
        elif all(not (one.originals or one.copies) for one in procedure.components):
            yield odd("số lượng giấy tờ đều là 0 / all its papers are counted 0")
        left = cells.leftover(row.components)
        if left:
            yield odd(f"chữ thừa sau bảng thành phần / words behind its last paper: {left[:60]}")
    if not procedure.ways:
        yield odd("không có cách thức thực hiện / no way to hand it in")


def _read_with(tables: Tables) -> str:
    """What reading depends on: the rules, and the wordings of kinds and components."""
    said = [
        *((kind.slug, kind.title, *kind.aliases, *kind.titles) for kind in tables.kinds.values()),
        *((*one.texts, "=", *one.kinds, *one.sectors, str((one.optional, one.others))) for one in tables.wordings),
        (*tables.nouns, "=", *tables.proofs),
        tables.lists,
    ]
    return hashlib.sha256(repr((_RULES, said)).encode()).hexdigest()[:16]
