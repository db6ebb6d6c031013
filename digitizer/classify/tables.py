"""The tables of `config/`: kinds of paper, fields, procedures.  Read once, checked at the edge, frozen."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from digitizer.classify import published
from digitizer.classify.catalogue import Catalogue
from digitizer.errors import BadSettings, Refused
from digitizer.model import Component, Procedure, Role
from digitizer.text import fold

UNKNOWN = "khong_ro"
"""The slug of the kind that says: nothing decided."""
SEPARATOR = "to_ngan"
"""The slug of the sheet that only parts papers."""

ValueType = Literal[
    "number",
    "date",
    "office",
    "text",
    "address",
    "person",
    "sex",
    "citizen_id",
    "parcel",
    "map_sheet",
    "area",
    "certificate_serial",
    "book",
    "register_number",
    "tax_code",
    "dossier_code",
    "procedure_code",
]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(_Row):
    """One kind of paper (config/document_types.toml says what each entry means)."""

    slug: Slug
    title: Text
    abbreviation: str = ""
    roles: tuple[Role, ...] = ()
    sector: str = ""
    aliases: tuple[Text, ...] = ()
    layout: Literal["office", "certificate", "form", "card", "other"]
    titles: tuple[Text, ...] = ()
    codes: tuple[Text, ...] = ()
    numbers: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    fields: tuple[Text, ...] = ()
    example: str = ""

    def parts(self, field: str) -> tuple[str | None, ...]:
        """Whose values of that field this kind holds: part names, None for "no one's in particular"."""
        return tuple(part or None for name, _, part in (entry.partition("/") for entry in self.fields) if name == field)


class FieldType(_Row):
    """One field name, how its text is read, and the labels printed before it."""

    name: Slug
    vi: Text
    value: ValueType
    labels: tuple[Text, ...] = ()


class Part(_Row):
    """Whose value it is: words in labels and headings that say so."""

    name: Slug
    marks: tuple[Text, ...]


class Office(_Row):
    """Words of the heads and feet of office papers."""

    heads: tuple[Text, ...]
    open_ends: tuple[Text, ...]
    names: tuple[Text, ...]
    before_places: tuple[Text, ...]
    provinces: tuple[Text, ...]
    behalf: tuple[Text, ...]
    titles: tuple[Text, ...]
    surnames: tuple[Text, ...]
    given: tuple[Text, ...]


class _Stop(_Row):
    labels: tuple[Text, ...]


class _Kinds(_Row):
    kind: tuple[Kind, ...]


class _Fields(_Row):
    field: tuple[FieldType, ...]
    part: tuple[Part, ...]
    stop: _Stop
    office: Office


class Wording(_Row):
    """How lists of procedures word a paper (config/components.toml says what each entry means)."""

    texts: tuple[Text, ...]
    kinds: tuple[Slug, ...]
    sectors: tuple[Text, ...] = ()
    others: bool = False
    optional: bool = False


class _Wordings(_Row):
    nouns: tuple[Text, ...]
    proofs: tuple[Text, ...]
    wording: tuple[Wording, ...]


M = TypeVar("M", bound=_Row)
R = TypeVar("R", bound=_Row)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """All tables, checked against each other.  Equal only to itself, so that what is made from it can be kept."""

    kinds: Mapping[str, Kind]
    fields: Mapping[str, FieldType]
    parts: tuple[Part, ...]
    stops: tuple[str, ...]
    office: Office
    wordings: tuple[Wording, ...]
    nouns: tuple[str, ...]
    proofs: tuple[str, ...]
    lists: str
    """`lists.txt` as it is: only `classify.lists` takes it apart, where a catalogue is read."""
    catalogue: Catalogue

    @cached_property
    def numbers(self) -> dict[str, tuple[str, str]]:
        """Type group of a số ký hiệu, folded without dots → (its right spelling, kind slug)."""
        return {fold(number): (number, kind.slug) for kind in self.kinds.values() for number in kind.numbers}


def load(folder: Path) -> Tables:
    """The tables in a `config/` folder; raises BadSettings naming file and entry."""
    kinds = _parse(_Kinds, folder / "document_types.toml")
    fields = _parse(_Fields, folder / "fields.toml")
    asked = _parse(_Wordings, folder / "components.toml")
    tables = Tables(
        kinds=_by("slug", kinds.kind, folder / "document_types.toml"),
        fields=_by("name", fields.field, folder / "fields.toml"),
        parts=fields.part,
        stops=fields.stop.labels,
        office=fields.office,
        wordings=asked.wording,
        nouns=asked.nouns,
        proofs=asked.proofs,
        lists=_text(folder / "lists.txt"),
        catalogue=Catalogue(_seed(folder / "procedures.csv")),
    )
    _check(tables, folder)
    return tables


def _parse(model: type[M], file: Path) -> M:
    try:
        return model.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise BadSettings(f"{file.name}: {_where(error)}") from error
    except (OSError, ValueError) as error:
        raise BadSettings(f"{file.name}: {error}") from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadSettings(f"{file.name}: {error}") from error


def _where(error: ValidationError) -> str:
    first = error.errors()[0]
    entry = first["input"] if isinstance(first["input"], (str, int)) else ""
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']} ({entry})"


def _by(key: str, rows: tuple[R, ...], file: Path) -> dict[str, R]:
    table: dict[str, R] = {}
    for row in rows:
        name = str(getattr(row, key))
        if name in table:
            raise BadSettings(f"{file.name}: {key} = {name} stands there twice")
        table[name] = row
    return table


def _seed(file: Path) -> Iterator[Procedure]:
    """The procedures built in; `components` in the notation of `written`, `result` a kind."""
    seen: set[str] = set()
    try:
        for row in published.read(file):
            found = row.published
            if found is None or row.odd_columns:
                raise BadSettings(f"{file.name}: {row.number}: {row.refused or ', '.join(row.odd_columns)}")
            if found.code in seen:
                raise BadSettings(f"{file.name}: code = {found.code} stands there twice")
            seen.add(found.code)
            yield Procedure(
                code=found.code,
                name=found.name,
                sector=found.sector,
                levels=published.levels_of(found.levels),
                components=tuple(written(entry) for entry in found.components.split("; ") if entry),
                results=(found.result,) if found.result else (),
                source=found.source,
                valid_from=found.valid_from,
                valid_to=found.valid_to,
                replaces=published.codes(found.replaces),
            )
    except Refused as error:
        raise BadSettings(f"{file.name}: {error.reason.en}") from error


def written(entry: str) -> Component:
    """A component as lists of our own write it: `?name=kind|kind`, `?` when only some cases need it.

    Where it says no kind, any paper may be it; with `khong_ro` among them, one that no kind names and that is told by
    its title.
    """
    name, _, said = entry.partition("=")
    kinds = tuple(slug for slug in said.split("|") if slug and slug != UNKNOWN)
    return Component(
        name=name.removeprefix("?").strip(),
        optional=name.startswith("?"),
        kinds=kinds,
        others=not said or (UNKNOWN in said.split("|") and bool(kinds)),
    )


def _check(tables: Tables, folder: Path) -> None:
    """Tables name each other's entries only when these exist."""
    parts = {part.name for part in tables.parts}
    types = folder / "document_types.toml"
    for slug in (UNKNOWN, SEPARATOR):
        if slug not in tables.kinds:
            raise BadSettings(f"{types.name}: the kind {slug} is needed")
    for kind in tables.kinds.values():
        for entry in kind.fields:
            name, _, part = entry.partition("/")
            if name not in tables.fields or (part and part not in parts):
                raise BadSettings(f"{types.name}: {kind.slug}: fields.toml has no {entry}")
    _check_procedures(tables)


def _check_procedures(tables: Tables) -> None:
    for wording in tables.wordings:
        for slug in wording.kinds:
            if slug not in tables.kinds:
                raise BadSettings(f"components.toml: {wording.texts[0]}: no kind {slug}")
    for procedure in tables.catalogue:
        used = [slug for component in procedure.components for slug in component.kinds]
        for slug in [*used, *procedure.results]:
            if slug not in tables.kinds:
                raise BadSettings(f"procedures.csv: {procedure.code}: no kind {slug}")
