"""The images that an annotator has finished, kept on disk, and the models fine-tuned on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.effort.pictures import Picture
from segstudio.domain.arrays import IGNORE, LabelMap
from segstudio.domain.classes import LabelSet
from segstudio.domain.geometry import Size
from segstudio.domain.task import Task
from segstudio.formats.indexed_png import read_label_map, write_label_map
from segstudio.training.fine_tuning import FineTuningWishes, fine_tuning_plan
from segstudio.training.held_out import LabelledImage
from segstudio.training.loop import train
from segstudio.training.plan import Sample


class FinishedImages:
    """Lives in ``folder``: what a run that was cut short had there is taken up again."""

    def __init__(
        self,
        folder: Path,
        label_set: LabelSet,
        pictures: Mapping[str, Picture],
        *,
        seed: int,
        device: str,
        steps: int | None = None,
    ) -> None:
        """``steps`` of a fine-tuning; None leaves it to the number of images, as the program does."""
        self._folder = folder
        self._label_set = label_set
        self._pictures = pictures
        self._seed = seed
        self._device = device
        self._steps = steps

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """In the order in which they were finished."""
        listed = self._list_file
        names = json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else []
        return tuple(self._pictures[name] for name in names)

    @property
    def newest_model(self) -> Path | None:
        models = sorted(self._folder.glob("model-*.safetensors"))
        return models[-1] if models else None

    def add(self, picture: Picture, labels: LabelMap) -> None:
        """An image that is there already, from a run that was cut short, is replaced."""
        names = [one.name for one in self.pictures if one.name != picture.name]
        file = self._label_file(picture.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_label_map(file, labels, self._label_set)
        self._list_file.write_text(json.dumps([*names, picture.name]), encoding="utf-8")

    def fine_tune(self, base: Path) -> Path:
        """On all that is finished, every pixel counting as in a verified image. Returns: the model's file."""
        output = self._folder / f"model-{len(self.pictures):04d}.safetensors"
        if output.is_file():
            return output
        unfinished = output.with_name("unfinished.safetensors")
        plan = fine_tuning_plan(
            [self._labelled(picture) for picture in self.pictures],
            base,
            self._label_set,
            folder=self._folder / f"run-{len(self.pictures):04d}",
            output=unfinished,
            name=f"{base.stem}, then {len(self.pictures)} images",
            wishes=FineTuningWishes(steps=self._steps),
            device=self._device,
            seed=self._seed,
        )
        train(plan, Task())
        unfinished.replace(output)
        return output

    def _labelled(self, picture: Picture) -> LabelledImage:
        file = self._label_file(picture.name)
        classes = frozenset(np.unique(read_label_map(file)).tolist()) - {IGNORE}
        height, width = picture.truth.shape
        return LabelledImage(Sample(picture.file, file, name=picture.name), Size(width, height), classes, True)

    @property
    def _list_file(self) -> Path:
        return self._folder / "finished.json"

    def _label_file(self, name: str) -> Path:
        return self._folder / "labels" / f"{name}.png"
