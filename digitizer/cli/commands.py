"""The commands.  Each is a thin skin over `App`; help is Vietnamese first, English beside it."""

import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from digitizer import __version__, logs, settings
from digitizer.app import App, desk, drawing, face, health, tabling
from digitizer.app.crew import Crew
from digitizer.cli import catalogue, duplicates, pages, printing, quarantine
from digitizer.cli.audit import audit
from digitizer.cli.backfill import program as backfill_program
from digitizer.cli.backup import backup_command, restore_command
from digitizer.cli.kinds import kinds
from digitizer.cli.move import move_store
from digitizer.cli.moving import failed, resume, retry, status
from digitizer.cli.taking import me, resumable, take_all
from digitizer.cli.watching import watch
from digitizer.cli.working import AsJson, Id, print_json, work
from digitizer.errors import DigitizerError, Refused
from digitizer.store.search import Filters, search

EXIT_REFUSED = 4
EXIT_FAILED = 1

program = typer.Typer(
    name="digitizer",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Số hóa hồ sơ, giấy tờ hành chính thành bản ghi điện tử tìm kiếm được.\n\n"
    "Turns paper of Vietnamese public offices into searchable electronic records.",
    epilog="Ví dụ / examples:  digitizer run ~/scan   ·   digitizer search 'quyet dinh cap phep'   ·   "
    "digitizer correct d1m8… number=123/QĐ-UBND",
)

program.add_typer(catalogue.program)



@program.callback()
def _common(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="Thư mục dữ liệu / data folder ($DIGITIZER_HOME).")] = None,
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="Tệp cấu hình TOML / settings file ($DIGITIZER_SETTINGS).")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Nhật ký chi tiết / more log.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Phiên bản / version.")] = False,
) -> None:
    if version:
        print(f"digitizer {__version__}")
        raise typer.Exit
    chosen = settings.load(settings_file, home)
    logs.set_up(chosen.logs.form, "info" if verbose else chosen.logs.level)
    context.obj = App(chosen)
    context.call_on_close(context.obj.close)


@program.command(epilog="Ví dụ / examples:  digitizer run scans/   ·   digitizer run a.pdf b.tif --json > found.jsonl")
def run(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Tệp hoặc thư mục / files or folders.")],
    as_json: AsJson = False,
    words: Annotated[bool, typer.Option("--words", help="Với --json: cả từng từ / each word too.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Nhận lại tệp đã biết / take known files again.")] = False,
    backfill: Annotated[bool, typer.Option("--backfill", help="Làn số hóa bù / the backfill lane.")] = False,
    wait: Annotated[bool, typer.Option(help="Chờ xong mới báo cáo / wait until all is done.")] = True,
) -> None:
    """Nhận, số hóa và báo cáo. / Take in, digitize, report.

    Chạy lại cùng lệnh sau khi bị ngắt: việc dở dang được làm tiếp, không mất, không trùng.
    After an interruption run the same command again: it goes on where it was; nothing is lost or doubled.
    Exit code 0: all done; 4: something was refused; 1: something failed.
    """
    app: App = context.obj
    lane = "backfill" if backfill else "live"
    with resumable(), printing.Pages(quiet=as_json) as progress, Crew(app, progress.one) as crew:
        app.resume()
        taken = take_all(app, paths, crew, progress, lane=lane, again=again)
        if wait:
            crew.wait(taken.scans, progress.tick)
    rows = []
    for row in face.lines_of(app.records, list(dict.fromkeys(taken.arrivals)), words=words):
        if row.get("state") == "QUARANTINED":  # the records know no name of it; who gave it does
            row["file"] = taken.files[row["id"]]
        if as_json:
            print_json([row])
        rows.append(_without_text(row))
    if not as_json:
        printing.report(rows, app.tables)
        if taken.passed:
            print(f"{taken.passed} tệp bỏ qua theo cấu hình intake.ignore / files passed over by the settings")
    raise typer.Exit(EXIT_FAILED if taken.missed else _exit_code(rows))


