"""`digitizer pages`: what a clerk does to the pages of papers."""

import re
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from digitizer.app import App, sheets
from digitizer.app.contents import contents
from digitizer.app.laid import chosen
from digitizer.app.turning import pose
from digitizer.classify.tables import Tables
from digitizer.cli import printing
from digitizer.cli.taking import me
from digitizer.cli.working import AsJson, Id, print_json, work
from digitizer.errors import Conflict
from digitizer.model import Document

program = typer.Typer(
    no_args_is_help=True,
    help="Tách, ghép, chuyển, xoay, bỏ trang của giấy tờ; mọi thao tác đều hoàn tác được, không trang nào mất. / "
    "Split, join, move, turn and delete pages; all of it can be undone, and no page is ever lost.",
)
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_WHAT = {
    "split": "tách / split",
    "join": "ghép / joined",
    "move": "chuyển trang / moved",
    "turn": "xoay trang / turned",
    "delete": "bỏ trang / deleted",
    "restore": "lấy lại trang / restored",
}
_WHY = {"blank": "trang trắng / blank", "separator": "tờ ngăn / separator", "deleted": "đã bỏ / deleted"}
Paper = Annotated[str, typer.Argument(metavar="GIẤY_TỜ", help="Mã giấy tờ d… / document id.")]
Numbers = Annotated[
    str, typer.Argument(metavar="TRANG", help="Trang của giấy tờ, từ 1 / its pages, from 1: 2   2-4   1,3,5-7")
]
Before = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Đặt trước trang N của giấy tờ đích / before its page N.")
]


@program.command("list", epilog="Ví dụ / example:  pages list s1m8…")
def listing(context: typer.Context, target: Id, as_json: AsJson = False) -> None:
    """Từng trang, trang đã bỏ ra, và các thao tác đã làm. / Every page, what was left out, and what was changed."""
    app: App = context.obj
    rows = list(contents(app.records, target))
    if as_json:
        print_json(rows)
    else:
        _show(rows, app.tables)


@program.command(epilog="Ví dụ / examples:  pages split d1m8… 3   ·   pages split d1m8… 3,5")
def split(
    context: typer.Context,
    paper: Paper,
    before: Annotated[
        str, typer.Argument(metavar="TRANG", help="Trang đầu của giấy tờ mới / where new ones begin.")
    ],
) -> None:
    """Tách một giấy tờ thành nhiều giấy tờ. / Part a document; the first part keeps its id."""
    app: App = context.obj
    _finish(app, sheets.split(app.records, _seen(app, paper), _numbers(before), me()))


@program.command(epilog="Ví dụ / example:  pages join d1m8… d1m9…")
def join(
    context: typer.Context,
    papers: Annotated[list[str], typer.Argument(metavar="GIẤY_TỜ…", help="Theo thứ tự muốn ghép / in this order.")],
) -> None:
    """Ghép các giấy tờ thành một. / Make one document of several; it keeps the id of the first."""
    app: App = context.obj
    _finish(app, sheets.join(app.records, [_seen(app, one) for one in papers], me()))


@program.command(epilog="Ví dụ / examples:  pages move d1… 4 --to d2… --before 1   ·   pages move d1… 3 --before 1")
def move(
    context: typer.Context,
    paper: Paper,
    numbers: Numbers,
    to: Annotated[str | None, typer.Option(metavar="GIẤY_TỜ", help="Sang giấy tờ này / into this document.")] = None,
    before: Before = None,
    new: Annotated[bool, typer.Option("--new", help="Thành giấy tờ mới / into a new document.")] = False,
) -> None:
    """Chuyển trang sang giấy tờ khác hoặc chỗ khác. / Move pages to another document, or to another place."""
    app: App = context.obj
    if new and (to or before):
        raise Conflict("--new không đi cùng --to, --before / --new goes with neither --to nor --before")
    seen = _seen(app, paper)
    target = None if new else _seen(app, to) if to else seen
    _finish(app, sheets.move(app.records, seen, _numbers(numbers), me(), to=target, before=before))


@program.command(epilog="Ví dụ / example:  pages turn d1m8… 2-3 90")
def turn(
    context: typer.Context,
    paper: Paper,
    numbers: Numbers,
    degrees: Annotated[int, typer.Argument(metavar="ĐỘ", help="90, 180, 270: theo chiều kim đồng hồ / clockwise.")],
) -> None:
    """Xoay trang rồi đọc lại. / Turn pages clockwise from how they stand now; they are read again."""
    app: App = context.obj
    if degrees not in sheets.TURNS[1:]:
        raise Conflict("chỉ xoay được 90, 180 hoặc 270 độ / a page is turned by 90, 180 or 270 degrees")
    seen = _seen(app, paper)
    upright = {
        seen.pages.index(ref) + 1: (pose(app.records.page(ref.scan, ref.page)) + degrees) % 360
        for ref in chosen(seen, _numbers(numbers))
    }
    _finish(app, sheets.turn(app.records, seen, upright, me()))


