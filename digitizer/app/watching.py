"""What `digitizer watch` does: takes files from the sources for ever; looks at once when somebody says there is news.

Looking is the truth, news only make it quick.  While a backfill source gives file after file, the live ones are looked
at as often as the settings say.
"""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from digitizer.app.core import App
from digitizer.app.pressure import hold
from digitizer.app.tally import ARRIVALS, moving, resting
from digitizer.contracts import Source
from digitizer.errors import Corrupt, NotFound, Unreachable
from digitizer.model import Arrival
from digitizer.queue import LANES
from digitizer.store import campaigns

_log = logging.getLogger(__name__)
_HOLD_AGAIN_SECONDS = 5.0
_SOONEST_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A source, with the office, the lane and the campaign of what it gives."""

    source: Source
    office: str
    lane: str
    campaign: str


class Watcher:
    """Takes in what waits in the watched sources.  For one thread; `look_now` may be called from any."""

    def __init__(self, app: App) -> None:
        """The sources are those of the settings; raises BadSettings."""
        chosen = zip(app.watched, app.settings.watch.sources, strict=True)
        watched = [
            Watched(
                source=source,
                office=given.office,
                lane=LANES[-1] if given.campaign else given.lane,
                campaign=given.campaign,
            )
            for source, given in chosen
        ]
        self._app = app
        self._live = [one for one in watched if one.lane == LANES[0]]
        self._others = [one for one in watched if one.lane != LANES[0]]
        self._news = threading.Event()
        self._ended = threading.Event()
        self._looked = 0.0
        self._held: dict[str, tuple[float, str]] = {}
        self.away: Unreachable | None = None

    def __enter__(self) -> "Watcher":  # noqa: PYI034  # never subclassed
        """Listen to those sources that can tell of changes."""
        for one in (*self._live, *self._others):
            threading.Thread(target=self._listen, args=(one.source,), name="news", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._ended.set()

    def look_now(self) -> None:
        """Somebody says that there may be something new."""
        self._news.set()

    def wait(self) -> None:
        """Until the next look is due, or news come."""
        soon = [one.source.soon() for one in (*self._live, *self._others)]
        due = [max(seconds, _SOONEST_SECONDS) for seconds in soon if seconds is not None]
        self._news.wait(min([self._app.settings.watch.every_seconds, *due]))

    def look(self) -> Iterator[Arrival]:
        """Take what waits, live sources first and again and again; a source that is away keeps nobody from the others.

        `away` is what the last one said that did not answer, None when all did.
        """
        self.away = None
        yield from self._look_at_live()
        for one in self._others:
            for arrival in self._from(one):
                yield arrival
                if self._news.is_set() or time.monotonic() - self._looked > self._app.settings.watch.every_seconds:
                    yield from self._look_at_live()
        resting()

    def _look_at_live(self) -> Iterator[Arrival]:
        self._news.clear()
        for one in self._live:
            yield from self._from(one)
        self._looked = time.monotonic()

    def _from(self, one: Watched) -> Iterator[Arrival]:
        intake = self._app.intake(operator="watch", lane=one.lane, office=one.office, campaign=one.campaign)
        try:
            for offer in one.source.offers():
                moving()
                if self._is_held(one.lane):
                    return
                try:
                    arrival = intake.take(one.source, offer, moves=True)
                except (Corrupt, NotFound) as error:  # it changed or went while it was read: for the next time
                    _log.info("left for the next time: %s", error)
                    continue
                if one.campaign:
                    campaigns.feed(self._app.records, one.campaign, arrival.id)
                ARRIVALS.labels(arrival.state.value).inc()
                self._app.hint(self._app.records.scans_of(arrival.id))
                yield arrival
        except Unreachable as error:
            _log.warning("%s; trying again", error)
            self.away = error

    def _is_held(self, lane: str) -> bool:
        """True while intake of the lane waits; looked at now and then, because counting costs."""
        looked, code = self._held.get(lane, (-_HOLD_AGAIN_SECONDS, ""))
        if time.monotonic() - looked < _HOLD_AGAIN_SECONDS:
            return bool(code)
        reason = hold(self._app, lane)
        now = reason.code if reason else ""
        if reason and now != code:
            _log.warning("intake waits, lane %s: %s / %s", lane, reason.vi, reason.en)
        elif code and not now:
            _log.warning("intake goes on, lane %s", lane)
        self._held[lane] = time.monotonic(), now
        return reason is not None

    def _listen(self, source: Source) -> None:
        try:
            for _ in source.news(self._ended):
                self.look_now()
        except Exception:  # noqa: BLE001  # looking now and then is enough
            _log.exception("no news from a source any more; it is only looked at every now and then")
