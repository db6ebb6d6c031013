"""Findings as sentences, Vietnamese first: the same in the report, on the screen and in the spreadsheet."""

from collections.abc import Sequence

from digitizer.app.campaign.account import Finding, UnitAccount
from digitizer.app.campaign.sequence import Kind

KINDS = {
    Kind.MISSING: "Thiếu / missing",
    Kind.DOUBLED: "Trùng / doubled",
    Kind.MISNUMBERED: "Sai số / misnumbered",
    Kind.EXTRA: "Thừa / not in the list",
    Kind.UNREAD: "Không đọc được số / number unread",
}


def sentence(finding: Finding) -> str:
    """`Thiếu tờ 3`, `Tờ 2 quét trùng: a.pdf, trang 2; a.pdf, trang 3`, …"""
    what, number = finding.what, finding.number
    where = "; ".join(finding.where)
    among = f"một trong các {what} {', '.join(map(str, finding.among))}"
    match finding.kind:
        case Kind.MISSING if finding.among:
            return f"Thiếu {among}"
        case Kind.MISSING:
            return f"Thiếu {what} {number}" if number is not None else f"Thiếu 1 {what} (không rõ số)"
        case Kind.DOUBLED:
            return f"{what.capitalize()} {number if number is not None else '(không số)'} quét trùng: {where}"
        case Kind.MISNUMBERED:
            right = f"đúng ra là {what} {number}" if number is not None else f"là {among}"
            return f"{what.capitalize()} ghi số {finding.bears} ({where}): {right}"
        case Kind.EXTRA if finding.bears is None:
            return f"Thừa 1 {what} so với danh mục"
        case Kind.EXTRA:
            return f"Thừa {what} ghi số {finding.bears} ({where}), không có trong danh mục"
        case Kind.UNREAD:
            right = f"{what} {number}" if number is not None else among
            return f"Không đọc được số ({where}); theo vị trí là {right}"


def result(account: UnitAccount) -> str:
    """A unit's result in few words."""
    if not account.files:
        return "chưa có tệp"
    if account.waiting:
        return f"đang đọc ({account.waiting} tệp)"
    if account.complete:
        return "đủ"
    counts = {kind: sum(one.kind is kind for one in account.findings) for kind in Kind}
    told = [f"{KINDS[kind].partition(' / ')[0].lower()} {number}" for kind, number in counts.items() if number]
    return ", ".join([*told, *([f"{len(account.failed)} chỗ không đọc được"] if account.failed else [])])


def expected(account: UnitAccount) -> str:
    """What the manifest says: `12 tờ, số 1–40`."""
    unit = account.unit
    parts = [
        f"{number} {what}"
        for number, what in ((unit.sheets, "tờ"), (unit.pages, "trang"), (unit.papers, "văn bản"))
        if number is not None
    ]
    for what, first, last in (("số", unit.first_number, unit.last_number), ("trang", unit.first_page, unit.last_page)):
        if first is not None:
            parts.append(f"{what} {first}–{last}")
    return ", ".join(parts)


def found(account: UnitAccount) -> str:
    """What was found: `12 tờ, 14 trang, 3 giấy tờ`."""
    if not account.files:
        return ""
    sheets = [f"{account.sheets} tờ"] if account.sheets is not None else []
    return ", ".join([*sheets, f"{account.pages} trang có chữ", f"{account.papers} giấy tờ"])


def sums(accounts: Sequence[UnitAccount]) -> list[tuple[str, int]]:
    """The campaign in numbers, each with its words."""
    findings = [one for account in accounts for one in account.findings]
    return [
        ("Đơn vị trong danh mục / units in the manifest", len(accounts)),
        ("Đơn vị đủ / complete", sum(one.complete for one in accounts)),
        ("Đơn vị có sai lệch / with differences", sum(bool(one.findings or one.failed) for one in accounts)),
        ("Đơn vị chưa có tệp / nothing fed yet", sum(not one.files for one in accounts)),
        ("Đơn vị đang đọc / still being read", sum(bool(one.waiting) for one in accounts)),
        ("Tệp quét đã nộp / files fed", sum(one.files for one in accounts)),
        ("Trang có chữ / sides with something on them", sum(one.pages for one in accounts)),
        ("Giấy tờ tìm thấy / papers found", sum(one.papers for one in accounts)),
        *((label, sum(one.kind is kind for one in findings)) for kind, label in KINDS.items()),
        ("Chỗ không đọc được / files or pages nobody could read", sum(len(one.failed) for one in accounts)),
    ]
