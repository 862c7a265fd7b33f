"""From a model's name or file to a predictor on a device."""

from __future__ import annotations

from pathlib import Path

from segstudio.inference.bundled_models import find_model
from segstudio.inference.predictor import Predictor
from segstudio.nn.checkpoint import read_model
from segstudio.nn.devices import choose_device


def load_model(name_or_path: Path | str, device: str = "auto") -> Predictor:
    """A bundled model by name (``streets``), or a model file, ready on ``device`` (auto, cpu, cuda, cuda:1, mps).

    Raises: ModelError: no such model, or damaged. SegStudioError: no such device here.
    """
    path = find_model(name_or_path)
    chosen = choose_device(device)
    network, info = read_model(path)
    return Predictor(network, info, chosen)
