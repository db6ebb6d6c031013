"""`make faults`: many scans, many faults, on every combination of parts asked for; fails when anything went wrong."""

import argparse
import itertools
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.deliveries import Mill
from tests.faults.ground import Parts
from tests.faults.proof import prove

_CHOICES = {
    "broker": ("redis", "rabbitmq", "none"),
    "database": ("sqlite", "postgresql"),
    "blobs": ("disk", "minio"),
}


def main() -> int:
    """Exit code 0 when nothing was lost, doubled or stuck."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--scans", type=int, default=200, help="deliveries, over all combinations")
    asked.add_argument("--faults", type=int, default=100, help="over all combinations")
    asked.add_argument("--seed", type=int, default=None, help="repeats a run's faults and files; default: random")
    for name, choices in _CHOICES.items():
        asked.add_argument(f"--{name}", default=",".join(choices), help=f"any of {','.join(choices)}")
    asked.add_argument("--away", type=float, default=0.0, help="then each server is gone for so many seconds")
    asked.add_argument("--keep", type=Path, help="work in this folder and leave everything there")
    asked.add_argument("--verbose", action="store_true", help="say each fault as it happens")
    given = asked.parse_args()
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    combinations = [
        Parts(broker=broker, database=database, blobs=blobs)
        for broker, database, blobs in itertools.product(*(vars(given)[name].split(",") for name in _CHOICES))
        if broker != "none" or (database, blobs) == ("sqlite", "disk")  # one machine needs no servers
    ]
    share = (-(-given.scans // len(combinations)), -(-given.faults // len(combinations)))
    print(f"seed {seed}: {len(combinations)} × {share[0]} deliveries and {share[1]} faults", flush=True)
    wrong = 0
    for number, parts in enumerate(combinations):
        with _folder(given.keep, f"{seed + number}") as folder:
            outcome = prove(
                folder / "ground",
                seed + number,
                parts,
                deliveries=share[0],
                faults=share[1],
                mill=Mill(folder / "recordings"),
                away=given.away,
                tell=print if given.verbose else lambda _: None,
            )
        print(outcome, flush=True)
        wrong += len(outcome.wrong)
    return 1 if wrong else 0


@contextmanager
def _folder(keep: Path | None, name: str) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="digitizer-faults-") as made:
            yield Path(made)
    else:
        folder = keep / name
        folder.mkdir(parents=True)
        yield folder


if __name__ == "__main__":
    sys.exit(main())