@program.command(
    "search",
    epilog="Ví dụ / examples:  search 'quyết định cấp phép'   ·   search '\"đăng ký khai sinh\"'   ·   "
    "search 123/qd-ubnd   ·   search giay* --kind giay_khai_sinh --from 2020-01-01",
)
def search_command(
    context: typer.Context,
    query: Annotated[list[str] | None, typer.Argument(metavar="QUERY…", help="Có dấu hoặc không dấu.")] = None,
    kind: Annotated[str | None, typer.Option(help="Loại giấy tờ (slug) / kind; see `digitizer kinds`.")] = None,
    number: Annotated[str | None, typer.Option(help="Số, ký hiệu / document number.")] = None,
    date_from: Annotated[str | None, typer.Option("--from", help="Từ ngày / issued from, 2020-01-31.")] = None,
    date_to: Annotated[str | None, typer.Option("--to", help="Đến ngày / issued until.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Cơ quan ban hành / part of the issuer's name.")] = None,
    procedure: Annotated[str | None, typer.Option(help="Mã thủ tục / procedure code.")] = None,
    dossier: Annotated[str | None, typer.Option(help="Mã hồ sơ / dossier id or code.")] = None,
    status: Annotated[str | None, typer.Option(help="REVIEW, READY hoặc RELEASED.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Số kết quả / how many.")] = 20,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="Xem tiếp sau đó / go on behind it")] = None,
    as_json: AsJson = False,
) -> None:
    """Tìm giấy tờ, có dấu hay không dấu. / Find papers, with or without tone marks."""
    app: App = context.obj
    filters = Filters(
        kind=kind,
        number=number,
        date_from=date_from,
        date_to=date_to,
        issuer=issuer,
        procedure=procedure,
        dossier=dossier,
        status=status,
    )
    rows = [face.hit_row(hit) for hit in search(app.records, " ".join(query or []), filters, limit, after)]
    if as_json:
        print_json(rows)
    else:
        printing.hits(rows, app.tables, more=len(rows) == limit)


@program.command()
def show(context: typer.Context, target: Id, as_json: AsJson = False) -> None:
    """Những gì đã biết về một mã: vấn đề, lịch sử, vị trí tệp. / What is known of an id."""
    app: App = context.obj
    known = desk.about(app.records, app.blobs, target)
    if as_json:
        print_json([known])
    else:
        printing.about(known, app.tables)


@program.command(epilog="Ví dụ / example:  digitizer redo s1m8… --from read")
def redo(
    context: typer.Context,
    target: Id,
    step: Annotated[str, typer.Option("--from", help="look, read, correct, split, kind, fields, procedure, …")],
) -> None:
    """Làm lại từ một bước; chỉnh sửa của cán bộ được giữ. / Run again from a step; corrections are kept."""
    work(context.obj, desk.redo(context.obj.records, target, step, me()))


@program.command(epilog="Ví dụ / examples:  correct d1m8… kind=quyet_dinh   ·   correct d1m8… person/child='Lê Thị Na'")
def correct(
    context: typer.Context,
    target: Id,
    changes: Annotated[list[str], typer.Argument(metavar="CHANGE…", help="kind=SLUG, NAME=VALUE, NAME/PART=VALUE")],
) -> None:
    """Sửa loại hoặc trường của giấy tờ. / Correct a document's kind or fields; survives every redo."""
    app: App = context.obj
    work(app, [desk.correct(app.records, app.tables, target, change, me()) for change in changes][-1:])


@program.command()
def release(
    context: typer.Context,
    targets: Annotated[list[str], typer.Argument(metavar="ID…", help="Mã giấy tờ / document ids.")],
    reviewed: Annotated[bool, typer.Option("--reviewed", help="Đã xem bản REVIEW / I have looked at it.")] = False,
) -> None:
    """Phát hành bản ghi chính thức. / Make records official."""
    for document in desk.release(context.obj.records, context.obj.blobs, targets, me(), reviewed=reviewed):
        print(f"{document.id} {document.state}")


@program.command()
def export(
    context: typer.Context,
    target: Id,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục đích / where to.")],
) -> None:
    """Xuất PDF/A, JSON, văn bản và bản gốc. / Write PDF/A, JSON, text and originals to a folder."""
    for path in desk.export(context.obj.records, context.obj.blobs, target, folder):
        print(path)


