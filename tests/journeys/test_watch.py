"""`watch`: news make it quick, looking makes it complete; it holds back when it must, and says how it is."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from minio import Minio
from minio.notificationconfig import NotificationConfig, QueueConfig

from digitizer import settings
from digitizer.app import App, tally
from digitizer.app.serving import serving
from digitizer.app.watching import Watcher
from digitizer.model import Arrival
from tests import papers
from tests.servers import free_port, minio_in

TOKEN = "only-for-this-test"
SOON = 20.0
"""Seconds within which news must be acted on however busy the machine is; without news it would take an hour."""


def chosen(home: Path, *sources: dict[str, object], **more: object) -> settings.Settings:
    return settings.Settings.model_validate(
        {
            "home": home,
            "watch": {"sources": sources, "every_seconds": 3600.0},
            "monitor": {"port": free_port(), "token": TOKEN},
            **more,
        }
    )


def folder(path: Path, **more: object) -> dict[str, object]:
    path.mkdir(exist_ok=True)
    return {"use": "folder", "options": {"path": str(path), "settle_seconds": 0.3}, **more}


@contextmanager
def watching(app: App) -> Iterator[list[Arrival]]:
    """Watch in a thread as the command does; gives what was taken so far."""
    taken: list[Arrival] = []
    ended = threading.Event()

    def for_ever() -> None:
        while not ended.is_set():
            taken.extend(watcher.look())
            watcher.wait()

    with Watcher(app) as watcher, serving(app, news=watcher.look_now):
        thread = threading.Thread(target=for_ever)
        thread.start()
        yield taken
        ended.set()
        watcher.look_now()
        thread.join()


def seconds_until(taken: list[Arrival], number: int) -> float:
    begun = time.monotonic()
    while len(taken) < number:
        assert time.monotonic() - begun < SOON, taken
        time.sleep(0.02)
    return time.monotonic() - begun


def asked(app: App, path: str, data: bytes | None = None, **headers: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{app.settings.monitor.port}{path}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_an_object_is_taken_when_the_webhook_of_a_real_minio_says_so(tmp_path: Path) -> None:
    at, server = minio_in(tmp_path)
    port = free_port()
    assert server.environment is not None
    server.environment |= {
        "MINIO_NOTIFY_WEBHOOK_ENABLE_digitizer": "on",
        "MINIO_NOTIFY_WEBHOOK_ENDPOINT_digitizer": f"http://127.0.0.1:{port}/news",
        "MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_digitizer": TOKEN,
    }
    source = {"use": "bucket", "options": {**at.keys(), "bucket": "intake", "settle_seconds": 0.0}}
    with ExitStack() as stack:
        stack.enter_context(server)
        client = Minio(at.endpoint, access_key=at.access_key, secret_key=at.secret_key, secure=False)
        client.make_bucket("intake")
        app = stack.enter_context(App(chosen(tmp_path / "home", source, monitor={"port": port, "token": TOKEN})))
        taken = stack.enter_context(watching(app))
        told = QueueConfig(queue="arn:minio:sqs::digitizer:webhook", events=["s3:ObjectCreated:*"])
        client.set_bucket_notification("intake", NotificationConfig(queue_config_list=[told]))
        data = papers.blank_png(tmp_path / "a.png").read_bytes()
        for number in (1, 2):  # the first one pays for starting the process that looks at files
            client.put_object("intake", f"hồ sơ {number}/a.png", BytesIO(data), len(data))
            print(f"taken after {seconds_until(taken, number):.2f} s")
            assert taken[-1].file == f"intake/hồ sơ {number}/a.png"


def test_a_file_is_taken_when_the_system_tells_of_it(tmp_path: Path) -> None:
    with App(chosen(tmp_path / "home", folder(tmp_path / "in"))) as app, watching(app) as taken:
        time.sleep(1.0)
        papers.blank_png(tmp_path / "in" / "a.png")
        seconds_until(taken, 1)


def test_nobody_is_believed_more_than_that_there_is_news(tmp_path: Path) -> None:
    source = folder(tmp_path / "in")
    source["options"] = {"path": str(tmp_path / "in"), "settle_seconds": 0.0, "events": False}
    with App(chosen(tmp_path / "home", source)) as app, watching(app) as taken:
        time.sleep(1.0)  # the first look is over
        papers.blank_png(tmp_path / "in" / "a.png")
        assert asked(app, "/news", b"{}")[0] == 401
        assert asked(app, "/news", b"{}", Authorization="Bearer wrong")[0] == 401
        assert asked(app, "/news")[0] == 404
        time.sleep(0.5)
        assert taken == []
        for _ in range(2):  # the first look sees it, the second that it stays as it is
            assert asked(app, "/news", b'{"Key": "../../etc/passwd"}', Authorization=f"Bearer {TOKEN}")[0] == 204
            time.sleep(0.3)
        seconds_until(taken, 1)
    with App(chosen(tmp_path / "home", source, monitor={"port": free_port()})) as app, watching(app):
        assert asked(app, "/news", b"{}", Authorization="Bearer ")[0] == 404, "without a token nobody may bring news"


def test_it_says_how_it_is(tmp_path: Path) -> None:
    with App(chosen(tmp_path / "home", folder(tmp_path / "in"))) as app, watching(app) as taken:
        papers.blank_png(tmp_path / "in" / "a.png")
        seconds_until(taken, 1)
        assert (asked(app, "/health")[0], json.loads(asked(app, "/health")[1])["ready"]) == (200, True)
        before = asked(app, "/metrics")[1]
        assert 'digitizer_waiting_pages{lane="live"} 1.0' in before
        assert "digitizer_disk_free_bytes" in before
        app.work()
        after = asked(app, "/metrics")[1]
        assert 'digitizer_waiting_pages{lane="live"} 0.0' in after
        assert 'digitizer_pages_total{outcome="read"}' in after
        assert 'digitizer_stage_seconds_count{stage="searchable"}' in after
        assert asked(app, "/")[0] == 404


def test_who_is_at_work_and_does_not_get_on_is_not_healthy(tmp_path: Path) -> None:
    for still_seconds, expected in ((600.0, 200), (0.0, 503)):
        monitor = {"port": free_port(), "still_seconds": still_seconds}
        with App(chosen(tmp_path / "home", folder(tmp_path / "in"), monitor=monitor)) as app, serving(app):
            tally.moving()
            status, told = asked(app, "/health")
            assert (status, "nothing has got on" in told) == (expected, expected != 200)
            papers.blank_png(tmp_path / "in" / f"{expected}.png")
            list(Watcher(app).look())
            app.work()
            assert asked(app, "/health")[0] == 200, "work that has ended need not get on"


@pytest.mark.parametrize(("intake", "code"), [({"room_mb": 10**9}, "disk-full"), ({"backlog_pages": -1}, "backlog")])
def test_it_takes_nothing_while_there_is_no_room_or_too_much_waits(
    tmp_path: Path, intake: dict[str, int], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    source = folder(tmp_path / "in")
    source["options"] = {"path": str(tmp_path / "in"), "settle_seconds": 0.0}
    file = papers.blank_png(tmp_path / "in" / "a.png")
    with App(chosen(tmp_path / "home", source, intake=intake)) as app:
        watcher = Watcher(app)
        assert [*watcher.look(), *watcher.look()] == []
        assert file.exists()
        assert f"intake.{next(iter(intake))}" in caplog.text
    with App(chosen(tmp_path / "home", source)) as app:
        watcher = Watcher(app)
        assert len([*watcher.look(), *watcher.look()]) == 1


def test_live_files_do_not_wait_for_the_end_of_a_backfill(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old", lane="backfill", office="H02"), folder(tmp_path / "new", office="H01")
    for source, name in ((old, "old"), (new, "new")):
        source["options"] = {"path": str(tmp_path / name), "settle_seconds": 0.0}
    for number in range(4):
        papers.blank_png(tmp_path / "old" / f"{'abcd'[number]}.png")
    watch = {"sources": [old, new], "every_seconds": 0.0}
    with App(chosen(tmp_path / "home", old, new, watch=watch)) as app:
        watcher = Watcher(app)
        seen: list[tuple[str, str]] = []
        for arrival in watcher.look():
            if not seen:
                papers.blank_png(tmp_path / "new" / "live.png")
            seen.append((arrival.lane, arrival.office))
        assert seen.index(("live", "H01")) < 4
        assert seen.count(("backfill", "H02")) == 4
