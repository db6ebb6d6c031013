"""`digitizer backfill …`: a campaign from its manifest to the report that is handed over."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from digitizer.app import App
from digitizer.app.campaign import words
from digitizer.app.campaign.account import UNIT, Account, UnitAccount
from digitizer.app.campaign.manifest import read_manifest, units_of_names
from digitizer.app.campaign.pace import Pace, pace
from digitizer.app.campaign.report import Handover, write_pdf, write_xlsx
from digitizer.app.crew import Crew
from digitizer.cli import printing
from digitizer.cli.taking import me, resumable, take_all
from digitizer.store import campaigns, seals
from digitizer.store.events import timestamp

EXIT_DIFFERENCES = 8

program = typer.Typer(no_args_is_help=True, help="Số hóa bù theo đợt, có danh mục đối chiếu. / Backfill campaigns.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Tên đợt số hóa / the campaign's name.")]
AsJson = Annotated[bool, typer.Option("--json", help="In ra JSON / as JSON.")]


@program.command(epilog="Ví dụ / examples:  new 'Hộ tịch 2009' danh-muc.csv   ·   new 'Lưu trữ' --names ten-tep.txt")
def new(
    context: typer.Context,
    name: Name,
    manifest: Annotated[Path, typer.Argument(metavar="MANIFEST", help="Danh mục CSV / the list, CSV.")],
    names: Annotated[
        bool, typer.Option("--names", help="MANIFEST là danh sách tên tệp, hoặc thư mục, theo TT 05/2025 / file names.")
    ] = False,
) -> None:
    """Lập đợt số hóa bù từ danh mục hộp, sổ, hồ sơ. / A new campaign from its manifest (docs/operate.md)."""
    listed = _names(manifest) if names else []
    units = units_of_names(listed, manifest) if names else read_manifest(manifest)
    data = "\n".join(listed).encode() if names else manifest.read_bytes()
    about = {"manifest": manifest.name, "sha256": hashlib.sha256(data).hexdigest(), "by": me()}
    campaigns.create(context.obj.records, name, about, (UNIT.dump_python(unit, mode="json") for unit in units))
    sheets = sum(unit.sheets or 0 for unit in units)
    print(f"{name}: {len(units)} đơn vị / units, {sheets} tờ / sheets")


@program.command(epilog="Ví dụ / example:  add 'Hộ tịch 2009' /srv/quet/2009   (chạy lại được / may be run again)")
def add(
    context: typer.Context,
    name: Name,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Tệp hoặc thư mục / files or folders.")],
    wait: Annotated[bool, typer.Option(help="Chờ đọc xong / wait until all is read.")] = True,
) -> None:
    """Nộp tệp quét vào đợt, theo làn số hóa bù. / Feed scans into the campaign, through the backfill lane."""
    app: App = context.obj
    with resumable(), printing.Pages(quiet=False) as progress, Crew(app, progress.one) as crew:
        app.resume()
        taken = take_all(app, paths, crew, progress, lane="backfill", campaign=name)
        if wait:
            crew.wait(taken.scans, progress.tick)
    _print_pace(name, pace(app.records, name))
    raise typer.Exit(1 if taken.missed else 0)


@program.command()
def status(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Đã đọc bao nhiêu, nhanh chậm ra sao, bao giờ xong. / How far, how fast, until when."""
    app: App = context.obj
    paused, found = campaigns.get(app.records, name).paused, pace(app.records, name)
    if as_json:
        print(json.dumps({"name": name, "paused": paused, **asdict(found), "progress": found.progress._asdict()}))
        return
    _print_pace(name, found)
    if paused:
        print("đang tạm dừng / paused: digitizer backfill resume")


@program.command(epilog="Ví dụ / example:  report 'Hộ tịch 2009' ban-giao/")
def report(
    context: typer.Context,
    name: Name,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Ghi PDF, XLSX vào / write them to.")] = None,
    as_json: AsJson = False,
) -> None:
    """Đối chiếu danh mục với kết quả, từng tờ, từng số. / Expected against found, sheet by sheet.

    Mã thoát / exit code 0: đủ cả / all is there, once; 8: có sai lệch / there are differences.
    """
    app: App = context.obj
    campaign = campaigns.get(app.records, name)
    with printing.console(stderr=True).status("…") as shown:
        account = Account(app.records, name, lambda done: shown.update(f"đối chiếu / comparing {done + 1}"))
        units = list(account.units())
    if as_json:
        for one in units:
            print(json.dumps(_row(one), ensure_ascii=False))
    else:
        _print_units(units, account)
    if folder is not None:
        last = seals.newest(app.seals)
        told = Handover(
            campaign=campaign,
            account=account,
            units=units,
            made=timestamp()[:16].replace("T", " "),
            office=app.settings.office,
            root=last.root if last else "",
        )
        _write(told, folder)
    wrong = account.foreign or account.refused or account.twice or not all(one.complete for one in units)
    raise typer.Exit(EXIT_DIFFERENCES if wrong else 0)


