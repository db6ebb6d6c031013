"""One run: so many scans in flight, so many faults, then the account."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from digitizer.app.audit import Audit
from tests.faults import account
from tests.faults.deliveries import Mill
from tests.faults.faults import happen
from tests.faults.ground import Ground, Parts, StuckError
from tests.faults.plan import plan


@dataclass(kw_only=True)
class Outcome:
    """What came of a run; `wrong` is empty when nothing was lost, doubled or stuck."""

    seed: int
    parts: Parts
    scans: int
    pages: int
    faults: Counter[str]
    seconds: float = 0.0
    orphans: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line, and one for each thing that is wrong."""
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(self.faults.items()))
        verdict = "none lost, none doubled, none stuck" if not self.wrong else f"{len(self.wrong)} WRONG"
        head = (
            f"seed={self.seed} {self.parts}: {self.scans} deliveries, {self.pages} pages, {self.faults.total()} faults "
            f"({kinds}) in {self.seconds:.0f} s: {verdict}; {self.orphans} orphan blobs swept"
        )
        return "\n  ".join((head, *self.wrong[:40]))


def prove(
    folder: Path,
    seed: int,
    parts: Parts,
    *,
    deliveries: int,
    faults: int,
    mill: Mill,
    away: float = 0.0,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Run it in that folder, which must be empty."""
    chance = random.Random(seed)
    brought = list(mill.deliveries(deliveries, chance))
    planned = plan(seed, faults, parts, away=away)
    begun = time.monotonic()
    outcome = Outcome(
        seed=seed,
        parts=parts,
        scans=len(brought),
        pages=sum(sum(one.pages) for one in brought),
        faults=Counter(fault.kind for fault in planned),
    )
    with Ground(folder, parts, mill.folder) as ground:
        ground.start()
        left = list(brought)
        share = max(1, -(-len(brought) // (len(planned) + 1)))
        try:
            for number, fault in enumerate(planned):
                for one in left[:share]:
                    ground.deliver(one, slowly=chance.random() < 0.2)
                del left[:share]
                tell(f"{time.monotonic() - begun:6.1f} {number} {fault}")
                happen(ground, fault)
            for one in left:
                ground.deliver(one)
            ground.heal()
            ground.settle()
        except StuckError as stuck:
            outcome.wrong.append(f"stuck: {stuck}")
        ground.stop()
        found = list(Audit(app=ground.app, sweep=True).faults())
        outcome.orphans = sum(fault.code == "orphan-swept" for fault in found)
        outcome.wrong += [f"audit: {fault}" for fault in found if fault.code != "orphan-swept"]
        outcome.wrong += account.faulty(ground, brought)
        outcome.seconds = time.monotonic() - begun
    return outcome