@program.command(epilog="Ví dụ / examples:  tables d1m8…   ·   tables s1m8… --csv bang/")
def tables(
    context: typer.Context,
    target: Id,
    csv: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Ghi mỗi bảng một tệp CSV / one CSV file a table.")
    ] = None,
) -> None:
    """Các bảng có đường kẻ của giấy tờ. / The ruled tables of papers, on the screen or as CSV."""
    found = tabling.tables_of(context.obj.records, target)
    if csv is not None:
        for path in tabling.write(found, csv):
            print(path)
        return
    for sheet in found:
        printing.sheet(sheet.name, sheet.rows)


@program.command(epilog="Ví dụ / example:  digitizer look quyet-dinh.pdf --page 2 --out trang2.png")
def look(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Tệp quét / a scanned file.")
    ],
    page: Annotated[int, typer.Option(min=1, help="Trang thứ mấy / which page.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="PICTURE.png", help="Ghi vào đâu / where to.")] = None,
) -> None:
    """Vẽ một trang trước và sau khi chuẩn bị, cùng những gì tìm thấy. / Draw a page and what was found on it."""
    app: App = context.obj
    target = out or Path(f"{file.stem}-{page}.look.png")
    try:
        picture = drawing.draw(app.settings, file.resolve(), page)
    except Refused as refusal:
        print(f"{file}: {refusal.reason.vi} / {refusal.reason.en}", file=sys.stderr)
        raise typer.Exit(EXIT_REFUSED) from None
    target.write_bytes(picture)
    print(target)


@program.command()
def check(context: typer.Context) -> None:
    """Máy đã sẵn sàng chưa? / Is everything installed and right?  Says what to install."""
    findings = health.findings(context.obj)
    for finding in findings:
        print(f"{'✓' if finding.good else '✗'} {finding.what}: {finding.found}")
        if not finding.good:
            print(f"    → {finding.remedy}")
    raise typer.Exit(0 if all(finding.good for finding in findings) else 2)


program.add_typer(kinds, name="kinds")
program.command(epilog="Ví dụ / examples:  failed   ·   failed --json | jq .file")(failed)
program.command(epilog="Ví dụ / examples:  retry s1m8…   ·   retry --all")(retry)
program.command()(resume)
program.command()(status)
program.command(epilog="Ví dụ / example:  digitizer --settings office.toml watch")(watch)
program.add_typer(duplicates.program, name="duplicates")
program.add_typer(pages.program, name="pages")
program.add_typer(quarantine.program, name="quarantine")
program.command(epilog="Ví dụ / examples:  audit   ·   audit --seal --sample 500   ·   audit --json > a.jsonl")(audit)
program.command("move-store", epilog="Ví dụ / example:  move-store tinh.toml")(move_store)


program.add_typer(backfill_program, name="backfill")
program.command("backup", epilog="Ví dụ / example:  backup /mnt/sao-luu   (mỗi đêm / every night)")(backup_command)
program.command("restore", epilog="Ví dụ / example:  --home /srv/moi restore /mnt/sao-luu")(restore_command)


def main() -> None:
    """Run the command line; our own errors become one line on stderr and their exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        program()
    except DigitizerError as error:
        print(f"digitizer: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _interrupt(_number: int, _frame: object) -> None:
    """A service manager's polite end is a Ctrl-C."""
    raise KeyboardInterrupt


def _without_text(row: dict[str, Any]) -> dict[str, Any]:
    """The row as light as a report of many thousand files needs it."""
    if row["type"] != "scan":
        return row
    return row | {"pages": [{"left_out": page["left_out"]} for page in row["pages"]]}


def _exit_code(rows: list[dict[str, Any]]) -> int:
    states = {(row["type"], row.get("state")) for row in rows}
    if ("scan", "FAILED") in states:
        return EXIT_FAILED
    return EXIT_REFUSED if states & {("arrival", "REFUSED"), ("arrival", "QUARANTINED")} else 0
