"""The colours of a heat map: clear for nothing, then from blue through red to yellow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STOPS = ((0.0, (38, 20, 90)), (0.35, (150, 36, 122)), (0.7, (240, 110, 66)), (1.0, (252, 226, 110)))
_STRONGEST_ALPHA = 0.82
_ALPHA_GAIN = 1.375


def heat_table(heat: NDArray[np.float64], *, gain: float) -> NDArray[np.uint32]:
    """Premultiplied 0xAARRGGBB of each heat from 0 to 1; a larger ``gain`` makes small ones stand out."""
    colored = np.minimum(1.0, heat * gain)
    alpha = _STRONGEST_ALPHA * np.minimum(1.0, heat * gain * _ALPHA_GAIN)
    places = [place for place, _ in _STOPS]
    table = np.rint(alpha * 255).astype(np.uint32) << 24
    for part, shift in enumerate((16, 8, 0)):
        values = np.interp(colored, places, [color[part] for _, color in _STOPS])
        table |= np.rint(values * alpha).astype(np.uint32) << shift
    return np.asarray(table, np.uint32)
