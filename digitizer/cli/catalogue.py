"""`digitizer catalogue`: the list of procedures, imported, looked at, and what changed in it."""

import re
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from digitizer.app import App, catalogue
from digitizer.classify.catalogue import holds
from digitizer.classify.cells import items
from digitizer.cli import printing
from digitizer.cli.taking import me
from digitizer.errors import NotFound
from digitizer.model import Component, Procedure
from digitizer.store import catalogue as stored
from digitizer.text import fold

EXIT_REFUSED = 4
_SHOWN = 8

program = typer.Typer(
    name="catalogue",
    no_args_is_help=True,
    help="Danh mục thủ tục hành chính: nhập, xem, so sánh. / The catalogue of procedures.",
)


@program.command("import", epilog="Ví dụ / example:  digitizer catalogue import thu-tuc-2026.xlsx --from 2026-07-01")
def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="JSON, JSONL, .xz, CSV, XLSX.")
    ],
    day: Annotated[str, typer.Option("--from", help="Thay đổi có hiệu lực từ ngày / changes hold from (today).")] = "",
    name: Annotated[str, typer.Option("--list", help="Tên danh mục / name of the list (the file's).")] = "",
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help="Tệp là toàn bộ danh mục: mã không còn trong tệp thì hết hiệu lực / what it lacks has ended.",
        ),
    ] = False,
) -> None:
    """Nhập danh mục; nói rõ gì mới, thay đổi, hết hiệu lực, bất thường. / Import a list and say what changed.

    Dòng sai bị từ chối kèm số dòng, các dòng khác vẫn được nhập (mã thoát 4). / Wrong rows are refused by number.
    """
    app: App = context.obj
    if day:
        day = _day(day)
    report = catalogue.take_in(app.records, app.tables, file, me(), name=name, day=day, whole=whole)
    counts = {what: len(report.those(what)) for what in ("new", "changed", "ended", "odd", "refused")}
    print(
        f"{report.rows} dòng / rows: {counts['new']} mới / new, {counts['changed']} thay đổi / changed, "
        f"{counts['ended']} hết hiệu lực / ended, {counts['odd']} điều bất thường / oddities, "
        f"{counts['refused']} bị từ chối / refused"
    )
    for what in ("changed", "ended"):
        _some(report.those(what))
    _oddities(report.those("odd"))
    for one in report.those("refused"):
        print(f"từ chối / refused {file.name}:{one.row}: {one.about['why']}")
    raise typer.Exit(EXIT_REFUSED if counts["refused"] else 0)


@program.command("list")
def list_(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS…", help="Trong mã, tên, lĩnh vực / in code, name, sector.")
    ] = None,
    on: Annotated[str, typer.Option("--on", help="Còn hiệu lực vào ngày / in force on a day.")] = "",
) -> None:
    """Liệt kê thủ tục. / List procedures."""
    wanted = [fold(word) for word in words or ()]
    day = _day(on) if on else ""
    known = context.obj.matching.catalogue
    for row in sorted(known, key=lambda row: row.code):
        version = known.at(row.code, day) or row
        text = fold(f"{version.code} {version.name} {version.sector}")
        if all(word in text for word in wanted) and (not day or holds(version, day)):
            ended = f"\t(đến / to {version.valid_to})" if version.valid_to else ""
            print(f"{version.code}\t{version.name}\t{version.sector}\t{', '.join(version.levels)}{ended}")


@program.command()
def show(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="Mã thủ tục / code.")],
    on: Annotated[str, typer.Option("--on", help="Bản có hiệu lực vào ngày / the version of a day.")] = "",
) -> None:
    """Một thủ tục: thành phần hồ sơ, kết quả, thời hạn, phí, các phiên bản. / One procedure, with its versions."""
    known = context.obj.matching.catalogue
    version = known.at(code, _day(on) if on else "")
    if version is None:
        raise NotFound(
            f"không có thủ tục {code} trong danh mục / there is no procedure {code}: `digitizer catalogue list`"
        )
    out = printing.console()
    out.print(f"[bold]{version.code}[/bold]", end=" ")
    out.print(version.name, markup=False)
    for label, value in _facts(version):
        if value:
            out.print(f"  {label}: {value}", markup=False)
    by = "đọc trọn vẹn / read whole" if version.read_whole else "đọc theo quy tắc / read by rules"
    out.print(f"  thành phần hồ sơ / components (! cần / needed, ? có thể cần / perhaps; {by}):", markup=False)
    for component in version.components:
        out.print(f"    {_component(component)}", markup=False)
    for other in known.versions(code):
        out.print(f"  phiên bản / version: {_days(other)}{'  ←' if other == version else ''}", markup=False)


