"""The tables: the same Markdown on the screen and in docs/accuracy.md."""

import statistics
from collections.abc import Callable, Iterable, Sequence

from bench.compare import Comparison, PageScore
from bench.nouns import Cost
from bench.papers import MAIN, Papers
from bench.words import Errors, total

_WORST = 15
_FEW = 30  # documents that still make a table a person reads


_METHOD = """\
Every system reads the same files in the same run, one system after the other. Digitizer does its whole job (from the
file to the searchable record) and is asked only through `digitizer run --json`; OCRmyPDF writes its PDF/A; Tesseract
reads images made ready for it. A word error is a word put in, left out or replaced (Levenshtein); blanks, dashes,
quotes, dotted lines and typed rules count for nobody. *Body*: both sides lose the lines that lie in a region which we
call page number, stamp, signature or handwriting, unless the truth has them (where its words have no places: unless
somebody would make more errors without them). *Order ignored*: errors that no other reading order would take away.
Values count as right when they differ in case, place of the tone mark or final punctuation only.
"""


def render(found: Comparison) -> str:
    """All tables as Markdown."""
    parts = [_METHOD]
    if found.pages:
        parts += [_summary(found), _metrics(found), _documents(found), _losing(found)]
    for name, papers in found.papers.items():
        parts += [_papers(name, papers, found.levels[name]), _fields(name, papers), _wrong(name, papers)]
    parts += [_sides(found), _speed(found), _failures(found)]
    return "\n".join(part for part in parts if part)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "¦") for cell in row) + " |" for row in lines) + "\n"


def percent(share: float) -> str:
    """0.0123 → 1.23."""
    return f"{100 * share:.2f}"


def ratio(ours: float, theirs: float) -> str:
    """Ours by theirs; — where theirs is 0 (then ours is shown by its own column)."""
    return f"{ours / theirs:.2f}" if theirs else "—"


def _by(pages: Sequence[PageScore], key: Callable[[PageScore], str]) -> dict[str, list[PageScore]]:
    groups: dict[str, list[PageScore]] = {}
    for page in pages:
        groups.setdefault(key(page), []).append(page)
    return groups


def _sum(pages: Iterable[PageScore], system: str, part: str) -> Errors:
    return total(getattr(page, part)[system] for page in pages)


def _compare_row(name: str, pages: Sequence[PageScore], systems: Sequence[str]) -> list[str]:
    ours = systems[0]
    body = {system: _sum(pages, system, "body") for system in systems}
    whole = {system: _sum(pages, system, "whole") for system in systems}
    row = [name, str(len(pages)), str(body[ours].words)]
    row += [percent(body[system].wer) for system in systems] + [percent(body[system].cer) for system in systems]
    for system in systems[1:]:
        row += [ratio(body[ours].strict, body[system].strict), ratio(whole[ours].strict, whole[system].strict)]
    for system in systems[1:2]:
        row += [ratio(body[ours].char_errors, body[system].char_errors)]
    return row


def _compare_head(first: str, systems: Sequence[str]) -> list[str]:
    head = [first, "pages", "words", *(f"{name} WER" for name in systems), *(f"{name} CER" for name in systems)]
    for name in systems[1:]:
        head += [f"WER ours / {name}", f"the same, all text / {name}"]
    head += [f"CER ours / {name}" for name in systems[1:2]]
    return head


def _summary(found: Comparison) -> str:
    levels = _by(found.pages, lambda page: f"{page.name.split('/')[0]}: {page.level}")
    rows = [_compare_row(name, pages, found.systems) for name, pages in levels.items()]
    rows.append(_compare_row("all", found.pages, found.systems))
    return (
        "## Text, by level of wear\n\nStrict word and character errors of the body in % (micro mean); "
        "a ratio under 1 is ours.\n\n" + table(_compare_head("set: level", found.systems), rows)
    )


def _metrics(found: Comparison) -> str:
    measures: list[tuple[str, Callable[[Errors], float]]] = [
        ("WER strict", lambda e: e.wer),
        ("WER, case and punctuation ignored", lambda e: e.wer_loose),
        ("WER, marks ignored too", lambda e: e.wer_folded),
        ("WER strict, order ignored", lambda e: e.wer_order_free),
        ("CER strict", lambda e: e.cer),
    ]
    groups = _by(found.pages, lambda page: page.group)
    rows = []
    for part, title in (("body", "body"), ("whole", "all text")):
        for name, measure in measures:
            micro = {system: measure(_sum(found.pages, system, part)) for system in found.systems}
            macro = {
                system: statistics.mean(measure(_sum(pages, system, part)) for pages in groups.values())
                for system in found.systems
            }
            row = [f"{title}: {name}"]
            for mean in (micro, macro):
                row += [percent(mean[system]) for system in found.systems]
                row += [ratio(mean[found.systems[0]], mean[system]) for system in found.systems[1:]]
            rows.append(row)
    head = ["measure"]
    for mean_name in ("micro", "macro"):
        head += [f"{system} {mean_name}" for system in found.systems]
        head += [f"ours / {system} {mean_name}" for system in found.systems[1:]]
    return "## Text, by measure\n\nMicro: errors of all pages by their words; macro: mean over documents.\n\n" + table(
        head, rows
    )


def _documents(found: Comparison) -> str:
    groups = _by(found.pages, lambda page: page.group)
    if len(groups) > _FEW:
        return f"({len(groups)} documents; each one is in the JSON file.)\n"
    rows = [_compare_row(name, pages, found.systems) for name, pages in groups.items()]
    return "## Text, by document\n\n" + table(_compare_head("document", found.systems), rows)


