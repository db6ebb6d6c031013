"""What people see: tables and a progress bar, Vietnamese first."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from digitizer.classify.tables import Tables
from digitizer.cli.doubts import doubts

Row = dict[str, Any]

_WIDE = 160
_LINE_EVERY_SECONDS = 5.0
_STATES = {
    "TAKEN": "đã nhận",
    "REFUSED": "từ chối",
    "QUARANTINED": "cách ly",
    "RECEIVED": "chờ xử lý",
    "WORKING": "đang xử lý",
    "DONE": "xong",
    "FAILED": "lỗi",
    "REVIEW": "cần xem lại",
    "READY": "sẵn sàng",
    "RELEASED": "đã phát hành",
}
_SHOWN_ABOVE = ("type", "id", "kind", "state", "fields", "places", "history")
_COLUMNS = (
    "Tệp / file",
    "Trang",
    "Loại / kind",
    "Số / number",
    "Ngày",
    "Cơ quan / issuer",
    "Trạng thái / status",
    "Mã / id",
)
_COLOURS = {"READY": "green", "RELEASED": "green", "REVIEW": "yellow", "REFUSED": "red", "FAILED": "red"}


def console(*, stderr: bool = False) -> Console:
    """A console that obeys NO_COLOR and is wide enough for tables when piped."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else _WIDE
    return Console(stderr=stderr, width=width, highlight=False)


def state(name: str) -> str:
    """`READY · sẵn sàng`, coloured."""
    text = f"{name} · {_STATES.get(name, name)}"
    colour = _COLOURS.get(name)
    return f"[{colour}]{text}[/{colour}]" if colour else text


