"""Samples: found by name, decoded to channels, weighed, kept within a budget."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.geometry import Rect
from segstudio.formats.indexed_png import write_label_map
from segstudio.training import samples
from segstudio.training.plan import Sample
from segstudio.training.samples import SampleCache, channel_table, decode_sample, find_samples

LABELS = LabelSet.from_names(["a", "b", "c"])


def write_pair(folder: Path, stem: str, *, size: tuple[int, int] = (8, 6), label: int = 1) -> None:
    width, height = size
    for name in ("images", "labels"):
        (folder / name / stem).parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (200, 0, 0)).save(folder / "images" / f"{stem}.jpg")
    write_label_map(folder / "labels" / f"{stem}.png", np.full((height, width), label, np.uint8), LABELS)


def image(height: int = 4, width: int = 5) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def test_images_and_labels_meet_by_relative_path_and_stem(tmp_path: Path) -> None:
    for stem in ("one", "town/one", "town/two"):
        write_pair(tmp_path, stem)
    (tmp_path / "labels" / "town" / "two.png").unlink()
    found = find_samples(tmp_path / "images", tmp_path / "labels")
    assert [sample.name for sample in found] == ["one", "town/one"]
    assert all(isinstance(sample.labels, Path) and sample.labels.exists() for sample in found)


@pytest.mark.parametrize("missing", ["images", "labels"])
def test_a_missing_folder_is_named(tmp_path: Path, missing: str) -> None:
    write_pair(tmp_path, "one")
    folders = {name: tmp_path / name for name in ("images", "labels")}
    folders[missing] = tmp_path / "nowhere"
    with pytest.raises(FormatError, match="nowhere"):
        find_samples(**folders)


def test_folders_without_a_common_name_are_refused(tmp_path: Path) -> None:
    write_pair(tmp_path, "one")
    (tmp_path / "labels" / "one.png").rename(tmp_path / "labels" / "other.png")
    with pytest.raises(FormatError, match="No image"):
        find_samples(tmp_path / "images", tmp_path / "labels")


def test_labels_become_channels_and_unknown_values_are_ignored() -> None:
    labels = np.array([[0, 7, 3, 11, 255]], np.uint8).repeat(4, axis=0)
    decoded = decode_sample(Sample(image(), labels), (7, 3, 0))
    assert decoded.targets[0].tolist() == [2, 0, 1, 255, 255]


def test_the_channel_table_holds_each_class_once() -> None:
    table = channel_table((4, 2))
    assert table[4] == 0
    assert table[2] == 1
    assert (np.delete(table, [2, 4]) == 255).all()


def test_image_and_labels_of_different_size_are_refused_with_both_sizes(tmp_path: Path) -> None:
    write_pair(tmp_path, "one")
    write_label_map(tmp_path / "labels" / "one.png", np.zeros((3, 4), np.uint8), LABELS)
    (sample,) = find_samples(tmp_path / "images", tmp_path / "labels")
    with pytest.raises(FormatError, match=r"one\.png.*4 x 3 pixels, its image 8 x 6"):
        decode_sample(sample, (0, 1, 2))


def test_weights_come_from_a_table_and_weightless_pixels_teach_nothing() -> None:
    origins = np.array([[0, 1, 2, 3, 3]] * 4, np.uint8)
    sample = Sample(image(), np.ones((4, 5), np.uint8), origins, (0.0, 0.0, 0.5, 1.0))
    decoded = decode_sample(sample, (0, 1))
    assert decoded.weights is not None
    assert decoded.weights[0].tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert decoded.targets[0].tolist() == [255, 255, 1, 1, 1]


def test_weights_without_a_table_are_255ths() -> None:
    sample = Sample(image(), np.ones((4, 5), np.uint8), np.full((4, 5), 51, np.uint8))
    decoded = decode_sample(sample, (0, 1))
    assert decoded.weights is not None
    assert decoded.weights == pytest.approx(np.full((4, 5), 0.2))


def test_only_pixels_inside_and_never_those_outside_count() -> None:
    labels = np.zeros((4, 5), np.uint8)
    sample = Sample(image(), labels, inside=(Rect(0, 0, 3, 4),), outside=(Rect(0, 0, 1, 9),))
    decoded = decode_sample(sample, (0,))
    assert decoded.targets[0].tolist() == [255, 0, 0, 255, 255]
    assert labels.max() == 0


def test_places_lie_on_pixels_of_their_channel() -> None:
    labels = np.random.default_rng(0).integers(0, 3, (40, 30), dtype=np.uint8)
    decoded = decode_sample(Sample(image(40, 30), labels), (0, 1, 2))
    assert sorted(decoded.places) == [0, 1, 2]
    for channel, places in decoded.places.items():
        assert (decoded.targets[places[:, 0], places[:, 1]] == channel).all()


def test_places_of_a_large_image_lie_on_their_pixels_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "PIXELS_SEARCHED", 100)
    labels = np.random.default_rng(0).integers(0, 3, (40, 30), dtype=np.uint8)
    decoded = decode_sample(Sample(image(40, 30), labels), (0, 1, 2))
    assert sum(map(len, decoded.places.values())) == 100
    for channel, places in decoded.places.items():
        assert (decoded.targets[places[:, 0], places[:, 1]] == channel).all()


def test_channel_counts_leave_out_ignored_pixels() -> None:
    labels = np.array([[0, 0, 1, 255, 9]] * 4, np.uint8)
    counts = decode_sample(Sample(image(), labels), (0, 1)).channel_counts()
    assert counts[:2].tolist() == [8, 4]
    assert counts.sum() == 12


def test_the_cache_keeps_what_fits_into_its_budget(tmp_path: Path) -> None:
    for stem in ("a", "b", "c"):
        write_pair(tmp_path, stem)
    found = find_samples(tmp_path / "images", tmp_path / "labels")
    one = decode_sample(found[0], (0, 1)).byte_count
    cache = SampleCache((0, 1), byte_budget=2 * one)
    kept = [cache.decoded(sample) for sample in found]
    again = [cache.decoded(sample) for sample in found]
    assert [before is after for before, after in zip(kept, again, strict=True)] == [True, True, False]
    assert (kept[2].targets == again[2].targets).all()
