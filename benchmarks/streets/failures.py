"""Pictures of what a model gets wrong, for its card: rendered scenes only, beside truth and answer.

    python -m benchmarks.streets.failures MODEL OUT [--first 5000] [--count 60]

Drawn are the three scenes with the fewest right pixels and, for each of the weakest three classes, the one with
most of its pixels missed. Prints what was found, class by class.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from segstudio.domain.arrays import IGNORE, LabelMap, RgbImage
from segstudio.domain.geometry import Size
from segstudio.inference.models import load_model
from segstudio.inference.predictor import Predictor
from segstudio.nn.metrics import ConfusionMatrix
from segstudio.scenes.classes import street_classes
from segstudio.scenes.scene import render_scene

SIZE = Size(480, 360)
SHOWN_WIDTH = 300
WORST, WEAKEST = 3, 3


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    seed: int
    image: RgbImage
    truth: LabelMap
    answer: LabelMap

    @property
    def right_share(self) -> float:
        known = self.truth != IGNORE
        return float((self.truth == self.answer)[known].mean())

    def missed(self, class_id: int) -> int:
        """Pixels of the class that got another label."""
        return int(((self.truth == class_id) & (self.answer != class_id)).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("output", type=Path)
    parser.add_argument("--first", type=int, default=5000, help="seeds that were not learnt")
    parser.add_argument("--count", type=int, default=60)
    arguments = parser.parse_args()
    predictor = load_model(arguments.model)
    judged = [_judged(seed, predictor) for seed in range(arguments.first, arguments.first + arguments.count)]
    matrix = ConfusionMatrix()
    for scene in judged:
        matrix.add(scene.truth, scene.answer)
    scores = matrix.scores(street_classes(), "rendered scenes")
    weakest = sorted(scores.class_iou, key=scores.class_iou.__getitem__)
    print(f"{len(judged)} rendered scenes: mean IoU {100 * scores.mean_iou:.1f}")
    for name in weakest:
        print(f"  {name} {100 * scores.class_iou[name]:.1f}")
    arguments.output.mkdir(parents=True, exist_ok=True)
    for rank, scene in enumerate(sorted(judged, key=lambda scene: scene.right_share)[:WORST], 1):
        _draw(scene, arguments.output / f"worst-{rank}.jpg")
    for name in weakest[:WEAKEST]:
        spec = street_classes().by_name(name)
        assert spec is not None
        scene = max(judged, key=lambda scene: scene.missed(spec.id))
        _draw(scene, arguments.output / f"missed-{name.lower()}.jpg")


def _judged(seed: int, predictor: Predictor) -> Judged:
    image, truth = render_scene(seed, SIZE)
    return Judged(seed, image, truth, predictor.predict(image).labels)


def _draw(scene: Judged, path: Path) -> None:
    colors = street_classes().color_table()
    panels = np.hstack([scene.image, colors[scene.truth], colors[scene.answer]])
    height = round(panels.shape[0] * 3 * SHOWN_WIDTH / panels.shape[1])
    Image.fromarray(panels).resize((3 * SHOWN_WIDTH, height), Image.Resampling.BOX).save(path, quality=85)
    print(f"{path.name}: scene {scene.seed}, {100 * scene.right_share:.0f} % of its pixels right")


if __name__ == "__main__":
    main()
