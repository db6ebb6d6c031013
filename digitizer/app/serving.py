"""One small HTTP server for health, metrics and news: `GET /health`, `GET /metrics`, `POST /news`.

It tells numbers and states, never names or text.  News may come from an S3 server's webhook: the token is checked and
the body thrown away, because all that anybody may say here is "look now".
"""

import hmac
import json
import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from digitizer.app.core import App
from digitizer.app.pressure import hold
from digitizer.app.tally import REGISTRY, still
from digitizer.errors import BadSettings, DigitizerError
from digitizer.queue import LANES
from digitizer.store import turns
from digitizer.store.failures import failures

_log = logging.getLogger(__name__)
_ANSWER_SECONDS = 5.0
_MOST_BYTES = 2**20
_PORTS = 64


@contextmanager
def serving(app: App, *, news: Callable[[], None] | None = None, first: int = 0) -> Iterator[int]:
    """Serve while it is open; gives the port, 0 when the settings want no server.

    `news`: what to call when there is news; without it nobody is listened to.  `first`: take the first free port that
    is so many or more above `monitor.port`, as each of several workers does.  Raises BadSettings.
    """
    if not app.settings.monitor.port:
        yield 0
        return
    server = _bound(app, news, first)
    thread = threading.Thread(target=server.serve_forever, name="monitor", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _bound(app: App, news: Callable[[], None] | None, first: int) -> HTTPServer:
    chosen = app.settings.monitor
    handler = type("Handler", (_Handler,), {"app": app, "news": staticmethod(news) if news else None})
    ports = range(chosen.port + first, chosen.port + first + (_PORTS if first else 1))
    for port in ports:
        try:
            return HTTPServer((chosen.host, port), handler)
        except OSError as error:
            why = error
    raise BadSettings(f"[monitor] nothing can be served on {chosen.host}:{ports[0]}: {why.strerror}")


class _Handler(BaseHTTPRequestHandler):
    app: App
    news: Callable[[], None] | None
    timeout = _ANSWER_SECONDS
    server_version = "digitizer"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path == "/metrics":
            whole = _whole(self.app) if self.news else b""
            self._answer(HTTPStatus.OK, generate_latest(REGISTRY) + whole, CONTENT_TYPE_LATEST)
        elif self.path == "/health":
            reasons = list(unready(self.app))
            body = json.dumps({"alive": True, "ready": not reasons, "reasons": reasons}, ensure_ascii=False).encode()
            status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
            self._answer(status, body, "application/json; charset=utf-8")
        else:
            self._answer(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        self.close_connection = True
        given, token = self.headers.get("Authorization", ""), _token(self.app)
        if self.path != "/news" or self.news is None or not token:
            self._answer(HTTPStatus.NOT_FOUND)
        elif not hmac.compare_digest(given.removeprefix("Bearer ").encode(), token.encode()):
            self._answer(HTTPStatus.UNAUTHORIZED)
        else:
            size = self.headers.get("Content-Length", "0")
            self.rfile.read(min(int(size), _MOST_BYTES) if size.isdigit() else 0)
            self.news()
            self._answer(HTTPStatus.NO_CONTENT)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        _log.debug(format, *args)

    def _answer(self, status: HTTPStatus, body: bytes = b"", kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def unready(app: App) -> Iterator[str]:
    """Why this process can't do its work now; nothing when it can."""
    looks: dict[str, Callable[[], object]] = {
        "records": lambda: turns.waits(app.records, LANES[:1], app.settings.lease_seconds),
        "queue": lambda: app.queue.waiting(LANES[0]),
        "blobs": lambda: app.blobs.has("0" * 64),
    }
    for name, look in looks.items():
        try:
            look()
        except (DigitizerError, OSError) as error:
            yield f"{name}: {error}"
    if (seconds := still()) > app.settings.monitor.still_seconds:
        yield f"work: nothing has got on for {seconds:.0f} s"
    if app.room() < app.settings.intake.room_mb * 2**20:
        yield "disk: less room than intake.room_mb"


def _token(app: App) -> str:
    return app.settings.monitor.token or os.environ.get("DIGITIZER_MONITOR_TOKEN", "")


def _whole(app: App) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Whole(app))
    return generate_latest(registry)


class _Whole(Collector):
    """What the records say of the whole installation; asked anew each time."""

    def __init__(self, app: App) -> None:
        self._app = app

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing before it is asked."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Backlog and hints by lane, failures by code, room; what is out of reach is left out."""
        yield _gauge("digitizer_disk_free_bytes", "Free bytes where the home folder lies", [], {"": self._app.room()})
        try:
            yield from self._backlog()
            codes = Counter(one.code for one in failures(self._app.records))
            yield _gauge(
                "digitizer_failed",
                "Failed scans and pages, by code",
                ["code"],
                {code: float(number) for code, number in codes.items()},
            )
            hints = {lane: float(self._app.queue.waiting(lane)) for lane in LANES}
            yield _gauge("digitizer_hints", "Messages that nobody has taken yet", ["lane"], hints)
        except DigitizerError as error:
            _log.warning("not all could be measured: %s", error)

    def _backlog(self) -> Iterator[GaugeMetricFamily]:
        left = {lane: turns.backlog(self._app.records, lane) for lane in LANES}
        known = {"scans": "Scans unfinished", "pages": "Pages unread", "seconds": "Age of the oldest scan"}
        for name, what in known.items():
            values = {lane: float(getattr(one, name)) for lane, one in left.items()}
            yield _gauge(f"digitizer_waiting_{name}", what, ["lane"], values)
        held = {lane: float(hold(self._app, lane) is not None) for lane in LANES}
        yield _gauge("digitizer_intake_held", "1 while intake waits for room or for a smaller backlog", ["lane"], held)


def _gauge(name: str, about: str, labels: list[str], values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=labels)
    for of, value in values.items():
        family.add_metric([of] if labels else [], value)
    return family