def _losing(found: Comparison) -> str:
    """Pages on which we make more word errors than the first yardstick, worst first."""
    if len(found.systems) == 1:
        return _worst(found)
    ours, other = found.systems[:2]
    lost = [page for page in found.pages if page.body[ours].strict > page.body[other].strict]
    lost.sort(key=lambda page: page.body[other].strict - page.body[ours].strict)
    rows = [
        [
            page.name,
            page.level,
            str(page.body[ours].words),
            str(page.body[ours].strict),
            str(page.body[other].strict),
            ratio(page.body[ours].strict, page.body[other].strict),
            str(page.body[ours].order_free),
            str(page.body[other].order_free),
        ]
        for page in lost[:_WORST]
    ]
    head = ["page", "level", "words", "errors", f"{other} errors", "ratio", "order ignored", f"{other} order ignored"]
    return (
        f"## Where we lose against {other}\n\nWe make more word errors on {len(lost)} of {len(found.pages)} pages; "
        f"the {min(_WORST, len(lost))} worst:\n\n" + table(head, rows)
    )


def _worst(found: Comparison) -> str:
    ours = found.systems[0]
    worst = sorted(found.pages, key=lambda page: -page.body[ours].strict)[:_WORST]
    rows = [
        [page.name, page.level, str(page.body[ours].words), str(page.body[ours].strict)]
        for page in worst
        if page.body[ours].strict
    ]
    return "## Worst pages\n\n" + table(["page", "level", "words", "errors"], rows)


def _papers(name: str, papers: Papers, levels: dict[str, Papers]) -> str:
    rows = []
    for level, one in (*levels.items(), ("all", papers)):
        main, every = one.fields(MAIN), one.fields()
        rows.append(
            [
                level,
                str(one.documents),
                percent(one.exact / max(1, one.documents)),
                percent(one.boundaries.f1),
                percent(one.kinds / max(1, one.documents)),
                percent(main.precision),
                percent(main.recall),
                percent(main.f1),
                percent(every.f1),
                percent(one.ready / max(1, one.documents)),
                f"{one.ready_wrong} of {one.ready_values} = {percent(one.ready_wrong / max(1, one.ready_values))}",
                str(one.ready_missing),
            ]
        )
    head = ["level", "documents", "exact pages", "boundary F1", "kind right", "number+date+issuer precision",
            "recall", "F1", "all fields F1", "READY", "wrong values in READY", "missing there"]  # fmt: skip
    return f"## Papers of {name}\n\nIn %.\n\n" + table(head, rows)


def _fields(name: str, papers: Papers) -> str:
    rows = []
    for field, count in sorted(papers.by_name.items()):
        rows.append(
            [
                field,
                str(count.told),
                str(count.given),
                str(count.right),
                percent(count.precision),
                percent(count.recall),
                percent(count.f1),
                percent(count.right_part / max(1, count.right)),
            ]
        )
    head = ["field", "in truth", "given", "right", "precision", "recall", "F1", "part right"]
    return f"### Fields of {name}\n\n" + table(head, rows)


def _wrong(name: str, papers: Papers) -> str:
    if not papers.wrong_kinds:
        return ""
    rows = [[told, found, str(count)] for (told, found), count in papers.wrong_kinds.most_common(_WORST)]
    return f"### Kinds taken for others in {name}\n\n" + table(["kind", "taken for", "documents"], rows)


def _sides(found: Comparison) -> str:
    sides = found.sides
    rows = []
    if sides.turned_told:
        rows.append(["turned right", f"{sides.turned_right} of {sides.turned_told}"])
    if sides.skews:
        skews = sorted(sides.skews)
        median, most = skews[len(skews) // 2], skews[len(skews) * 95 // 100]
        rows.append(["skew error, median and 95 %", f"{median:.2f}° {most:.2f}°"])
    if sides.blanks.told or sides.blanks.given:
        rows.append(["blank pages found", f"{sides.blanks.right} of {sides.blanks.told}"])
        rows.append(["called blank and not blank", str(sides.blanks.given - sides.blanks.right)])
    if not rows:
        return ""
    wrong = "".join(f"- {line}\n" for line in sides.wrong[:_WORST])
    return "## How pages lie\n\n" + table(["", "ours"], rows) + ("\n" + wrong if wrong else "")


def _speed(found: Comparison) -> str:
    rows = []
    for name, costs in found.costs.items():
        rows += [_cost_row(f"{name}: {system}", cost) for system, cost in costs.items()]
    sums = {system: sum((costs[system] for costs in found.costs.values()), Cost()) for system in found.systems}
    if len(found.costs) > 1:
        rows += [_cost_row(f"all: {system}", cost) for system, cost in sums.items()]
    ours = sums[found.systems[0]]
    said = "".join(
        f"The whole job goes {ratio(_rate(ours), _rate(sums[system]))} times as fast as that of {system}, "
        f"for {ratio(_cpu(ours), _cpu(sums[system]))} times its CPU seconds a page.\n"
        for system in found.systems[1:]
    )
    head = ["set: system", "pages", "seconds", "pages a minute", "CPU s a page", "largest process MB"]
    return "## Cost of the whole job\n\n" + table(head, rows) + "\n" + said


def _rate(cost: Cost) -> float:
    return 60 * cost.pages / cost.wall if cost.wall else 0.0


def _cpu(cost: Cost) -> float:
    return cost.cpu / max(1, cost.pages)


def _cost_row(name: str, cost: Cost) -> list[str]:
    return [
        name,
        str(cost.pages),
        f"{cost.wall:.1f}",
        f"{_rate(cost):.1f}",
        f"{_cpu(cost):.2f}",
        f"{cost.peak / 1e6:.0f}",
    ]


def _failures(found: Comparison) -> str:
    if not found.failures:
        return ""
    return "## Failures\n\n" + "".join(f"- {line}\n" for line in found.failures)
