"""How a picture's colours are shown: brightness, contrast, gamma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PictureDisplay:
    """Brightness and contrast from -1 to 1, gamma above 0; all as they are by default. ``is_visible`` off
    shows the labels alone."""

    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0
    is_visible: bool = True

    @property
    def is_plain(self) -> bool:
        return self.brightness == 0.0 and self.contrast == 0.0 and self.gamma == 1.0

    def table(self) -> NDArray[np.uint8]:
        """uint8, shape (256,): what each value becomes."""
        values = np.linspace(0.0, 1.0, 256)
        slope = (1.0 + self.contrast) / max(1e-3, 1.0 - self.contrast)
        stretched = np.clip((values - 0.5) * slope + 0.5 + self.brightness, 0.0, 1.0)
        return np.rint(255.0 * stretched ** (1.0 / self.gamma)).astype(np.uint8)
