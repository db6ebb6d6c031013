"""A folder of scans in the making: writes files and keeps the truth beside them in `expected.json`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from samples import age, draw, files
from samples.age import Shot
from samples.draw import Drawn
from samples.leaf import A4, Leaf
from samples.paper import Case, Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A side of paper to scan: which paper it belongs to (None: a blank or a separator that is left out)."""

    leaf: Leaf
    paper: Paper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How sides are aged: the level, and what lies turned: degrees for every page, or `duplex` for every second one."""

    level: str = "office"
    turned: int = 0
    duplex: bool = False
    grey: bool | None = None

    @property
    def name(self) -> str:
        return "turned" if self.turned or self.duplex else self.level


def sides(paper: Paper) -> list[Side]:
    """The sides of one paper, in order."""
    return [Side(leaf=leaf, paper=paper) for leaf in paper.leaves]


def blank(paper: Paper | None = None, size: tuple[float, float] = A4) -> Side:
    """A blank side: of a paper (its back), or between papers."""
    return Side(leaf=Leaf(width=size[0], height=size[1]), paper=paper)


@dataclass(slots=True)
class Folder:
    """One dossier.  `code` and `procedure` are None where its papers don't say them."""

    path: Path
    random: Random
    code: str | None = None
    procedure: str | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    papers: list[tuple[Paper, list[dict[str, Any]]]] = field(default_factory=list)

    def shots(self, some: Sequence[Side], wear: Wear) -> list[tuple[Side, Drawn, Shot]]:
        """Every side drawn and aged; the side before it shows through from behind."""
        made: list[tuple[Side, Drawn, Shot]] = []
        behind: Image.Image | None = None
        for number, side in enumerate(some):
            drawn = draw.picture(side.leaf)
            shot = age.aged(drawn, wear.level, self.random, behind=behind, grey=wear.grey)
            behind = drawn.image
            if wear.turned:
                shot = age.turned(shot, wear.turned)
            elif wear.duplex and number % 2:
                shot = age.turned(shot, 180)
            if wear.level == "clean":
                shot = Shot(**{**_parts(shot), "image": _few_colours(shot.image)})
            made.append((side, drawn, shot))
        return made

    def pdf(self, name: str, some: Sequence[Side], wear: Wear) -> Path:
        """A scanned PDF; gives its path."""
        made = self.shots(some, wear)
        files.scan_pdf([shot for _, _, shot in made], self._out(name))
        return self._note(name, made, wear.name)

    def tiff(self, name: str, some: Sequence[Side], wear: Wear, compression: str) -> Path:
        """A multi-page TIFF."""
        made = self.shots(some, wear)
        files.tiff([shot for _, _, shot in made], self._out(name), compression)
        return self._note(name, made, wear.name)

    def jpeg(self, name: str, side: Side, wear: Wear, orientation: int = 1, number: int = 1) -> Path:
        """One JPEG; `number`: its place in a run of numbered images."""
        made = self.shots([side], wear)
        files.jpeg(made[0][2], self._out(name), orientation)
        return self._note(name, made, wear.name, number)

    def run(self, pattern: str, some: Sequence[Side], wear: Wear) -> None:
        """Numbered page images, together one scan; `pattern` has one `{}` for the number."""
        for number, side in enumerate(some, 1):
            self.jpeg(pattern.format(number), side, wear, number=number)

    def born_digital(self, name: str, paper: Paper) -> Path:
        """The paper as an office program exports it."""
        draw.born_digital(paper.leaves, self._out(name), paper.kind)
        made = []
        for side in sides(paper):
            drawn = draw.picture(side.leaf)
            made.append((side, drawn, Shot(image=drawn.image, matrix=np.eye(3))))
        return self._note(name, made, "clean", digital=True)

    def zipped(self, name: str, members: Sequence[Path]) -> None:
        """Put files of this folder into a ZIP."""
        inside = {str(member.relative_to(self.path)): f"{name}/{member.name}" for member in members}
        files.pack(members, self._out(name))
        for file in self.files:
            file["file"] = inside.get(file["file"], file["file"])
        for _, pages in self.papers:
            for page in pages:
                page["file"] = inside.get(page["file"], page["file"])

    def _out(self, name: str) -> Path:
        out = self.path / name
        out.parent.mkdir(parents=True, exist_ok=True)
        return out

    def _note(
        self, name: str, made: Sequence[tuple[Side, Drawn, Shot]], level: str, first: int = 1, *, digital: bool = False
    ) -> Path:
        pages = [page_truth(drawn, shot, number) for number, (_, drawn, shot) in enumerate(made, first)]
        self.files.append({"file": name, "level": level, **({"digital": True} if digital else {}), "pages": pages})
        for number, (side, _, _) in enumerate(made, first):
            if side.paper is not None:
                self._pages_of(side.paper).append({"file": name, "page": number})
        return self.path / name

    def _pages_of(self, paper: Paper) -> list[dict[str, Any]]:
        for one, pages in self.papers:
            if one is paper:
                return pages
        self.papers.append((paper, []))
        return self.papers[-1][1]

    def in_reading_order(self, some: Sequence[Side]) -> None:
        """The pages of each paper in the order of its leaves, whatever the order in which its `some` sides were fed."""
        for paper, pages in self.papers:
            fed = [side.leaf for side in some if side.paper is paper]
            order = {id(leaf): place for place, leaf in enumerate(paper.leaves)}
            placed = sorted(zip(fed, pages, strict=True), key=lambda item: order[id(item[0])])
            pages[:] = [page for _, page in placed]

    def finish(self) -> None:
        """Write the truth."""
        truth = {
            "dossier": {"label": self.path.name, "code": self.code, "procedure": self.procedure},
            "files": self.files,
            "documents": [document_truth(paper, pages) for paper, pages in self.papers],
        }
        out = self._out("expected.json")
        out.write_text(json.dumps(truth, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def start(path: Path, case: Case, *, code: bool = False) -> Folder:
    """An empty folder for a case; `code`: its papers show the dossier code."""
    path.mkdir(parents=True, exist_ok=True)
    return Folder(path, case.random, case.code if code else None, case.procedure)


def page_truth(drawn: Drawn, shot: Shot, number: int) -> dict[str, Any]:
    """What stands on a page as delivered: text by lines, words and marks with boxes in pixels."""
    moved = age.mapped(shot.matrix, drawn.boxes) if len(drawn.words) else drawn.boxes
    lines: dict[int, list[str]] = {}
    for word, line in zip(drawn.words, drawn.line, strict=True):
        lines.setdefault(line, []).append(word)
    return {
        "number": number,
        "blank": not drawn.words and not drawn.marks,
        "turned": shot.turned,
        "skew": round(shot.skew, 3),
        "width": shot.image.width,
        "height": shot.image.height,
        "dpi": [round(shot.dpi[0]), round(shot.dpi[1])],
        "text": "\n".join(" ".join(words) for words in lines.values()),
        "words": [[word, *box_of(quad)] for word, quad in zip(drawn.words, moved, strict=True)],
        "marks": [[role, text, *box_of(age.mapped(shot.matrix, quad))] for role, text, quad in drawn.marks],
    }


def box_of(quad: np.ndarray[Any, np.dtype[np.float64]]) -> list[int]:
    """The upright box around four corners, whole pixels."""
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    return [int(np.floor(x0)), int(np.floor(y0)), int(np.ceil(x1)), int(np.ceil(y1))]


def document_truth(paper: Paper, pages: list[dict[str, Any]]) -> dict[str, Any]:
    """Kind, pages, role and fields of one paper."""
    fields = {
        name: [{"value": one.value, "normalised": one.normalised, "part": one.part} for one in values]
        for name, values in paper.fields.items()
        if values
    }
    told = {"kind": paper.kind, "pages": pages, "role": paper.role, "fields": fields}
    return told | ({"dossier": paper.dossier} if paper.dossier else {})


def _parts(shot: Shot) -> dict[str, Any]:
    return {name: getattr(shot, name) for name in ("image", "matrix", "dpi", "turned", "skew", "quality")}


def _few_colours(image: Image.Image) -> Image.Image:
    """At most 24 colours: a clean page deflates to a tenth."""
    return image.convert("RGB").quantize(24, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