@program.command()
def unread(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS…", help="Trong mã, tên, lĩnh vực, cấp / in code, name, sector, level."),
    ] = None,
) -> None:
    """Danh mục giấy tờ chưa có người đọc, để đọc rồi ghi vào config/lists.txt. / Lists to be read (docs/lists.md)."""
    app: App = context.obj
    wanted = {fold(word) for word in words or ()}
    for row, mark in catalogue.unread(app.records, app.tables):
        if wanted <= set(re.findall(r"[\w.]+", fold(f"{row.code} {row.name} {row.sector} {row.levels}"))):
            print(f"# {row.code} {mark}\n# {row.name}")
            for case, group in groupby(items(row.components), key=lambda cell: cell.case):
                print(f"# == {case or '--'}")
                for cell in group:
                    print(f"# [{cell.originals}+{cell.copies}] {cell.text}")
            print()


@program.command()
def changes(
    context: typer.Context,
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="Chỉ một mã / of one code.")] = None,
    most: Annotated[int, typer.Option("--limit", min=1, help="Số dòng / how many.")] = 200,
) -> None:
    """Các lần nhập đã thay đổi gì. / What imports changed, the newest first."""
    for row in stored.changes(context.obj.records, code, most):
        about = ", ".join(f"{name}={_plain(value)}" for name, value in row["about"].items())
        print(f"{row['at'][:19]} {row['actor']} {row['file']}:{row['row']} {row['what']} {row['code']} {about}")


def _facts(version: Procedure) -> list[tuple[str, str]]:
    return [
        ("lĩnh vực / sector", version.sector),
        ("cấp / levels", ", ".join(version.levels)),
        ("cơ quan / authority", version.authority),
        ("quyết định công bố / decision", version.decision),
        ("kết quả / result", f"{version.result} {list(version.results)}" if version.results else version.result),
        ("cách thức / ways", "; ".join(f"{way.how}: {way.time or '?'}, {way.fee or '?'}" for way in version.ways)),
        ("hiệu lực / valid", _days(version)),
        ("thay thế / replaces", ", ".join(version.replaces)),
        ("nguồn / source", version.source),
    ]


def _component(one: Component) -> str:
    kinds = "|".join(one.kinds) or "?"
    count = f"{one.originals} chính" + (f" {one.copies} sao" if one.copies else "")
    when = f"  [{one.case or one.condition}]" if one.case or one.condition else ""
    return f"{'?' if one.optional else '!'} {one.name} ({count}; {kinds}){when}"


def _days(version: Procedure) -> str:
    return f"{version.valid_from or '…'} – {version.valid_to or '…'}"


def _some(found: list[stored.Change]) -> None:
    for one in found[:_SHOWN]:
        about = ", ".join(f"{name}={_plain(value)}" for name, value in one.about.items())
        print(f"  {one.what} {one.code}: {about}")
    if len(found) > _SHOWN:
        print(f"  … {len(found) - _SHOWN} nữa / more: `digitizer catalogue changes`")


def _oddities(found: list[stored.Change]) -> None:
    by_why: dict[str, list[str]] = {}
    for one in found:
        by_why.setdefault(one.about["why"].partition(": ")[0], []).append(one.code)
    for why, codes in sorted(by_why.items(), key=lambda item: -len(item[1])):
        more = f" … ({len(codes) - _SHOWN} nữa / more)" if len(codes) > _SHOWN else ""
        print(f"  bất thường / odd, {len(codes)}×: {why}: {' '.join(codes[:_SHOWN])}{more}")


def _plain(value: Any) -> str:  # JSON
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"không phải ngày / no day: {text} (2026-07-01)") from None
