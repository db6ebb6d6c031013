"""Are secret papers caught, and others left alone?  Invented papers with marks, and with what resembles them.

    python -m bench.secrecy --secret 300 --others 1000 --cache DIR
    python -m bench.secrecy --secret 0 --others 0 --cache DIR --stored CACHE SET…

What was looked at and read is kept in the cache, so that a changed rule is measured again in minutes.  `--stored`: all
pages of other papers, which `bench.stored` has read already.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from time import process_time

from pydantic import TypeAdapter

from bench.stored import files_of, kept_at, pages_of
from digitizer import plug, settings
from digitizer.contracts import Engine, Sight, Step
from digitizer.errors import Suspected
from digitizer.ingest.examine import examine
from digitizer.model import Page
from digitizer.ocr.language import open_language
from digitizer.ocr.recognise import steps
from digitizer.ocr.render import open_pages
from digitizer.ocr.secrecy import Guarded
from samples import age, draw, papers, secret
from samples.paper import new_case
from samples.papers import office

LEVELS = ("clean", "office", "worn")
_PAGE = TypeAdapter(Page)


def make(out: Path, number: int, *, is_secret: bool, seed: str) -> dict[str, str]:
    """Write one page as a scanner gives it, when it is not there; gives what is true of it."""
    note = out.with_suffix(".json")
    if not note.exists():
        random = Random(f"{seed}/{is_secret}/{number}")
        kinds = sorted(office.KINDS if is_secret else papers.kinds())
        case = new_case(random, date(2005, 3, 1) + timedelta(days=random.randrange(7800)), home=False)
        leaves = papers.kinds()[kinds[number % len(kinds)]](case).leaves
        leaf = leaves[0] if is_secret else random.choice(leaves)
        word = sorted(secret.MARKS)[number % 3] if is_secret else ""
        how = secret.mark(leaf, word, random) if is_secret else secret.resemble(leaf, random) if number % 3 == 0 else ""
        level = LEVELS[number // 3 % 3]
        shot = age.aged(draw.picture(leaf), level, random)
        if random.random() < 0.12:
            shot = age.turned(shot, random.choice((90, 180, 270)))
        age.encoded(shot).image.save(out, dpi=shot.dpi)
        note.write_text(json.dumps({"word": word, "how": how, "level": level}, ensure_ascii=False), encoding="utf-8")
    told: dict[str, str] = json.loads(note.read_text(encoding="utf-8"))
    return told


class Reader:
    """Looks at pages and reads them as Digitizer does up to `read`, and remembers what it found."""

    def __init__(self, *, stamps: bool) -> None:
        self.settings = settings.load()
        self.engine: Engine = plug.load("ocr.engines", self.settings.engine.use, self.settings.engine.options)
        language = open_language()
        self._steps = steps(self.engine, self.settings, language.correct, language.ngrams)
        self._stamps = stamps
        self.seconds = 0.0
        """CPU seconds that looking for marks took."""

    def suspects(self, file: Path) -> bool:
        """True when a mark is found on a page of `make`."""
        with open_pages(file, "image/png", self.settings.limits) as pages:
            sight = pages.sight(1)
            page = self._kept(file.with_suffix(".look.json"), lambda: self._steps["look"](Page(number=1), sight))
            kept, read = file.with_suffix(".page.json"), self._steps["read"]
            return self._held(page, sight, lambda page, sight: self._kept(kept, lambda: read(page, sight)))

    def suspected(self, file: Path, pages: Sequence[Page]) -> Iterator[tuple[int, bool]]:
        """(number, is a mark found) of each page of a file that was read before."""
        media = examine(file, self.settings.limits).media
        with open_pages(file, media, self.settings.limits) as opened:
            for page in pages:
                yield page.number, self._held(page, opened.sight(page.number), lambda page, _: page)

    def _held(self, page: Page, sight: Sight, read: Step) -> bool:
        """True when the guard stops the page; its time counts, without that of `read` and of taking the image out."""

        def timed(page: Page, sight: Sight) -> Page:
            begun = process_time()
            page = read(page, sight)
            self.seconds -= process_time() - begun
            return page

        sight.image()
        begun = process_time()
        try:
            Guarded(timed, self.engine, stamps=self._stamps)(page, sight)
        except Suspected:
            return True
        finally:
            self.seconds += process_time() - begun
        return False

    def _kept(self, file: Path, make: Callable[[], Page]) -> Page:
        if not file.exists():
            file.write_bytes(_PAGE.dump_json(make()))
        return _PAGE.validate_json(file.read_bytes())


def suspected_of(reader: Reader, cache: Path, sets: Sequence[Path]) -> None:
    """Print on how many pages of stored sets a mark is found; all of them are others."""
    count = suspected = 0
    for file in (file for folder in sets for file in files_of(folder) if kept_at(file, cache).exists()):
        for number, found in reader.suspected(file, pages_of(file, cache)):
            count, suspected = count + 1, suspected + found
            if found:
                print(f"false alarm: {file}, page {number}", flush=True)
    print(f"pages of stored sets suspected: {suspected} of {count}")
    print(f"looking for marks: {1000 * reader.seconds / max(1, count):.0f} ms of CPU a page")


def main() -> None:
    """Print how many were caught at each level, and which not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--secret", type=int, default=300)
    parser.add_argument("--others", type=int, default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--no-stamps", action="store_true", help="as without `quarantine.stamps`")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--stored", type=Path, nargs="+", default=(), help="a cache of bench.stored, and sets")
    chosen = parser.parse_args()
    chosen.cache.mkdir(parents=True, exist_ok=True)
    reader = Reader(stamps=not chosen.no_stamps)
    for is_secret, count in ((True, chosen.secret), (False, chosen.others)):
        if not count:
            continue
        caught: dict[str, int] = dict.fromkeys(LEVELS, 0)
        given: dict[str, int] = dict.fromkeys(LEVELS, 0)
        reader.seconds = 0.0
        for number in range(count):
            file = chosen.cache / f"{'secret' if is_secret else 'other'}-{chosen.seed}-{number:04d}.png"
            told = make(file, number, is_secret=is_secret, seed=chosen.seed)
            found = reader.suspects(file)
            given[told["level"]] += 1
            caught[told["level"]] += found
            if found is not is_secret:
                print(f"{'missed' if is_secret else 'false alarm'}: {file.name} {told}", flush=True)
        what = "secret papers caught" if is_secret else "others suspected"
        print(f"{what}: {sum(caught.values())} of {count}; by level", {k: f"{caught[k]}/{given[k]}" for k in LEVELS})
        print(f"looking for marks: {1000 * reader.seconds / count:.0f} ms of CPU a page")
    if chosen.stored:
        reader.seconds = 0.0
        suspected_of(reader, chosen.stored[0], chosen.stored[1:])


if __name__ == "__main__":
    main()
