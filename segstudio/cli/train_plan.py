"""What the options of `segstudio train` ask for, as a training plan."""

from __future__ import annotations

import argparse
from pathlib import Path

from segstudio.domain.classes import LabelSet
from segstudio.domain.errors import SegStudioError
from segstudio.domain.model_info import ModelInfo, NetworkConfig
from segstudio.formats.class_file import read_classes
from segstudio.nn.dilation import named_schedule
from segstudio.nn.model_header import read_model_info
from segstudio.services.fine_tuning_plan import Choices, project_plan
from segstudio.services.training_images import save_waiting_labels
from segstudio.store.model_store import find_model
from segstudio.store.project_store import ProjectStore
from segstudio.training.plan import OptimizerKind, Recipe, Sample, ScheduleKind, TrainingPlan
from segstudio.training.samples import find_samples

ASPP_RATES = {0: (), 4: (6, 12, 18, 24), 6: (6, 12, 18, 24, 30, 36)}


def plan_from(arguments: argparse.Namespace) -> TrainingPlan:
    """Raises: SegStudioError: options contradict each other, or a file can't be read."""
    if arguments.project is not None:
        return _project_plan(arguments)
    _check(arguments)
    label_set = read_classes(arguments.classes)
    samples = find_samples(arguments.images, arguments.labels)
    base = None if arguments.base is None else find_model(arguments.base)
    base_info = None if base is None else read_model_info(base)
    output: Path = arguments.output
    return TrainingPlan(
        samples=samples,
        validation=_pair(arguments.val_images, arguments.val_labels),
        extra=_pair(arguments.extra_images, arguments.extra_labels),
        label_set=label_set,
        network=_network(arguments, label_set, base_info),
        recipe=_recipe(arguments),
        folder=arguments.state or output.with_name(f"{output.stem}.training"),
        output=output,
        base=base,
        seed=arguments.seed,
        name=arguments.name or output.stem,
        device=arguments.device,
        precision=arguments.precision,
        validation_name=_validation_name(arguments),
        licence=arguments.licence,
        notes=arguments.notes,
    )


def _project_plan(arguments: argparse.Namespace) -> TrainingPlan:
    """The same plan that the window makes, for ``--project DIR``."""
    _check_output(arguments.output)
    with ProjectStore.open(arguments.project) as store:
        if not store.is_read_only:
            save_waiting_labels(store, lambda: None)
        base = find_model(arguments.base or store.info.model, store.folder)
        folder = arguments.state or arguments.output.with_name(f"{arguments.output.stem}.training")
        choices = Choices(minutes=arguments.minutes)
        return project_plan(
            store, base, choices, folder=folder, output=arguments.output.absolute(), seed=arguments.seed
        )


def _check_output(output: Path) -> None:
    if output.suffix != ".safetensors":
        raise SegStudioError(f"The output must end in .safetensors, unlike {output.name}.")


def _check(arguments: argparse.Namespace) -> None:
    if not (arguments.images and arguments.labels and arguments.classes):
        raise SegStudioError("Name --images, --labels and --classes, or a --project.")
    for first, second in (("val_images", "val_labels"), ("extra_images", "extra_labels")):
        if bool(getattr(arguments, first)) != bool(getattr(arguments, second)):
            names = [f"--{name.replace('_', '-')}" for name in (first, second)]
            raise SegStudioError(f"{names[0]} and {names[1]} go together; one of them is missing.")
    _check_output(arguments.output)


def _pair(images: Path | None, labels: Path | None) -> tuple[Sample, ...]:
    return () if images is None or labels is None else find_samples(images, labels)


def _validation_name(arguments: argparse.Namespace) -> str:
    return "" if arguments.val_images is None else arguments.val_images.as_posix()


def _network(arguments: argparse.Namespace, label_set: LabelSet, base: ModelInfo | None) -> NetworkConfig:
    known = None if base is None else base.network
    trunk = arguments.trunk or (known.trunk if known else "resnet18")
    stride = arguments.output_stride or (known.output_stride if known else 8)
    cell_width = arguments.cell_width or (known.cell_width if known else 2)
    same_shape = known is not None and (trunk, stride) == (known.trunk, known.output_stride)
    schedule = arguments.dilations or (known.schedule if known else "dilation-bigger")
    if same_shape and known is not None and arguments.dilations is None:
        dilations = known.dilations
    else:
        dilations = named_schedule(schedule, trunk, stride)
    aspp = known.aspp_rates if known and arguments.aspp is None else ASPP_RATES[arguments.aspp or 0]
    return NetworkConfig(
        trunk=trunk,
        channels=len(label_set.active),
        output_stride=stride,
        cell_width=cell_width,
        dilations=dilations,
        schedule=schedule,
        aspp_rates=aspp,
        base_width=arguments.base_width or (known.base_width if known else 64),
    )


def _recipe(arguments: argparse.Namespace) -> Recipe:
    return Recipe(
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        crop=arguments.crop,
        whole_image_share=arguments.whole_share,
        extra_share=arguments.extra_share,
        optimizer=OptimizerKind(arguments.optimizer),
        schedule=ScheduleKind(arguments.schedule),
        learning_rate=arguments.learning_rate,
        weight_decay=arguments.weight_decay,
        average_decay=arguments.average_decay,
        label_smoothing=arguments.label_smoothing,
        class_balance=arguments.class_balance,
        hard_share=arguments.hard_share,
        scales=arguments.scales,
        color=arguments.color,
        rare_share=arguments.rare_share,
        validate_every=arguments.validate_every,
        patience=arguments.patience,
        minutes=arguments.minutes,
    )
