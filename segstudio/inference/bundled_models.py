"""Where models come from when only a name is given. Imports no torch."""

from __future__ import annotations

import sys
from pathlib import Path

import segstudio
from segstudio.domain.errors import ModelError

SUFFIX = ".safetensors"


def bundled_folder() -> Path:
    """The folder of the models that come with the program: of a frozen build, a wheel or the repository."""
    package = Path(segstudio.__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    places = [package / "models", package.parent / "models"]
    if frozen is not None:
        places.insert(0, Path(frozen) / "segstudio" / "models")
    return next((place for place in places if place.is_dir()), places[-1])


def bundled_models() -> dict[str, Path]:
    """The bundled models' files by name."""
    return {path.stem: path for path in sorted(bundled_folder().glob(f"*{SUFFIX}"))}


def find_model(name_or_path: Path | str) -> Path:
    """The file of a bundled model's name, or the file itself.

    Raises: ModelError: neither a bundled model nor a file.
    """
    path = Path(name_or_path)
    if path.is_file():
        return path
    bundled = bundled_models()
    if str(name_or_path) in bundled:
        return bundled[str(name_or_path)]
    known = f"The bundled models are: {', '.join(bundled)}." if bundled else "No models are bundled here."
    raise ModelError(f"There is no model {str(name_or_path)!r}: it is neither a bundled model nor a file. {known}")
