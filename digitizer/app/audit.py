"""The proof that nothing was lost: history, seals, pages, bytes, sums.  Changes nothing unless asked to sweep."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digitizer.app.core import App
from digitizer.errors import Corrupt, NotFound
from digitizer.store import proof, seals
from digitizer.store.ledger import ORIGINAL, PREVIEW, RECORD, Ledger, references
from digitizer.store.lots import lots
from digitizer.store.proof import Fault, Sums
from digitizer.store.seals import Seal
from digitizer.store.sweep import sweep

_DAY = 86_400.0
_AT_ONCE = 200
_MARGIN = timedelta(hours=1)
"""Clocks of several machines differ, but not by more."""


@dataclass(kw_only=True)
class Audit:
    """One look at everything.  Iterate over `faults()` to the end; then the rest says what was looked at.

    `since`: only arrivals received from that day on (then orphans can't be told and are not looked for).  `sample`: so
    many originals and records, drawn by chance, are read back instead of all.  `step(what, done, total)`: progress.
    """

    app: App
    since: str = ""
    sample: int | None = None
    sweep: bool = False
    step: Callable[[str, int, int | None], None] = lambda _what, _done, _total: None
    counts: dict[str, int] = field(default_factory=dict)
    sums: list[Sums] = field(default_factory=list)
    last_seal: Seal | None = None

    def faults(self) -> Iterator[Fault]:
        """Everything that is not as it must be; raises Unreachable."""
        with self.app.records.reading(long=True) as db:
            yield from self._counted("chains", proof.chain_faults(db, self.since))
            yield from self._counted("scans", proof.scan_faults(db, self.since))
            yield from self._counted("pages", proof.page_faults(db, self.since))
            self.step("sums", 0, None)
            self.sums = list(proof.sums(db, self.since))
        for row in self.sums:
            if not row.balanced:
                yield Fault("sums-differ", f"{row.source} {row.office} {row.day}", str(row._asdict()))
        yield from self._counted("seals", seals.faults(self.app.records, self.app.seals))
        self.last_seal = seals.newest(self.app.seals)
        yield from self._blobs()

    def _counted(self, what: str, faults: Iterator[Fault]) -> Iterator[Fault]:
        self.step(what, 0, None)
        self.counts[what] = 0
        for fault in faults:
            self.counts[what] += 1
            yield fault

    def _blobs(self) -> Iterator[Fault]:
        """Stored against needed; then the bytes themselves."""
        app, young = self.app, time.time() - self.app.settings.audit.grace_days * _DAY
        begun = (datetime.now().astimezone() - _MARGIN).isoformat()
        with Ledger(app.scratch()) as ledger:
            self.step("blobs", 0, None)
            ledger.hold(app.blobs.list(before=young))  # first: what comes between the two lists is no orphan
            with app.records.reading(long=True) as db:
                ledger.need(references(db, self.since))
            if not self.since:
                yield from self._orphans(ledger.orphans(), begun)
            ledger.hold(app.blobs.list())
            for one in ledger.missing():
                if not app.blobs.has(one.sha256):  # it came after the list was made
                    yield Fault(f"{one.what}-missing", one.about, one.sha256)
            self.counts |= {what: ledger.count(what) for what in (ORIGINAL, RECORD, PREVIEW)}
            yield from self._read_back(ledger)

    def _orphans(self, orphans: Iterator[str], begun: str) -> Iterator[Fault]:
        for some in lots(orphans, _AT_ONCE):
            swept = set(sweep(self.app.records, self.app.blobs, some, begun)) if self.sweep else set()
            for sha256 in some:
                yield Fault("orphan-swept" if sha256 in swept else "orphan", sha256)

    def _read_back(self, ledger: Ledger) -> Iterator[Fault]:
        total = ledger.count(ORIGINAL, RECORD)
        total = min(total, self.sample) if self.sample is not None else total
        self.counts["read"] = self.counts["bytes"] = 0
        for done, one in enumerate(ledger.needed(ORIGINAL, RECORD, sample=self.sample)):
            self.step("bytes", done, total)
            try:
                self.counts["bytes"] += self.app.blobs.verify(one.sha256)
                self.counts["read"] += 1
            except Corrupt:
                yield Fault(f"{one.what}-corrupt", one.about, one.sha256)
            except NotFound:
                yield Fault(f"{one.what}-missing", one.about, one.sha256)
