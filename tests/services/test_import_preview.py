"""One image of a source is shown as it would look in the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import FormatError
from segstudio.domain.task import Task
from segstudio.formats.class_file import write_classes
from segstudio.formats.exchange import ReadOptions
from segstudio.formats.image_files import read_image
from segstudio.formats.indexed_png import write_label_map
from segstudio.services.exchange import open_source
from segstudio.services.import_preview import preview_import
from segstudio.services.project_exchange import import_labels
from segstudio.store.project_store import ProjectStore
from services.project_images import HEIGHT, WIDTH, image_id, make_project

CLASSES = LabelSet.from_names(["car", "road"])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with make_project(tmp_path, ["a.png", "sub/b.png"]) as store:
        yield store


def source_of(folder: Path, *names: str) -> Path:
    half = np.full((HEIGHT, WIDTH), 255, np.uint8)
    half[: HEIGHT // 2] = 1
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_label_map(folder / name, half, CLASSES)
    write_classes(folder / "classes.json", CLASSES)
    return folder


def options_for(store: ProjectStore, **others: bool) -> ReadOptions:
    return ReadOptions(images=store.info.image_folder, **others)


def test_the_first_image_that_the_project_has_is_shown_in_its_classes_colours(
    store: ProjectStore, tmp_path: Path
) -> None:
    source = source_of(tmp_path / "in", "nobody.png", "sub/b.png")
    reader = open_source("index-png", source, options_for(store, needs_every_picture=False))
    preview = preview_import(store, reader)
    assert preview is not None
    assert (str(preview.image), preview.matched) == ("sub/b.png", 1)
    assert preview.picture.shape == (HEIGHT, WIDTH, 3)
    photo = read_image(store.info.image_folder / "sub/b.png").astype(int)
    assert abs(2 * preview.picture[0, 0].astype(int) - photo[0, 0] - CLASSES.by_id(1).color).max() <= 2
    assert (preview.picture[-1] == photo[-1]).all()


def test_there_is_nothing_to_show_where_no_image_is_the_projects(store: ProjectStore, tmp_path: Path) -> None:
    source = source_of(tmp_path / "in", "nobody.png")
    reader = open_source("index-png", source, options_for(store, needs_every_picture=False))
    assert preview_import(store, reader) is None


def test_images_that_the_project_lacks_are_left_out_of_an_import(store: ProjectStore, tmp_path: Path) -> None:
    source = source_of(tmp_path / "in", "nobody.png", "sub/b.png")
    with pytest.raises(FormatError, match=r"no picture for nobody\.png"):
        open_source("index-png", source, options_for(store))
    reader = open_source("index-png", source, options_for(store, needs_every_picture=False))
    summary = import_labels(store, reader, Task())
    assert (summary.images, summary.unmatched) == (1, ("nobody.png",))


def test_the_projects_pictures_say_how_large_yolo_labels_are(store: ProjectStore, tmp_path: Path) -> None:
    folder = tmp_path / "yolo"
    (folder / "labels/sub").mkdir(parents=True)
    (folder / "data.yaml").write_text("names: [car, road]\n")
    for name in ("nobody", "sub/b"):
        (folder / f"labels/{name}.txt").write_text("1 0 0 1 0 1 0.5 0 0.5\n")
    reader = open_source("yolo-seg", folder, options_for(store, needs_every_picture=False))
    assert import_labels(store, reader, Task()).images == 1
    labels = store.labels.load(image_id(store, "sub/b.png")).labels
    assert (labels == 255).sum() == HEIGHT // 2 * WIDTH
    with pytest.raises(FormatError, match="its picture isn't there"):
        reader.read(next(path for path in reader.images if path.stem == "nobody"))
