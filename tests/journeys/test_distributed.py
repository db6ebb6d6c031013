"""Scans in a bucket come out as searchable records, by two worker processes, over either broker and a real MinIO."""

import hashlib
import io
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from minio import Minio
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from digitizer import settings
from digitizer.app import App
from digitizer.app.watching import Watcher
from digitizer.model import ArrivalState, Scan, ScanState
from digitizer.queue import LANES, open_queue
from digitizer.queue.hints import Hints
from digitizer.store.schema import dossiers, pages, scans
from digitizer.store.search import Filters, search
from tests.servers import MinioAt, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 180.0
"""Seconds for a handful of pages on a busy machine of two cores; a quiet one needs about fifteen."""

HEAD = """ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
XÃ TÂN MỸ ĐÔNG                  Độc lập - Tự do - Hạnh phúc
"""
DECISION = (
    HEAD
    + """Số: 45/QĐ-UBND                  Tân Mỹ Đông, ngày 12 tháng 5 năm 2024

QUYẾT ĐỊNH
Về việc cấp giấy phép khai thác nước dưới đất

Điều 1. Cho phép hộ ông Nguyễn Văn Thử khai thác nước dưới đất
tại giếng khoan của gia đình."""
)
PETITION = (
    HEAD
    + """ĐƠN ĐỀ NGHỊ
Xác nhận tình trạng hôn nhân

Kính gửi: Ủy ban nhân dân xã Tân Mỹ Đông
Tôi tên là Trần Thị Mẫu, thường trú tại thôn Bình Yên."""
)
REPORT = [
    HEAD + "BÁO CÁO\nKết quả cải cách hành chính năm 2024\n\nI. Những việc đã làm trong năm.",
    *(f"{number}\n\nTrang này nói tiếp về thủy lợi nội đồng\ncủa các thôn trong xã." for number in range(2, 9)),
]


def sheet(text: str) -> Image.Image:
    """An A4 page at 150 dpi with these lines."""
    paper = Image.new("L", (1240, 1754), 255)
    face = ImageFont.truetype("DejaVuSerif.ttf", 26)
    for number, line in enumerate(text.splitlines()):
        ImageDraw.Draw(paper).text((120, 130 + 52 * number), line, font=face, fill=0)
    return paper


def file_of(texts: list[str], kind: str) -> bytes:
    out, first, *rest = io.BytesIO(), *map(sheet, texts)
    more = {"save_all": True, "append_images": rest} if kind in ("PDF", "TIFF") else {}
    first.save(out, kind, **({"resolution": 150.0} if kind == "PDF" else {"dpi": (150, 150)}), **more)
    return out.getvalue()


@cache
def uploads() -> dict[str, bytes]:
    """Key in the intake bucket → bytes: three scans of ten pages in all, and a file that is none."""
    return {
        "hồ sơ 01/quyết định.pdf": file_of([DECISION], "PDF"),
        "hồ sơ 01/đơn.png": file_of([PETITION], "PNG"),
        "báo cáo.tiff": file_of(REPORT, "TIFF"),
        "hỏng.pdf": b"%PDF-1.7\nno more than this",
    }


