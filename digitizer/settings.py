"""The settings: config/settings.toml, then the user's file, then `DIGITIZER_…` variables."""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from digitizer.errors import BadSettings


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Plugged(_Section):
    """A replaceable part: its file's name and its options."""

    use: str
    options: dict[str, Any] = Field(default_factory=dict)


class Limits(_Section):
    """Every bound that bad input can reach."""

    file_mb: int = 2048
    pages: int = 5000
    page_pixels: int = 600_000_000
    page_seconds: int = 120
    page_memory_mb: int = 1500
    examine_seconds: int = 60
    attempts: int = 10
    archive_members: int = 2000
    archive_mb: int = 4096
    archive_ratio: int = 200


class Quarantine(_Section):
    """How secret papers are found, where they lie, and who has the role `security`: the system's users and groups."""

    stamps: bool = True
    folder: str = ""
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ("digitizer-security",)


class Intake(_Section):
    """What a walk through folders passes over without a word (shell patterns), and when intake waits."""

    ignore: tuple[str, ...] = ()
    room_mb: int = 1024
    backlog_pages: int = 200_000


class Watched(Plugged):
    """A source, and whose and how urgent its files are; `office` empty = that of the settings.

    What comes from it belongs to `campaign` when one is named, and goes through the backfill lane.
    """

    office: str = ""
    lane: Literal["live", "backfill"] = "live"
    campaign: str = ""


class Watch(_Section):
    """Folders that `digitizer watch` and the workers take files from."""

    sources: tuple[Watched, ...] = ()
    every_seconds: float = 2.0


class Audit(_Section):
    """Proof that nothing was lost."""

    seals: str = ""
    seal: bool = True
    grace_days: float = 7.0


class Backfill(_Section):
    """When the backfill rests so that the office has the machines for itself."""

    office_hours: str = ""


class Monitor(_Section):
    """Where health, metrics and news are served; `port` 0 = nowhere, `token` empty = nobody may bring news.

    `still_seconds`: who is at work and has not got on for so long is not healthy.
    """

    host: str = "127.0.0.1"
    port: int = 0
    token: str = Field(default="", repr=False)
    still_seconds: float = 900.0


class Logs(_Section):
    """How logs look and how much is logged."""

    form: Literal["plain", "json", "keyvalue"] = "plain"
    level: Literal["debug", "info", "warning", "error"] = "warning"


class Settings(_Section):
    """All settings; docs/operate.md describes each one."""

    home: Path
    office: str = ""
    processes: int = 0
    lease_seconds: int = 300
    chunk_pages: int = 8
    resume_seconds: float = 60.0
    release_ready: bool = False
    preview_px: int = 1400
    preview_quality: int = 70
    engine: Plugged = Plugged(use="tesseract")
    blobs: Plugged = Plugged(use="disk")
    queue: Plugged = Plugged(use="inline")
    records_url: str = ""
    limits: Limits = Limits()
    intake: Intake = Intake()
    quarantine: Quarantine = Quarantine()
    watch: Watch = Watch()
    monitor: Monitor = Monitor()
    logs: Logs = Logs()
    audit: Audit = Audit()
    backfill: Backfill = Backfill()

    @property
    def workers(self) -> int:
        """How many pages are read at the same time."""
        return self.processes or os.cpu_count() or 1

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the records."""
        return self.records_url or f"sqlite:///{self.home / 'records.sqlite'}"

    @property
    def scratch(self) -> Path:
        """A folder of ours for files in the making."""
        return self.home / "scratch"


def config_folder() -> Path:
    """Where the tables and default settings lie: beside the checkout, or inside the installed package."""
    here = Path(__file__).resolve().parent
    for folder in (here.parent / "config", here / "config"):
        if (folder / "settings.toml").is_file():
            return folder
    raise BadSettings("config/settings.toml is missing: install Digitizer again")


def default_home() -> Path:
    """`var/` of a checkout, else the user's data folder."""
    root = config_folder().parent
    if (root / "pyproject.toml").is_file():
        return root / "var"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "digitizer"


def load(file: Path | None = None, home: Path | None = None) -> Settings:
    """The settings in force; raises BadSettings naming file and entry.

    `file`: the user's TOML, else `$DIGITIZER_SETTINGS`, else `settings.toml` in the home folder when there is one.
    `home`: overrides `$DIGITIZER_HOME` and both files.
    """
    values = _read(config_folder() / "settings.toml")
    chosen_home = home or (Path(os.environ["DIGITIZER_HOME"]) if os.environ.get("DIGITIZER_HOME") else None)
    chosen = file or (Path(os.environ["DIGITIZER_SETTINGS"]) if os.environ.get("DIGITIZER_SETTINGS") else None)
    if chosen is None:
        beside = (chosen_home or default_home()) / "settings.toml"
        chosen = beside if beside.is_file() else None
    if chosen is not None:
        values = _merge(values, _read(chosen))
    if chosen_home is not None:
        values["home"] = chosen_home
    values.setdefault("home", default_home())
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadSettings(f"{chosen or 'config/settings.toml'}: {where}: {first['msg']}") from error
    return settings.model_copy(update={"home": settings.home.expanduser().resolve()})


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSettings(f"{file}: {error}") from error


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
