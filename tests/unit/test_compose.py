"""compose.yml and the Dockerfile are read, not run: every name in them must lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from digitizer import plug, settings
from digitizer.queue.redis import Options as QueueOptions
from digitizer.store.backends.bucket import Options as BucketOptions
from tests.servers import MinioAt

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

NOT_OURS = frozenset({"MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "MINIO_BROWSER", "MINIO_UPDATE", "OMP_THREAD_LIMIT"})
"""What MinIO's server and Tesseract themselves read."""
FROM_MINIO_CLIENT = frozenset({"MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"})
"""What the client library reads when the settings hold no keys (tests/contracts/test_blobs.py tries it)."""


def test_the_services_are_those_of_the_design() -> None:
    assert set(SERVICES) == {"minio", "redis", "intake", "watcher", "worker"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_waited_for_exists_and_says_when_it_is_well(name: str) -> None:
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        assert needed in SERVICES
        if how["condition"] == "service_completed_successfully":
            assert SERVICES[needed]["restart"] == "no"
        else:
            assert how["condition"] == "service_healthy"
            assert "healthcheck" in SERVICES[needed]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_volume_is_declared_and_every_mounted_file_is_in_the_repository(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith("./"):
            assert (ROOT / source).is_file(), source
            assert volume.endswith(":ro")
        else:
            assert source in COMPOSE["volumes"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_variable_is_read_by_somebody(name: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "digitizer").rglob("*.py"))
    for variable in SERVICES[name].get("environment", {}):
        known = variable in NOT_OURS | FROM_MINIO_CLIENT
        assert known or f'"{variable}"' in code, f"{variable} is no setting"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_stands_in_the_file(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|KEY|TOKEN|USER", variable):
            assert re.fullmatch(r"\$\{\w+:\?.+\}", value), f"{variable} must come from .env and be asked for"


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
    images = [service["image"] for service in SERVICES.values()]
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
    assert not blobs.access_key
    assert not blobs.secret_key
    mounts = {volume.split(":")[1] for volume in SERVICES["worker"]["volumes"]}
    assert str(chosen.home) in mounts
