"""`digitizer audit`: what was looked at and what is wrong, for people and for programs."""

import json
import sys
from collections import Counter
from typing import Annotated, Any

import typer
from rich.status import Status
from rich.table import Table

from digitizer.app import App
from digitizer.app.audit import Audit
from digitizer.cli.printing import console
from digitizer.store import seals
from digitizer.store.proof import Fault, Sums

EXIT_FAULTS = 8

_TOLD = {
    "chain-broken": "lịch sử bị sửa hoặc đứt / history changed or broken",
    "chain-missing": "lượt nhận không có lịch sử / an arrival without history",
    "arrival-gone": "có lịch sử nhưng mất lượt nhận / history whose arrival is gone",
    "arrival-without-scan": "lượt nhận không có tệp quét / a taken arrival without scans",
    "page-not-once": "trang không nằm đúng một giấy tờ / a page not in exactly one document",
    "pages-lost": "thiếu trang trong cơ sở dữ liệu / pages lost from the records",
    "sums-differ": "số liệu không khớp / sums don't add up",
    "event-rewritten": "sự kiện bị viết lại sau khi niêm phong / an event rewritten after it was sealed",
    "event-gone": "sự kiện đã niêm phong bị xóa / a sealed event is gone",
    "seal-count": "có chuỗi được thêm sau khi niêm phong / chains added behind a seal",
    "seal-damaged": "tệp niêm phong bị sửa hoặc hỏng / a seal file was changed or damaged",
    "seal-unchained": "niêm phong không nối tiếp bản trước / a seal does not follow the one before",
    "seal-differs": "gốc niêm phong khác trong cơ sở dữ liệu / the database holds another root",
    "seal-unknown": "cơ sở dữ liệu không biết niêm phong này / a seal unknown to the database",
    "seal-missing": "mất tệp niêm phong / a seal file is missing",
    "unsealed": "sự kiện cũ chưa niêm phong / old events that nobody sealed",
    "original-missing": "mất bản gốc / an original is missing",
    "original-corrupt": "bản gốc bị hỏng / an original is damaged",
    "record-missing": "mất tệp bản ghi / a record's file is missing (digitizer redo ID --from searchable)",
    "record-corrupt": "tệp bản ghi bị hỏng / a record's file is damaged (digitizer redo ID --from searchable)",
    "preview-missing": "mất ảnh xem trước / a preview is missing (digitizer redo ID --from look)",
    "orphan": "tệp không thuộc bản ghi nào / a blob that nothing needs (audit --sweep removes it)",
    "orphan-swept": "đã xóa tệp không thuộc bản ghi nào / a blob that nothing needed, removed",
    "root-unknown": "gốc niêm phong này không có trong các niêm phong / no seal has this root",
}
_HARMLESS = frozenset({"orphan", "orphan-swept"})


def audit(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(metavar="DATE", help="Chỉ lượt nhận từ ngày này / only what came since, 2026-01-31.")
    ] = "",
    sample: Annotated[
        int | None, typer.Option(min=0, help="Chỉ đọc lại N tệp, chọn ngẫu nhiên / read back N blobs by chance.")
    ] = None,
    sweep: Annotated[bool, typer.Option("--sweep", help="Xóa tệp không thuộc bản ghi nào / remove orphans.")] = False,
    seal: Annotated[bool, typer.Option("--seal", help="Niêm phong đến lúc này / seal all up to now first.")] = False,
    root: Annotated[
        str, typer.Option(metavar="HEX", help="Gốc đã ghi trên giấy / a root noted elsewhere: is it still there?")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON, mỗi dòng một đối tượng / one object a line.")] = False,
) -> None:
    """Chứng minh không mất gì: lịch sử, niêm phong, bản gốc, trang, số liệu. / Prove that nothing was lost.

    Mã thoát / exit code 0: mọi thứ đúng / all is as it must be; 8: có sai lệch / something is wrong.
    """
    app: App = context.obj
    if seal:
        for made in seals.seal_days(app.records, app.seals, today_too=True):
            print(f"{made.path}  {made.root}", file=sys.stderr)
    found: Counter[str] = Counter()
    with console(stderr=True).status("…") as status:
        looked = Audit(app=app, since=since, sample=sample, sweep=sweep, step=_shower(status))
        for fault in looked.faults():
            found[fault.code] += 1
            _print_fault(fault, as_json=as_json)
    if root and all(one.root != root for one in seals.found(app.seals)):
        found["root-unknown"] += 1
        _print_fault(Fault("root-unknown", root), as_json=as_json)
    if as_json:
        _print_json(looked, found)
    else:
        _print(looked, found)
    raise typer.Exit(EXIT_FAULTS if found.keys() - _HARMLESS else 0)


def _shower(status: Status) -> Any:
    def show(what: str, done: int, total: int | None) -> None:
        status.update(f"{what} {done}/{total}" if total else what)

    return show


def _print_fault(fault: Fault, *, as_json: bool) -> None:
    if as_json:
        row = {"type": "fault", "code": fault.code, "about": fault.about, "detail": fault.detail}
        print(json.dumps(row, ensure_ascii=False), flush=True)
    else:
        print(f"{_TOLD[fault.code]}: {fault.about} {fault.detail}".rstrip(), flush=True)


def _print_json(looked: Audit, found: Counter[str]) -> None:
    for row in looked.sums:
        print(json.dumps({"type": "sums", **row._asdict(), "balanced": row.balanced}, ensure_ascii=False))
    seal = looked.last_seal
    last = {"number": seal.number, "day": seal.day, "root": seal.root, "file": str(seal.path)} if seal else None
    print(json.dumps({"type": "audit", "looked": looked.counts, "faults": dict(found), "seal": last}))


def _print(looked: Audit, found: Counter[str]) -> None:
    out = console()
    table = Table(header_style="bold")
    for title in ("Nguồn / source", "Cơ quan", "Ngày", "Nhận", "= đã nhận", "+ từ chối", "+ cách ly"):
        table.add_column(title, overflow="fold")
    for title in ("Tệp quét", "= chờ", "+ đang", "+ xong", "+ lỗi", "Trang (xong)", "= trong giấy tờ", "+ bỏ ra", ""):
        table.add_column(title)
    for row in looked.sums:
        table.add_row(*(str(value) for value in row), "✓" if row.balanced else "✗")
    if looked.sums:
        out.print(table)
        out.print(_total(looked.sums))
    counts = looked.counts
    out.print(
        f"{counts['original']} bản gốc / originals, {counts['record']} tệp bản ghi / record files, "
        f"{counts['preview']} ảnh / previews; đã đọc lại / read back {counts['read']} ({counts['bytes'] / 1e6:.1f} MB)"
    )
    if looked.last_seal:
        seal = looked.last_seal
        out.print(f"niêm phong cuối / last seal {seal.number:06d}, {seal.day}: {seal.root}")
    else:
        out.print("chưa có niêm phong / no seal yet (digitizer audit --seal)")
    told = ", ".join(f"{number} {code}" for code, number in sorted(found.items()))
    out.print(f"✗ {told}" if told else "✓ không mất gì / nothing is lost")


def _total(sums: list[Sums]) -> str:
    return (
        f"{sum(row.arrivals for row in sums)} lượt nhận / arrivals, {sum(row.scans for row in sums)} tệp quét / scans, "
        f"{sum(row.pages for row in sums)} trang đã xong / pages of done scans"
    )