@dataclass(kw_only=True)
class Office:
    """A set-up of its own: a home folder, two buckets and a Redis database."""

    settings: settings.Settings
    file: Path
    client: Minio
    intake: str
    blobs: str
    seen: set[tuple[str, str]] = field(default_factory=set)
    """Who was seen to hold a page, of which scan."""

    @contextmanager
    def workers(self, number: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
        """So many `dramatiq` commands of one process and one thread, ended politely when the context closes."""
        command = [str(Path(sys.executable).with_name("dramatiq")), "workers.main", "-p", "1", "-t", "1"]
        surroundings = {**os.environ, "DIGITIZER_SETTINGS": str(self.file), "OMP_THREAD_LIMIT": "1"}
        surroundings.pop("DIGITIZER_HOME", None)
        running = []
        try:
            for one in range(number):
                log = (self.file.parent / f"worker-{one}.log").open("wb")
                with log:
                    running.append(
                        subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=log, stderr=subprocess.STDOUT)
                    )
            yield running
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(60)

    def watch(self, app: App, ids: list[str], until: str = "done") -> list[Scan]:
        """The scans when they are all at an end (or any page of them is `claimed`), noting who held pages meanwhile."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with app.records.reading() as db:
                held = db.execute(select(pages.c.owner, pages.c.scan).where(pages.c.owner.is_not(None))).all()
                states = set(db.execute(select(scans.c.state).where(scans.c.id.in_(ids))).scalars())
            self.seen |= {(owner, scan) for owner, scan in held}
            if (until == "claimed" and held) or states <= {ScanState.DONE, ScanState.FAILED}:
                return [app.records.scan(one) for one in ids]
            time.sleep(0.02)
        logs = "\n".join(log.read_text(errors="replace")[-1500:] for log in self.file.parent.glob("worker-*.log"))
        raise AssertionError(f"not {until} in time\n{logs}")


@pytest.fixture(params=["redis", "rabbitmq"])
def office(request: pytest.FixtureRequest, tmp_path: Path, minio: MinioAt) -> Office:
    queue = settings.Plugged(use=request.param, options={"url": request.getfixturevalue(request.param)})
    wipe(settings.Settings(home=tmp_path, queue=queue))
    name = secrets.token_hex(4)
    keys = minio.keys()
    intake, blobs = f"intake-{name}", f"blobs-{name}"
    client = Minio(minio.endpoint, access_key=minio.access_key, secret_key=minio.secret_key, secure=False)
    client.make_bucket(intake)
    for path, data in uploads().items():
        client.put_object(intake, path, io.BytesIO(data), len(data))
    file = tmp_path / "settings.toml"
    blob_options = {**keys, "bucket": blobs, "cache": str(tmp_path / "cache")}
    file.write_text(
        f"home = {json.dumps(str(tmp_path / 'home'))}\n"
        "chunk_pages = 1\n"
        f"monitor = {{ port = {free_port()} }}\n"
        'engine = { use = "tesseract" }\n'
        f'queue = {{ use = "{queue.use}", options = {inline(queue.options)} }}\n'
        f'blobs = {{ use = "bucket", options = {inline(blob_options)} }}\n'
        f'[[watch.sources]]\nuse = "bucket"\noptions = {inline({**keys, "bucket": intake, "settle_seconds": 0.0})}\n',
        encoding="utf-8",
    )
    return Office(settings=settings.load(file), file=file, client=client, intake=intake, blobs=blobs)


def wipe(chosen: settings.Settings) -> None:
    """Take every hint from the broker."""
    queue = open_queue(chosen)
    assert isinstance(queue, Hints)
    for lane in LANES:
        queue.broker.flush(lane)
    queue.close()


def inline(table: dict[str, object]) -> str:
    """A TOML inline table."""
    return "{ " + ", ".join(f"{name} = {json.dumps(value)}" for name, value in table.items()) + " }"


def names_in(client: Minio, bucket: str) -> set[str]:
    return {entry.object_name for entry in client.list_objects(bucket, recursive=True)}


def found(app: App, words: str) -> list[str]:
    """The names of the files that these words find, one for each document."""
    return sorted(hit.file.rpartition("/")[2] for hit in search(app.records, words, Filters(), 10))


def measured(app: App) -> list[tuple[bool, float]]:
    """Of each worker process that answers: is it ready, and how many pages has it read."""
    answers = []
    for port in range(app.settings.monitor.port + 1, app.settings.monitor.port + 20):
        with suppress(OSError):
            url = f"http://127.0.0.1:{port}"
            health = json.loads(urllib.request.urlopen(f"{url}/health", timeout=30).read())
            metrics = urllib.request.urlopen(f"{url}/metrics", timeout=30).read().decode()
            read = re.search(r'^digitizer_pages_total\{outcome="read"\} (.+)$', metrics, re.MULTILINE)
            answers.append((health["ready"], float(read[1]) if read else 0.0))
    return answers


def nothing_is_leased(app: App) -> bool:
    with app.records.reading() as db:
        return not any(
            db.execute(select(table.c.owner).where(table.c.owner.is_not(None))).first()
            for table in (pages, scans, dossiers)
        )


def test_scans_in_a_bucket_become_searchable_records_by_two_workers(office: Office) -> None:
    with App(office.settings) as app, office.workers(2) as running:
        arrivals = list(Watcher(app).look())
        by_file = {arrival.file.rpartition("/")[2]: arrival for arrival in arrivals}
        assert set(by_file) == {path.rpartition("/")[2] for path in uploads()}
        assert by_file["hỏng.pdf"].state is ArrivalState.REFUSED

        ids = [scan for arrival in arrivals for scan in app.records.scans_of(arrival.id)]
        done = office.watch(app, ids)
        assert [scan.state for scan in done] == [ScanState.DONE] * 3
        assert sum(len(scan.pages) for scan in done) == 10
        assert not any(page.failed for scan in done for page in scan.pages)

        holders = {owner.split("/")[1] for owner, _ in office.seen}
        assert len(holders) == 2, "both worker processes read pages"
        assert all(process.poll() is None for process in running)
        workers = measured(app)
        assert ([ready for ready, _ in workers], sum(number for _, number in workers)) == ([True, True], 10)

        assert found(app, "quyet dinh giay phep khai thac") == ["quyết định.pdf"]
        assert found(app, "quyết định giấy phép khai thác") == ["quyết định.pdf"]
        assert found(app, "45/QĐ-UBND") == found(app, "45 qd ubnd") == ["quyết định.pdf"]
        assert found(app, "tình trạng hôn nhân") == ["đơn.png"]
        assert "báo cáo.tiff" in found(app, "thủy lợi nội đồng")

        for scan, data in ((by_file[path.rpartition("/")[2]], data) for path, data in uploads().items()):
            if scan.state is ArrivalState.TAKEN:
                assert scan.sha256 == hashlib.sha256(data).hexdigest()
                assert app.blobs.get(scan.sha256) == data
        records = [app.records.record(document.id) for scan in done for document in scan.documents]
        assert all(app.blobs.get(record.pdf).startswith(b"%PDF-1.") for record in records)
        stored = names_in(office.client, office.blobs)
        assert {one for record in records for one in (record.pdf, record.json, record.text)} <= stored

        left = names_in(office.client, office.intake)
        assert {f"processed/{path}" for path in uploads() if path != "hỏng.pdf"} <= left
        assert {"refused/hỏng.pdf", "refused/hỏng.pdf.txt"} <= left
        assert not any(path in left for path in uploads())
        assert list(Watcher(app).look()) == []
    with App(office.settings) as app:
        assert nothing_is_leased(app)


def test_a_worker_that_is_told_to_end_hands_its_pages_to_the_other(office: Office) -> None:
    with App(office.settings) as app:
        arrivals = list(Watcher(app).look())
        ids = [scan for arrival in arrivals for scan in app.records.scans_of(arrival.id)]
        with office.workers(1) as (first,):
            office.watch(app, ids, until="claimed")
            first.send_signal(signal.SIGTERM)
            assert first.wait(60) == 0
        assert nothing_is_leased(app), "nobody has to wait for a lease to run out"
        begun = {scan for _, scan in office.seen}
        assert all(app.records.scan(scan).state is not ScanState.DONE for scan in begun), "it ended at the page at hand"
        with office.workers(1):
            assert {scan.state for scan in office.watch(app, ids)} == {ScanState.DONE}
