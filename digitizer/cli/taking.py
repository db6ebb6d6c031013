"""Taking in what the command line names: for `run` and `backfill add`."""

import getpass
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import typer

from digitizer.app import App
from digitizer.app.crew import Crew
from digitizer.app.intake import Given
from digitizer.cli.printing import Pages
from digitizer.errors import Corrupt, NotFound
from digitizer.store import campaigns

EXIT_INTERRUPTED = 130


@dataclass
class Taken:
    """What came of it: arrivals and scans by id; `files`: the name under which each arrival was given.

    `missed`: some file changed or went meanwhile.  `passed`: ignored.
    """

    arrivals: list[str] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    missed: bool = False
    passed: int = 0


def take_all(
    app: App,
    paths: Sequence[Path],
    crew: Crew,
    progress: Pages,
    *,
    lane: str,
    campaign: str = "",
    again: bool = False,
) -> Taken:
    """Take in all that lies under the paths and queue it; all of it, known before or not, belongs to the campaign."""
    taken, source = Taken(), Given(paths, app.settings.intake.ignore)
    intake = app.intake(operator=me(), lane=lane, campaign=campaign)
    for offer in source.offers():
        try:
            arrival = intake.take(source, offer, moves=False, again=again)
        except (Corrupt, NotFound, OSError) as error:  # it changed or went while it was read
            print(f"không nhận được / not taken: {offer.file}: {error}", file=sys.stderr)
            taken.missed = True
            continue
        if campaign:
            campaigns.feed(app.records, campaign, arrival.id)
        taken.arrivals.append(arrival.id)
        taken.files[arrival.id] = offer.file
        mine = app.records.scans_of(arrival.id)
        progress.expect(app.pages_waiting(mine))
        app.queue_scans(mine)
        taken.scans += mine
        crew.check()
        progress.tick()
    taken.passed = sum(source.passed.values())
    return taken


@contextmanager
def resumable() -> Iterator[None]:
    """An interruption ends the command with a word on how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        print("đã ngắt; chạy lại cùng lệnh để làm tiếp / interrupted; run the same command to go on", file=sys.stderr)
        raise typer.Exit(EXIT_INTERRUPTED) from None


def me() -> str:
    """The name of who runs this, or nothing."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
