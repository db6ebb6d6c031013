"""What goes wrong, and when: a list that follows from the seed alone."""

import random
from dataclasses import dataclass

from tests.faults.ground import LEASE_SECONDS, Parts


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`kind` is a function of `faults.py`; `target` a program, server or line.

    `seconds`: how long it lasts.  `then`: how long it is quiet afterwards.  `at`: 0–1, what else there is to choose.
    """

    kind: str
    target: str
    seconds: float
    then: float
    at: float

    def __str__(self) -> str:
        """For the log."""
        return f"{self.kind} {self.target} {self.seconds:.1f} s"


_WEIGHTS = {
    "kill": 5,
    "kill_one": 5,
    "kill_on_event": 4,
    "pause": 3,
    "end": 2,
    "fill_disk": 3,
    "jump_clock": 3,
    "lose_server": 3,
    "pause_server": 2,
    "cut": 3,
    "stall": 2,
    "hold_database": 3,
    "wipe": 3,
    "send_twice": 3,
}
_OF_BROKER = ("wipe", "send_twice")


def plan(seed: int, number: int, parts: Parts, workers: int = 2, away: float = 0.0) -> list[Fault]:
    """So many faults for an office of these parts; then, with `away`, each server is gone for so many seconds."""
    chance = random.Random(seed)
    programs = ["watch", *(f"worker-{at}" for at in range(workers) if parts.broker != "none")]
    servers = [
        name
        for name, there in (
            ("broker", parts.broker != "none"),
            ("database", parts.database == "postgresql"),
            ("blobs", parts.blobs == "minio"),
        )
        if there
    ]
    weights = {kind: weight for kind, weight in _WEIGHTS.items() if _possible(kind, parts, servers)}
    long = [Fault(kind="lose_server", target=name, seconds=away, then=5.0, at=0.0) for name in servers if away]
    return [*(_fault(chance, weights, programs, servers) for _ in range(number)), *long]


def _possible(kind: str, parts: Parts, servers: list[str]) -> bool:
    if kind in _OF_BROKER:
        return parts.broker != "none"
    if kind == "hold_database":
        return parts.database == "sqlite"
    return bool(servers) or kind not in ("lose_server", "pause_server", "cut", "stall")


def _fault(chance: random.Random, weights: dict[str, int], programs: list[str], servers: list[str]) -> Fault:
    kind = chance.choices(list(weights), list(weights.values()))[0]
    of_servers = kind in ("lose_server", "pause_server", "cut", "stall")
    # Now and then longer than a lease, so that the work of who is paused or cut off is taken over.
    seconds = chance.uniform(0.2, 1.5) if chance.random() < 0.8 else chance.uniform(1.0, 1.5) * LEASE_SECONDS
    return Fault(
        kind=kind,
        target=chance.choice(servers if of_servers else programs),
        seconds=seconds,
        then=chance.uniform(0.0, 0.8),
        at=chance.random(),
    )