class Pages:
    """Progress over pages: a bar on a terminal, a line now and then into a pipe."""

    def __init__(self, *, quiet: bool) -> None:
        """`quiet`: nothing is shown unless stderr is a terminal."""
        self._total = self._done = 0
        self._files = 0
        self._told = time.monotonic()
        self._tty = sys.stderr.isatty()
        self._quiet = quiet
        self._bar = Progress(
            TextColumn("[bold]Số hóa[/bold] / digitizing"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("trang / pages"),
            TimeRemainingColumn(),
            console=console(stderr=True),
            disable=not self._tty,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> "Pages":  # noqa: PYI034  # never subclassed
        """Show it."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave it as it stands."""
        self._bar.stop()

    def expect(self, pages: int) -> None:
        """So many more pages are to be read, of one more file."""
        self._files += 1
        self._total += pages
        self._bar.update(self._task, total=self._total)

    def one(self, _scan: str) -> None:
        """One page is read."""
        self._done += 1
        self._bar.update(self._task, completed=min(self._done, self._total))

    def tick(self) -> None:
        """Say how far it is, when nobody sees a bar."""
        if not self._tty and not self._quiet and time.monotonic() - self._told > _LINE_EVERY_SECONDS:
            self._told = time.monotonic()
            text = f"đã đọc {self._done}/{self._total} trang của {self._files} tệp / pages read"
            text = text if self._total else "đang làm lại giấy tờ, không phải đọc trang nào / working papers out again"
            print(text, file=sys.stderr, flush=True)


def report(rows: Iterable[Row], tables: Tables) -> None:
    """The table of a run: a line a document, then what was refused or failed, then the sums."""
    rows = list(rows)
    table = Table(header_style="bold", title_justify="left")
    for title in _COLUMNS:
        table.add_column(title, overflow="fold")
    documents = [row for row in rows if row["type"] == "document"]
    common = _common([page["file"] for row in documents for page in row["pages"]])
    if common:
        table.title = f"{common}…"
    for row in documents:
        table.add_row(
            _files(row, common),
            _pages(row),
            tables.kinds[row["kind"]].title + (" ?" if row["unsure"] else ""),
            _first(row, "number"),
            _first(row, "issued"),
            _first(row, "issuer"),
            state(row["state"]) + (f"\n= {row['duplicate_of']}" if row["duplicate_of"] else ""),
            row["id"],
        )
    out = console()
    if documents:
        out.print(table)
    for row in rows:
        if row["type"] == "arrival" and row["reason"]:
            out.print(f"[red]Từ chối / refused[/red] {row['file']}: {row['reason']['vi']} / {row['reason']['en']}")
        if row["type"] == "scan" and row["state"] == "FAILED":
            name = f"{row['file']}/{row['member']}" if row["member"] else row["file"]
            why = "; ".join(problem["message"] for problem in row["problems"])
            out.print(f"[red]Lỗi / failed[/red] {name} ({row['id']}): {why}")
    out.print(_sums(rows))


def _sums(rows: list[Row]) -> str:
    arrivals = [row for row in rows if row["type"] == "arrival"]
    scans = [row for row in rows if row["type"] == "scan"]
    documents = [row for row in rows if row["type"] == "document"]
    pages = sum(len(scan["pages"]) for scan in scans)
    left = sum(1 for scan in scans for page in scan["pages"] if page["left_out"])
    by_state = {name: sum(row["state"] == name for row in documents) for name in ("READY", "REVIEW", "RELEASED")}
    states = ", ".join(f"{number} {state(name)}" for name, number in by_state.items() if number)
    refused = sum(row["state"] == "REFUSED" for row in arrivals)
    failed = sum(row["state"] == "FAILED" for row in scans)
    return (
        f"{len(arrivals)} tệp nhận / arrivals ({refused} từ chối / refused), {len(scans)} tệp quét / scans "
        f"({failed} lỗi / failed), {pages} trang / pages ({left} trắng hoặc tờ ngăn / left out), "
        f"{len(documents)} giấy tờ / documents: {states or '0'}"
    )


def hits(rows: list[Row], tables: Tables, *, more: bool) -> None:
    """The hits of a search, best first; `more`: there may be others behind them."""
    out = console()
    for number, row in enumerate(rows, 1):
        head = " · ".join(
            part for part in (tables.kinds[row["kind"]].title, row["number"], row["issued"], row["issuer"]) if part
        )
        out.print(f"[bold]{number}. {head}[/bold]", markup=True)
        out.print(f"   {row['file']}, trang / page {row['page']} · {row['document']}", markup=False)
        out.print(f"   {row['snippet']}", markup=False)
    if not rows:
        out.print("Không tìm thấy / nothing found")
    elif more:
        out.print(f"Xem tiếp / more: --after {rows[-1]['cursor']}", markup=False)


def duplicates(rows: list[Row], tables: Tables, *, more: bool) -> None:
    """Copies and what they are copies of; `more`: there may be others behind them."""
    out = console()
    for row in rows:
        head = " · ".join(part for part in (tables.kinds[row["kind"]].title, row["number"], row["issued"]) if part)
        out.print(f"[bold]{head}[/bold] · {state(row['state'])}")
        out.print(f"   {row['id']}  {row['at']}", markup=False)
        out.print(f" = {row['duplicate_of']}  {row['first_at']} ({row['first_state']})", markup=False)
    if not rows:
        out.print("Không có bản quét trùng nào chờ quyết định / no copies to decide on")
    elif more:
        out.print(f"Xem tiếp / more: --after {rows[-1]['id']}", markup=False)


def _common(files: list[str]) -> str:
    """The folder that all files lie in, with its slash; empty when there is none."""
    try:
        folder = os.path.commonpath([file.rpartition("/")[0] for file in files])
    except ValueError:  # no files, or paths from the root among others
        folder = ""
    return f"{folder}/" if folder else ""


def about(row: Row, tables: Tables) -> None:
    """What is known of one thing: a line a fact, problems and files by name, history at the end."""
    out = console()
    kind = f" · {tables.kinds[row['kind']].title}" if row.get("kind") in tables.kinds else ""
    shown = f" · {state(row['state'])}" if row.get("state") else ""
    out.print(f"[bold]{row['type']} {row['id']}[/bold]{kind}{shown}")
    fields = row.get("fields", {})
    for name, values in fields.items():
        for value in values:
            part = f"/{value['part']}" if value["part"] else ""
            unsure = " ?" if value["unsure"] else ""
            where = f"(trang / page {value['page']}, {value['confidence']:.2f}, {value['by']})"
            out.print(f"  {name}{part} = {value['normalised']}{unsure}  {where}", markup=False)
            if why := doubts(value):
                out.print(f"      ? {why}", markup=False)
    for place in row.get("places", []):
        now = "; ".join(unit["name"] for unit in place["now"])
        was = f"  (trước / before: {'; '.join(unit['name'] for unit in place['were'])})" if place["were"] else ""
        out.print(f"  {place['field']}: {place['text']} → nay / now: {now}{was}", markup=False)
    for name, value in row.items():
        if name not in _SHOWN_ABOVE and value not in (None, [], {}, ""):
            out.print(f"  {name}: {_plain(value)}", markup=False)
    for event in row.get("history", []):
        told = f"  {event['at']} {event['actor']} {event['what']} {_plain(event['about'])}"
        out.print(told, markup=False, style="dim")


def sheet(name: str, rows: Sequence[Sequence[str]]) -> None:
    """A table of a paper under its name."""
    shown = Table(title=name, title_justify="left", show_header=False, show_lines=True)
    for row in rows:
        shown.add_row(*map(escape, row))
    console().print(shown)


def _plain(value: object) -> str:
    """A value on one line, or its parts on lines of their own where it holds many facts."""
    if isinstance(value, dict):
        return ", ".join(f"{name}={_plain(part)}" for name, part in value.items() if part not in (None, [], {}, ""))
    if isinstance(value, list):
        joined = ", ".join(_plain(part) for part in value)
        return joined if len(joined) < _WIDE // 2 else "".join(f"\n    - {_plain(part)}" for part in value)
    return str(value)


def _files(row: Row, common: str) -> str:
    return "\n".join(dict.fromkeys(page["file"].removeprefix(common) for page in row["pages"]))


def _pages(row: Row) -> str:
    numbers = [page["page"] for page in row["pages"]]
    return f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else str(numbers[0])


def _first(row: Row, name: str) -> str:
    values = row["fields"].get(name)
    return f"{values[0]['normalised']}{' ?' if values[0]['unsure'] else ''}" if values else ""
