"""compose.yml and the Dockerfile are read, not run: every name in them must lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter
from sqlalchemy import make_url
from typer.main import get_command

from digitizer import plug, settings
from digitizer.cli.commands import program as typer_program
from digitizer.queue import open_queue
from digitizer.queue.hints import Hints
from digitizer.queue.redis import Options as QueueOptions
from digitizer.store.backends.bucket import Options as BucketOptions
from tests.servers import MinioAt

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
WORKER: dict[str, Any] = yaml.safe_load((ROOT / "compose.worker.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ALL = {**SERVICES, "worker host": WORKER["services"]["worker"]}
UNITS = ROOT / "deploy" / "systemd"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

NOT_OURS = frozenset({"MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "MINIO_BROWSER", "MINIO_UPDATE"}) | {
    "OMP_THREAD_LIMIT",
    "PGPASSWORD",
}
"""What MinIO's server and Tesseract themselves read."""
OF_IMAGES = ("MINIO_NOTIFY_WEBHOOK_", "POSTGRES_", "RABBITMQ_DEFAULT_")
"""What the servers' own images read."""
FROM_MINIO_CLIENT = frozenset({"MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"})
"""What the client library reads when the settings hold no keys (tests/contracts/test_blobs.py tries it)."""


def test_the_services_are_those_of_the_design() -> None:
    assert set(SERVICES) == {"minio", "postgres", "redis", "rabbitmq", "intake", "watcher", "worker"}
    assert set(WORKER["services"]) == {"worker"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_waited_for_exists_and_says_when_it_is_well(name: str) -> None:
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        assert needed in SERVICES
        if how["condition"] == "service_completed_successfully":
            assert SERVICES[needed]["restart"] == "no"
        else:
            assert how["condition"] == "service_healthy"
            assert "healthcheck" in SERVICES[needed]


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_volume_is_declared_and_every_mounted_file_is_in_the_repository(name: str) -> None:
    for volume in ALL[name].get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./"):
            assert (ROOT / source).is_file(), source
            assert volume.endswith(":ro")
        else:
            assert source in (WORKER if name == "worker host" else COMPOSE)["volumes"]


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_variable_is_read_by_somebody(name: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "digitizer").rglob("*.py"))
    for variable in ALL[name].get("environment", {}):
        known = variable in NOT_OURS | FROM_MINIO_CLIENT or variable.startswith(OF_IMAGES)
        assert known or f'"{variable}"' in code, f"{variable} is no setting"


@pytest.mark.parametrize("name", sorted(ALL))
def test_no_secret_stands_in_the_file(name: str) -> None:
    for variable, value in ALL[name].get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|KEY|TOKEN|USER", variable):
            given = value == "digitizer" and variable.endswith("USER")
            assert given or re.fullmatch(r"\$\{\w+:[?-].*\}", value), f"{variable} must come from .env"


def test_the_intake_bucket_is_made_once_and_is_the_one_that_is_watched(
    minio: MinioAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINIO_ACCESS_KEY", minio.access_key)
    monkeypatch.setenv("MINIO_SECRET_KEY", minio.secret_key)
    python, option, script = SERVICES["intake"]["entrypoint"]
    assert (python, option) == ("python", "-c")
    for _ in range(2):
        subprocess.run([sys.executable, "-c", script.replace("minio:9000", minio.endpoint)], check=True)
    watched = settings.load(ROOT / "config" / "containers.toml").watch.sources
    here = [{**source.options, "endpoint": minio.endpoint} for source in watched]
    assert [list(plug.load("ingest.sources", "bucket", options).offers()) for options in here] == [[]]


def test_every_image_is_pinned_to_a_version() -> None:
    images = [service["image"] for service in ALL.values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
    for image in images:
        tag = image.partition(":")[2]
        assert re.search(r"\d|bookworm", tag), f"{image} has no fixed tag"
        assert "latest" not in tag


def test_what_is_built_and_copied_exists() -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", DOCKERFILE, flags=re.MULTILINE))
    targets = {service["build"]["target"] for service in SERVICES.values() if "build" in service}
    assert targets <= stages
    for line in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, flags=re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source


def test_what_is_copied_is_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, flags=re.MULTILINE):
        for source in line.split()[:-1]:
            assert source.split("/")[0] in kept, source


def test_nothing_runs_as_root() -> None:
    for stage in re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)[1:]:
        if "ENTRYPOINT" in stage:
            assert re.search(r"^USER (?!root)\w+", stage, flags=re.MULTILINE)


def test_the_settings_of_the_containers_are_valid_and_name_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITIZER_HOME", raising=False)
    chosen = settings.load(ROOT / "config" / "containers.toml")
    blobs = TypeAdapter(BucketOptions).validate_python(chosen.blobs.options)
    queue = TypeAdapter(QueueOptions).validate_python(chosen.queue.options)
    assert blobs.endpoint.partition(":")[0] in SERVICES
    assert re.fullmatch(r"redis://(\w+):6379/0", queue.url).group(1) in SERVICES
    assert make_url(chosen.database).host in SERVICES
    assert not make_url(chosen.database).password
    assert SERVICES["watcher"]["ports"] == [f"127.0.0.1:{chosen.monitor.port}:{chosen.monitor.port}"]
    assert f"watcher:{chosen.monitor.port}/news" in str(SERVICES["minio"]["environment"])
    assert not blobs.access_key
    assert not blobs.secret_key
    mounts = {volume.split(":")[1] for volume in SERVICES["worker"]["volumes"]}
    assert str(chosen.home) in mounts


def test_a_worker_host_reaches_every_server_of_the_settings() -> None:
    chosen = settings.load(ROOT / "config" / "containers.toml")
    known = {line.partition(":")[0] for line in WORKER["services"]["worker"]["extra_hosts"]}
    assert {make_url(chosen.database).host, chosen.blobs.options["endpoint"].partition(":")[0], "redis"} <= known


@pytest.mark.parametrize("url", ["redis://queue:6379/0", "amqp://digitizer:x@queue:5672/%2F"])
def test_the_environment_may_name_the_broker(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_QUEUE_URL", url)
    queue = open_queue(settings.load(ROOT / "config" / "containers.toml"))
    assert isinstance(queue, Hints)
    assert type(queue.broker).__name__.lower().startswith("redis" if url.startswith("redis") else "rabbitmq")


@pytest.mark.parametrize("unit", sorted(UNITS.iterdir()), ids=lambda unit: unit.name)
def test_systemd_understands_every_unit_and_it_runs_a_command_that_there_is(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    for program, command in re.findall(r"^ExecStart=/opt/digitizer/\.venv/bin/(\w+) (\S+)", text, flags=re.MULTILINE):
        assert program == "dramatiq" or command in get_command(typer_program).commands  # type: ignore[attr-defined]
    there = re.sub(r"/opt/digitizer/\.venv/bin/\w+", "/bin/true", text)
    there = re.sub(r"^(User|WorkingDirectory|Documentation)=.*$", "", there, flags=re.MULTILINE)
    for other in UNITS.iterdir():
        (tmp_path / other.name).write_text(there if other == unit else "[Service]\nType=oneshot\nExecStart=/bin/true\n")
    name = unit.name.replace("@", "@1")
    (tmp_path / name).write_text(there)
    verify = ["systemd-analyze", "verify", str(tmp_path / name)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    mine = [line for line in done.stderr.splitlines() if str(tmp_path) in line or name in line]
    assert mine == []
