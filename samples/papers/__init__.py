"""Kinds of paper: each module gives functions `Case → Paper`."""

from collections.abc import Callable
from typing import TypeAlias

from samples.paper import Case, Paper

Maker: TypeAlias = Callable[[Case], Paper]


def kinds() -> dict[str, Maker]:
    """Every kind that can be made, by its slug."""
    from samples.papers import acts, building, cards, citizen, civil, filled, land, notes, office, onestop, trade

    modules = [office, notes, civil, land, onestop, cards, citizen, building, trade, acts, filled]
    return {slug: maker for module in modules for slug, maker in module.KINDS.items()}
