"""Small geometry: boxes, quads and 3×3 matrices between the delivered and the prepared image."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitizer.model import Box, Matrix, Quad


def enclosing(boxes: Sequence[Box]) -> Box:
    """The smallest box around all; ValueError when there are none."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def grown(box: Box, sideways: int, above: int, below: int, shape: Sequence[int]) -> Box:
    """The box with so many pixels more on either side, above and below, within an image of that shape."""
    height, width = shape[:2]
    return (
        max(0, box[0] - sideways),
        max(0, box[1] - above),
        min(width, box[2] + sideways),
        min(height, box[3] + below),
    )


def centred_in(box: Box, other: Box) -> bool:
    """The middle of the box lies in the other one."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x < other[2] and other[1] <= y < other[3]


def in_any(box: Box, others: Iterable[Box]) -> bool:
    """The middle of the box lies in one of the others."""
    return any(centred_in(box, other) for other in others)


def shared(one: Box, other: Box) -> float:
    """Shared area as a share of the smaller box."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))


def box_quad(box: Box) -> Quad:
    """The box's corners: top left, top right, bottom right, bottom left."""
    x0, y0, x1, y1 = box
    return (x0, y0, x1, y0, x1, y1, x0, y1)


def quad_box(quad: Quad, width: int, height: int) -> Box:
    """The smallest box of whole pixels around the quad, within the image."""
    across, down = quad[0::2], quad[1::2]
    return (
        min(width - 1, max(0, int(np.floor(min(across) + 0.01)))),
        min(height - 1, max(0, int(np.floor(min(down) + 0.01)))),
        max(1, min(width, int(np.ceil(max(across) - 0.01)))),
        max(1, min(height, int(np.ceil(max(down) - 0.01)))),
    )


def as_array(matrix: Matrix) -> NDArray[np.float64]:
    """3×3."""
    return np.array(matrix, dtype=np.float64).reshape(3, 3)


def as_matrix(array: NDArray[np.float64]) -> Matrix:
    """Row by row, scaled so that the last entry is 1."""
    flat = [float(value) for value in (array / array[2, 2]).reshape(-1)]
    return (flat[0], flat[1], flat[2], flat[3], flat[4], flat[5], flat[6], flat[7], flat[8])


def move(quads: Sequence[Quad], matrix: NDArray[np.floating[Any]]) -> list[Quad]:
    """The quads under the matrix."""
    if not quads:
        return []
    points = np.array(quads, dtype=np.float64).reshape(-1, 2)
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    flat = (moved[:, :2] / moved[:, 2:]).reshape(-1, 8).tolist()
    return [(q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7]) for q in flat]
