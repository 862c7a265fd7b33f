"""What a fine-tuning on a project's corrections would do: the same plan for the window and the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segstudio.domain.errors import SegStudioError
from segstudio.domain.images import Split
from segstudio.domain.task import Progress, Task
from segstudio.nn.model_header import read_model_info
from segstudio.services.fine_tuning_pace import kept_pace
from segstudio.services.learnt_images import marks_after
from segstudio.services.opening import PROJECT_SUFFIX
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
class Division:
    """Which images a run that was interrupted learnt from, and which it was judged by, by their paths."""

    learning: tuple[str, ...]
    validation: tuple[str, ...]


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


def state_folder(store: ProjectStore) -> Path:
    """Where the run keeps its state between two epochs."""
    return work_folder(store) / "run"


def candidate_file(store: ProjectStore) -> Path:
    """Where a run started in the window writes its best model."""
    return work_folder(store) / "candidate.safetensors"


def project_plan(
    store: ProjectStore, base: Path, choices: Choices, task: Task[Progress], *, division: Division | None = None
) -> TrainingPlan:
    """``division`` keeps an interrupted run's images apart as they were.

    Raises: SegStudioError: there is nothing to learn from.
    """
    images = training_images(store, task, includes_corrected=choices.includes_corrected)
    return _plan(store, images if division is None else _divided(images, division), base, choices)


def division_of(plan: TrainingPlan) -> Division:
    return Division(tuple(sample.name for sample in plan.samples), tuple(sample.name for sample in plan.validation))


def summarise_plan(store: ProjectStore, base: Path, choices: Choices, task: Task[Progress]) -> PlanSummary:
    """Raises: SegStudioError: there is nothing to learn from."""
    images = training_images(store, task, includes_corrected=choices.includes_corrected)
    return summary_of(_plan(store, images, base, choices), shortcomings(images, store.info.label_set))


def summary_of(plan: TrainingPlan, remarks: tuple[str, ...] = ()) -> PlanSummary:
    """``remarks``: what is known of its images."""
    # The estimate counts batches with the training's own code, which needs torch.
    from segstudio.nn.devices import choose_device
    from segstudio.training.estimate import estimated_duration
    from segstudio.training.starting import knows_none_of_the_classes

    device = choose_device(plan.device).type
    estimate = estimated_duration(plan, device_kind=device, pace=kept_pace(device))
    is_tiled = any(sample.inside for sample in plan.validation)
    held_out = "a quarter of their tiles" if is_tiled else _counted(len(plan.validation), "other image")
    if plan.base is not None and knows_none_of_the_classes(plan):
        told = f"The model {plan.base.stem} knows none of these classes yet: a new head learns them first."
        remarks = (*remarks, told)
    return PlanSummary(len(plan.samples), held_out, estimate.seconds, estimate.reason, remarks)


def _divided(images: Sequence[LabelledImage], division: Division) -> tuple[LabelledImage, ...]:
    """Those of the interrupted run; where whole images were held out, the same ones are again."""
    is_tiled = set(division.learning) == set(division.validation)
    learning, validation = frozenset(division.learning), frozenset(division.validation)
    found = []
    for image in images:
        name = image.sample.name
        if is_tiled and name in learning:
            found.append(image)
        elif name in learning or name in validation:
            found.append(replace(image, split=Split.TRAIN if name in learning else Split.VALIDATION))
    return tuple(found)


def _plan(store: ProjectStore, images: Sequence[LabelledImage], base: Path, choices: Choices) -> TrainingPlan:
    if not images:
        raise SegStudioError(shortcomings((), store.info.label_set)[0])
    learning_parts = None if choices.learns is None else LearningParts(choices.learns)
    plan = fine_tuning_plan(
        images,
        base,
        store.info.label_set,
        folder=state_folder(store),
        output=candidate_file(store),
        name=store.info.name.removesuffix(PROJECT_SUFFIX),
        wishes=FineTuningWishes(learning_parts=learning_parts, minutes=choices.minutes),
    )
    names = [sample.name for sample in plan.samples]
    notes = f"Learnt from {_counted(len(names), 'corrected image')} of the project {store.info.name}."
    return replace(plan, notes=notes, learnt=marks_after(read_model_info(base), names))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