@program.command()
def pause(context: typer.Context, name: Name) -> None:
    """Tạm dừng: trang đang đọc thì đọc nốt. / Pause; pages at hand are finished."""
    campaigns.pause(context.obj.records, name, paused=True)
    print(f"{name}: tạm dừng / paused")


@program.command()
def resume(
    context: typer.Context, name: Name, wait: Annotated[bool, typer.Option(help="Chờ đọc xong / wait.")] = True
) -> None:
    """Làm tiếp đợt đã tạm dừng. / Go on with a paused campaign."""
    app: App = context.obj
    campaigns.pause(app.records, name, paused=False)
    with app.records.reading() as db:
        left = [scan.id for scan in campaigns.scans_of(db, name)]
    with resumable(), printing.Pages(quiet=False) as progress, Crew(app, progress.one) as crew:
        progress.expect(app.pages_waiting(left))
        app.queue_scans(left)
        if wait:
            crew.wait(left, progress.tick)
    _print_pace(name, pace(app.records, name))


@program.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Các đợt số hóa bù. / The campaigns."""
    for one in campaigns.every(context.obj.records):
        if as_json:
            print(json.dumps(one._asdict(), ensure_ascii=False))
        else:
            print(f"{one.name}\t{one.created[:16]}\t{one.about['manifest']}{' · tạm dừng / paused' * one.paused}")


def _names(source: Path) -> list[str]:
    """File names: those in a folder and below, or the lines of a text file."""
    if source.is_dir():
        return sorted(name for _, _, names in os.walk(source) for name in names)
    return [line.strip() for line in source.read_text(encoding="utf-8-sig").splitlines() if line.strip()]


def _row(one: UnitAccount) -> dict[str, Any]:
    findings = [asdict(finding) | {"text": words.sentence(finding)} for finding in one.findings]
    return asdict(one) | {"name": one.unit.name, "complete": one.complete, "findings": findings}


def _print_units(units: list[UnitAccount], account: Account) -> None:
    out = printing.console()
    table = Table(header_style="bold")
    for title in ("Dòng", "Đơn vị / unit", "Sai lệch / differences"):
        table.add_column(title, overflow="fold")
    for one in units:
        told = [*map(words.sentence, one.findings), *(f"Không đọc được: {place}" for place in one.failed)]
        if told or one.waiting or not one.files:
            table.add_row(str(one.unit.line), one.unit.name, "\n".join(told) or words.result(one))
    if table.row_count:
        out.print(table)
    for label, number in words.sums(units):
        out.print(f"{number:>8}  {label}")
    for label, number in (
        ("Tệp không thuộc danh mục / files outside the manifest", len(account.foreign)),
        ("Tệp bị từ chối / files refused", len(account.refused)),
        ("Tệp nằm ở nhiều đơn vị / files in several units", len(account.twice)),
    ):
        out.print(f"{number:>8}  {label}")


def _print_pace(name: str, found: Pace) -> None:
    progress = found.progress
    states = ", ".join(f"{number} {state}" for state, number in sorted(progress.scans.items()))
    done_at = found.done_at or "chưa rõ / can't be told"
    print(f"{name}: {found.units} đơn vị / units; {sum(progress.arrivals.values())} tệp / arrivals; {states or '0'}")
    print(f"  {progress.read}/{progress.pages} trang đã đọc / pages read; danh mục / expected {found.expected}")
    print(f"  {found.an_hour:.0f} trang một giờ / pages an hour; còn / left {found.left}; xong lúc / done at {done_at}")


def _write(told: Handover, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"ban-giao_{told.made.replace(' ', '_').replace(':', '')}"
    write_pdf(told, folder / f"{stem}.pdf")
    write_xlsx(told, folder / f"{stem}.xlsx")
    print(folder / f"{stem}.pdf")
    print(folder / f"{stem}.xlsx")
