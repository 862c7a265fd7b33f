"""What is only written: overlays and probability maps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.classes import ClassSpec, LabelSet
from segstudio.domain.geometry import Size
from segstudio.domain.prediction import Probabilities
from segstudio.formats.image_files import read_image
from segstudio.formats.indexed_png import read_label_map, write_grey_png
from segstudio.formats.overlay import draw_overlay, write_overlay
from segstudio.formats.probability_maps import write_probabilities

LABEL_SET = LabelSet((ClassSpec(0, "sky", (0, 100, 200)),))


def test_an_overlay_lays_colours_over_classes_alone(tmp_path: Path) -> None:
    image = np.full((2, 2, 3), 100, np.uint8)
    labels = np.array([[0, 255], [255, 0]], np.uint8)
    picture = draw_overlay(image, labels, LABEL_SET)
    assert picture[0].tolist() == [[50, 100, 150], [100, 100, 100]]
    write_overlay(tmp_path / "unfinished name", image, labels, LABEL_SET)
    (tmp_path / "unfinished name").rename(tmp_path / "overlay.png")
    assert np.array_equal(read_image(tmp_path / "overlay.png"), picture)
    with pytest.raises(ValueError, match="can't lie over"):
        draw_overlay(image, labels[:1], LABEL_SET)


def test_a_grey_picture_keeps_its_values(tmp_path: Path) -> None:
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    write_grey_png(tmp_path / "confidence", values)
    assert np.array_equal(read_label_map(tmp_path / "confidence"), values)


def test_probability_maps_hold_what_is_needed_to_use_them(tmp_path: Path) -> None:
    values = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    write_probabilities(tmp_path / "a.npz", Probabilities(values, (3, 7), Size(8, 6), 2))
    with np.load(tmp_path / "a.npz") as archive:
        assert np.array_equal(archive["values"], values)
        assert archive["class_ids"].tolist() == [3, 7]
        assert archive["image_size"].tolist() == [8, 6]
        assert int(archive["cell_width"]) == 2
