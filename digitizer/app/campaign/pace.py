"""How fast a campaign goes and when it will be done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digitizer.app.campaign.account import UNIT
from digitizer.app.campaign.manifest import Unit
from digitizer.store import campaigns
from digitizer.store.campaigns import Progress
from digitizer.store.records import Records

_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`an_hour`: pages an hour, over the last hour, else since the first.  `left`: pages to read, those not fed yet
    guessed from what the manifest expects.  `done_at`: ISO time, None while nothing can be said.
    """

    progress: Progress
    units: int
    expected: int
    an_hour: float
    left: int
    done_at: str | None


def pace(records: Records, name: str) -> Pace:
    """How far and how fast; reads counts only, no page."""
    now = datetime.now().astimezone()
    hour_ago = now - timedelta(hours=1)
    progress = campaigns.progress(records, name, hour_ago.isoformat(timespec="milliseconds"))
    with records.reading() as db:
        units = [UNIT.validate_python(noun) for _, noun in campaigns.units(db, name)]
    expected = sum(unit.pages or unit.sheets or unit.papers or _entries(unit) for unit in units)
    begun = datetime.fromisoformat(progress.first) if progress.first else now
    seconds = min(_HOUR, (now - begun).total_seconds())
    an_hour = progress.recent / seconds * _HOUR if seconds > 0 else 0.0
    left = max(expected - progress.pages, 0) + progress.pages - progress.read
    done_at = (now + timedelta(hours=left / an_hour)).isoformat(timespec="minutes") if left and an_hour else None
    return Pace(progress=progress, units=len(units), expected=expected, an_hour=an_hour, left=left, done_at=done_at)


def _entries(unit: Unit) -> int:
    first, last = unit.first_number, unit.last_number
    return last - first + 1 if first is not None and last is not None else 0