@program.command(epilog="Ví dụ / example:  pages delete d1m8… 5")
def delete(context: typer.Context, paper: Paper, numbers: Numbers) -> None:
    """Bỏ trang ra khỏi giấy tờ; trang vẫn còn, lấy lại được. / Set pages aside; they stay, and can be restored."""
    app: App = context.obj
    _finish(app, sheets.delete(app.records, _seen(app, paper), _numbers(numbers), me()))


@program.command(epilog="Ví dụ / examples:  pages restore s1m8… 5   ·   pages restore s1m8… 5 --to d1m8… --before 2")
def restore(
    context: typer.Context,
    scan: Annotated[str, typer.Argument(metavar="TỆP_QUÉT", help="Mã tệp quét s… / scan id.")],
    numbers: Annotated[str, typer.Argument(metavar="TRANG", help="Số trang trong tệp / page numbers in the file.")],
    to: Annotated[str | None, typer.Option(metavar="GIẤY_TỜ", help="Vào giấy tờ này / into this document.")] = None,
    before: Before = None,
) -> None:
    """Lấy lại trang đã bỏ ra (cả trang trắng, tờ ngăn). / Take back pages that were left out, blank ones too."""
    app: App = context.obj
    target = _seen(app, to) if to else None
    _finish(app, sheets.restore(app.records, scan, _numbers(numbers), me(), to=target, before=before))


@program.command(epilog="Ví dụ / examples:  pages undo s1m8…   ·   pages undo d1m8… --times 3")
def undo(
    context: typer.Context,
    target: Id,
    times: Annotated[int, typer.Option(min=1, help="Hoàn tác mấy lần / how many changes.")] = 1,
) -> None:
    """Hoàn tác thao tác trang gần nhất. / Undo the last change of pages, or the last few."""
    app: App = context.obj
    for _ in range(times):
        _finish(app, sheets.undo(app.records, target, me()), undone=True)


def _seen(app: App, document: str) -> Document:
    return app.records.document(document)


def _numbers(text: str) -> list[int]:
    """`1,3,5-7` → 1 3 5 6 7; raises Conflict."""
    found: list[int] = []
    for part in text.replace(" ", "").split(","):
        ends = _RANGE.fullmatch(part)
        if ends is None:
            raise Conflict(f"{text!r}: viết số trang như 2 hoặc 2-4 hoặc 1,3,5-7 / write page numbers like these")
        found += range(int(ends[1]), int(ends[2] or ends[1]) + 1)
    return found


def _finish(app: App, done: sheets.Done, *, undone: bool = False) -> None:
    """Say what was done and how it is undone, then work out the papers again."""
    change, after = done.change, [one.document.id for one in done.change.after]
    if undone:
        print(f"Đã hoàn tác lần sửa {change.number} / change {change.number} ({change.what}) is undone")
    else:
        back = next(iter(after), next(iter(change.scans)))
        print(f"Đã {_WHAT[change.what]} (lần sửa {change.number}); hoàn tác / undo: digitizer pages undo {back}")
    work(app, done.scans, after)


def _show(rows: list[dict[str, Any]], tables: Tables) -> None:
    table = Table(header_style="bold")
    for title in ("Giấy tờ / document", "Trang", "Tệp / file", "Trang tệp", "Xoay / turned", "Chữ đầu trang / begins"):
        table.add_column(title, overflow="fold")
    last = ""
    for row in (row for row in rows if row["type"] != "change"):
        place, whose = str(row.get("place", "–")), ""
        if row["type"] == "left_out":
            whose = f"{row['scan']} [yellow]{_WHY[row['why']]}[/yellow]"
        elif row["document"] != last:
            last = row["document"]
            whose = f"{last} {tables.kinds[row['kind']].title}"
        turned = f"{row['turned']}°" if row["turned"] else ""
        waits = " (chờ đọc lại / to be read again)" if row["waits"] else ""
        begins = escape(row["begins"]) or ("(trắng / blank)" if row["blank"] else "")
        table.add_row(whose, place, escape(row["file"].rpartition("/")[2]), str(row["page"]), turned, begins + waits)
    out = printing.console()
    out.print(table)
    for row in (row for row in rows if row["type"] == "change"):
        back = f" – hoàn tác / undone {row['undone_at']} {row['undone_by']}" if row["undone_at"] else ""
        told = f"{row['number']}. {row['at']} {row['actor']}: {_WHAT[row['what']]} {' '.join(row['documents'])}{back}"
        out.print(told, markup=False, style="dim" if back else None)
