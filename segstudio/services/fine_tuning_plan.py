"""What a fine-tuning on a project's corrections would do: the same plan for the window and the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from segstudio.domain.errors import SegStudioError
from segstudio.domain.task import Progress, Task
from segstudio.services.training_images import training_images
from segstudio.store.project_store import ProjectStore
from segstudio.training.fine_tuning import FineTuningWishes, fine_tuning_plan, shortcomings
from segstudio.training.held_out import LabelledImage
from segstudio.training.plan import LearningParts, TrainingPlan


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decides; None leaves it to the number of images."""

    learns: str | None = None
    minutes: float | None = None
    includes_corrected: bool = True


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """What a run with these choices would do; ``reason`` says what the seconds are made of."""

    images: int
    held_out: str
    seconds: float
    reason: str
    remarks: tuple[str, ...]


def work_folder(store: ProjectStore) -> Path:
    """In the project's cache: a run that was killed goes on from here."""
    return store.layout.cache / "fine-tuning"


def candidate_file(store: ProjectStore) -> Path:
    """Where a run started in the window writes its best model."""
    return work_folder(store) / "candidate.safetensors"


def project_plan(store: ProjectStore, base: Path, choices: Choices, task: Task[Progress]) -> TrainingPlan:
    """Raises: SegStudioError: there is nothing to learn from."""
    images = training_images(store, task, includes_corrected=choices.includes_corrected)
    return _plan(store, images, base, choices)


def summarise_plan(store: ProjectStore, base: Path, choices: Choices, task: Task[Progress]) -> PlanSummary:
    """Raises: SegStudioError: there is nothing to learn from."""
    # The estimate counts batches with the training's own code, which needs torch.
    from segstudio.nn.devices import choose_device
    from segstudio.training.estimate import estimated_duration

    images = training_images(store, task, includes_corrected=choices.includes_corrected)
    plan = _plan(store, images, base, choices)
    estimate = estimated_duration(plan, device_kind=choose_device("auto").type)
    is_tiled = any(sample.inside for sample in plan.validation)
    held_out = "a quarter of their tiles" if is_tiled else f"{len(plan.validation)} images"
    remarks = shortcomings(images, store.info.label_set)
    return PlanSummary(len(plan.samples), held_out, estimate.seconds, estimate.reason, remarks)


def _plan(store: ProjectStore, images: Sequence[LabelledImage], base: Path, choices: Choices) -> TrainingPlan:
    if not images:
        raise SegStudioError(shortcomings((), store.info.label_set)[0])
    learning_parts = None if choices.learns is None else LearningParts(choices.learns)
    return fine_tuning_plan(
        images,
        base,
        store.info.label_set,
        folder=work_folder(store) / "run",
        output=candidate_file(store),
        name=store.info.name,
        wishes=FineTuningWishes(learning_parts=learning_parts, minutes=choices.minutes),
    )
