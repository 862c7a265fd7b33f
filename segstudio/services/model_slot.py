"""The model in use: named on the window's thread, loaded and asked on the device lane."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from segstudio.domain.task import Progress, Task

if TYPE_CHECKING:
    from segstudio.inference.predictor import Predictor


class ModelSlot:
    """Holds one predictor; choosing another file lets go of it. Safe between threads."""

    def __init__(self, device: str = "auto") -> None:
        self._guard = threading.Lock()
        self._path: Path | None = None
        self._device = device
        self._predictor: Predictor | None = None
        self._taught: Predictor | None = None

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def loaded(self) -> Predictor | None:
        """The predictor, once something has asked for it."""
        return self._predictor

    def choose(self, path: Path, *, device: str | None = None) -> None:
        """The file that the next question goes to; nothing is read yet."""
        with self._guard:
            if path == self._path and device in (None, self._device):
                return
            self._path = path
            self._device = device or self._device
            self._predictor = self._taught = None

    def teach(self, base: Predictor, taught: Predictor | None) -> None:
        """From now on ``taught``, which comes from ``base``, answers about images; None: the model itself again."""
        with self._guard:
            if self._predictor is base:
                self._taught = taught

    def answering(self, task: Task[Progress]) -> Predictor:
        """On the device lane: what this sitting has made of the model, else the model. Raises: as ``predictor``."""
        predictor = self.predictor(task)
        with self._guard:
            return self._taught or predictor

    def predictor(self, task: Task[Progress]) -> Predictor:
        """On the device lane: load the model if need be.

        Raises: ModelError: the file isn't a model. ValueError: none was chosen.
        """
        with self._guard:
            path, device, predictor = self._path, self._device, self._predictor
        if predictor is not None:
            return predictor
        if path is None:
            raise ValueError("No model was chosen.")
        task.report(Progress(0, 0, "Loading the model"))
        # torch takes seconds to import; the window opens without it and pays on the device lane.
        from segstudio.inference.models import load_model

        loaded = load_model(str(path), device)
        with self._guard:
            if self._path == path:
                self._predictor = loaded
        return loaded
