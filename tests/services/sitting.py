"""A studio without a window: its callbacks run when the test says so, on a small model and small pictures."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from segstudio.domain.arrays import Origin
from segstudio.domain.changes import Change, Failed, ImageUnreadable
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Rect
from segstudio.domain.images import ImageId
from segstudio.domain.model_info import ChannelMap, ModelInfo, NetworkConfig
from segstudio.formats.class_file import write_classes
from segstudio.nn.checkpoint import write_model
from segstudio.nn.network import build_network
from segstudio.services.opening import create_project
from segstudio.services.studio import Studio
from tests.store.conftest import write_image

CLASSES = LabelSet.from_names(["ground", "box", "sky"])
WIDTH, HEIGHT = 48, 32
PATIENCE_SECONDS = 60.0


def write_small_model(path: Path, label_set: LabelSet = CLASSES, *, name: str = "small", seed: int = 0) -> Path:
    """A narrow ResNet-18 with random weights; it answers something, always the same."""
    torch.manual_seed(seed)
    config = NetworkConfig(
        trunk="resnet18",
        channels=len(label_set.active),
        output_stride=8,
        cell_width=2,
        dilations=((1, 1), (1, 2)),
        base_width=8,
    )
    ids = tuple(spec.id for spec in label_set.active)
    write_model(path, build_network(config), ModelInfo(name, config, label_set, ChannelMap(ids)))
    return path


def make_images(folder: Path, count: int = 3) -> Path:
    for seed in range(count):
        write_image(folder / f"{seed}.png", seed, width=WIDTH, height=HEIGHT)
    write_classes(folder / "classes.json", CLASSES)
    return folder


class Sitting:
    """Collects changes; ``until`` lets the studio's callbacks run."""

    def __init__(self, folder: Path, images: int = 3) -> None:
        self._inbox: queue.Queue[Callable[[], None]] = queue.Queue()
        self.folder = folder
        self.changes: list[Change] = []
        self.model = write_small_model(folder / "small.safetensors")
        self.images = make_images(folder / "images", images)
        self.studio = Studio(self._inbox.put, device="cpu")
        self.workspace = self.studio.workspace
        self.workspace.subscribe(self.changes.append)

    def open(self) -> None:
        """A project on the images, with the small model; waits for the first image and its pre-label."""
        project, images, model = self.folder / "project", self.images, str(self.model)
        self.workspace.open_with("Opening", lambda task: create_project(project, images, None, task, model=model))
        self.until(lambda: self.is_pre_labelled)

    def reopen(self) -> None:
        """Close the project and open it again, as in a later sitting."""
        self.workspace.close_project()
        self.until(lambda: not self.studio.jobs.running)
        self.workspace.open_path(self.folder / "project")
        self.until(lambda: self.workspace.current is not None)

    @property
    def is_pre_labelled(self) -> bool:
        return self.workspace.current is not None and self.workspace.current.prediction is not None

    @property
    def model_name(self) -> str:
        """Of the model that answered last about the open image."""
        opened = self.workspace.current
        return "" if opened is None or opened.prediction is None else opened.prediction.model_name

    @property
    def ids(self) -> list[ImageId]:
        assert self.workspace.store is not None
        return [record.id for record in self.workspace.store.records]

    def show(self, image_id: ImageId) -> None:
        self.workspace.open_image(image_id)
        self.until(lambda: self.workspace.is_current(image_id))

    def paint(self, class_id: int = 1, rect: Rect | None = None) -> None:
        """One stroke of a person on the open image."""
        assert self.workspace.current is not None
        document = self.workspace.current.document
        edit = document.begin_edit("Brush", origin=Origin.PERSON)
        edit.write(rect or Rect(4, 4, 20, 20), None, class_id)
        self.workspace.committed(edit.commit())

    def until(self, is_so: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            left = end - time.monotonic()
            assert left > 0, f"It didn't happen: {self.changes[-8:]}"
            try:
                self._inbox.get(timeout=min(left, 0.1))()
            except queue.Empty:
                continue

    def saw(self, kind: type[Change]) -> list[Change]:
        return [change for change in self.changes if isinstance(change, kind)]

    @property
    def failures(self) -> list[str]:
        return [change.sentence for change in self.changes if isinstance(change, Failed | ImageUnreadable)]

    def labels(self) -> np.ndarray:
        assert self.workspace.current is not None
        return self.workspace.current.document.labels

    def close(self) -> None:
        self.studio.shut_down()
