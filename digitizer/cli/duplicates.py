"""`digitizer duplicates`: papers that were scanned twice, and what a clerk says of them."""

from typing import Annotated

import typer

from digitizer.app import App, copies
from digitizer.cli import printing
from digitizer.cli.taking import me
from digitizer.cli.working import AsJson, print_json
from digitizer.model import Document

program = typer.Typer(
    no_args_is_help=True,
    help="Giấy tờ quét trùng: xem, nhận là trùng, hoặc bác. / Papers scanned twice: look, accept or reject.",
)
Id = Annotated[str, typer.Argument(metavar="ID", help="Mã giấy tờ d… / document id.")]


@program.command("list", epilog="Ví dụ / examples:  duplicates list   ·   duplicates list --all --json")
def listing(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Cả bản đã quyết định / those decided on too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Số dòng / how many.")] = 50,
    after: Annotated[str, typer.Option(metavar="ID", help="Xem tiếp sau đó / go on behind it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Giấy tờ bị coi là bản quét trùng, chờ quyết định. / Papers taken for copies of others."""
    app: App = context.obj
    rows = copies.rows(app.records, limit, after, every=every)
    if as_json:
        print_json(rows)
    else:
        printing.duplicates(rows, app.tables, more=len(rows) == limit)


@program.command(epilog="Ví dụ / examples:  duplicates accept d1m8…   ·   duplicates accept d1m8… --of d1m2…")
def accept(
    context: typer.Context,
    document: Id,
    first: Annotated[str | None, typer.Option("--of", metavar="ID", help="Trùng với giấy tờ nào / of which.")] = None,
) -> None:
    """Đúng là bản quét trùng: chỉ bản ghi của bản đầu được phát hành. / It is a copy: only the first is released."""
    app: App = context.obj
    _told(app, copies.accept(app.records, document, me(), first))


@program.command(epilog="Ví dụ / example:  duplicates reject d1m8…")
def reject(context: typer.Context, document: Id) -> None:
    """Không trùng: là giấy tờ riêng, không bị coi là trùng lần nữa. / No copy: a paper of its own, and stays so."""
    app: App = context.obj
    _told(app, copies.reject(app.records, document, me()))


def _told(app: App, document: Document) -> None:
    app.worker.gather()
    print(f"{document.id} {document.state}{f' = {document.duplicate_of}' if document.duplicate_of else ''}")
