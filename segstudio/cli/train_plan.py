"""What the options of `segstudio train` ask for, as a training plan."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from segstudio.cli.arguments import BUNDLED_MODEL, sample_view_from
from segstudio.cli.console import warn
from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.model_info import ModelInfo, NetworkConfig
from segstudio.domain.sample_view import SampleView
from segstudio.domain.task import Task
from segstudio.formats.class_file import read_classes
from segstudio.nn.dilation import Gridding, named_schedule, schedule_rates
from segstudio.nn.model_header import read_model_info
from segstudio.services.learnt_images import marks_after
from segstudio.services.training_images import training_images
from segstudio.store.model_store import find_model
from segstudio.store.project_store import ProjectStore
from segstudio.training.fine_tuning import fine_tuning_plan, shortcomings
from segstudio.training.plan import Recipe, Sample, TrainingPlan
from segstudio.training.samples import find_samples

ASPP_RATES = {0: (), 4: (6, 12, 18, 24), 6: (6, 12, 18, 24, 30, 36)}
FOLDER_OPTIONS = ("images", "labels", "classes", "val_images", "val_labels", "extra_images", "extra_labels")
SAMPLE_OPTIONS = ("channels", "stretch", "page")
NETWORK_OPTIONS = ("trunk", "output_stride", "cell_width", "aspp", "dilations", "base_width", "imagenet")
RECIPE_OPTIONS = {
    "learns": "learning_parts",
    "epochs": "epochs",
    "minutes": "minutes",
    "batch_size": "batch_size",
    "crop": "crop",
    "whole_share": "whole_image_share",
    "extra_share": "extra_share",
    "optimizer": "optimizer",
    "schedule": "schedule",
    "learning_rate": "learning_rate",
    "weight_decay": "weight_decay",
    "average_decay": "average_decay",
    "scales": "scales",
    "color": "color",
    "label_smoothing": "label_smoothing",
    "class_balance": "class_balance",
    "rare_share": "rare_share",
    "paste_share": "paste_share",
    "hard_share": "hard_share",
    "lovasz_share": "lovasz_share",
    "validate_every": "validate_every",
    "patience": "patience",
}


def plan_from(arguments: argparse.Namespace) -> TrainingPlan:
    """Raises: SegStudioError: options contradict each other, or a file can't be read."""
    _check(arguments)
    plan = _of_project(arguments) if arguments.project else _of_folders(arguments)
    chosen = {
        field: getattr(arguments, option)
        for option, field in RECIPE_OPTIONS.items()
        if getattr(arguments, option) is not None
    }
    try:
        recipe = replace(plan.recipe, **chosen)
    except ValueError as error:
        raise SegStudioError(str(error)) from error
    return replace(
        plan,
        recipe=recipe,
        seed=arguments.seed,
        device=arguments.device,
        precision=arguments.precision,
        licence=arguments.licence or plan.licence,
        notes=arguments.notes,
    )


def _of_folders(arguments: argparse.Namespace) -> TrainingPlan:
    label_set = read_classes(arguments.classes)
    base = None if arguments.base is None else find_model(arguments.base)
    network = _network(arguments, label_set, None if base is None else read_model_info(base))
    view = sample_view_from(arguments)
    return TrainingPlan(
        samples=find_samples(arguments.images, arguments.labels, view),
        validation=_pair(arguments.val_images, arguments.val_labels, view),
        extra=_pair(arguments.extra_images, arguments.extra_labels, view),
        label_set=label_set,
        network=network,
        recipe=Recipe(),
        folder=_state_folder(arguments),
        output=arguments.output,
        base=base,
        uses_imagenet=arguments.imagenet,
        gridding=Gridding.ALLOW if arguments.allow_gridding else Gridding.REFUSE,
        name=arguments.name or arguments.output.stem,
        validation_name=_validation_name(arguments),
    )


def _validation_name(arguments: argparse.Namespace) -> str:
    """What the scores are said to be measured on."""
    if arguments.val_name:
        return str(arguments.val_name)
    return "" if arguments.val_images is None else arguments.val_images.as_posix()


def _of_project(arguments: argparse.Namespace) -> TrainingPlan:
    with ProjectStore.open(arguments.project, read_only=True) as store:
        info = store.info
        images = training_images(store, Task())
    for sentence in shortcomings(images, info.label_set):
        warn(sentence)
    base = find_model(arguments.base or info.model or BUNDLED_MODEL, info.folder)
    plan = fine_tuning_plan(
        images,
        base,
        info.label_set,
        folder=_state_folder(arguments),
        output=arguments.output,
        name=arguments.name or arguments.output.stem,
        seed=arguments.seed,
    )
    return replace(plan, learnt=marks_after(read_model_info(base), (sample.name for sample in plan.samples)))


def _check(arguments: argparse.Namespace) -> None:
    if arguments.output.suffix != ".safetensors":
        raise SegStudioError(f"The output must end in .safetensors, unlike {arguments.output.name}.")
    if arguments.project:
        for name in (*FOLDER_OPTIONS, *SAMPLE_OPTIONS, *NETWORK_OPTIONS):
            if getattr(arguments, name):
                raise SegStudioError(f"{_option(name)} doesn't go with --project, which knows it already.")
        return
    if not (arguments.images and arguments.labels and arguments.classes):
        raise SegStudioError("Name --images, --labels and --classes, or a --project.")
    for first, second in (("val_images", "val_labels"), ("extra_images", "extra_labels")):
        if bool(getattr(arguments, first)) != bool(getattr(arguments, second)):
            raise SegStudioError(f"{_option(first)} and {_option(second)} go together; one of them is missing.")
    if arguments.base and arguments.imagenet:
        raise SegStudioError("A run starts from --base or from --imagenet, not from both.")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _state_folder(arguments: argparse.Namespace) -> Path:
    folder: Path = arguments.state or arguments.output.with_name(f"{arguments.output.stem}.training")
    return folder


def _pair(images: Path | None, labels: Path | None, view: SampleView) -> tuple[Sample, ...]:
    return () if images is None or labels is None else find_samples(images, labels, view)


def _network(arguments: argparse.Namespace, label_set: LabelSet, base: ModelInfo | None) -> NetworkConfig:
    known = base.network if base else _default_network(label_set)
    trunk = arguments.trunk or known.trunk
    stride = arguments.output_stride or known.output_stride
    schedule = arguments.dilations or known.schedule
    is_same = arguments.dilations is None and (trunk, stride) == (known.trunk, known.output_stride)
    return replace(
        known,
        trunk=trunk,
        channels=len(label_set.active),
        output_stride=stride,
        cell_width=arguments.cell_width or known.cell_width,
        dilations=known.dilations if is_same else schedule_rates(schedule, trunk, stride),
        schedule=schedule,
        aspp_rates=known.aspp_rates if arguments.aspp is None else ASPP_RATES[arguments.aspp],
        base_width=arguments.base_width or known.base_width,
    )


def _default_network(label_set: LabelSet) -> NetworkConfig:
    return NetworkConfig(
        trunk="resnet18",
        channels=len(label_set.active),
        output_stride=8,
        cell_width=2,
        dilations=named_schedule("dilation-bigger", "resnet18", 8),
        schedule="dilation-bigger",
    )
