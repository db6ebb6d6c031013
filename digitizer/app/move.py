"""Moves everything into other stores: blobs, then records, then a look whether all of it arrived.

Nothing is taken away from the old stores, and nothing is changed in them.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from digitizer.app import desk
from digitizer.app.core import App
from digitizer.contracts import Blobs
from digitizer.errors import Conflict, Corrupt, NotFound
from digitizer.model import DocumentState
from digitizer.store import copying, leases
from digitizer.store.ledger import references
from digitizer.store.lots import lots

_THREADS = 8
_AT_ONCE = 256

Step = Callable[[str, int, int | None], None]
"""(what is going on, how far, of how many or None)."""


@dataclass(kw_only=True)
class Moved:
    """What is in the new stores, compared with the old ones: `counts` of blobs and of each table's rows.

    `lost`: blobs that could not be moved, because they are damaged or missing in the old store already.
    """

    counts: dict[str, int] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)


def move(source: App, target: App, step: Step) -> Moved:
    """Copy all blobs and records, and compare both sides.

    Run it again after an interruption: it goes on where it was.  Raises Conflict when the target holds something else,
    somebody works on the source, or the two differ in the end.
    """
    same_records, same_blobs = _address(source) == _address(target), _place(source) == _place(target)
    if same_records and same_blobs:
        raise Conflict("these are the stores that are in use: name others in the settings to move to")
    _begin(source, target, same_records=same_records, same_blobs=same_blobs)
    moved = Moved()
    if not same_blobs:
        _move_blobs(source.blobs, target.blobs, moved, step)
    if not same_records:
        moved.counts |= _move_records(source, target, step)
    if not same_blobs:
        _hold(target, moved, step)
        _check_references(source, target, moved, step)
    copying.finish(target.records)
    return moved


def _address(app: App) -> str:
    return app.records.engine.url.render_as_string(hide_password=True)


def _place(app: App) -> str:
    """What says where blobs lie, without keys."""
    options = app.settings.blobs.options
    if app.settings.blobs.use == "disk":
        return str(options.get("path") or app.settings.home / "blobs")
    return f"{options.get('endpoint')}/{options.get('bucket', 'digitizer')}"


def _begin(source: App, target: App, *, same_records: bool, same_blobs: bool) -> None:
    """Raises Conflict unless the target is empty, or the half of this very move."""
    working = leases.working(source.records, source.settings.lease_seconds)
    if working:
        raise Conflict(f"{working} pages, scans or dossiers are being worked on: stop all workers and `watch` first")
    name = f"{_address(source)} + {_place(source)}"
    begun = copying.moving(target.records)
    if begun is not None and begun != name:
        raise Conflict(f"a move from elsewhere into {_address(target)} is not finished: {begun}")
    if begun is None:
        if not same_records and not copying.is_empty(target.records):
            raise Conflict(f"{_address(target)} holds records already: choose an empty database")
        if not same_blobs and next(target.blobs.list(), None) is not None:
            raise Conflict(f"{_place(target)} holds blobs already: choose an empty place for them")
        copying.begin(target.records, name)


def _move_blobs(source: Blobs, target: Blobs, moved: Moved, step: Step) -> None:
    total = sum(1 for _ in source.list())

    def carry(sha256: str) -> None:
        try:
            if target.has(sha256):
                target.verify(sha256)  # of a run before this one
            else:
                with source.local(sha256) as path:
                    target.put(path, sha256)  # reads back what it has stored
        except (Corrupt, NotFound):
            moved.lost.add(sha256)

    done = 0
    with ThreadPoolExecutor(_THREADS) as pool:
        for lot in lots(source.list(), _AT_ONCE):
            for _ in pool.map(carry, lot):
                done += 1
                step("chuyển tệp / moving blobs", done, total)
    stored = moved.counts["blobs"] = sum(1 for _ in target.list())
    if stored + len(moved.lost) != done:
        raise Conflict(f"{done} blobs were moved, but {stored} are there: somebody else writes into one of the stores")


def _move_records(source: App, target: App, step: Step) -> dict[str, int]:
    with source.records.reading(long=True) as here:
        for table in copying.tables():
            done = 0

            def more(number: int, name: str = table.name) -> None:
                nonlocal done
                done += number
                step(f"chuyển bảng / moving table {name}", done, None)

            copying.copy(table, here, target.records, more)
        step("so sánh hai bên / comparing both sides", 0, None)
        with target.records.reading(long=True) as there:
            return copying.check_equal(here, there)


def _hold(target: App, moved: Moved, step: Step) -> None:
    """What is RELEASED is guarded in the new store too."""
    for done, document in enumerate(target.records.documents_in(DocumentState.RELEASED), 1):
        for sha256 in desk.originals_of(target.records, document) - moved.lost:
            target.blobs.hold(sha256)
        step("giữ bản gốc đã phát hành / holding released originals", done, None)


def _check_references(source: App, target: App, moved: Moved, step: Step) -> None:
    """Every blob that the records speak of is in the new store, if it was in the old one."""
    with target.records.reading(long=True) as db:
        for done, one in enumerate(references(db), 1):
            if not target.blobs.has(one.sha256):
                if one.sha256 not in moved.lost and source.blobs.has(one.sha256):
                    raise Conflict(f"blob {one.sha256} came into the old store meanwhile: stop what writes there")
                moved.lost.add(one.sha256)
            step("tìm tệp của bản ghi / looking for every record's blobs", done, None)
