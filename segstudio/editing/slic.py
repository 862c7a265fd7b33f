"""Finding superpixels by simple linear iterative clustering.

R. Achanta et al., "SLIC Superpixels Compared to State-of-the-art Superpixel Methods", PAMI 34(11), 2012. A pixel
chooses among the pieces of its own cell and the eight around it, so that a round is a few matrix products.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.domain.arrays import RgbImage
from segstudio.domain.geometry import Rect
from segstudio.domain.task import Progress, Task
from segstudio.editing.superpixels import Superpixels

Floats = NDArray[np.float32]

_NEIGHBOURS = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
_CHUNK_PIXELS = 1 << 17
_NOWHERE = np.float32(1e4)
"""A centre beyond the edge of the grid: further than any colour."""


def find_superpixels(
    image: RgbImage,
    rect: Rect,
    *,
    cell: int = 16,
    compactness: float = 10.0,
    rounds: int = 5,
    task: Task[Progress] | None = None,
) -> Superpixels:
    """The pieces of ``rect``, each about ``cell`` pixels wide; needs about 50 bytes a pixel while it works.

    ``compactness`` weighs nearness against likeness of colour (in CIELAB): 1 follows colours, 40 makes squares.
    Raises: CancelledError: the task was stopped.
    """
    weight = compactness / cell
    blocks, columns = _blocks(image[rect.slices], cell, weight)
    rows = len(blocks) // columns
    centers = blocks[:, :5, cell * (cell // 2) + cell // 2].reshape(rows, columns, 5).copy()
    centers[..., 3:] = 0.0
    choice = np.zeros((len(blocks), cell * cell), np.uint8)
    for done in range(rounds):
        if task is not None:
            task.report(Progress(done, rounds, "Finding superpixels"))
        centers = _round(blocks, centers, choice, np.float32(weight * cell))
    numbers = _numbers(choice, rows, columns, cell)[: rect.height, : rect.width]
    return Superpixels(rect, with_connected_pieces(np.ascontiguousarray(numbers)), cell, columns)


def _blocks(image: RgbImage, cell: int, weight: float) -> tuple[Floats, int]:
    """float32, shape (cells, 6, cell * cell): L, a, b, row and column from the middle of the cell, 1; and how
    many columns of cells there are. The last row and column of the image are repeated to fill whole cells."""
    height, width = image.shape[:2]
    smooth = cv2.GaussianBlur(image, (0, 0), 0.7)
    padded = cv2.copyMakeBorder(smooth, 0, -height % cell, 0, -width % cell, cv2.BORDER_REPLICATE)
    lab = cv2.cvtColor(padded.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2LAB)
    rows, columns = padded.shape[0] // cell, padded.shape[1] // cell
    blocks = np.ones((rows, columns, 6, cell, cell), np.float32)
    blocks[:, :, :3] = lab.reshape(rows, cell, columns, cell, 3).transpose(0, 2, 4, 1, 3)
    steps = (np.arange(cell, dtype=np.float32) - (cell - 1) / 2) * np.float32(weight)
    blocks[:, :, 3], blocks[:, :, 4] = steps[:, None], steps[None]
    return blocks.reshape(rows * columns, 6, cell * cell), columns


def _round(blocks: Floats, centers: Floats, choice: NDArray[np.uint8], pitch: np.float32) -> Floats:
    """Lets every pixel choose the nearest of nine centres, into ``choice``. Returns: the means of those."""
    rows, columns = centers.shape[:2]
    around = _centers_around(centers, pitch)
    # |f - c|^2 without |f|^2, which is the same for all nine: the features times (-2c, |c|^2).
    factors = np.concatenate((-2.0 * around, (around**2).sum(axis=2, keepdims=True)), axis=2, dtype=np.float32)
    sums = np.zeros((rows + 2, columns + 2, 6), np.float64)
    of_cells = np.empty((len(blocks), 9, 6), np.float32)
    for part in _chunks(len(blocks), blocks.shape[2]):
        distance = factors[part] @ blocks[part]
        nearest, chosen = distance.min(axis=1), choice[part]
        for index in reversed(range(9)):
            np.copyto(chosen, index, where=distance[:, index] == nearest)
        is_chosen = (chosen[:, None] == np.arange(9, dtype=np.uint8)[:, None]).astype(np.float32)
        of_cells[part] = is_chosen @ blocks[part].transpose(0, 2, 1)
    for index, (down, right) in enumerate(_NEIGHBOURS):
        given = of_cells[:, index].reshape(rows, columns, 6).astype(np.float64)
        given[..., 3] -= given[..., 5] * down * pitch
        given[..., 4] -= given[..., 5] * right * pitch
        sums[1 + down : 1 + down + rows, 1 + right : 1 + right + columns] += given
    total = sums[1:-1, 1:-1]
    means = (total[..., :5] / np.maximum(total[..., 5:], 1.0)).astype(np.float32)
    return np.where(total[..., 5:] > 0, means, centers)


def _centers_around(centers: Floats, pitch: np.float32) -> Floats:
    """float32, shape (cells, 9, 5): the centres of the nine cells around each, as seen from its middle."""
    rows, columns = centers.shape[:2]
    padded = np.full((rows + 2, columns + 2, 5), _NOWHERE, np.float32)
    padded[1:-1, 1:-1] = centers
    around = np.empty((rows, columns, 9, 5), np.float32)
    for index, (down, right) in enumerate(_NEIGHBOURS):
        around[:, :, index] = padded[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
        around[:, :, index, 3] += down * pitch
        around[:, :, index, 4] += right * pitch
    return around.reshape(rows * columns, 9, 5)


def _chunks(cells: int, pixels_of_cell: int) -> Iterator[slice]:
    step = max(1, _CHUNK_PIXELS // pixels_of_cell)
    for start in range(0, cells, step):
        yield slice(start, min(start + step, cells))


def _numbers(choice: NDArray[np.uint8], rows: int, columns: int, cell: int) -> NDArray[np.int32]:
    """int32, shape (rows * cell, columns * cell): the number of the cell whose piece each pixel chose."""
    steps = np.array([down * columns + right for down, right in _NEIGHBOURS], np.int32)
    numbers = np.arange(rows * columns, dtype=np.int32)[:, None] + steps[choice]
    placed: NDArray[np.int32] = numbers.reshape(rows, columns, cell, cell).transpose(0, 2, 1, 3)
    return placed.reshape(rows * cell, columns * cell)


def with_connected_pieces(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Each piece keeps its largest part; the rest goes to the nearest piece."""
    parts = _parts(numbers)
    areas = np.bincount(parts.reshape(-1))
    owners = np.full(len(areas), -1, np.int32)
    owners[parts] = numbers
    order = np.lexsort((-areas, owners))
    is_first = np.ones(order.size, np.bool_)
    is_first[1:] = owners[order][1:] != owners[order][:-1]
    is_largest = np.zeros(len(areas), np.bool_)
    is_largest[order[is_first]] = True
    is_kept = is_largest[parts]
    if is_kept.all():
        return numbers
    _, nearest = cv2.distanceTransformWithLabels(
        (~is_kept).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[is_kept]] = numbers[is_kept]
    connected: NDArray[np.int32] = table[nearest]
    return connected


def _parts(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """The connected parts of all pieces in one search: pixels with links of one pixel between equal neighbours."""
    height, width = numbers.shape
    linked = np.zeros((2 * height - 1, 2 * width - 1), np.uint8)
    linked[::2, ::2] = 1
    linked[::2, 1::2] = numbers[:, 1:] == numbers[:, :-1]
    linked[1::2, ::2] = numbers[1:] == numbers[:-1]
    _, parts = cv2.connectedComponents(linked, connectivity=4, ltype=cv2.CV_32S)
    return np.ascontiguousarray(parts[::2, ::2], np.int32)
