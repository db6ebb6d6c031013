"""`digitizer move-store`: everything into other stores, from one machine to many or back."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import make_url

from digitizer import settings
from digitizer.app import App
from digitizer.app.move import Moved, move
from digitizer.cli.printing import console
from digitizer.settings import Settings

EXIT_LOST = 7
_LINE_EVERY = 5000


def move_store(
    context: typer.Context,
    to: Annotated[
        Path,
        typer.Argument(metavar="TO.toml", exists=True, dir_okay=False, help="Cấu hình của kho mới / the new settings."),
    ],
) -> None:
    """Chuyển toàn bộ bản ghi và tệp sang kho khác. / Move all records and blobs into other stores.

    TO.toml là cấu hình sẽ dùng về sau: records_url, [blobs]. Kho mới phải rỗng; kho cũ giữ nguyên. Bị ngắt thì chạy
    lại. Dừng worker và watch trước.
    TO.toml holds the settings from then on: records_url, [blobs]. The new stores must be empty; the old ones stay as
    they are. After an interruption run it again. Stop workers and watch first.
    """
    source: App = context.obj
    home = None if "home" in tomllib.loads(to.read_text(encoding="utf-8")) else source.settings.home
    with App(settings.load(to, home)) as target, Steps() as steps:
        moved = move(source, target, steps.step)
    _tell(moved, target.settings, to)
    raise typer.Exit(EXIT_LOST if moved.lost else 0)


class Steps:
    """A bar for each thing that goes on; lines into a pipe."""

    def __init__(self) -> None:
        self._tty = sys.stderr.isatty()
        self._tasks: dict[str, object] = {}
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console(stderr=True),
            disable=not self._tty,
        )

    def __enter__(self) -> "Steps":  # noqa: PYI034  # never subclassed
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def step(self, what: str, done: int, total: int | None) -> None:
        if not self._tty and (what not in self._tasks or done % _LINE_EVERY == 0):
            print(f"{what}: {done}{f'/{total}' if total else ''}", file=sys.stderr, flush=True)
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done)  # type: ignore[arg-type]


def _tell(moved: Moved, now: Settings, to: Path) -> None:
    """What was moved, and what to do next."""
    for name, number in moved.counts.items():
        print(f"{name}: {number}")
    for sha256 in sorted(moved.lost):
        print(f"không chuyển được, hỏng hoặc mất ở kho cũ / not moved, damaged or missing in the old store: {sha256}")
    print("đã so sánh hai bên: giống nhau / both sides were compared and are the same" if not moved.lost else "")
    shown = {name: value for name, value in now.blobs.options.items() if name not in ("access_key", "secret_key")}
    options = ", ".join(f"{name} = {json.dumps(value)}" for name, value in shown.items())
    print(f"Từ nay dùng cấu hình {to} / from now on use these settings (--settings, or home/settings.toml):")
    print(f'    home = "{now.home}"')
    print(f'    records_url = "{make_url(now.database).render_as_string(hide_password=True)}"')
    print(f'    [blobs]\n    use = "{now.blobs.use}"\n    options = {{ {options} }}')
    print("Kho cũ giữ nguyên; xóa khi đã chắc chắn. / The old stores are as they were; delete them when you are sure.")
