"""Small geometry: boxes, quads and 3×3 matrices between the delivered and the prepared image."""

from collections.abc import Sequence
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
