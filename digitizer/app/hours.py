"""Office hours, in which the backfill makes way: `Mon-Fri 07:30-11:30 13:30-17:00; Sat 07:30-11:30`."""

import re
from dataclasses import dataclass
from datetime import datetime, time

from digitizer.errors import BadSettings

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(rf"({'|'.join(_DAYS)})(?:-({'|'.join(_DAYS)}))?")
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekday (0 = Monday) and span of each stretch of office hours; local time."""

    spans: tuple[tuple[int, time, time], ...]

    def holds(self, at: datetime) -> bool:
        """True within office hours; a span holds its begin and not its end."""
        return any(day == at.weekday() and begin <= at.time() < end for day, begin, end in self.spans)


def read_hours(text: str) -> Hours:
    """The hours that the setting `backfill.office_hours` says, none when it is empty; raises BadSettings."""
    spans: list[tuple[int, time, time]] = []
    for part in filter(None, map(str.strip, text.lower().split(";"))):
        days_, *given = part.split()
        days, times = _DAY.fullmatch(days_), [_SPAN.fullmatch(one) for one in given]
        if days is None or not times:
            raise _wrong(part)
        first = _DAYS.index(days[1])
        last = _DAYS.index(days[2]) if days[2] else first
        for match in times:
            begin, end = _span(match, part)
            spans += [((first + more) % 7, begin, end) for more in range((last - first) % 7 + 1)]
    return Hours(tuple(spans))


def _span(match: re.Match[str] | None, part: str) -> tuple[time, time]:
    if match is None:
        raise _wrong(part)
    try:
        begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    except ValueError as error:
        raise _wrong(part) from error
    if begin >= end:
        raise _wrong(part)
    return begin, end


def _wrong(part: str) -> BadSettings:
    return BadSettings(f"[backfill] office_hours: {part!r} is not like 'Mon-Fri 07:30-11:30 13:30-17:00'")
