"""`digitizer quarantine`: what the role `security` does with suspected secrets."""

import json
from typing import Annotated

import typer

from digitizer.app import App
from digitizer.app.crew import Crew
from digitizer.app.quarantine import Custody

program = typer.Typer(
    no_args_is_help=True,
    help="Tài liệu nghi là mật đã cách ly; chỉ người phụ trách bảo mật. / Suspected secrets; the role `security` only.",
)
Id = Annotated[str, typer.Argument(metavar="ID", help="Mã cách ly q… / quarantine id.")]


@program.command("list")
def listing(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một đối tượng / one object a line.")] = False,
) -> None:
    """Liệt kê; tệp nằm ở đâu. / List them, and where their files lie."""
    custody = _custody(context)
    for one in custody.every():
        place = custody.where(one)
        row = {
            "id": one.id,
            "state": one.state,
            "since": one.since,
            "arrivals": list(one.arrivals),
            "host": one.host,
            "folder": str(place) if place else None,
            "settled": one.moved and not one.sources,
        }
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{one.id} {one.state} {one.since} {one.host}:{place or '?'} {' '.join(one.arrivals)}")
            if not row["settled"]:
                print("    còn phải xóa ở kho hoặc nguồn / still to be deleted from store or source")


@program.command()
def confirm(context: typer.Context, quarantine: Id) -> None:
    """Đúng là mật: giữ lại thư mục cách ly. / It is secret: it stays in the quarantine folder."""
    one = _custody(context).confirm(quarantine)
    print(f"{one.id} {one.state}")


@program.command()
def clear(context: typer.Context, quarantine: Id) -> None:
    """Không phải mật: số hóa bình thường, không nghi lại. / Not secret: digitized as usual, never suspected again."""
    one, scans = _custody(context).clear(quarantine)
    print(f"{one.id} {one.state}")
    app: App = context.obj
    with Crew(app) as crew:
        app.queue_scans(scans)
        crew.wait(scans)


def _custody(context: typer.Context) -> Custody:
    app: App = context.obj
    return app.custody
