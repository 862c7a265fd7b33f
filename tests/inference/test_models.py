"""Models by name and by file, and the public door."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import segstudio
from segstudio.domain.errors import ModelError, SegStudioError
from segstudio.inference.bundled_models import bundled_folder, bundled_models, find_model
from segstudio.inference.models import load_model
from segstudio.nn.checkpoint import write_model
from tests.nn.networks import info_of, small_config, small_network


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place that looks like an installed package; its models folder."""
    (tmp_path / "segstudio" / "models").mkdir(parents=True)
    monkeypatch.setattr(segstudio, "__file__", str(tmp_path / "segstudio" / "__init__.py"))
    return tmp_path / "segstudio" / "models"


def write_small(path: Path) -> Path:
    config = small_config(base_width=4)
    write_model(path, small_network(config), info_of(config, path.stem))
    return path


def test_a_bundled_model_is_found_by_its_name(installed: Path) -> None:
    write_small(installed / "streets.safetensors")
    assert list(bundled_models()) == ["streets"]
    assert load_model("streets", "cpu").info.name == "streets"


def test_in_the_repository_models_lie_beside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(segstudio, "__file__", str(tmp_path / "segstudio" / "__init__.py"))
    assert bundled_folder() == tmp_path / "models"


def test_a_frozen_build_has_its_models_where_it_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "segstudio" / "models").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert bundled_folder() == tmp_path / "segstudio" / "models"


def test_a_file_is_taken_before_a_name(installed: Path, tmp_path: Path) -> None:
    path = write_small(tmp_path / "mine.safetensors")
    write_small(installed / "streets.safetensors")
    assert find_model(path) == path


def test_what_does_not_exist_is_answered_with_what_does(installed: Path) -> None:
    with pytest.raises(ModelError, match="No models are bundled"):
        load_model("nothing")
    write_small(installed / "streets.safetensors")
    with pytest.raises(ModelError, match="streets"):
        load_model("nothing")
    with pytest.raises(SegStudioError, match="no device"):
        load_model("streets", "abacus")


def test_the_public_door_opens_without_torch_until_it_is_used(tmp_path: Path) -> None:
    path = write_small(tmp_path / "mine.safetensors")
    program = (
        "import sys, segstudio; assert 'torch' not in sys.modules; import numpy as np; "
        f"p = segstudio.load_model({str(path)!r}, 'cpu').predict(np.zeros((9, 7, 3), np.uint8)); "
        "assert isinstance(p, segstudio.Prediction) and p.labels.shape == (9, 7); "
        "assert not [name for name in sys.modules if name.startswith('PySide6')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_package_has_no_other_public_name() -> None:
    with pytest.raises(AttributeError, match="train"):
        segstudio.train  # type: ignore[attr-defined]  # noqa: B018


def test_loading_twice_predicts_the_same(tmp_path: Path) -> None:
    path = write_small(tmp_path / "mine.safetensors")
    image = np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)
    first, second = (load_model(path, "cpu").logits(image) for _ in range(2))
    assert np.array_equal(first, second)
