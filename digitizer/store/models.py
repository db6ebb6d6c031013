"""Models of kinds in the records: every one that was learned here, which is in use, and whom they may learn from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from digitizer.model import By, Document, DocumentState
from digitizer.store import nouns
from digitizer.store.records import Records
from digitizer.store.schema import documents, kind_models


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A model that was learned here.  `about`: what it came to on papers kept out, beside the one before."""

    number: int
    created: str
    current: bool
    about: dict[str, Any]


def learned(records: Records) -> list[Learned]:
    """Every model learned here, oldest first."""
    table = kind_models.c
    query = select(table.number, table.created, table.current, table.about).order_by(table.number)
    with records.reading() as db:
        return [Learned(**row._mapping) for row in db.execute(query)]  # noqa: SLF001  # SQLAlchemy's public name


def in_use(records: Records) -> int:
    """The number of the model in use; 0: the one that comes with the program."""
    with records.reading() as db:
        return int(db.execute(select(func.max(kind_models.c.number)).where(kind_models.c.current)).scalar() or 0)


def data(records: Records, number: int) -> bytes:
    """The bytes of a model."""
    with records.reading() as db:
        found: bytes = db.execute(select(kind_models.c.data).where(kind_models.c.number == number)).scalar_one()
    return found


def add(records: Records, model: bytes, about: dict[str, Any]) -> int:
    """Keep a model and use it; gives its number."""
    with records.begin() as db:
        number = int(db.execute(select(func.max(kind_models.c.number))).scalar() or 0) + 1
        db.execute(update(kind_models).values(current=False))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        db.execute(insert(kind_models).values(number=number, created=now, current=True, about=about, data=model))
    return number


def use(records: Records, number: int) -> None:
    """Use the model of this number from now on; 0: the one that comes with the program."""
    with records.begin() as db:
        db.execute(update(kind_models).values(current=False))
        db.execute(update(kind_models).where(kind_models.c.number == number).values(current=True))


def teachers(records: Records, most: int) -> Iterator[Document]:
    """At most so many documents whose kind a person has said or let pass, the newest first."""
    said = documents.c.noun["kind_by"].as_string() == By.CLERK.value
    query = (
        select(documents.c.noun)
        .where(or_(documents.c.state == DocumentState.RELEASED, said))
        .order_by(documents.c.id.desc())
        .limit(most)
    )
    with records.reading() as db:
        rows = [row.noun for row in db.execute(query)]
    yield from (nouns.DOCUMENT.validate_python(noun) for noun in rows)
