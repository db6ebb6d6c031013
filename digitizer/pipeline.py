"""Lists and loops: filters over images, steps over pages, stages over scans."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from digitizer.contracts import Filter, Image, Sight, Stage, Step
from digitizer.model import Page, Scan

STEPS = ("look", "read", "correct")
"""Names of the page steps, in order."""
STAGES = ("split", "kind", "fields", "procedure", "searchable", "shelve")
"""Names of the scan stages, in order; `gather` follows, over dossiers."""
GATHER = "gather"


def apply(filters: Iterable[Filter], image: Image) -> Image:
    """The image after every filter, in order."""
    for one in filters:
        image = one(image)
    return image


def after(names: Sequence[str], passed: str | None) -> Sequence[str]:
    """The names still to do when `passed` was the last one done; all when None."""
    return names if passed is None else names[names.index(passed) + 1 :]


def both(first: Stage, second: Stage) -> Stage:
    """One stage that does both, in this order."""
    return lambda scan: second(first(scan))


def through_steps(steps: dict[str, Step], page: Page, sight: Sight) -> Page:
    """The page after every step that it has not passed yet."""
    for name in after(STEPS, page.step):
        page = replace(steps[name](page, sight), step=name)
    return page


def for_those(stage: Stage) -> Stage:
    """The stage, run for those documents of a scan that it is to do `again`; the others stay as they are."""

    def run(scan: Scan) -> Scan:
        if scan.again is None:
            return stage(scan)
        some = stage(replace(scan, documents=tuple(one for one in scan.documents if one.id in scan.again)))
        done = {one.id: one for one in some.documents}
        return replace(scan, documents=tuple(done.get(one.id, one) for one in scan.documents))

    return run


def through_stages(stages: dict[str, Stage], scan: Scan, save: Callable[[Scan], None]) -> Scan:
    """The scan after every stage that it has not passed yet, saved after each one."""
    for name in STAGES:
        if name in scan.passed:
            continue
        scan = stages[name](scan)
        scan = replace(scan, passed=(*scan.passed, name))
        save(scan)
    return scan
